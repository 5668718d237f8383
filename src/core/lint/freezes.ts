import { isMetricRequirement, kindOf, type MetricRequirement } from '../metrics/kinds.js'
import { targetOf } from '../metrics/metric-of.js'
import { canonicalJson } from '../values/canonical-json.js'
import { decimalToNumber } from '../values/decimal.js'
import { groupBy } from '../values/group-by.js'
import { joinPath } from '../values/shape-faults.js'
import { ceilingOf, isBeyond, isBlocked } from './ceiling.js'
import { type Goal, leavesOf } from './goal.js'
import type { CatalogWarning } from './warning.js'

/** Finds streaks whose freezes can never be earned, or only once nothing is left to reach. */
export function freezeWarnings(goals: readonly Goal[]): readonly CatalogWarning[] {
  const leaves = goals.filter(({ milestone }) => !milestone.isRetired).flatMap(freezingLeaves)
  const byMetric = groupBy(leaves, ({ metric }) => metric)
  return leaves.flatMap((leaf): CatalogWarning[] => {
    const because = reasonOf(leaf, byMetric.get(leaf.metric)!)
    if (because === undefined) return []
    const problem = `is ${leaf.every}, so a freeze can never be earned: ${because}`
    const fix = 'Lower it, or take freezes out.'
    return [{ kind: 'unreachable', path: joinPath(leaf.path, 'freezes', 'every'), problem, fix }]
  })
}

type FreezingLeaf = {
  readonly goal: Goal
  readonly requirement: MetricRequirement
  readonly path: string
  readonly every: number
  /** The same for all leaves that count the same streak. */
  readonly metric: string
}

function freezingLeaves(goal: Goal): readonly FreezingLeaf[] {
  return leavesOf(goal).flatMap(({ requirement, path }) => {
    if (!isMetricRequirement(requirement)) return []
    const every = kindOf(requirement).streakRuleOf?.(requirement).freezes?.every
    if (every === undefined) return []
    const { target: _, ...rest } = requirement
    return { goal, requirement, path, every, metric: canonicalJson([rest, goal.milestone.available]) }
  })
}

function reasonOf({ goal, requirement, every }: FreezingLeaf, same: readonly FreezingLeaf[]): string | undefined {
  const available = goal.milestone.available ?? undefined
  if (isBlocked(requirement, available)) return undefined
  const ceiling = ceilingOf(requirement, available)
  if (ceiling && isBeyond(every, ceiling)) return ceiling.because
  const highest = Math.max(...same.map(targetIn))
  return every < highest ? undefined : `the streak is complete with ${highest}`
}

function targetIn({ goal, requirement }: FreezingLeaf): number {
  return goal.milestone.repeatable ? Number.POSITIVE_INFINITY : decimalToNumber(targetOf(requirement))
}
