import type { Catalog } from '../catalog/catalog.js'
import type { PointsRule } from '../catalog/points-rule.js'
import { categoriesOf } from '../metrics/metric-of.js'
import {
  type CountRequirement,
  type ExpandedRequirement,
  type TotalRequirement,
  unitOf,
} from '../metrics/requirement.js'
import { joinPath } from '../values/shape-faults.js'
import { isBlocked } from './ceiling.js'
import type { Goal } from './goal.js'
import type { CatalogWarning } from './warning.js'
import { contradictionsIn } from './where.js'

/** Finds what can be collected without end by completing trivial things, such as what an app lets one do and undo in turn. */
export function farmingWarnings(catalog: Catalog, goals: readonly Goal[]): readonly CatalogWarning[] {
  const words = [...catalog.points.flatMap(ruleWords), ...goals.flatMap(repeatWords)]
  return words.map(warning => ({ kind: 'farmable', ...warning }))
}

type Words = Omit<CatalogWarning, 'kind'>

function ruleWords(rule: PointsRule, i: number): readonly Words[] {
  const { points, cap, where } = rule
  if (cap || contradictionsIn(where, '').length > 0) return []
  const problem = `brings ${pointsWord(points)} for each completion of ${namesOf(rule)}, without end`
  const fix = `Give it a cap, such as { "per": "day", "points": ${points * 5} }.`
  return [{ path: joinPath('points', i), problem, fix }]
}

function repeatWords({ milestone, requirement, path }: Goal): readonly Words[] {
  const { repeatable, isRetired } = milestone
  if (!repeatable || isRetired || repeatable.cooldown !== undefined || !isOpenEnded(requirement)) return []
  if (isBlocked(requirement, milestone.available ?? undefined)) return []
  const { max } = repeatable
  const takesOne = requirement.type === 'count' && requirement.target === 1
  if (max !== undefined && (max === 1 || !takesOne)) return []
  const { points } = milestone.reward
  const each = points > 0 ? `a badge and ${pointsWord(points)}` : 'a badge'
  const every = takesOne ? 'every single completion' : wordsFor(requirement)
  const often = max === undefined ? 'without end' : `${max} times, as fast as one can`
  const problem = `brings ${each} for ${every} of ${namesOf(requirement)}, ${often}: trivial ones do, such as things done and undone in turn`
  return [{ path: joinPath(path, 'repeatable'), problem, fix: max === undefined ? endlessFix : fastFix }]
}

const endlessFix = 'Give it a cooldown (such as "P1D"), a max, a `during` period, or the items that count.'
const fastFix = 'Give it a cooldown (such as "P1D"), a `during` period, the items that count, or a higher target.'

// Streaks take their time, and what is distinct or the highest so far does not come again by itself.
function isOpenEnded(requirement: ExpandedRequirement): requirement is CountRequirement | TotalRequirement {
  if (requirement.type !== 'count' && requirement.type !== 'total') return false
  const isDistinct = requirement.type === 'count' && requirement.distinct !== undefined
  return !isDistinct && requirement.items === undefined && unitOf(requirement) === undefined
}

function wordsFor(requirement: CountRequirement | TotalRequirement): string {
  const { target } = requirement
  return requirement.type === 'count' ? `every ${target} completions` : `every ${target} of "${requirement.property}"`
}

function namesOf(filter: Pick<CountRequirement, 'category'>): string {
  return categoriesOf(filter)
    .map(category => `"${category}"`)
    .join(', ')
}

function pointsWord(points: number): string {
  return points === 1 ? '1 point' : `${points} points`
}
