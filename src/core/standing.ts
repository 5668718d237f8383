import type { Badge } from './badge.js'

/** One user's points, as their badges give them. `reachedAt`: the last gain in true time, null without points. */
export type Standing = { readonly points: number; readonly badgeCount: number; readonly reachedAt: Date | null }

/** Derives a standing from the badges held. */
export function standingOf(badges: readonly Pick<Badge, 'points' | 'earnedAt'>[]): Standing {
  let points = 0
  let reachedAt: Date | null = null
  for (const badge of badges) {
    points += badge.points
    if (badge.points > 0 && (reachedAt === null || badge.earnedAt > reachedAt)) reachedAt = badge.earnedAt
  }
  return { points, badgeCount: badges.length, reachedAt }
}
