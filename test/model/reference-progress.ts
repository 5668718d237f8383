import type { Repetition } from '../../src/core/catalog/milestone.js'
import type { Requirement } from '../../src/core/metrics/requirement.js'
import type { MilestoneStatus } from '../../src/core/progress/milestone-status.js'
import { isInWindow } from './reference-calendar.js'
import { areExpired, lastEndOf } from './reference-expiry.js'
import type { World } from './reference-filter.js'
import { badgeIdAt, type ModelMilestone, milestonesOf, namesHeld, plainRequirement } from './reference-milestones.js'
import { badgesOf, decisionsOf, isFull, type Model, type ModelBadge, seenBy, worldOf } from './reference-model.js'
import {
  isMetric,
  isOneByOne,
  lowestOf,
  presentValueOf,
  spansOf,
  targetOf,
  timesReached,
} from './reference-requirement.js'
import { type ModelStreak, streakOf } from './reference-streaks.js'

/** One entry of a user's progress. */
export type ModelProgress =
  | { readonly isHidden: true }
  | {
      readonly isHidden: false
      readonly id: string
      /** Null where times are found one after the other: what the next one has so far is not measured here. */
      readonly current: number | null
      readonly target: number
      /** Null where `current` is. */
      readonly ratio: number | null
      readonly status: MilestoneStatus
      readonly isEarned: boolean
      /** Null where it is not. */
      readonly earnedAt: Date | null
      /** Null where it is not earned or never expires. */
      readonly expiresAt: Date | null
      readonly timesEarned: number
      readonly isLocked: boolean
      readonly streak?: ModelStreak
    }

/** Measures, by the model's clock, every milestone and tier that the user may see, in catalog order. */
export function measure(model: Model, userId: string): ModelProgress[] {
  const held = badgesOf(model, userId)
  const world = worldOf(model, userId, held)
  return milestonesOf(model.definition).flatMap((milestone): ModelProgress[] => {
    const { retired, hidden } = milestone.definition
    const own = held.filter(({ id }) => namesHeld(model.definition, [id]).has(milestone.id))
    const earnedAt = firstOf(own)
    const expiresAt = lastEndOf(own)
    if (earnedAt === null) {
      if (retired || hidden === true) return []
      if (hidden === 'until-earned') return [{ isHidden: true }]
    }
    if (retired) return [{ ...heldAlone(milestone, world), isEarned: true, earnedAt, expiresAt }]
    const refused = [...decisionsOf(model, userId)].filter(([, decision]) => decision === 'revoked').map(([id]) => id)
    const view = { now: model.now, takenIds: new Set([...world.heldIds, ...refused]) }
    const place = measured(milestone, seenBy(milestone, world), view)
    const isEarned = earnedAt !== null
    const earned = areExpired(model, own) ? 'expired' : 'earned'
    const status = isEarned ? earned : statusOf(milestone, { model, userId, world, isLocked: place.isLocked })
    return [{ ...place, status, isEarned, earnedAt, expiresAt }]
  })
}

type Shown = Extract<ModelProgress, { isHidden: false }>

// Nothing is counted any more for what is retired.
function heldAlone({ id }: ModelMilestone, { heldIds }: World): Omit<Shown, 'isEarned' | 'earnedAt' | 'expiresAt'> {
  const timesEarned = timesHeld(id, heldIds)
  return { isHidden: false, id, current: 1, target: 1, ratio: 1, status: 'retired', timesEarned, isLocked: false }
}

function firstOf(badges: readonly ModelBadge[]): Date | null {
  const [first] = badges.map(({ earnedAt }) => earnedAt).sort((a, b) => a.getTime() - b.getTime())
  return first ?? null
}

// A milestone that does not come again is held as itself, if at all.
function timesHeld(id: string, heldIds: ReadonlySet<string>): number {
  const times = [...heldIds].filter(held => held.startsWith(badgeIdAt(id, ''))).length
  return times || Number(heldIds.has(id))
}

type MeasureView = { readonly now: Date; readonly takenIds: ReadonlySet<string> }

