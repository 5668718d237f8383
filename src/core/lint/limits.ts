import type { BadgeId, ExpandedRequirement } from '../metrics/requirement.js'
import { joinPath } from '../values/shape-faults.js'
import { afterPath, type Goal } from './goal.js'
import type { CatalogWarning } from './warning.js'

/** Finds milestones that need a badge which fewer users can have. */
export function limitWarnings(goals: readonly Goal[]): readonly CatalogWarning[] {
  const limits = new Map(goals.map(({ milestone: { id, limit } }) => [id, limit]))
  const open = goals.filter(({ milestone }) => !milestone.isRetired)
  return open.flatMap(goal =>
    neededBy(goal).flatMap(({ id, path }): CatalogWarning[] => {
      const limit = limits.get(id) ?? null
      const own = goal.milestone.limit
      if (limit === null || (own !== null && own <= limit)) return []
      const problem = `needs "${id}", which only ${limit} users can have, so nobody else can ever earn this`
      const fix = `Take it out, or set a limit of at most ${limit} here as well.`
      return [{ kind: 'unreachable', path, problem, fix }]
    }),
  )
}

type NeededBadge = { readonly id: BadgeId; readonly path: string }

function neededBy(goal: Goal): readonly NeededBadge[] {
  const after = goal.milestone.after.map(id => ({ id, path: afterPath(goal, id) }))
  return [...after, ...neededIn(goal.requirement, joinPath(goal.path, 'requirement'))]
}

function neededIn(requirement: ExpandedRequirement, path: string): readonly NeededBadge[] {
  if (requirement.type === 'all') return requirement.of.flatMap((part, i) => neededIn(part, joinPath(path, 'of', i)))
  if (requirement.type !== 'milestones') return []
  const { ids, target = 0 } = requirement
  const isAll = target === 0 || target >= new Set(ids).size
  return isAll ? ids.map((id, i) => ({ id, path: joinPath(path, 'ids', i) })) : []
}
