import type { Catalog } from '../catalog/catalog.js'
import type { Milestone, MilestoneDefinition } from '../catalog/milestone.js'
import type { BadgeId, ExpandedRequirement } from '../metrics/requirement.js'
import { joinPath } from '../values/shape-faults.js'

/** A milestone or one of its tiers, with its path. */
export type Goal = {
  readonly milestone: Milestone
  readonly requirement: ExpandedRequirement
  readonly definition: MilestoneDefinition
  /** The path of the milestone. */
  readonly path: string
  /** The path of the requirement's target, if it is in the tiers. */
  readonly tierPath: string | null
}

/** A requirement without parts, with its path and that of its target. */
export type GoalLeaf = { readonly requirement: Leaf; readonly path: string; readonly targetPath: string }

type Leaf = Exclude<ExpandedRequirement, { readonly type: 'all' | 'any' | 'some' }>

/** Lists everything that a catalog can award, in its order. */
export function goalsOf(catalog: Catalog): readonly Goal[] {
  const places = catalog.definition.milestones.flatMap(placesOf)
  return catalog.milestones.map((milestone, i) => {
    return { milestone, requirement: catalog.requirements[i]!, ...places[i]! }
  })
}

/** Lists the leaves of a goal's requirement, in its order. */
export function leavesOf({ requirement, path, tierPath }: Goal): readonly GoalLeaf[] {
  const root = joinPath(path, 'requirement')
  return leavesBelow(requirement, root).map(leaf =>
    leaf.path === root && tierPath ? { ...leaf, targetPath: tierPath } : leaf,
  )
}

/** Returns the path at which a goal's `after` names a badge. */
export function afterPath({ definition, path }: Goal, badgeId: BadgeId): string {
  return joinPath(path, 'after', definition.after!.indexOf(badgeId))
}

type GoalPath = Pick<Goal, 'definition' | 'path' | 'tierPath'>

function placesOf(definition: MilestoneDefinition, i: number): readonly GoalPath[] {
  const path = joinPath('milestones', i)
  const { tiers } = definition
  if (tiers === undefined) return [{ definition, path, tierPath: null }]
  return tiers.map((tier, n) => {
    const keys = typeof tier === 'number' ? [n] : [n, 'target']
    return { definition, path, tierPath: joinPath(path, 'tiers', ...keys) }
  })
}

function leavesBelow(requirement: ExpandedRequirement, path: string): readonly GoalLeaf[] {
  if ('of' in requirement) return requirement.of.flatMap((part, i) => leavesBelow(part, joinPath(path, 'of', i)))
  return [{ requirement, path, targetPath: requirement.target === undefined ? path : joinPath(path, 'target') }]
}
