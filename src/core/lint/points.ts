import { type Boost, mayBoost } from '../catalog/boost.js'
import type { Catalog } from '../catalog/catalog.js'
import type { CapPeriod, PointsRule } from '../catalog/points-rule.js'
import type { Where } from '../metrics/where.js'
import { canPass, contradictionsIn } from '../metrics/where-limits.js'
import { parseDuration } from '../time/duration.js'
import { dayMs } from '../time/period.js'
import { joinPath } from '../values/shape-faults.js'
import type { CatalogWarning } from './warning.js'

/** Finds limits of points rules that have no effect, and boosts of nothing. */
export function pointsWarnings({ points, boosts }: Catalog): readonly CatalogWarning[] {
  return [...points.flatMap(ruleWarnings), ...boosts.flatMap((boost, i) => boostWarnings(points, boost, i))]
}

// The longest that each can be, with a change of the clocks.
const longestMs: Readonly<Record<Exclude<CapPeriod, 'ever'>, number>> = {
  day: dayMs + 3_600_000,
  week: 7 * dayMs + 3_600_000,
  month: 31 * dayMs + 3_600_000,
}

function ruleWarnings({ cap, cooldown }: PointsRule, i: number): readonly CatalogWarning[] {
  if (!cap || cap.per === 'ever' || cooldown === undefined || parseDuration(cooldown)! < longestMs[cap.per]) return []
  const problem = `is longer than a ${cap.per}, so the cap per ${cap.per} is for one completion at most`
  const fix = 'Make it shorter, or use a cap for a longer period.'
  return [{ kind: 'window', path: joinPath('points', i, 'cooldown'), problem, fix }]
}

function boostWarnings(rules: readonly PointsRule[], boost: Boost, i: number): readonly CatalogWarning[] {
  const path = joinPath('boosts', i)
  const contradictions = contradictionsIn(boost.where, path)
  if (contradictions.length > 0) {
    const problem = 'asks for what no value can be: its tests exclude each other'
    return contradictions.map(place => ({ kind: 'unreachable', path: place, problem, fix: 'Take one of them out.' }))
  }
  const boosted = rules.filter(rule => mayBoost(boost, rule))
  if (boosted.length === 0) {
    const problem = 'has no effect: no rule in `points` gives points for its categories'
    return [{ kind: 'unreachable', path, problem, fix: 'Add such a rule, or take the boost out.' }]
  }
  if (boosted.some(rule => canMatchBoth(rule.where, boost.where))) return []
  const problem = 'has no effect: what it asks for excludes what the rules for its categories ask for'
  const fix = 'Ask for what a rule asks for too, or take it out.'
  return [{ kind: 'unreachable', path: joinPath(path, 'where'), problem, fix }]
}

function canMatchBoth(one: Where = {}, other: Where = {}): boolean {
  return Object.keys(other).every(property => canPass([other[property]!, ...(one[property] ? [one[property]] : [])]))
}
