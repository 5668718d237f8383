import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'
import type { CapPeriod, PointsRule } from '../../src/core/catalog/points-rule.js'
import { durationMs, isInWindow, type ModelCalendar, modelCalendar, nameOfPeriod } from './reference-calendar.js'
import { compare, type ModelCompletion, matches } from './reference-filter.js'

/** What a completion offers by a rule of the catalog, and the rule's limits, as they were when it was recorded. */
export type ModelOffer = {
  readonly completion: ModelCompletion
  /** Set if it is coins. */
  readonly currency: string | undefined
  /** Names the rule by what it looks at. */
  readonly source: string
  readonly points: number
  readonly cap: { readonly per: CapPeriod; readonly points: number } | undefined
  /** What was done, of a rule by which it brings points once, or as many as the best time. */
  readonly item: string | undefined
  readonly isOnce: boolean
  readonly cooldownMs: number
  readonly times: number
}

/** What a completion brings by a rule: of what it offers, what the limits leave. */
export type ModelGain = ModelOffer & { readonly offered: number; readonly period: string }

/** What a completion offers by the rules of today, on the days of its user. */
export function offersOf(
  { points = [], boosts = [] }: Pick<CatalogDefinition, 'points' | 'boosts'>,
  completion: ModelCompletion,
  calendar: ModelCalendar,
): ModelOffer[] {
  const boosting = boosts.filter(boost => {
    const isOfIt = boost.category === undefined || [boost.category].flat().includes(completion.category)
    const matching = matches({ category: completion.category, where: boost.where }, completion)
    return isOfIt && matching && isInWindow(boost, completion.completedAt, calendar)
  })
  const times = Math.max(1, ...boosting.map(boost => boost.times))
  return points.filter(rule => matches(rule, completion)).flatMap(rule => offerOf(rule, completion, times))
}

function offerOf(rule: PointsRule, completion: ModelCompletion, times: number): ModelOffer[] {
  const amount = amountOf(rule, completion)
  const item = rule.per === undefined ? undefined : itemOf(rule.per, completion)
  if (amount === 0 || item === null) return []
  const { cap, cooldown, once = false } = rule
  const cooldownMs = cooldown === undefined ? 0 : durationMs(cooldown)
  const { currency } = rule
  const points = currency ? amount : Math.floor(amount * times)
  return [{ completion, currency, source: sourceOf(rule), points, cap, item, isOnce: once, cooldownMs, times }]
}

// One for each whole part of a number. The parts of the arbitraries are exact as doubles.
function amountOf({ points }: PointsRule, { metadata }: ModelCompletion): number {
  if (typeof points === 'number') return points
  const value = metadata[points.property]
  return typeof value === 'number' && value > 0 ? Math.floor(value / (points.per ?? 1)) : 0
}

function itemOf(property: string, { metadata }: ModelCompletion): string | null {
  const value = metadata[property]
  return value === undefined || value === null ? null : `${property} ${JSON.stringify(value)}`
}

/** Shares out what one user's completions offer: who was first gets it, until a limit is reached. */
export function gainsOf(offers: readonly ModelOffer[], calendar: ModelCalendar): ModelGain[] {
  const gains: ModelGain[] = []
  for (const offer of [...offers].sort((a, b) => compareInTime(a.completion, b.completion))) {
    const { completion, source, points: offered, cap, item, isOnce, cooldownMs } = offer
    const earlier = gains.filter(gain => gain.source === source)
    const period = cap ? periodOf(cap.per, completion.completedAt, { calendar, earlier }) : ''
    const isCooling = earlier.some(gain => {
      return (
        gain.points > 0 && gain.cooldownMs > 0 && +completion.completedAt - +gain.completion.completedAt < cooldownMs
      )
    })
    const paid = item === undefined ? 0 : sumOf(earlier.filter(gain => gain.item === item))
    const wanted = isCooling || (isOnce && paid > 0) ? 0 : Math.max(0, offered - paid)
    const given = sumOf(earlier.filter(gain => cap && gain.period === period))
    const points = cap ? Math.max(0, Math.min(wanted, cap.points - given)) : wanted
    gains.push({ ...offer, points, offered, period })
  }
  return gains
}

type Around = { readonly calendar: ModelCalendar; readonly earlier: readonly ModelGain[] }

function periodOf(unit: CapPeriod, at: Date, { calendar, earlier }: Around): string {
  if (unit === 'ever') return unit
  const hasOffers = (period: string): boolean => earlier.some(gain => gain.period === nameOfPeriod(unit, period))
  return nameOfPeriod(unit, calendar.countedPeriodOf(unit, at, hasOffers))
}

/** By time, those of one instant by category and key. */
export function compareInTime(a: ModelCompletion, b: ModelCompletion): number {
  const byTime = a.completedAt.getTime() - b.completedAt.getTime()
  return byTime || compare(a.category, b.category) || compare(a.itemKey, b.itemKey)
}

export function sourceOf({ category, currency = '', where = {} }: PointsRule): string {
  const tests = Object.entries(where).map(([property, test]) => [property, Object.entries(test).sort()])
  return JSON.stringify([currency, [...new Set([category].flat())].sort(), tests.sort()])
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
        return points !== 0 && (period === 'all' || utc.periodOf(period, at) === utc.periodOf(period, now))
      })
      const gained = counted.filter(({ points }) => points > 0)
      return { userId, points: sumOf(counted), lastAt: Math.max(...gained.map(({ at }) => at.getTime())) }
    })
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.lastAt - b.lastAt || compare(a.userId, b.userId))
    .map(({ userId, points }) => ({ userId, points }))
}
