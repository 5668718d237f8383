import type { Badge } from './badge.js'

/** What a badge gave: points, or coins of a currency. `at`: the badge's date. Negative if it is taken back. */
export type BadgeGain = {
  readonly id: string
  /** Undefined for points. */
  readonly currency: string | undefined
  readonly points: number
  readonly at: Date
}

/** What a badge gives. */
export type GivingBadge = Pick<Badge, 'id' | 'points' | 'coins' | 'earnedAt'>

/** What a badge gives and what the ledger has of it. One of them may be missing. */
export type GainPair = { readonly due: BadgeGain | undefined; readonly stored: BadgeGain | undefined }

/** Compares what badges give with what the ledger has: a pair for each badge and currency. */
export function pairedGains(badges: readonly GivingBadge[], stored: readonly BadgeGain[]): readonly GainPair[] {
  const pairs = new Map<string, GainPair>(stored.map(gain => [keyOf(gain), { due: undefined, stored: gain }]))
  for (const gain of badges.flatMap(gainsOf)) {
    pairs.set(keyOf(gain), { due: gain, stored: pairs.get(keyOf(gain))?.stored })
  }
  return [...pairs.values()]
}

/** Lists what the ledger lacks, so that it has what badges give, at their dates. */
export function gainChanges(badges: readonly GivingBadge[], stored: readonly BadgeGain[]): readonly BadgeGain[] {
  return pairedGains(badges, stored).flatMap(({ due, stored }) => {
    if (due && stored && due.at.getTime() === stored.at.getTime()) {
      const points = due.points - stored.points
      return points === 0 ? [] : [{ ...due, points }]
    }
    // They belong to the week and month of the badge's date.
    return [...(stored ? [{ ...stored, points: -stored.points }] : []), ...(due ? [due] : [])]
  })
}

/** Lists what a badge gives. Empty for one without points and coins. */
export function gainsOf({ id, points, coins = {}, earnedAt: at }: GivingBadge): readonly BadgeGain[] {
  const all = [[undefined, points] as const, ...Object.entries(coins)]
  return all.flatMap(([currency, points]) => (points === 0 ? [] : [{ id, currency, points, at }]))
}

// Currencies have no spaces.
function keyOf({ id, currency = '' }: BadgeGain): string {
  return `${currency} ${id}`
}
