import { type LevelPlace, levelAt } from '../../core/catalog/level.js'
import { periodLabel, periodOf, utcDay } from '../../core/time/period.js'
import { checkGroup, type UserGroup } from '../../core/users/attributes.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import type { Database } from '../../store/database/database.js'
import {
  type LeaderboardKey,
  type LeaderboardRow,
  readLeaderboard,
  readLeaderboardAround,
} from '../../store/reports/leaderboard.js'
import type { ServiceContext } from '../context/context.js'
import { cursorOf, partsOf } from '../context/cursor.js'

/** Which part of the leaderboard to read. */
export type LeaderboardQuery = {
  /** 1 to 1,000 entries. Default: 10. */
  readonly limit?: number | undefined
  /** The `next` of the page before. */
  readonly after?: string | undefined
  /** A user to show with those just above and below; not together with `after`. */
  readonly around?: string | undefined
  /**
   * Only users with this attribute, such as those of one team, ranked among themselves. Costs what looking at each of them
   * does; without a group a page costs what it holds.
   */
  readonly group?: UserGroup | undefined
  /** Only what was gained in one week (ISO 8601) or month, by UTC and in true time. Default: all points. */
  readonly period?: 'week' | 'month' | undefined
  /** An instant in the week or month, together with `period`. Default: now. */
  readonly at?: Date | undefined
}

export type LeaderboardEntry = {
  /** 1 + users with more points: equal points, equal rank. */
  rank: number
  userId: string
  /** Those of the period, where one was asked for. */
  points: number
  /** By all points, as `badgeCount` is of all badges. */
  level: number
  levelName: string | null
  badgeCount: number
  /** When the present points were reached, in true time: the last gain, on the board of a period the last one in it. */
  reachedAt: Date
}

/** A page in order: points, then who reached them first, then user id by code points. */
export type LeaderboardPage = {
  entries: LeaderboardEntry[]
  /** Give as `after` for the entries below; null at the end. */
  next: string | null
}

/** Reads a page of the leaderboard by key, so that no entry is missed or shown twice. @throws INPUT_INVALID */
export async function readLeaderboardPage(
  { tables, governing, now }: ServiceContext,
  db: Database,
  query: LeaderboardQuery,
): Promise<LeaderboardPage> {
  const { limit = 10, after, around } = query
  const board = { period: periodNamed(query, now), group: query.group === undefined ? null : checkGroup(query.group) }
  const { levels } = (governing.latest?.compiled ?? governing.own).catalog
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw invalid('limit', 'must be a whole number from 1 to 1000')
  if (around !== undefined) checkId('userId', around, { field: 'around' })
  if (after !== undefined && around !== undefined)
    throw invalid('around', 'cannot be combined with `after`; pass one of the two')
  const rows =
    around === undefined
      ? await readLeaderboard(db, tables, { after: after === undefined ? null : keyFrom(after), limit, ...board })
      : await readLeaderboardAround(db, tables, { userId: around, limit, ...board })
  const entries = rows.map(row => entryFrom(row, levelAt(levels, row.totalPoints)))
  const isLast = around === undefined && rows.length < limit
  return { entries, next: isLast || rows.length === 0 ? null : cursorAt(rows.at(-1)!) }
}

function periodNamed({ period, at }: LeaderboardQuery, now: () => Date): string | null {
  if (period === undefined) {
    if (at !== undefined) throw invalid('at', 'needs a period; give period as week or month too')
    return null
  }
  if (period !== 'week' && period !== 'month') throw invalid('period', 'must be week or month', String(period))
  const instant = at ?? now()
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
