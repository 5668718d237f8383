import { badgeIdParts, goalIdOf } from '../catalog/badge-id.js'
import type { Catalog } from '../catalog/catalog.js'
import { levelAt } from '../catalog/level.js'
import type { PointsRule } from '../catalog/points-rule.js'
import { isMetricRequirement } from '../metrics/kinds.js'
import { targetOf } from '../metrics/metric-of.js'
import type { BadgeId, ExpandedRequirement, MilestonesRequirement } from '../metrics/requirement.js'
import { contradictionsIn } from '../metrics/where-limits.js'
import { assertNever } from '../values/errors.js'
import { groupBy } from '../values/group-by.js'
import { ceilingOf, isBeyond, isBlocked } from './ceiling.js'
import { type Goal, leavesOf } from './goal.js'
import { type TimesLimit, timesLimits } from './times.js'

/** Everything that a user who starts today can ever earn. Points without limit are infinite. */
export type Earnable = {
  /** How often each goal can be earned, by its id. A goal that is missing can never be earned. */
  readonly times: ReadonlyMap<string, number>
  /** The goals whose times are calendar periods. */
  readonly byPeriod: ReadonlySet<string>
  readonly points: number
  readonly level: number
}

/** Finds what can be earned starting from nothing: no milestone can help itself by what it gives. */
export function earnableOf(catalog: Catalog, goals: readonly Goal[]): Earnable {
  const byPeriod = new Set(goals.filter(isByPeriod).map(({ milestone }) => milestone.id))
  const points = catalog.points.reduce((sum, rule) => sum + mostOf(rule), 0)
  const found: EarnableSoFar = { levels: catalog.levels, times: new Map(), byPeriod, points }
  const dependents = groupBy(goals.flatMap(dependenciesOf), ({ id }) => id)
  const onPoints = goals.filter(goal => leavesOf(goal).some(leaf => isOnPoints(leaf.requirement)))
  for (const pending = new Set(goals); pending.size > 0; ) {
    const { points } = found
    // The iterator of a Set also visits items that are added during the loop.
    for (const goal of pending) {
      pending.delete(goal)
      if (!earn(found, goal)) continue
      for (const dependent of dependents.get(goal.milestone.id) ?? []) pending.add(dependent.goal)
    }
    if (found.points > points) for (const goal of onPoints) pending.add(goal)
  }
  return earnableFrom(found)
}

function mostOf({ where, cap }: PointsRule): number {
  if (contradictionsIn(where, '').length > 0) return 0
  return cap?.per === 'ever' ? cap.points : Number.POSITIVE_INFINITY
}

/** Tells whether a badge can be earned. */
export function isEarnable(badgeId: BadgeId, { times, byPeriod }: Earnable): boolean {
  const goalId = goalIdOf(badgeId)
  const number = byPeriod.has(goalId) ? 1 : Number(badgeIdParts(badgeId).time ?? 1)
  return (times.get(goalId) ?? 0) >= number
}

/** Lists which of the required milestones can be earned. */
export function earnableAmong({ ids }: MilestonesRequirement, earnable: Earnable): readonly BadgeId[] {
  return [...new Set(ids)].filter(id => isEarnable(id, earnable))
}

/** Lists what limits how often a repeatable goal can be earned, besides its `max`. */
export function repeatLimits({ milestone, requirement }: Goal, earnable: Earnable): readonly TimesLimit[] {
  const { available, repeatable } = milestone
  if (isMetricRequirement(requirement))
    return timesLimits(requirement, { available: available ?? undefined, cooldown: repeatable?.cooldown })
  switch (requirement.type) {
    case 'points':
      return [limitOf(earnable.points, requirement.target, `at most ${earnable.points} points can be earned`)]
    case 'level':
      return [limitOf(earnable.level, requirement.target, `level ${earnable.level} is the highest that can be reached`)]
    case 'milestones': {
      const count = earnableAmong(requirement, earnable).length
      const target = requirement.target ?? new Set(requirement.ids).size
      return [limitOf(count, target, `only ${count} of these milestones can be earned`)]
    }
    default:
      return []
  }
}

type EarnableSoFar = {
  readonly levels: Catalog['levels']
  readonly times: Map<string, number>
  readonly byPeriod: ReadonlySet<string>
  points: number
}
type Dependency = { readonly id: string; readonly goal: Goal }

function isByPeriod({ milestone, requirement }: Goal): boolean {
  return milestone.repeatable !== null && 'during' in requirement && typeof requirement.during === 'string'
}

function earnableFrom({ levels, times, byPeriod, points }: EarnableSoFar): Earnable {
  return { times, byPeriod, points, level: levelAt(levels, points).level }
}

// Returns whether the goal can be earned more often than was known.
function earn(found: EarnableSoFar, goal: Goal): boolean {
  const { id, reward } = goal.milestone
  const known = found.times.get(id) ?? 0
  const times = timesEarnable(goal, earnableFrom(found))
  if (times <= known) return false
  found.times.set(id, times)
  // Infinity times 0 is NaN, so goals without points are left out.
  if (reward.points > 0) found.points += (times - known) * reward.points
  return true
}

function timesEarnable(goal: Goal, earnable: Earnable): number {
  const { isRetired, after, repeatable } = goal.milestone
  if (isRetired || !after.every(id => isEarnable(id, earnable)) || !canHold(goal.requirement, goal, earnable)) return 0
  if (!repeatable) return 1
  const limits = repeatLimits(goal, earnable).map(({ times }) => times)
  return Math.max(1, Math.min(repeatable.max ?? Number.POSITIVE_INFINITY, ...limits))
}

function canHold(requirement: ExpandedRequirement, goal: Goal, earnable: Earnable): boolean {
  if (isMetricRequirement(requirement)) {
    const available = goal.milestone.available ?? undefined
    const ceiling = ceilingOf(requirement, available)
    return !isBlocked(requirement, available) && !(ceiling && isBeyond(targetOf(requirement), ceiling))
  }
  switch (requirement.type) {
    case 'points':
      return requirement.target <= earnable.points
    case 'level':
      return requirement.target <= earnable.level
    case 'milestones':
      return earnableAmong(requirement, earnable).length >= (requirement.target ?? new Set(requirement.ids).size)
    case 'all':
      return requirement.of.every(part => canHold(part, goal, earnable))
    case 'any':
      return requirement.of.some(part => canHold(part, goal, earnable))
    case 'some':
      return requirement.of.filter(part => canHold(part, goal, earnable)).length >= requirement.target
    default:
      return assertNever(requirement)
  }
}

function dependenciesOf(goal: Goal): readonly Dependency[] {
  const required = leavesOf(goal).flatMap(({ requirement }) =>
    requirement.type === 'milestones' ? requirement.ids : [],
  )
  return [...required, ...goal.milestone.after].map(id => ({ id: goalIdOf(id), goal }))
}

function isOnPoints({ type }: ExpandedRequirement): boolean {
  return type === 'points' || type === 'level'
}

function limitOf(most: number, target: number, because: string): TimesLimit {
  return { times: Math.floor(most / target), because }
}
