import type { Badge } from './badge.js'

/** What completions themselves brought a user. `lastAt`: the last such gain in true time. */
export type CompletionPoints = { readonly points: number; readonly lastAt: Date | null }

/** One user's points, as badges and completions give them. `reachedAt`: the last gain in true time, null without points. */
export type Standing = {
  readonly points: number
  readonly badgeCount: number
  readonly reachedAt: Date | null
  readonly completionPoints: CompletionPoints
}

/** Derives a standing from the badges held and what completions brought. */
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

/** Gives the later of two instants, where either may be missing. */
export function laterOf(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return b > a ? b : a
}
