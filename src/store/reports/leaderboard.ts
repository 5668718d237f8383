import type { UserGroup } from '../../core/users/attributes.js'
import { dateOf, instant, msOf, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { isInGroup } from '../users/attributes.js'
import { rankBoardOf } from './ranks.js'

/**
 * A position in the order of the leaderboard: points, then who reached them first, then user id. The points of a board by
 * a metric are its value, as decimal digits.
 */
export type LeaderboardKey = { readonly points: string; readonly reachedAt: Date; readonly userId: string }

export type LeaderboardRow = LeaderboardKey & {
  /** All badges the user holds, also on the leaderboard of a period. */
  readonly badgeCount: number
  readonly totalPoints: number
  /** 1 plus the number of users with more points. */
  readonly rank: number
  /** The version of the catalog in effect, 0 if none was applied. */
  readonly catalogVersion: number
  /** Whether the board should be counted, or its counts be brought up to date. */
  readonly isBoardDue: boolean
}

/** What users are ranked by, and which users. */
export type Board = {
  /** The period of points, such as `2026-W48` or `2026-11`, or that of a metric. Null: all points. */
  readonly period: string | null
  /** The name of a metric that ranks users. Null: points, or what is counted like points. */
  readonly metric: string | null
  readonly group: UserGroup | null
  /** Only these users. Former ids stand for the users they belong to. */
  readonly userIds: readonly string[] | null
}

type Page = Board & { readonly limit: number; readonly at: Date }

/** A page of a leaderboard. `isLast`: whether nobody is below it. */
export type LeaderboardRows = { readonly rows: readonly LeaderboardRow[]; readonly isLast: boolean }

/** Reads a page from the top, or after a position. Users without points are not listed. */
export async function readLeaderboard(
  db: Session,
  tables: Tables,
  { after, ...page }: Page & { readonly after: LeaderboardKey | null },
): Promise<LeaderboardRows> {
  const board = listOf(tables, page)
  if (after) return ranked(db, tables, { ...page, rows: below(board, place(page, after), page.limit + 1) })
  return ranked(db, tables, { ...page, rows: top(board, sql``, page.limit + 1), isTop: true })
}

/**
 * Reads the entries around a user: about half above, the rest from the user downwards. Empty if the user has no points.
 */
export async function readLeaderboardAround(
  db: Session,
  tables: Tables,
  { userId, ...page }: Page & { readonly userId: string },
): Promise<LeaderboardRows> {
  const board = listOf(tables, page)
  const current = sql`coalesce((select merged_into from ${tables.userStandings} where user_id = ${userId}), ${userId})`
  const center = sql`select ${columns} from ${board} and user_id = ${current}`
  const key: LeaderboardPlace = {
    points: sql`(select points from center)`,
    reachedAt: sql`(select reached_at from center)`,
    userId: sql`(select user_id from center)`,
  }
  const aboveCount = mostAbove(page)
  const rows = sql`(${above(board, key, aboveCount)}) union all (select * from center)
    union all (${below(board, key, page.limit - aboveCount)})`
  return ranked(db, tables, { ...page, rows, center })
}

// How many entries a page has above the user whom it is around.
function mostAbove({ limit }: Page): number {
  return Math.floor((limit - 1) / 2)
}

type LeaderboardPlace = { readonly points: Sql; readonly reachedAt: Sql; readonly userId: Sql }

const columns = sql`points, reached_at, user_id`

/** The users of a leaderboard, up to an open `where`. */
function listOf(tables: Tables, board: Board): Sql {
  return isListedFirst(tables, board) ? sql`members as s where true` : boardOf(tables, board)
}

// Few users are listed once, and ranked among themselves. So is a whole board where no index has the order of all users.
function isListedFirst({ layout }: Tables, { metric, group, userIds }: Board): boolean {
  return userIds !== null || (metric !== null && (group !== null || layout.isSpread === true))
}

// Leaves out users who do not take part.
function boardOf(tables: Tables, { period, metric, group, userIds }: Board): Sql {
  const { userStandings, userPeriodPoints, userMetrics } = tables
  const isShown = sql`not exists (
    select from ${userStandings} as hidden where hidden.user_id = s.user_id and hidden.visibility = 'off')`
  const members = group ? sql`and ${isInGroup(tables, group)}` : sql``
  const listed = userIds ? sql`and ${isAmong(tables, userIds)}` : sql``
  const board =
    metric !== null
      ? sql`(select user_id, ranked as points, reached_at from ${userMetrics}
          where metric = ${metric} and period = ${period} and ranked is not null) as s where ${isShown}`
      : period === null
        ? sql`${userStandings} as s where points > 0 and visibility <> 'off'`
        : sql`${userPeriodPoints} as s where period = ${period} and points > 0 and ${isShown}`
  return sql`${board} ${members} ${listed}`
}

function isAmong({ userStandings }: Tables, userIds: readonly string[]): Sql {
  return sql`s.user_id in (select coalesce(named.merged_into, given.id) from unnest(${textArray(userIds)}) as given (id)
    left join ${userStandings} as named on named.user_id = given.id)`
}

function place({ metric }: Board, { points, reachedAt, userId }: LeaderboardKey): LeaderboardPlace {
  // Of the type of the column, so that the index is used.
  const type = raw(metric === null ? 'bigint' : 'numeric')
  return { points: sql`${points}::text::${type}`, reachedAt: instant(reachedAt), userId: sql`${userId}::text` }
}

// Users with the same points and the others are read apart: each then is a range of the index, however many users have
// the same points.
function below(board: Sql, { points, reachedAt, userId }: LeaderboardPlace, limit: number): Sql {
  const equal = sql`and points = ${points} and (reached_at, user_id collate "C") > (${reachedAt}, ${userId} collate "C")`
  return sql`select * from ((${top(board, equal, limit)}) union all (${top(board, sql`and points < ${points}`, limit)}))
    as later order by points desc, reached_at, user_id collate "C" limit ${raw(String(limit))}`
}

function top(board: Sql, rest: Sql, limit: number): Sql {
  return sql`select ${columns} from ${board} ${rest}
    order by points desc, reached_at, user_id collate "C" limit ${raw(String(limit))}`
}

function above(board: Sql, { points, reachedAt, userId }: LeaderboardPlace, limit: number): Sql {
  const upwards = sql`order by points, reached_at desc, user_id collate "C" desc limit ${raw(String(limit))}`
  return sql`select * from (
      (select ${columns} from ${board} and points = ${points}
        and (reached_at, user_id collate "C") < (${reachedAt}, ${userId} collate "C") ${upwards})
      union all (select ${columns} from ${board} and points > ${points} ${upwards})
    ) as earlier ${upwards}`
}

type Ranking = Page & {
  /** Those of the page, and one below it if there is any. */
  readonly rows: Sql
  /** The user whom the page is around. */
  readonly center?: Sql
  /** Whether nobody is above the rows. */
  readonly isTop?: boolean
}

// Ranks are counted once, for the first row. Below it they follow from the page itself. A statement is one snapshot, so
// they are exact at its moment, also if the board is counted.
async function ranked(db: Session, tables: Tables, ranking: Ranking): Promise<LeaderboardRows> {
  const { userStandings, catalogVersions } = tables
  const { rows, center, isTop = false, limit } = ranking
  const place = isTop ? sql`select false as is_due, 0 as ahead, 0 as level` : placeOfFirst(tables, ranking)
  const members = isListedFirst(tables, ranking)
    ? sql`members as materialized (select ${columns} from ${boardOf(tables, ranking)}),`
    : sql``
  const found = await run<RankedRow>(
    db,
    sql`with ${members} ${center ? sql`center as (${center}),` : sql``} page as materialized (${rows}),
        first as (select * from page order by points desc, reached_at, user_id collate "C" limit 1),
        place as materialized (${place})
      select page.points::text as points, ${msOf(sql`page.reached_at`)} as reached_at, page.user_id,
        standing.badge_count, standing.points::text as total_points,
        place.is_due, place.ahead::float8 as ahead, place.level::float8 as level,
        (select coalesce(max(version), 0) from ${catalogVersions})::int as catalog_version,
        ${center ? sql`page.user_id = (select user_id from center)` : sql`false`} as is_center
      from page join ${userStandings} as standing using (user_id) cross join place
      order by page.points desc, page.reached_at, page.user_id collate "C"`,
  )
  const centerAt = found.findIndex(row => row.is_center)
  const count = center ? centerAt + limit - mostAbove(ranking) : limit
  return { rows: withRanks(found.slice(0, count)), isLast: found.length <= count }
}

// Counts who is above the first row.
function placeOfFirst(tables: Tables, ranking: Ranking): Sql {
  const { group, at } = ranking
  const { rankPlaceFunction, layout } = tables
  if (!isListedFirst(tables, ranking))
    return sql`select found.* from first cross join lateral ${rankPlaceFunction}(${rankBoardOf(ranking)}::text,
        ${group?.attribute ?? null}::text, ${group?.value ?? null}::text, ${layout.isSpread ? sql`null` : instant(at)},
        points, reached_at, user_id, (select count(*) from page where page.points = first.points)) as found`
  return sql`select false as is_due, count(*) filter (where above.points > first.points) as ahead,
      count(*) filter (where above.points = first.points) as level
    from first cross join lateral (select points from members where points >= first.points
      and (points > first.points
        or (reached_at, user_id collate "C") < (first.reached_at, first.user_id collate "C"))) as above`
}

type RankedRow = {
  readonly points: string
  readonly reached_at: number
  readonly user_id: string
  readonly badge_count: number
  readonly total_points: string
  readonly ahead: number
  readonly level: number
  readonly is_due: boolean | null
  readonly catalog_version: number
  readonly is_center: boolean
}

function withRanks(rows: readonly RankedRow[]): LeaderboardRow[] {
  const result: LeaderboardRow[] = []
  rows.forEach((row, i) => {
    const last = result.at(-1)
    const { points } = row
    const byPlace = i === 0 ? 1 + row.ahead : 1 + row.ahead + row.level + i
    const rank = last && last.points === points ? last.rank : byPlace
    result.push({
      points,
      reachedAt: dateOf(row.reached_at),
      userId: row.user_id,
      badgeCount: row.badge_count,
      totalPoints: Number(row.total_points),
      rank,
      catalogVersion: row.catalog_version,
      isBoardDue: row.is_due === true,
    })
  })
  return result
}
