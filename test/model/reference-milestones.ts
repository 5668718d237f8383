import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'
import type { Coins, MilestoneDefinition } from '../../src/core/catalog/milestone.js'
import type { Requirement } from '../../src/core/metrics/requirement.js'

/** What can be reached: a milestone, or one tier of it. */
export type ModelMilestone = {
  readonly id: string
  readonly requirement: Requirement
  readonly coins: Coins
  readonly points: number
  readonly unlocks: readonly string[]
  /** The id of the tier below, where this one is shown in its place. */
  readonly replaces?: string | undefined
  /** Of a tier: what it takes, and whether those below are shown beside it. */
  readonly tier?: ModelTier | undefined
  readonly definition: MilestoneDefinition
}

/** What the badge of a tier says of its place. */
export type ModelTier = { readonly height: number; readonly isAlone: boolean }

/** The id of a tier: by its key, else by what it takes. */
export function tierIdOf({ id, tiers }: Pick<MilestoneDefinition, 'id' | 'tiers'>, place: number): string {
  const tier = tiers![place]!
  return `${id}#${typeof tier === 'number' ? tier : (tier.key ?? tier.target)}`
}

export function milestonesOf(definition: CatalogDefinition): ModelMilestone[] {
  return definition.milestones.flatMap((milestone): ModelMilestone[] => {
    const { points = 0, coins = {}, unlocks = [] } = milestone.reward ?? {}
    if (!milestone.tiers) {
      const requirement = milestone.requirement as Requirement
      return [{ id: milestone.id, requirement, points, coins, unlocks, definition: milestone }]
    }
    return milestone.tiers.map((given, i) => {
      const tier = typeof given === 'number' ? { target: given } : given
      return {
        id: tierIdOf(milestone, i),
        requirement: { ...milestone.requirement, target: tier.target } as Requirement,
        points: tier.reward?.points ?? points,
        coins: tier.reward?.coins ?? coins,
        unlocks,
        replaces: milestone.tierMode === 'replace' && i > 0 ? tierIdOf(milestone, i - 1) : undefined,
        tier: {
          height: milestone.requirement.type === 'lowest' ? -tier.target : tier.target,
          isAlone: milestone.tierMode === 'replace',
        },
        definition: milestone,
      }
    })
  })
}

/** The id of the badge that reaching a milestone at a time brings: a number, or a calendar period. */
export function badgeIdAt(id: string, time: number | string): string {
  return `${id}@${time}`
}

/** The names of badges, and beside each time of a repeatable milestone the milestone itself. */
export function namesHeld({ milestones }: CatalogDefinition, ids: Iterable<string>): Set<string> {
  const repeatable = milestones.filter(milestone => milestone.repeatable).map(({ id }) => id)
  return new Set(
    [...ids].flatMap(id => [id, ...repeatable.filter(milestoneId => id.startsWith(badgeIdAt(milestoneId, '')))]),
  )
}

/** Writes a shorthand out as the requirement that it stands for. */
export function plainRequirement(requirement: Requirement): Exclude<Requirement, { type: Shorthand }> {
  switch (requirement.type) {
    case 'tutorials_completed':
      return requirement.tutorialIds
        ? { type: 'count', category: 'tutorial', items: requirement.tutorialIds }
        : { type: 'count', category: 'tutorial', target: requirement.count }
    case 'workflows_completed':
      return requirement.workflowIds
        ? { type: 'count', category: 'workflow', items: requirement.workflowIds }
        : { type: 'count', category: 'workflow', target: requirement.count }
    case 'steps_completed':
      return { type: 'count', category: 'tutorial_step', target: requirement.count }
    case 'actions_completed':
      return { type: 'count', category: 'action', target: requirement.count }
    case 'quiz_perfect': {
      const where = { quizScore: { gte: requirement.minScore ?? 100 } }
      return { type: 'count', category: ['tutorial_step', 'quiz'], where, target: 1 }
    }
    default:
      return requirement
  }
}

type Shorthand =
  | 'tutorials_completed'
  | 'workflows_completed'
  | 'steps_completed'
  | 'actions_completed'
  | 'quiz_perfect'
