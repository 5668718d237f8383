import { checkCount, dateOf, instant, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** A streak freeze that was granted. */
export type StoredFreeze = { readonly userId: string; readonly key: string; readonly at: Date }

/**
 * Stores a freeze of a locked user, unless one with its key is stored. Returns the one that is stored now, and whether
 * it is new.
 */
export async function insertFreeze(
  db: Session,
  { streakFreezes }: Tables,
  { userId, key, at }: StoredFreeze,
): Promise<{ readonly stored: StoredFreeze; readonly isNew: boolean }> {
  const added = await run(
    db,
    sql`insert into ${streakFreezes} (user_id, key, granted_at) values (${userId}, ${key}, ${instant(at)})
      on conflict do nothing returning 1`,
  )
  if (added.length > 0) return { stored: { userId, key, at }, isNew: true }
  const known = await run<{ at: number }>(
    db,
    sql`select ${msOf(sql`granted_at`)} as at from ${streakFreezes} where user_id = ${userId} and key = ${key}`,
  )
  checkCount('streak_freezes', 1, known.length)
  return { stored: { userId, key, at: dateOf(known[0]!.at) }, isNew: false }
}
