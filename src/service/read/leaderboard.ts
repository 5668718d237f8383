import { type LevelPlace, levelAt } from '../../core/catalog/level.js'
import { checkGroup, type UserGroup } from '../../core/users/attributes.js'
import { checkId } from '../../core/users/completion.js'
import { checkWhole, invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { readHighestPoints } from '../../store/progress/holdings.js'
import {
  type Board,
  type LeaderboardKey,
  type LeaderboardRow,
  readLeaderboard,
  readLeaderboardAround,
} from '../../store/reports/leaderboard.js'
import { rankBoardOf } from '../../store/reports/ranks.js'
import type { ServiceContext } from '../context/context.js'
import { contextAt, contextNow } from '../context/counting-context.js'
import { cursorOf, partsOf } from '../context/cursor.js'
import { type BoardPeriod, boardMeasure, type Measure, pointsMeasure } from './board.js'
import type { RankTender } from './tend-ranks.js'

/** Which part of the leaderboard to read. */
export type LeaderboardQuery = {
  /** The most entries to return: 1 to 1,000. Default: 10. */
  readonly limit?: number | undefined
  /** The `next` of the previous page. */
  readonly after?: string | undefined
  /** A user to show with the users just above and below. Cannot be combined with `after`. */
  readonly around?: string | undefined
  /**
   * A board of the catalog, by its id. Its own periods take the place of `period`. Default: points.
   */
  readonly board?: string | undefined
  /**
   * Only these users, at most 1,000, ranked among themselves: a user and their friends. The query then looks at each of them.
   * Cannot be combined with `group`.
   */
  readonly userIds?: readonly string[] | undefined
  /**
   * Only users with this attribute, such as one team, ranked among themselves. The query then looks at each of them.
   * Without a group it reads the rows of the page, and ranks are counted by ranges of points.
   */
  readonly group?: UserGroup | undefined
  /**
   * Only points gained in one ISO 8601 week or one month, in UTC and by the completions' own times. Default: all
   * points.
   */
  readonly period?: 'week' | 'month' | undefined
  /**
   * An instant in the week, the month, or the period or season of the board: a past one shows how it ended. Default: now.
   */
  readonly at?: Date | undefined
}

/** One user on the leaderboard. */
export type LeaderboardEntry = {
  /** 1 + the number of users with more points. Equal points give equal ranks. */
  rank: number
  userId: string
  /** The points gained in the period if you passed one, otherwise all points. All points with a board. */
  points: number
  /** What a board ranks by: points, badges, or the value of its metric. Only if you passed `board`. */
  value?: number
  /** The level by all points, even with a period. `badgeCount` also counts all badges. */
  level: number
  levelName: string | null
  badgeCount: number
  /**
   * When the user reached these points: the date of the last gain, or of the last one in the period. With a board: when
   * the user reached the value.
   */
  reachedAt: Date
}

/** A page sorted by points or by the value of a board, best first, then by who reached it first, then by user id in code point order. */
export type LeaderboardPage = {
  entries: LeaderboardEntry[]
  /** Pass it as `after` to read the next page. Null at the end. */
  next: string | null
  /** Only if you passed `board`: its period or season. Null if it is of all time, or if no season is on. */
  period?: BoardPeriod | null
}

/** Reads a page of the leaderboard by key, so that no entry is missed or shown twice. @throws INPUT_INVALID */
export async function readLeaderboardPage(
  context: ServiceContext,
  db: Session,
  { query, tendRanks }: { readonly query: LeaderboardQuery; readonly tendRanks: RankTender },
): Promise<LeaderboardPage> {
  const { tables, now } = context
  const { limit = 10, after, around, board: id } = query
  const at = now()
  checkWhole('limit', limit, 1000)
  if (around !== undefined) checkId('userId', around, { field: 'around' })
  if (after !== undefined && around !== undefined)
    throw invalid('around', 'cannot be combined with `after`; pass one of the two')
  const users = usersOf(query)
  const measure = id === undefined ? pointsMeasure(query, at) : boardMeasure(await contextNow(context, db), query, at)
  const period = id === undefined ? {} : { period: measure?.board?.period ?? null }
  if (!measure) return { entries: [], next: null, ...period }
  const page = { limit, at, ...users, period: measure.period, metric: measure.metric }
  const { rows, isLast } =
    around === undefined
      ? await readLeaderboard(db, tables, { after: after === undefined ? null : keyFrom(after, measure), ...page })
      : await readLeaderboardAround(db, tables, { userId: around, ...page })
  if (rows.length === 0) return { entries: [], next: null, ...period }
  if (rows[0]!.isBoardDue && db === context.db) tendRanks(rankBoardOf(measure))
  const { levels } = (await contextAt(context, db, rows[0]!.catalogVersion)).compiled.catalog
  const userIds = rows.map(({ userId }) => userId)
  const highest = levels.keep ? await readHighestPoints(db, tables, userIds) : noPoints
  const entries = rows.map(row => entryFrom(row, levelAt(levels, row.totalPoints, highest.get(row.userId)), measure))
  return { entries, next: isLast ? null : cursorAt(rows.at(-1)!, measure), ...period }
}

const noPoints: ReadonlyMap<string, number> = new Map()

/** The most users of a list. */
const mostUsers = 1_000

function usersOf({ group, userIds }: LeaderboardQuery): Pick<Board, 'group' | 'userIds'> {
  if (group !== undefined && userIds !== undefined)
    throw invalid('userIds', 'cannot be combined with `group`; pass one of the two')
  return {
    group: group === undefined ? null : checkGroup(group),
    userIds: userIds === undefined ? null : checkedIds(userIds),
  }
}

function checkedIds(userIds: unknown): readonly string[] {
  if (!Array.isArray(userIds)) throw invalid('userIds', 'must be a list of user ids')
  if (userIds.length > mostUsers) throw invalid('userIds', `has ${userIds.length} ids; pass at most ${mostUsers}`)
  return userIds.map(userId => {
    checkId('userId', userId, { field: 'userIds' })
    return userId
  })
}

function entryFrom(row: LeaderboardRow, { level, levelName }: LevelPlace, { board }: Measure): LeaderboardEntry {
  const { rank, userId, points, totalPoints, badgeCount, reachedAt } = row
  const shown = board ? { points: totalPoints, value: board.valueOf(points) } : { points: Number(points) }
  return { rank, userId, ...shown, level, levelName, badgeCount, reachedAt }
}

function cursorAt({ points, reachedAt, userId }: LeaderboardKey, { metric }: Measure): string {
  return cursorOf([metric === null ? Number(points) : points, reachedAt.getTime(), userId])
}

function keyFrom(cursor: string, { metric }: Measure): LeaderboardKey {
  const parts = partsOf(cursor, [metric === null ? 'id' : 'decimal', 'ms', 'text'])
  if (!parts)
    throw invalid('after', 'is not a cursor of this leaderboard; pass the `next` of the previous page', cursor)
  const [points, reachedAtMs, userId] = parts
  checkId('userId', userId, { field: 'after' })
  return { points: String(points), reachedAt: new Date(reachedAtMs), userId }
}
