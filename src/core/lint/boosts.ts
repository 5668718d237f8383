import { type Boost, mayBoost } from '../catalog/boost.js'
import type { Catalog } from '../catalog/catalog.js'
import { boosted, type PointsRule } from '../catalog/points-rule.js'
import { categoriesOf } from '../metrics/filter.js'
import type { Where } from '../metrics/where.js'
import { canPass, contradictionsIn } from '../metrics/where-limits.js'
import { parseBound } from '../time/window.js'
import { canonicalJson } from '../values/canonical-json.js'
import { joinPath } from '../values/shape-faults.js'
import type { CatalogWarning } from './warning.js'

/** Finds boosts that never change what a completion gives. */
export function boostWarnings({ points, boosts }: Catalog): readonly CatalogWarning[] {
  return boosts.flatMap((_, i) => warningsOf(points, boosts, i))
}

function warningsOf(rules: readonly PointsRule[], boosts: readonly Boost[], i: number): readonly CatalogWarning[] {
  const boost = boosts[i]!
  const path = joinPath('boosts', i)
  const contradictions = contradictionsIn(boost.where, path)
  if (contradictions.length > 0) {
    const problem = 'asks for what no value can be: its tests exclude each other'
    return contradictions.map(place => ({ kind: 'unreachable', path: place, problem, fix: 'Take one of them out.' }))
  }
  const own = rules.filter(rule => mayBoost(boost, rule))
  if (own.length === 0) {
    const problem = 'has no effect: no rule in `points` gives points for its categories'
    return [{ kind: 'unreachable', path, problem, fix: 'Add such a rule, or take the boost out.' }]
  }
  const matching = own.filter(rule => canMatchBoth(rule.where, boost.where))
  if (matching.length === 0) {
    const problem = 'has no effect: what it asks for excludes what the rules for its categories ask for'
    const fix = 'Ask for what a rule asks for too, or take it out.'
    return [{ kind: 'unreachable', path: joinPath(path, 'where'), problem, fix }]
  }
  return effectWarnings(matching, boosts, i)
}

function effectWarnings(rules: readonly PointsRule[], boosts: readonly Boost[], i: number): readonly CatalogWarning[] {
  const boost = boosts[i]!
  const path = joinPath('boosts', i)
  if (rules.every(rule => addsNothing(rule, boost))) {
    const problem = `is ${boost.times}, which adds nothing to what the rules for its categories give: points are rounded down, and caps stay`
    const fix = 'Multiply by more, give more points for a completion, or raise the cap.'
    return [{ kind: 'unreachable', path: joinPath(path, 'times'), problem, fix }]
  }
  const larger = boosts.findIndex((other, j) => j !== i && isLarger(other, boost, j < i) && covers(other, boost))
  if (larger === -1) return []
  const problem = `has no effect: ${joinPath('boosts', larger)} is at least as large, and applies whenever this one does`
  return [{ kind: 'unreachable', path, problem, fix: 'Take it out, or multiply by more.' }]
}

function addsNothing({ points, cap }: PointsRule, { times }: Boost): boolean {
  return typeof points === 'number' && Math.min(boosted(points, times), cap?.points ?? Infinity) <= points
}

// Of two that are equal, the first one stays.
function isLarger(other: Boost, { times }: Boost, isBefore: boolean): boolean {
  return other.times > times || (other.times === times && isBefore)
}

// Days and instants are not compared: which is earlier depends on the user's zone.
function covers(other: Boost, boost: Boost): boolean {
  const [from, until, start, end] = [other.from, other.until, boost.from, boost.until].map(text => parseBound(text)!)
  const isSameKind = new Set([from!.kind, until!.kind, start!.kind, end!.kind]).size === 1
  const categories = boost.category === undefined ? [] : categoriesOf({ category: boost.category })
  const hasCategories =
    other.category === undefined ||
    (categories.length > 0 && categories.every(name => categoriesOf({ category: other.category! }).includes(name)))
  const hasWhere = other.where === undefined || canonicalJson(other.where) === canonicalJson(boost.where ?? null)
  return isSameKind && from!.at <= start!.at && end!.at <= until!.at && hasCategories && hasWhere
}

function canMatchBoth(one: Where = {}, other: Where = {}): boolean {
  return Object.keys(other).every(property => canPass([other[property]!, ...(one[property] ? [one[property]] : [])]))
}
