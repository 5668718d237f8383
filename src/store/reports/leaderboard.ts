import type { UserGroup } from '../../core/users/attributes.js'
import { dateOf, instant, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { isInGroup } from '../users/attributes.js'

/** A position in the order of the leaderboard: points, then who reached them first, then user id. */
export type LeaderboardKey = { readonly points: number; readonly reachedAt: Date; readonly userId: string }

export type LeaderboardRow = LeaderboardKey & {
  /** All badges the user holds, also on the leaderboard of a period. */
  readonly badgeCount: number
  readonly totalPoints: number
  /** 1 plus the number of users with more points. */
  readonly rank: number
  /** The version of the catalog in effect, 0 if none was applied. */
  readonly catalogVersion: number
}

/**
 * Which points count (all of them, or those gained in a week or month, such as `2026-W48` or `2026-11`), and of which
 * users.
 */
export type Board = { readonly period: string | null; readonly group: UserGroup | null }

/** Reads a page from the top, or after a position. Users without points are not listed. */
export async function readLeaderboard(
  db: Session,
  tables: Tables,
  { after, limit, ...board }: Board & { readonly after: LeaderboardKey | null; readonly limit: number },
): Promise<readonly LeaderboardRow[]> {
  const from = boardOf(tables, board)
  return ranked(db, tables, { board: from, page: below(from, after && place(after), limit) })
}

/**
 * Reads the entries around a user: about half above, the rest from the user downwards. Empty if the user has no points.
 */
export async function readLeaderboardAround(
  db: Session,
  tables: Tables,
  { userId, limit, ...given }: Board & { readonly userId: string; readonly limit: number },
): Promise<readonly LeaderboardRow[]> {
  const board = boardOf(tables, given)
  const center = sql`select ${columns} from ${board} and user_id = ${userId}`
  const key: LeaderboardPlace = {
    points: sql`(select points from center)`,
    reachedAt: sql`(select reached_at from center)`,
    userId: sql`(select user_id from center)`,
  }
  const aboveCount = Math.floor((limit - 1) / 2)
  const page = sql`(${above(board, key, aboveCount)}) union all (${center})
    union all (${below(board, key, limit - 1 - aboveCount)})`
  return ranked(db, tables, { board, page, before: sql`center as (${center}),` })
}

type LeaderboardPlace = { readonly points: Sql; readonly reachedAt: Sql; readonly userId: Sql }

const columns = sql`points, reached_at, user_id`

/** The users of a leaderboard, up to an open `where`. Leaves out users who do not take part. */
function boardOf(tables: Tables, { period, group }: Board): Sql {
  const { userStandings, userPeriodPoints } = tables
  const members = group ? sql`and ${isInGroup(tables, group)}` : sql``
  const board =
    period === null
      ? sql`${userStandings} as s where points > 0 and visibility <> 'off'`
      : sql`${userPeriodPoints} as s where period = ${period} and points > 0 and not exists (
        select from ${userStandings} as hidden where hidden.user_id = s.user_id and hidden.visibility = 'off')`
  return sql`${board} ${members}`
}

function place({ points, reachedAt, userId }: LeaderboardKey): LeaderboardPlace {
  return { points: sql`${String(points)}::bigint`, reachedAt: instant(reachedAt), userId: sql`${userId}::text` }
}

function below(board: Sql, after: LeaderboardPlace | null, limit: number): Sql {
  const rest = after
    ? sql`and points <= ${after.points} and (points < ${after.points}
        or (reached_at, user_id collate "C") > (${after.reachedAt}, ${after.userId} collate "C"))`
    : sql``
  return sql`select ${columns} from ${board} ${rest}
    order by points desc, reached_at, user_id collate "C" limit ${raw(String(limit))}`
}

function above(board: Sql, before: LeaderboardPlace, limit: number): Sql {
  return sql`select ${columns} from ${board} and points >= ${before.points} and (points > ${before.points}
      or (reached_at, user_id collate "C") < (${before.reachedAt}, ${before.userId} collate "C"))
    order by points, reached_at desc, user_id collate "C" desc limit ${raw(String(limit))}`
}

type Ranking = { readonly board: Sql; readonly page: Sql; readonly before?: Sql }

// Ranks are counted once, for the first row. Below it they follow from the page itself.
async function ranked(
  db: Session,
  { userStandings, catalogVersions }: Tables,
  { board, page, before = sql`` }: Ranking,
): Promise<LeaderboardRow[]> {
  const rows = await run<RankedRow>(
    db,
    sql`with ${before} page as materialized (${page}),
        first as (select * from page order by points desc, reached_at, user_id collate "C" limit 1)
      select page.points::text as points, ${msOf(sql`page.reached_at`)} as reached_at, page.user_id,
        standing.badge_count, standing.points::text as total_points,
        (select count(*) from ${board} and points > (select points from first))::float8 as ahead,
        (select count(*) from ${board} and points = (select points from first)
          and (reached_at, user_id collate "C") <
            ((select reached_at from first), (select user_id from first) collate "C"))::float8 as level_before,
        (select coalesce(max(version), 0) from ${catalogVersions})::int as catalog_version
      from page join ${userStandings} as standing using (user_id)
      order by page.points desc, page.reached_at, page.user_id collate "C"`,
  )
  return withRanks(rows)
}

type RankedRow = {
  readonly points: string
  readonly reached_at: number
  readonly user_id: string
  readonly badge_count: number
  readonly total_points: string
  readonly ahead: number
  readonly level_before: number
  readonly catalog_version: number
}

function withRanks(rows: readonly RankedRow[]): LeaderboardRow[] {
  const result: LeaderboardRow[] = []
  rows.forEach((row, i) => {
    const last = result.at(-1)
    const points = Number(row.points)
    const byPlace = i === 0 ? 1 + row.ahead : 1 + row.ahead + row.level_before + i
    const rank = last && last.points === points ? last.rank : byPlace
    result.push({
      points,
      reachedAt: dateOf(row.reached_at),
      userId: row.user_id,
      badgeCount: row.badge_count,
      totalPoints: Number(row.total_points),
      rank,
      catalogVersion: row.catalog_version,
    })
  })
  return result
}