function measured(
  { id, requirement, definition }: ModelMilestone,
  world: World,
  { now, takenIds }: MeasureView,
): Omit<Shown, 'status' | 'isEarned' | 'earnedAt' | 'expiresAt'> {
  const { repeatable } = definition
  const plain = plainRequirement(requirement)
  const timesEarned = repeatable ? timesHeld(id, world.heldIds) : Number(world.heldIds.has(id))
  const current = presentValueOf(requirement, world, now)
  const target = targetOf(requirement)
  const nextTime = repeatable
    ? nextMultiple({ id, plain, repeatable, world }, { current: current / target, takenIds })
    : 1
  const isUnknown = repeatable !== undefined && isOneByOne(requirement, repeatable)
  const needed = (nextTime * target) / 1000
  return {
    isHidden: false,
    id,
    current: isUnknown ? null : current / 1000,
    target: needed,
    ratio: isUnknown ? null : ratioOf(plain, { current: current / 1000, needed }, world),
    timesEarned,
    isLocked: !(definition.after ?? []).every(other => world.heldIds.has(other)),
    ...(plain.type === 'streak' && { streak: streakOf(plain, world, now) }),
  }
}

// A level is reached by points, so the way to it is measured in them.
function ratioOf(
  requirement: Requirement,
  { current, needed }: { readonly current: number; readonly needed: number },
  world: World,
): number {
  const { type } = requirement
  if (type === 'lowest') {
    if (lowestOf(requirement, world) === null) return 0
    if (current <= needed) return 1
    return needed > 0 ? needed / current : 0
  }
  const { levels = { every: 100 }, points } = world
  if (type !== 'level') return Math.min(Math.max(current / needed, 0), 1)
  const takes = 'every' in levels ? levels.every * (needed - 1) : levels.thresholds[needed - 2]
  return takes === undefined ? 0 : Math.min(Math.max(points / takes, 0), 1)
}

type Place = { readonly model: Model; readonly userId: string; readonly world: World; readonly isLocked: boolean }

function statusOf(milestone: ModelMilestone, { model, userId, world, isLocked }: Place): MilestoneStatus {
  const decisions = decisionsOf(model, userId)
  const { id, definition } = milestone
  const { repeatable, available = {} } = definition
  const times = [...decisions].filter(([of, what]) => what === 'revoked' && (of === id || of.startsWith(`${id}@`)))
  if (repeatable ? times.length >= (repeatable.max ?? Number.POSITIVE_INFINITY) : decisions.get(id) === 'revoked')
    return 'revoked'
  if (isFull(model, userId, milestone)) return 'full'
  const { from, until } = available
  if (until !== undefined && !isInWindow({ until }, model.now, world.calendar)) return 'over'
  if (from !== undefined && !isInWindow({ from }, model.now, world.calendar)) return 'upcoming'
  return isLocked ? 'locked' : 'open'
}

// How many times the target the next time takes: once where counting begins anew for it.
function nextMultiple(
  { id, plain: requirement, repeatable, world }: Repeated,
  { current, takenIds }: { readonly current: number; readonly takenIds: ReadonlySet<string> },
): number {
  if (requirement.type === 'streak') return Math.floor(current) + 1
  const isAnew =
    isMetric(requirement) && (isOneByOne(requirement, repeatable) || spansOf(requirement).unit !== undefined)
  return isAnew ? 1 : nextNumber({ id, plain: requirement, repeatable, world }, takenIds)
}

type Repeated = {
  readonly id: string
  readonly plain: Requirement
  readonly repeatable: Repetition
  readonly world: World
}

// The lowest number that is not held, not taken by hand and not reached.
function nextNumber({ id, plain, repeatable, world }: Repeated, takenIds: ReadonlySet<string>): number {
  const { max = Number.POSITIVE_INFINITY } = repeatable
  let number = timesReached(plain, {}, world) + 1
  while (number < max && takenIds.has(badgeIdAt(id, number))) number += 1
  return Math.min(number, max)
}
