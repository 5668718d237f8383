import { sql } from 'drizzle-orm'
import type { Pause } from '../core/calendar.js'
import { instant } from './columns.js'
import { type Database, run } from './database.js'
import type { Tables } from './tables.js'

/**
 * Lets a zone hold for a user from an instant on, or from the latest change on where that is later: a clock that went back
 * does not reorder what was set. Under the user's lock.
 */
export async function insertZone(
  db: Database,
  { userTimeZones }: Tables,
  { userId, zone, at }: { readonly userId: string; readonly zone: string; readonly at: Date },
): Promise<void> {
  await run(
    db,
    sql`insert into ${userTimeZones} (user_id, since, zone)
      select ${userId}::text, greatest(${instant(at)}, max(since)), ${zone}::text from ${userTimeZones}
      where user_id = ${userId}::text
      on conflict (user_id, since) do update set zone = excluded.zone`,
  )
}

/** Reads the zone that was set last for a user, or null where none was. */
export async function readLatestZone(db: Database, { userTimeZones }: Tables, userId: string): Promise<string | null> {
  const rows = await run<{ zone: string }>(
    db,
    sql`select zone from ${userTimeZones} where user_id = ${userId} order by since desc limit 1`,
  )
  return rows[0]?.zone ?? null
}

/** A pause to be stored, and why. */
export type NewPause = Pause & { readonly userId: string; readonly reason: string; readonly recordedAt: Date }

/** Stores a pause; the same one again changes nothing. Returns whether it was new. */
export async function insertPause(db: Database, { streakPauses }: Tables, pause: NewPause): Promise<boolean> {
  const rows = await run(
    db,
    sql`insert into ${streakPauses} (user_id, from_at, until_at, reason, recorded_at)
      values (${pause.userId}, ${instant(pause.from)}, ${instant(pause.until)}, ${pause.reason}, ${instant(pause.recordedAt)})
      on conflict do nothing returning 1`,
  )
  return rows.length > 0
}
