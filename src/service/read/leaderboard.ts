import { type LevelPlace, levelAt } from '../../core/catalog/level.js'
import { periodLabel, periodOf, utcDay } from '../../core/time/period.js'
import { checkGroup, type UserGroup } from '../../core/users/attributes.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { readHighestPoints } from '../../store/progress/holdings.js'
import {
  type LeaderboardKey,
  type LeaderboardRow,
  readLeaderboard,
  readLeaderboardAround,
} from '../../store/reports/leaderboard.js'
import type { ServiceContext } from '../context/context.js'
import { contextAt } from '../context/counting-context.js'
import { cursorOf, partsOf } from '../context/cursor.js'
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
   * Only users with this attribute, such as one team, ranked among themselves. The query then looks at each of them.
   * Without a group it reads the rows of the page, and ranks are counted by ranges of points.
   */
  readonly group?: UserGroup | undefined
  /**
   * Only points gained in one ISO 8601 week or one month, in UTC and by the completions' own times. Default: all
   * points.
   */
  readonly period?: 'week' | 'month' | undefined
  /** An instant in the week or month; needs `period`. Default: now. */
  readonly at?: Date | undefined
}

/** One user on the leaderboard. */
export type LeaderboardEntry = {
  /** 1 + the number of users with more points. Equal points give equal ranks. */
  rank: number
  userId: string
  /** The points gained in the period if you passed one, otherwise all points. */
  points: number
  /** The level by all points, even with a period. `badgeCount` also counts all badges. */
  level: number
  levelName: string | null
  badgeCount: number
  /** When the user reached these points: the date of the last gain, or of the last one in the period. */
  reachedAt: Date
}

/** A page sorted by points, then by who reached them first, then by user id in code point order. */
export type LeaderboardPage = {
  entries: LeaderboardEntry[]
  /** Pass it as `after` to read the next page. Null at the end. */
  next: string | null
}

/** Reads a page of the leaderboard by key, so that no entry is missed or shown twice. @throws INPUT_INVALID */
export async function readLeaderboardPage(
  context: ServiceContext,
  db: Session,
  { query, tendRanks }: { readonly query: LeaderboardQuery; readonly tendRanks: RankTender },
): Promise<LeaderboardPage> {
  const { tables, now } = context
  const { limit = 10, after, around } = query
  const at = now()
  const board = { period: periodNamed(query, at), group: query.group === undefined ? null : checkGroup(query.group) }
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw invalid('limit', 'must be a whole number from 1 to 1000')
  if (around !== undefined) checkId('userId', around, { field: 'around' })
  if (after !== undefined && around !== undefined)
    throw invalid('around', 'cannot be combined with `after`; pass one of the two')
  const rows =
    around === undefined
      ? await readLeaderboard(db, tables, { after: after === undefined ? null : keyFrom(after), limit, at, ...board })
      : await readLeaderboardAround(db, tables, { userId: around, limit, at, ...board })
  if (rows.length === 0) return { entries: [], next: null }
  if (rows[0]!.isBoardDue && db === context.db) tendRanks(board.period ?? '')
  const { levels } = (await contextAt(context, db, rows[0]!.catalogVersion)).compiled.catalog
  const highest = levels.keep
    ? await readHighestPoints(
        db,
        tables,
        rows.map(({ userId }) => userId),
      )
    : noPoints
  const entries = rows.map(row => entryFrom(row, levelAt(levels, row.totalPoints, highest.get(row.userId))))
  const isLast = around === undefined && rows.length < limit
  return { entries, next: isLast ? null : cursorAt(rows.at(-1)!) }
}

const noPoints: ReadonlyMap<string, number> = new Map()

function periodNamed({ period, at }: LeaderboardQuery, now: Date): string | null {
  if (period === undefined) {
    if (at !== undefined) throw invalid('at', 'needs a period; give period as week or month too')
    return null
  }
  if (period !== 'week' && period !== 'month') throw invalid('period', 'must be week or month', String(period))
  const instant = at ?? now
  if (!(instant instanceof Date) || Number.isNaN(instant.getTime()))
    throw invalid('at', 'is not a valid Date', String(at))
  return periodLabel(period, periodOf(period, utcDay(instant.getTime())))
}

function entryFrom(row: LeaderboardRow, { level, levelName }: LevelPlace): LeaderboardEntry {
  const { rank, userId, points, badgeCount, reachedAt } = row
  return { rank, userId, points, level, levelName, badgeCount, reachedAt }
}

function cursorAt({ points, reachedAt, userId }: LeaderboardKey): string {
  return cursorOf([points, reachedAt.getTime(), userId])
}

function keyFrom(cursor: string): LeaderboardKey {
  const parts = partsOf(cursor, ['id', 'ms', 'text'])
  if (!parts)
    throw invalid('after', 'is not a cursor of this leaderboard; pass the `next` of the previous page', cursor)
  const [points, reachedAtMs, userId] = parts
  checkId('userId', userId, { field: 'after' })
  return { points, reachedAt: new Date(reachedAtMs), userId }
}
