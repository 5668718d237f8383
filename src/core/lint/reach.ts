import { goalIdOf } from '../catalog/badge-id.js'
import type { Catalog } from '../catalog/catalog.js'
import { pointsOfLevel } from '../catalog/level.js'
import { kindOf, type MetricRequirement } from '../metrics/kinds.js'
import { targetOf } from '../metrics/metric-of.js'
import type { BadgeId, MilestonesRequirement } from '../metrics/requirement.js'
import type { Where } from '../metrics/where.js'
import { contradictionsIn } from '../metrics/where-limits.js'
import { decimalToNumber, negated } from '../values/decimal.js'
import { joinPath } from '../values/shape-faults.js'
import { ceilingOf, isBeyond, isBlocked } from './ceiling.js'
import { type Earnable, earnableAmong, earnableOf, isEarnable, repeatLimits } from './earnable.js'
import { afterPath, type Goal, type GoalLeaf, leavesOf } from './goal.js'
import type { CatalogWarning } from './warning.js'

type Words = Omit<CatalogWarning, 'kind'>
type Scene = { readonly catalog: Catalog; readonly goals: ReadonlyMap<string, Goal>; readonly earnable: Earnable }

/** Finds what a user who starts today can never earn. Retired milestones are left out, because that is intended. */
export function reachWarnings(catalog: Catalog, goals: readonly Goal[]): readonly CatalogWarning[] {
  const byId = new Map(goals.map(goal => [goal.milestone.id, goal]))
  const scene = { catalog, goals: byId, earnable: earnableOf(catalog, goals) }
  const rules = catalog.points.flatMap(({ where }, i) => whereWords(where, joinPath('points', i)))
  const words = goals
    .filter(({ milestone }) => !milestone.isRetired)
    .flatMap(goal => [
      ...leavesOf(goal).flatMap(leaf => leafWords(scene, goal, leaf)),
      ...repeatWords(scene, goal),
      ...afterWords(scene, goal),
    ])
  return [...rules, ...words].map(warning => ({ kind: 'unreachable', ...warning }))
}

function leafWords(scene: Scene, goal: Goal, leaf: GoalLeaf): readonly Words[] {
  const { requirement, path } = leaf
  switch (requirement.type) {
    case 'points':
      return pointsWords(scene, leaf, `is ${requirement.target}`, requirement.target)
    case 'level': {
      const points = pointsOfLevel(scene.catalog.levels, requirement.target)!
      return pointsWords(scene, leaf, `is ${requirement.target}, which begins at ${points} points`, points)
    }
    case 'milestones':
      return milestonesWords(scene, requirement, path)
    default:
      return metricWords(goal, { ...leaf, requirement })
  }
}

function pointsWords({ earnable }: Scene, { targetPath }: GoalLeaf, is: string, points: number): readonly Words[] {
  if (points <= earnable.points) return []
  const problem = `${is}, but at most ${earnable.points} points can be earned before it`
  return [{ path: targetPath, problem, fix: 'Lower it, or give more points for milestones or completions.' }]
}

function milestonesWords(scene: Scene, requirement: MilestonesRequirement, path: string): readonly Words[] {
  const ids = [...new Set(requirement.ids)]
  const target = requirement.target ?? ids.length
  const { length: count } = earnableAmong(requirement, scene.earnable)
  if (count >= target) return []
  const missing = ids.filter(id => !isEarnable(id, scene.earnable))
  if (target === ids.length)
    return missing.map(id => missingWords(scene, id, joinPath(path, 'ids', requirement.ids.indexOf(id))))
  const reasons = missing.map(id => missingWords(scene, id, path).problem)
  const problem = `takes ${target} of these, but only ${count} can be earned: ${reasons.join('; ')}`
  return [{ path: joinPath(path, 'ids'), problem, fix: `Name others, or let target be at most ${count}.` }]
}

function afterWords(scene: Scene, goal: Goal): readonly Words[] {
  const missing = goal.milestone.after.filter(id => !isEarnable(id, scene.earnable))
  return missing.map(id => missingWords(scene, id, afterPath(goal, id)))
}

function missingWords({ goals, earnable }: Scene, id: BadgeId, path: string): Words {
  const goalId = goalIdOf(id)
  const times = earnable.times.get(goalId) ?? 0
  if (goals.get(goalId)!.milestone.isRetired) {
    return {
      path,
      problem: `"${id}" is retired, so no new user can earn it`,
      fix: 'Remove it, or retire this milestone too.',
    }
  }
  if (times === 0)
    return { path, problem: `"${id}" cannot be earned`, fix: 'Mend what keeps it out of reach, or take it out.' }
  const problem = `"${id}" cannot be earned: "${goalId}" is reached at most ${times} times`
  return { path, problem, fix: 'Name an earlier time.' }
}

function metricWords(goal: Goal, leaf: GoalLeaf & { readonly requirement: MetricRequirement }): readonly Words[] {
  const { requirement, path, targetPath } = leaf
  const available = goal.milestone.available ?? undefined
  if (isBlocked(requirement, available)) return whereWords(requirement.where, path)
  const target = targetOf(requirement)
  const ceiling = ceilingOf(requirement, available)
  if (!ceiling || !isBeyond(target, ceiling)) return []
  const shownTarget = decimalToNumber(kindOf(requirement).direction === 'falling' ? negated(target) : target)
  return [{ path: targetPath, problem: `is ${shownTarget}, but ${ceiling.because}`, fix: ceiling.fix }]
}

function whereWords(where: Where | undefined, path: string): readonly Words[] {
  return contradictionsIn(where, path).map(place => {
    const fix = 'Take one of them out. Only like types compare: numbers with numbers, texts with texts.'
    return { path: place, problem: 'asks for what no value can be: its tests exclude each other', fix }
  })
}

function repeatWords({ earnable }: Scene, goal: Goal): readonly Words[] {
  const { id, repeatable } = goal.milestone
  if (!repeatable || !earnable.times.has(id)) return []
  const [lowest] = [...repeatLimits(goal, earnable)].sort((a, b) => a.times - b.times)
  if (!lowest) return []
  const { times, because } = lowest
  const at = joinPath(goal.path, 'repeatable')
  if (repeatable.max !== undefined && times < repeatable.max) {
    const fix = times < 2 ? 'Take repeatable out, or let more count.' : `Let max be at most ${times}.`
    return [{ path: joinPath(at, 'max'), problem: `is ${repeatable.max}, but ${because}`, fix }]
  }
  if (times >= 2) return []
  return [{ path: at, problem: `never comes a second time: ${because}`, fix: 'Take it out, or let more count.' }]
}
