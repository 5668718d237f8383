import type { CapPeriod } from '../catalog/points-rule.js'
import { type Calendar, countedDay } from '../time/calendar.js'
import { periodLabel, periodOf } from '../time/period.js'

/** What limits an offer besides a cap, and the boost in it, as they were when it was recorded. */
export type OfferTerms = {
  /** The item whose completions share what is given, and how. */
  readonly item?: string
  readonly take?: 'best' | 'once'
  /** In milliseconds. */
  readonly cooldown?: number
  /** How many times as much as without a boost. */
  readonly times?: number
}

/** What a rule with limits offers for a completion. `cap`: null if there is none. */
export type Offer = {
  readonly offered: number
  readonly cap: number | null
  readonly terms: OfferTerms | null
}

/** What an offer gives, in which period of its cap, and what reduced it. `period`: empty without a cap. */
export type Share = { readonly period: string; readonly points: number; readonly cut: CutReason | null }

/**
 * Why a completion gives less than it offers. `cap`: the most of the period was reached. `cooldown`: too soon after one
 * that gave points. `once`: its item had given points. `not-better`:
 * its item had given as much, or part of it.
 */
export type CutReason = 'cap' | 'cooldown' | 'once' | 'not-better'

/** What a rule has given, as far as its limits ask for it. */
export type RuleUse = {
  /** Points by period of the cap. */
  readonly periods: Map<string, number>
  /** Points by item. */
  readonly items: Map<string, number>
  /** When a completion with a cooldown last got points, in milliseconds. */
  paidAt: number | null
}

/** Returns what a rule has given before anything was recorded. */
export function unused(): RuleUse {
  return { periods: new Map(), items: new Map(), paidAt: null }
}

/** The part of a rule whose completions share a limit: a period of its cap, an item or, for a cooldown, all (empty). */
export type Bucket = string

export const wholeRule: Bucket = ''

/** Lists the parts of a rule that an offer in a period of its cap has a share in. */
export function bucketsOf({
  period,
  terms,
}: {
  readonly period: string
  readonly terms?: OfferTerms | null
}): Bucket[] {
  return [
    ...(period === '' ? [] : [period]),
    ...(terms?.item === undefined ? [] : [terms.item]),
    ...(terms?.cooldown === undefined ? [] : [wholeRule]),
  ]
}

/** Tells whether a part of a rule is an item. Only these names contain a value or its digest. */
export function isItem(bucket: Bucket): boolean {
  return /[=#]/.test(bucket)
}

/**
 * Gives an offer what the limits of its rule leave, and notes it. Offers must come in order of time. `unit`: the period
 * of the cap, null without a cap.
 */
export function takeShare(
  use: RuleUse,
  { offered, cap, terms, unit }: Offer & { readonly unit: CapPeriod | null },
  { completedAt, calendar }: { readonly completedAt: Date; readonly calendar: Calendar },
): Share {
  const ms = completedAt.getTime()
  const period = unit === null ? '' : capPeriodAt(calendar, { ms, unit, hasOffers: label => use.periods.has(label) })
  const { item, take, cooldown = 0 } = terms ?? noTerms
  const given = use.periods.get(period) ?? 0
  const paid = item === undefined ? 0 : (use.items.get(item) ?? 0)
  const isCooling = use.paidAt !== null && ms < use.paidAt + cooldown
  const wanted = isCooling ? 0 : take === 'once' && paid > 0 ? 0 : Math.max(0, offered - paid)
  const points = cap === null ? wanted : Math.max(0, Math.min(wanted, cap - given))
  if (unit !== null) use.periods.set(period, given + points)
  if (item !== undefined) use.items.set(item, paid + points)
  if (points > 0 && terms?.cooldown !== undefined) use.paidAt = ms
  return { period, points, cut: points < wanted ? 'cap' : wanted < offered ? reasonOf(take, isCooling) : null }
}

function reasonOf(take: OfferTerms['take'], isCooling: boolean): CutReason {
  if (isCooling) return 'cooldown'
  return take === 'once' ? take : 'not-better'
}

const noTerms: OfferTerms = {}

/** Returns the period of a cap from its label, null for an offer without a cap. */
export function unitOfLabel(label: string): CapPeriod | null {
  if (label === '' || label === 'ever') return label === '' ? null : label
  return label.length === 10 ? 'day' : label.includes('W') ? 'week' : 'month'
}

type CapAt = { readonly ms: number; readonly unit: CapPeriod; readonly hasOffers: (label: string) => boolean }

/**
 * Returns the period whose cap applies at an instant. If only a change of time zone put it on another day, the cap of
 * the earlier day still applies.
 */
function capPeriodAt(calendar: Calendar, { ms, unit, hasOffers }: CapAt): string {
  if (unit === 'ever') return unit
  const labelOf = (day: number): string => periodLabel(unit, periodOf(unit, day))
  return labelOf(countedDay(calendar, ms, day => hasOffers(labelOf(day))))
}
