import { categoriesOf } from '../metrics/filter.js'
import type { Countable } from '../metrics/metric.js'
import { matchesWhere, type Where } from '../metrics/where.js'
import type { Calendar } from '../time/calendar.js'
import { asksForDays, boundsOf, isWithin } from '../time/window.js'

/**
 * Multiplies the points that rules give for completions in a time. If several apply, only the largest does. A completion
 * keeps what it offered when it was recorded, even if the boost changes or goes.
 */
export type Boost<Category extends string = string> = {
  /** A local day of the user (`2026-12-24`), or an instant (`2026-12-24T00:00:00Z`). */
  readonly from: string
  /** Excluded. */
  readonly until: string
  /** A number above 1. Points are rounded down. */
  readonly times: number
  /** Default: all categories. */
  readonly category?: Category | readonly Category[]
  readonly where?: Where
}

/** What decides whether a boost applies to a rule. */
type BoostedRule = { readonly category: string | readonly string[]; readonly currency?: string | undefined }

/** The boosts of one rule, ready to be applied. `timesOf`: 1 if no boost applies. */
export type CompiledBoost = {
  readonly asksForDays: boolean
  readonly timesOf: (completion: Countable, calendar: Calendar) => number
}

/** Prepares the boosts that may apply to a rule. */
export function compileBoosts(boosts: readonly Boost[], rule: BoostedRule): CompiledBoost {
  const own = boosts.filter(boost => mayBoost(boost, rule)).sort((a, b) => b.times - a.times)
  const tests = own.map(({ times, category, where, ...window }) => {
    return { times, where, categories: category && categoriesOf({ category }), bounds: boundsOf([window])! }
  })
  return {
    asksForDays: tests.some(({ bounds }) => asksForDays(bounds)),
    timesOf: ({ category, metadata, completedAt }, { dayOf }) =>
      tests.find(
        ({ where, categories, bounds }) =>
          (!categories || categories.includes(category)) &&
          (!where || matchesWhere(where, metadata)) &&
          isWithin(bounds, completedAt.getTime(), dayOf),
      )?.times ?? 1,
  }
}

/** Tells whether a boost and a rule have a category in common. Boosts are for points, not for coins. */
export function mayBoost({ category }: Pick<Boost, 'category'>, rule: BoostedRule): boolean {
  if (rule.currency !== undefined) return false
  if (category === undefined) return true
  const categories = categoriesOf(rule)
  return categoriesOf({ category }).some(name => categories.includes(name))
}
