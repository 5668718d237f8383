import type { Calendar } from '../time/calendar.js'
import { capDayOf, leftOf, type RuleDay } from './completion-gain.js'

/**
 * What a rule with a cap offered for a stored completion, and what it gave. `cap`: null in rows that were stored before
 * caps were.
 */
export type StoredOffer = RuleDay & {
  readonly points: number
  readonly offered: number
  readonly cap: number | null
}

/** A stored completion. `points`: everything that it is worth itself, including offers. */
export type OfferingCompletion = {
  readonly completedAt: Date
  readonly points: number
  readonly offers: readonly StoredOffer[]
}

/** A change to the ledger, so that an offer gives what is free on its day. */
export type OfferChange = RuleDay & {
  /** The points in the ledger. */
  readonly was: number
  readonly points: number
  readonly offered: number
  readonly cap: number | null
}

/** What a completion is worth itself, and the changes that the ledger needs for it. */
export type Divided = { readonly points: number; readonly changes: readonly OfferChange[] }

/** Shares out offers. `capDays`: what was given so far. */
export type Divider = {
  readonly divide: (completion: OfferingCompletion) => Divided
  readonly capDays: () => CapDays
}

/** How many of a rule's latest days are remembered, because travel can bring a user back to an earlier day. */
const rememberedDays = 8

/** What capped rules gave on their latest days: points by day, by the name of the rule. */
export type CapDays = ReadonlyMap<string, ReadonlyMap<string, number>>

/**
 * Starts to share out what capped rules give per day: the completions of one user, in order of time, get what they
 * offer until the day's cap is reached. `earlier`: what was given before the first of them.
 */
export function startDividing(calendar: Calendar, earlier: CapDays = new Map()): Divider {
  const daysBySource = new Map([...earlier].map(([source, days]) => [source, new Map(days)]))
  const divide = (offer: StoredOffer, completedAt: Date): { readonly period: string; readonly points: number } => {
    const { source, offered, cap } = offer
    const days = daysBySource.get(source) ?? new Map<string, number>()
    daysBySource.set(source, days)
    const period = capDayOf(calendar, completedAt, day => days.has(day))
    const before = days.get(period) ?? 0
    const points = cap === null ? offered : leftOf({ offered, cap }, before)
    days.set(period, before + points)
    if (days.size > rememberedDays) days.delete(days.keys().next().value!)
    return { period, points }
  }
  return {
    divide: ({ completedAt, points, offers }) => {
      if (offers.length === 0) return { points, changes: noChanges }
      const changes = offers.flatMap(offer => changesOf(offer, divide(offer, completedAt)))
      return { points: changes.reduce((sum, change) => sum + change.points, points), changes }
    },
    capDays: () => daysBySource,
  }
}

const noChanges: readonly OfferChange[] = []

// If an offer now falls on another day, because a zone was set for that time, it moves there as a whole.
function changesOf(
  { source, period, points, offered, cap }: StoredOffer,
  now: { readonly period: string; readonly points: number },
): readonly OfferChange[] {
  if (now.period === period) {
    return now.points === points
      ? noChanges
      : [{ source, period, was: points, points: now.points - points, offered: 0, cap }]
  }
  return [
    { source, period, was: points, points: -points, offered: -offered, cap },
    { source, period: now.period, was: 0, points: now.points, offered, cap },
  ]
}
