import type { BoardPeriod } from '../service/read/board.js'
import type { LeaderboardEntry } from '../service/read/leaderboard.js'
import type { MilepostContext } from './context.js'

/** What of the leaderboard is read. */
export type LeaderboardOptions = {
  /** A board of the catalog. Default: points. */
  readonly board?: string | undefined
  /** Default: all points. */
  readonly period?: 'week' | 'month' | undefined
  /** An instant in an earlier period or season, to show how it ended. Default: now. */
  readonly at?: Date | undefined
  /** How many from the first. Default: 10. */
  readonly limit?: number | undefined
}

/** The first places, and the user's own place if it is not among them. */
export type LeaderboardView = {
  readonly entries: readonly LeaderboardEntry[]
  readonly own: readonly LeaderboardEntry[]
  /** Only of a `board`: its period or season. Null if it is of all time, or if no season is on. */
  readonly period?: BoardPeriod | null
}

/** Reads the first places, and those around the user's own place if it is not among them. */
export async function readPlaces(
  { client, userId }: Pick<MilepostContext, 'client' | 'userId'>,
  query: LeaderboardOptions,
): Promise<LeaderboardView> {
  const page = await client.getLeaderboard(query)
  const { entries } = page
  const isShown = !page.next || holds(entries, userId)
  const around = isShown ? [] : (await client.getLeaderboard({ ...query, around: userId, limit: 3 })).entries
  // By who they are: many may share a rank.
  return { ...page, own: around.filter(entry => holds(around, userId) && !holds(entries, entry.userId)) }
}

/** Returns whether a user is among these places. */
export function holds(entries: readonly LeaderboardEntry[], userId: string): boolean {
  return entries.some(entry => entry.userId === userId)
}
