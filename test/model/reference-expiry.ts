// When badges expire, read the slow and obvious way.
import { badgesOf, type Model, type ModelBadge } from './reference-model.js'

/** When a badge expires, or null. */
export function endOf({ earnedAt, expiresAfter }: ModelBadge): Date | null {
  if (expiresAfter === undefined) return null
  const fixed = { PT36H: 36, P10D: 240 }[expiresAfter]
  if (fixed !== undefined) return new Date(earnedAt.getTime() + fixed * 3_600_000)
  const months = { P1M: 1, P1Y: 12 }[expiresAfter]!
  const year = earnedAt.getUTCFullYear()
  const month = earnedAt.getUTCMonth() + months
  // The day before the first of the month after is its last.
  const last = new Date(Date.UTC(year, month + 1, 1) - 1).getUTCDate()
  const midnight = Date.UTC(year, month, Math.min(earnedAt.getUTCDate(), last))
  return new Date(midnight + (earnedAt.getTime() % 86_400_000))
}

/** Tells whether all of these badges have expired, by the model's clock. */
export function areExpired({ now }: Model, badges: readonly ModelBadge[]): boolean {
  return badges.every(badge => {
    const end = endOf(badge)
    return end !== null && end <= now
  })
}

/** When the last of these badges expires; null if one of them never does. */
export function lastEndOf(badges: readonly ModelBadge[]): Date | null {
  const ends = badges.map(endOf)
  if (ends.includes(null)) return null
  return ends.reduce((last, end) => (last && last >= end! ? last : end), null)
}

/** What a user's badges unlock, by the model's clock. */
export function modelUnlocks(model: Model, userId: string): string[] {
  const valid = badgesOf(model, userId).filter(badge => !areExpired(model, [badge]))
  return [...new Set(valid.flatMap(({ unlocks = [] }) => unlocks))].sort()
}
