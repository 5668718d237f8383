import { categoriesOf } from '../metrics/filter.js'
import type { Countable, Digest } from '../metrics/metric.js'
import { canonicalFilter } from '../metrics/metric-of.js'
import { matchesWhere, type Where } from '../metrics/where.js'
import { compareCodePoints, utf8Length } from '../values/code-points.js'

/** Points for a completion itself, without a milestone. */
export type PointsRule<Category extends string = string> = {
  readonly category: Category | readonly Category[]
  readonly where?: Where
  /** A whole number above 0. */
  readonly points: number
  /** The most points that the rule gives a user per local day. Completions get them in order of time. */
  readonly cap?: { readonly per: 'day'; readonly points: number }
}

/** A rule ready to be applied. */
export type CompiledPointsRule = {
  /** Identifies the rule by the completions it applies to, so that its cap still holds when its points change. */
  readonly source: string
  readonly points: number
  /** Null if it has no cap. */
  readonly capPerDay: number | null
  readonly matches: (completion: Countable) => boolean
}

/** Groups rules by the categories they apply to, in the order of the catalog. */
export function pointsRulesByCategory(
  rules: readonly PointsRule[],
  digest: Digest,
): ReadonlyMap<string, readonly CompiledPointsRule[]> {
  const byCategory = new Map<string, CompiledPointsRule[]>()
  for (const rule of rules) {
    const compiled = compileRule(rule, digest)
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
  const name = `points:${isReadable ? categories[0]! : JSON.stringify([categories, ...canonicalFilter(rule)])}`
  return utf8Length(name) <= 120 ? name : `points:#${digest(name)}`
}

function compileRule(rule: PointsRule, digest: Digest): CompiledPointsRule {
  const { where } = rule
  return {
    source: sourceOf(rule, digest),
    points: rule.points,
    capPerDay: rule.cap?.points ?? null,
    matches: ({ metadata }) => !where || matchesWhere(where, metadata),
  }
}
