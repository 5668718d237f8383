import { categoriesOf } from '../metrics/filter.js'
import { ownValue, positiveIn } from '../metrics/kinds/reading.js'
import type { Countable, Digest } from '../metrics/metric.js'
import { canonicalFilter } from '../metrics/metric-of.js'
import { isDistinctValue, valuePart } from '../metrics/part-counting.js'
import { matchesWhere, type Where } from '../metrics/where.js'
import type { Calendar } from '../time/calendar.js'
import { parseDuration } from '../time/duration.js'
import type { PeriodUnit } from '../time/period.js'
import { compareCodePoints, utf8Length } from '../values/code-points.js'
import { decimalFromNumber, timesIn, timesWhole } from '../values/decimal.js'
import type { Metadata } from '../values/metadata.js'
import { type Boost, type CompiledBoost, compileBoosts } from './boost.js'
import { rewardPointsLimit } from './catalog-schema.js'

/** Points for a completion itself, without a milestone. */
export type PointsRule<Category extends string = string> = {
  readonly category: Category | readonly Category[]
  readonly where?: Where
  /** A currency of the catalog, if completions give coins instead of points. */
  readonly currency?: string
  /** A whole number above 0, or what a number in the metadata is worth. */
  readonly points: number | PointsByProperty
  /** The metadata property that says what was done, such as a quiz that can be taken again. Needs `take` or `once`. */
  readonly per?: string
  /** With `best`, each item gives what its best completion offers: a better one adds only the difference. */
  readonly take?: 'best'
  /** Whether each item gives points only once, for the first of its completions in order of time. */
  readonly once?: true
  /** The most points that the rule gives a user in a period. Completions get them in order of time. */
  readonly cap?: { readonly per: CapPeriod; readonly points: number }
  /** An ISO 8601 duration of fixed length. Completions within this time after one that gave points give none. */
  readonly cooldown?: string
}

/** One point for every `per` of a number in the metadata, rounded down. Default of `per`: 1. */
export type PointsByProperty = { readonly property: string; readonly per?: number }

/** The time that a cap is for: a local day, week or month of the user, or all time. */
export type CapPeriod = Exclude<PeriodUnit, 'year'> | 'ever'

/** A rule ready to be applied. */
export type CompiledPointsRule = {
  /** Identifies the rule by the completions it applies to, so that its limits still hold when its points change. */
  readonly source: string
  readonly currency: string | undefined
  readonly cap: { readonly per: CapPeriod; readonly points: number } | null
  /** How the completions of one item share what it gives. Null if items do not matter. */
  readonly take: 'best' | 'once' | null
  /** 0 if it has none. */
  readonly cooldownMs: number
  /** Whether it depends on the user's local days. */
  readonly asksForDays: boolean
  /** Whether the rule applies to a completion in one of its categories. */
  readonly isOffered: (completion: Countable) => boolean
  /** Returns the item that a completion belongs to, as part of a key. Empty if items do not matter. */
  readonly itemOf: (completion: Countable) => string
  /** Returns what a completion offers, and the boost in it; 0 if it does not match. */
  readonly offerOf: (completion: Countable, calendar: Calendar) => { readonly offered: number; readonly times: number }
}

/** Groups rules by the categories they apply to, in the order of the catalog. */
export function pointsRulesByCategory(
  { points, boosts }: { readonly points: readonly PointsRule[]; readonly boosts: readonly Boost[] },
  digest: Digest,
): ReadonlyMap<string, readonly CompiledPointsRule[]> {
  const byCategory = new Map<string, CompiledPointsRule[]>()
  for (const rule of points) {
    const compiled = compileRule(rule, compileBoosts(boosts, rule), digest)
    for (const category of new Set(categoriesOf(rule))) {
      byCategory.set(category, [...(byCategory.get(category) ?? []), compiled])
    }
  }
  return byCategory
}

/** Returns the name of a rule. Two rules with the same name apply to the same completions. */
export function sourceOf(rule: PointsRule, digest: Digest): string {
  const categories = [...new Set(categoriesOf(rule))].sort(compareCodePoints)
  const isReadable = !rule.where && categories.length === 1 && /^[\w.-]+$/.test(categories[0]!)
  const what = rule.currency === undefined ? 'points' : `coins:${rule.currency}`
  const name = `${what}:${isReadable ? categories[0]! : JSON.stringify([categories, ...canonicalFilter(rule)])}`
  return utf8Length(name) <= 120 ? name : `${what}:#${digest(name)}`
}

function compileRule(rule: PointsRule, boosts: CompiledBoost, digest: Digest): CompiledPointsRule {
  const { where, points, per, cap = null, cooldown } = rule
  const amountOf = typeof points === 'number' ? () => points : readerOf(points)
  const isOffered = ({ metadata }: Countable): boolean =>
    (!where || matchesWhere(where, metadata)) && (per === undefined || isDistinctValue(ownValue(metadata, per)))
  return {
    source: sourceOf(rule, digest),
    currency: rule.currency,
    cap,
    take: per === undefined ? null : (rule.take ?? 'once'),
    cooldownMs: cooldown === undefined ? 0 : parseDuration(cooldown)!,
    asksForDays: boosts.asksForDays || (cap !== null && cap.per !== 'ever'),
    isOffered,
    itemOf: ({ metadata }) => (per === undefined ? '' : per + valuePart(ownValue(metadata, per), digest)),
    offerOf: (completion, calendar) => {
      const amount = isOffered(completion) ? amountOf(completion.metadata) : 0
      if (amount === 0) return nothing
      const times = boosts.timesOf(completion, calendar)
      return { offered: times === 1 ? amount : boosted(amount, times), times }
    },
  }
}

const nothing = { offered: 0, times: 1 }

function readerOf({ property, per = 1 }: PointsByProperty): (metadata: Metadata) => number {
  const each = decimalFromNumber(per)
  return metadata => {
    const amount = positiveIn(metadata, property)
    return amount === undefined ? 0 : Math.min(timesIn(each, amount), rewardPointsLimit)
  }
}

/** Multiplies points by a boost. Exact: as doubles, 100 times 1.15 would be a little less than 115. */
export function boosted(amount: number, times: number): number {
  return Math.min(timesIn(1, timesWhole(decimalFromNumber(times), amount)), rewardPointsLimit)
}
