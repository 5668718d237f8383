import type { PointsRule } from '../../src/core/catalog/points-rule.js'
import { type ModelCalendar, modelCalendar } from './reference-calendar.js'
import { compare, type ModelCompletion, matches } from './reference-filter.js'

/** What a completion offers by a rule of the catalog, and the rule's cap, as they were when it was recorded. */
export type ModelOffer = {
  readonly completion: ModelCompletion
  /** Names the rule by what it looks at. */
  readonly source: string
  readonly points: number
  readonly cap: number | undefined
}

/** What a completion brings by a rule: of what it offers, what the cap of its day leaves. */
export type ModelGain = ModelOffer & { readonly offered: number }

/** What a completion offers by the rules of today. */
export function offersOf(rules: readonly PointsRule[], completion: ModelCompletion): ModelOffer[] {
  return rules
    .filter(rule => matches(rule, completion))
    .map(rule => ({ completion, source: sourceOf(rule), points: rule.points, cap: rule.cap?.points }))
}

/** Shares out what one user's completions offer: a rule brings no more than its cap on a day, and who was first gets it. */
export function gainsOf(offers: readonly ModelOffer[], calendar: ModelCalendar): ModelGain[] {
  const gains: (ModelGain & { readonly day: string })[] = []
  for (const offer of [...offers].sort((a, b) => compareInTime(a.completion, b.completion))) {
    const { completion, source, points: offered, cap } = offer
    const capped = gains.filter(gain => gain.cap !== undefined && gain.source === source)
    const hasOffers = (day: string): boolean => capped.some(gain => gain.day === day)
    const day = calendar.countedPeriodOf('day', completion.completedAt, hasOffers)
    const today = capped.filter(gain => gain.day === day)
    const left = cap === undefined ? offered : Math.max(0, Math.min(offered, cap - sumOf(today)))
    gains.push({ ...offer, points: left, offered, day })
  }
  return gains
}

/** By time, those of one instant by category and key. */
export function compareInTime(a: ModelCompletion, b: ModelCompletion): number {
  const byTime = a.completedAt.getTime() - b.completedAt.getTime()
  return byTime || compare(a.category, b.category) || compare(a.itemKey, b.itemKey)
}

export function sourceOf({ category, where = {} }: PointsRule): string {
  const tests = Object.entries(where).map(([property, test]) => [property, Object.entries(test).sort()])
  return JSON.stringify([[...new Set([category].flat())].sort(), tests.sort()])
}

export function sumOf(gains: readonly { readonly points: number }[]): number {
  return gains.reduce((sum, { points }) => sum + points, 0)
}

export type Scorer = {
  readonly userId: string
  readonly gains: readonly { readonly points: number; readonly at: Date }[]
}

const utc = modelCalendar([], [])

/** Who has the most points; of those with as many, who had the last of them first. `period`: that of `now` in UTC, or all. */
export function ranked(
  scorers: readonly Scorer[],
  period: 'week' | 'month' | 'all',
  now: Date,
): { userId: string; points: number }[] {
  return scorers
    .map(({ userId, gains }) => {
      const counted = gains.filter(({ points, at }) => {
        return points > 0 && (period === 'all' || utc.periodOf(period, at) === utc.periodOf(period, now))
      })
      return { userId, points: sumOf(counted), lastAt: Math.max(...counted.map(({ at }) => at.getTime())) }
    })
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.lastAt - b.lastAt || compare(a.userId, b.userId))
    .map(({ userId, points }) => ({ userId, points }))
}
