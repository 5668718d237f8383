import { sql } from 'drizzle-orm'
import type { Standing } from '../core/standing.js'
import { checkCount, instantArray, instantOf, numericArray, textArray } from './columns.js'
import { type Database, run } from './database.js'
import type { Tables } from './tables.js'

/** What the lock says of a user, and of the transaction it was taken in. */
export type LockedUser = { readonly countedWith: string; readonly isolation: string }

/**
 * Makes the writes of each user follow one another until the transaction ends. Users who have no row get one, marked as
 * counted with `countedWith`. The ids given must differ. As separate statements: in one, a waiter for a row that is
 * being inserted locks nothing.
 */
export async function lockUsers(
  db: Database,
  tables: Tables,
  { userIds, countedWith }: { readonly userIds: readonly string[]; readonly countedWith: string },
): Promise<ReadonlyMap<string, LockedUser>> {
  for (;;) {
    const known = await lockRows(db, tables, { userIds, isAllOrNone: true })
    if (known.size === userIds.length) return known
    // Inserting may wait for another who inserts. Nobody waits so while holding rows that are there already, and
    // both go by the key: so no two batches wait for each other crosswise.
    const inserted = await insertMissing(db, tables, { userIds, countedWith })
    if (inserted.size === userIds.length) return inserted
    const locked = await lockRows(db, tables, { userIds, isAllOrNone: false })
    if (locked.size === userIds.length) return locked
  }
}

type LockRow = { readonly user_id: string; readonly counted_with: string; readonly isolation: string }

async function lockRows(
  db: Database,
  { userStandings }: Tables,
  { userIds, isAllOrNone }: { readonly userIds: readonly string[]; readonly isAllOrNone: boolean },
): Promise<ReadonlyMap<string, LockedUser>> {
  const users = textArray(userIds)
  const all = sql`and (select count(*) from ${userStandings} where user_id = any(${users})) = ${userIds.length}::int`
  const rows = await run<LockRow>(
    db,
    sql`select user_id, counted_with, current_setting('transaction_isolation') as isolation
      from ${userStandings} where user_id = any(${users}) ${isAllOrNone && userIds.length > 1 ? all : sql``}
      order by user_id collate "C" for no key update`,
  )
  return lockedUsers(rows)
}

async function insertMissing(
  db: Database,
  { userStandings }: Tables,
  { userIds, countedWith }: { readonly userIds: readonly string[]; readonly countedWith: string },
): Promise<ReadonlyMap<string, LockedUser>> {
  const rows = await run<LockRow>(
    db,
    sql`insert into ${userStandings} (user_id, counted_with)
      select user_id, ${countedWith} from unnest(${textArray(userIds)}) as given (user_id)
      order by user_id collate "C"
      on conflict do nothing
      returning user_id, counted_with, current_setting('transaction_isolation') as isolation`,
  )
  return lockedUsers(rows)
}

function lockedUsers(rows: readonly LockRow[]): ReadonlyMap<string, LockedUser> {
  return new Map(rows.map(row => [row.user_id, { countedWith: row.counted_with, isolation: row.isolation }]))
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
        points = given.points, badge_count = given.badge_count,
        reached_at = ${instantOf(sql`given.reached_at`)}, sequence = s.sequence + given.changes,
        counted_with = ${countedWith}
      from unnest(
        ${textArray(standings.map(standing => standing.userId))},
        ${numericArray(standings.map(standing => standing.points))},
        ${numericArray(standings.map(standing => standing.badgeCount))},
        ${instantArray(standings.map(standing => standing.reachedAt))},
        ${numericArray(standings.map(standing => standing.changeCount))}
      ) as given (user_id, points, badge_count, reached_at, changes)
      where s.user_id = given.user_id
      returning s.user_id`,
  )
  checkCount('user_standings', standings.length, rows.length)
}
