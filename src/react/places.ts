import type { LeaderboardEntry } from '../service/read/leaderboard.js'
import type { MilepostContext } from './context.js'

/** What of the leaderboard is read. */
export type LeaderboardOptions = {
  /** Default: all points. */
  readonly period?: 'week' | 'month' | undefined
  /** How many from the first. Default: 10. */
  readonly limit?: number | undefined
}

/** The first places, and the user's own place if it is not among them. */
export type LeaderboardView = {
  readonly entries: readonly LeaderboardEntry[]
  readonly own: readonly LeaderboardEntry[]
}

/** Reads the first places, and those around the user's own place if it is not among them. */
export async function readPlaces(
  { client, userId }: Pick<MilepostContext, 'client' | 'userId'>,
  { period, limit }: LeaderboardOptions,
): Promise<LeaderboardView> {
  const { entries, next } = await client.getLeaderboard({ period, limit })
  if (next === null || holds(entries, userId)) return { entries, own: [] }
  const around = (await client.getLeaderboard({ period, around: userId, limit: 3 })).entries
  // By who they are: many may share a rank.
  return { entries, own: holds(around, userId) ? around.filter(entry => !holds(entries, entry.userId)) : [] }
}

/** Returns whether a user is among these places. */
export function holds(entries: readonly LeaderboardEntry[], userId: string): boolean {
  return entries.some(entry => entry.userId === userId)
}
