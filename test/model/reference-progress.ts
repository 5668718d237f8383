import type { Repetition } from '../../src/core/milestone.js'
import type { Requirement } from '../../src/core/requirement.js'
import { type ModelMilestone, milestonesOf, plainRequirement } from './reference-milestones.js'
import { badgesOf, type Model, seenBy, worldOf } from './reference-model.js'
import {
  isMetric,
  isOneByOne,
  presentValueOf,
  spansOf,
  streakOf,
  targetOf,
  type World,
} from './reference-requirement.js'

/** One entry of a user's progress. */
export type ModelProgress =
  | { readonly isHidden: true }
  | {
      readonly isHidden: false
      readonly id: string
      /** Null where times are found one after the other: what the next one has so far is not measured here. */
      readonly current: number | null
      readonly target: number
      readonly isEarned: boolean
      /** Null where it is not. */
      readonly earnedAt: Date | null
      readonly timesEarned: number
      readonly isLocked: boolean
      readonly streak?: { readonly current: number; readonly best: number }
    }

/** Measures, by the model's clock, every milestone and tier that the user may see, in catalog order. */
export function measure(model: Model, userId: string): ModelProgress[] {
  const held = badgesOf(model, userId)
  const world = worldOf(model, userId, held)
  return milestonesOf(model.definition).flatMap((milestone): ModelProgress[] => {
    const { retired, hidden } = milestone.definition
    const earnedAt = held.find(({ id }) => id === milestone.id)?.earnedAt ?? null
    if (earnedAt === null) {
      if (retired || hidden === true) return []
      if (hidden === 'until-earned') return [{ isHidden: true }]
    }
    if (retired) return [{ ...heldAlone(milestone, world), isEarned: true, earnedAt }]
    return [{ ...measured(milestone, seenBy(milestone, world), model.now), isEarned: earnedAt !== null, earnedAt }]
  })
}

type Shown = Extract<ModelProgress, { isHidden: false }>

// Nothing is counted any more for what is retired.
function heldAlone({ id }: ModelMilestone, { heldIds }: World): Omit<Shown, 'isEarned' | 'earnedAt'> {
  return { isHidden: false, id, current: 1, target: 1, timesEarned: timesHeld(id, heldIds), isLocked: false }
}

function timesHeld(id: string, heldIds: ReadonlySet<string>): number {
  return [...heldIds].filter(held => held === id || held.startsWith(`${id}@`)).length
}

function measured(
  { id, requirement, definition }: ModelMilestone,
  world: World,
  now: Date,
): Omit<Shown, 'isEarned' | 'earnedAt'> {
  const { repeatable } = definition
  const plain = plainRequirement(requirement)
  const timesEarned = repeatable ? timesHeld(id, world.heldIds) : Number(world.heldIds.has(id))
  const current = presentValueOf(requirement, world, now)
  const target = targetOf(requirement)
  const nextTime = repeatable ? nextMultiple(plain, repeatable, { current: current / target, timesEarned }) : 1
  return {
    isHidden: false,
    id,
    current: repeatable && isOneByOne(requirement, repeatable) ? null : current / 1000,
    target: (nextTime * target) / 1000,
    timesEarned,
    isLocked: !(definition.after ?? []).every(other => world.heldIds.has(other)),
    ...(plain.type === 'streak' && { streak: streakOf(plain, world, now) }),
  }
}

// How many times the target the next time takes: once where counting begins anew for it.
function nextMultiple(
  requirement: Requirement,
  repeatable: Repetition,
  { current, timesEarned }: { readonly current: number; readonly timesEarned: number },
): number {
  if (requirement.type === 'streak') return Math.floor(current) + 1
  const isAnew =
    isMetric(requirement) && (isOneByOne(requirement, repeatable) || spansOf(requirement).unit !== undefined)
  return isAnew ? 1 : Math.min(timesEarned + 1, repeatable.max ?? Number.POSITIVE_INFINITY)
}
