import type { Catalog } from '../catalog/catalog.js'
import type { PointsRule } from '../catalog/points-rule.js'
import { type CompletionFilter, categoriesOf, unitOf } from '../metrics/filter.js'
import type { Farming } from '../metrics/kind.js'
import { isMetricRequirement, kindOf, type MetricRequirement } from '../metrics/kinds.js'
import { contradictionsIn } from '../metrics/where-limits.js'
import { joinPath } from '../values/shape-faults.js'
import { isBlocked } from './ceiling.js'
import type { Goal } from './goal.js'
import type { CatalogWarning } from './warning.js'

/**
 * Finds what can be collected without limit by trivial completions, such as actions that an app lets users do and undo
 * repeatedly.
 */
export function farmingWarnings(catalog: Catalog, goals: readonly Goal[]): readonly CatalogWarning[] {
  const words = [...catalog.points.flatMap(ruleWords), ...goals.flatMap(repeatWords)]
  return words.map(warning => ({ kind: 'farmable', ...warning }))
}

type Words = Omit<CatalogWarning, 'kind'>

function ruleWords(rule: PointsRule, i: number): readonly Words[] {
  const { points, currency, cap, cooldown, per, where } = rule
  if (cap || cooldown !== undefined || per !== undefined || contradictionsIn(where, '').length > 0) return []
  const isFixed = typeof points === 'number'
  const given = isFixed ? amountWord(points, currency) : `${currency ?? 'points'} by "${points.property}"`
  const problem = `gives ${given} for each completion of ${namesOf(rule)}, without a limit`
  const fix = `Give it a cap, such as { "per": "day", "points": ${isFixed ? points * 5 : 100} }.`
  return [{ path: joinPath('points', i), problem, fix }]
}

function repeatWords({ milestone, requirement, path }: Goal): readonly Words[] {
  const { repeatable, isRetired } = milestone
  if (!repeatable || isRetired || repeatable.cooldown !== undefined || !isMetricRequirement(requirement)) return []
  const farming = farmingOf(requirement)
  if (farming === null || isBlocked(requirement, milestone.available ?? undefined)) return []
  const { max } = repeatable
  const { takesOne, amount } = farming
  if (max !== undefined && (max === 1 || !takesOne)) return []
  const { points, coins = {} } = milestone.reward
  const rewards = [...(points > 0 ? [amountWord(points)] : []), ...Object.entries(coins).map(coinsWord)]
  const each = ['a badge', ...rewards].join(' and ')
  const every = takesOne ? 'every single completion' : `every ${amount}`
  const often = max === undefined ? 'without end' : `${max} times, as fast as one can`
  const problem = `gives ${each} for ${every} of ${namesOf(requirement)}, ${often}. Trivial completions are enough, such as doing and undoing the same thing`
  return [{ path: joinPath(path, 'repeatable'), problem, fix: max === undefined ? endlessFix : fastFix }]
}

const endlessFix = 'Give it a cooldown (such as "P1D"), a max, a `during` period, or the items that count.'
const fastFix = 'Give it a cooldown (such as "P1D"), a `during` period, the items that count, or a higher target.'

// Items are limited, and a calendar period gives at most one time.
function farmingOf(requirement: MetricRequirement): Farming | null {
  if (requirement.items !== undefined || unitOf(requirement) !== undefined) return null
  return kindOf(requirement).farmingOf(requirement)
}

function namesOf(filter: Pick<CompletionFilter, 'category'>): string {
  return categoriesOf(filter)
    .map(category => `"${category}"`)
    .join(', ')
}

function coinsWord([currency, amount]: readonly [currency: string, amount: number]): string {
  return amountWord(amount, currency)
}

function amountWord(amount: number, currency?: string): string {
  if (currency !== undefined) return `${amount} ${currency}`
  return amount === 1 ? '1 point' : `${amount} points`
}
