import { sql } from 'drizzle-orm'
import type { Standing } from '../core/standing.js'
import { checkCount, textArray } from './columns.js'
import { type Database, run } from './database.js'
import type { Tables } from './tables.js'

/** What the lock says of a user, and of the transaction it was taken in. */
export type LockedUser = { readonly countedWith: string; readonly isolation: string }

/**
 * Makes the writes of each user follow one another until the transaction ends. Users who have no row get one, marked as
 * counted with `countedWith`. As separate statements: in one, a waiter for a row that is being inserted locks nothing.
 */
export async function lockUsers(
  db: Database,
  { userStandings }: Tables,
  { userIds, countedWith }: { readonly userIds: readonly string[]; readonly countedWith: string },
): Promise<ReadonlyMap<string, LockedUser>> {
  const locked = new Map<string, LockedUser>()
  for (let missing = userIds; missing.length > 0; ) {
    const rows = await run<{ user_id: string; counted_with: string; isolation: string }>(
      db,
      sql`select user_id, counted_with, current_setting('transaction_isolation') as isolation
        from ${userStandings} where user_id = any(${textArray(missing)})
        order by user_id collate "C" for no key update`,
    )
    for (const row of rows) locked.set(row.user_id, { countedWith: row.counted_with, isolation: row.isolation })
    missing = missing.filter(userId => !locked.has(userId))
    if (missing.length === 0) break
    const inserted = await run<{ user_id: string; isolation: string }>(
      db,
      sql`insert into ${userStandings} (user_id, counted_with)
        select user_id, ${countedWith} from unnest(${textArray(missing)}) as given (user_id)
        order by user_id collate "C"
        on conflict do nothing
        returning user_id, current_setting('transaction_isolation') as isolation`,
    )
    for (const row of inserted) locked.set(row.user_id, { countedWith, isolation: row.isolation })
    missing = missing.filter(userId => !locked.has(userId))
  }
  return locked
}

/** A standing to be written. `changeCount`: how many badges came or went, by which `sequence` moves on. */
export type NewStanding = Standing & { readonly userId: string; readonly changeCount: number }

/** Writes standings of locked users, marked as counted with this catalog. */
export async function writeStandings(
  db: Database,
  { userStandings }: Tables,
  { standings, countedWith }: { readonly standings: readonly NewStanding[]; readonly countedWith: string },
): Promise<void> {
  const rows = await run(
    db,
    sql`update ${userStandings} as s set
        points = given.points::bigint, badge_count = given.badge_count::int,
        reached_at = given.reached_at::timestamptz, sequence = s.sequence + given.changes::bigint,
        counted_with = ${countedWith}
      from unnest(
        ${textArray(standings.map(standing => standing.userId))},
        ${textArray(standings.map(standing => String(standing.points)))},
        ${textArray(standings.map(standing => String(standing.badgeCount)))},
        ${textArray(standings.map(standing => standing.reachedAt?.toISOString() ?? null))},
        ${textArray(standings.map(standing => String(standing.changeCount)))}
      ) as given (user_id, points, badge_count, reached_at, changes)
      where s.user_id = given.user_id
      returning s.user_id`,
  )
  checkCount('user_standings', standings.length, rows.length)
}
