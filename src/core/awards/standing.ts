import type { Badge } from './badge.js'

/** The points that completions themselves are worth to a user. `lastAt`: the completion time of the last such gain. */
export type CompletionPoints = { readonly points: number; readonly lastAt: Date | null }

/**
 * One user's points from badges and completions. `reachedAt`: the time of the last gain, by the times of the badges and
 * completions themselves. Null without points.
 */
export type Standing = {
  readonly points: number
  readonly badgeCount: number
  readonly reachedAt: Date | null
  readonly completionPoints: CompletionPoints
}

/** Returns the standing that follows from the badges held and the points of completions. */
export function standingOf(
  badges: readonly Pick<Badge, 'points' | 'earnedAt'>[],
  completionPoints: CompletionPoints,
): Standing {
  let { points } = completionPoints
  let reachedAt = completionPoints.lastAt
  for (const badge of badges) {
    points += badge.points
    if (badge.points > 0) reachedAt = laterOf(reachedAt, badge.earnedAt)
  }
  return { points, badgeCount: badges.length, reachedAt, completionPoints }
}

/** Tells whether two standings are the same. */
export function isSameStanding(a: Standing, b: Standing): boolean {
  return (
    a.points === b.points &&
    a.badgeCount === b.badgeCount &&
    a.reachedAt?.getTime() === b.reachedAt?.getTime() &&
    a.completionPoints.points === b.completionPoints.points &&
    a.completionPoints.lastAt?.getTime() === b.completionPoints.lastAt?.getTime()
  )
}

/** Returns the later of two instants. Either may be missing. */
export function laterOf(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return b > a ? b : a
}
