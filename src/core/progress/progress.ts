import type { CompiledCatalog, CompiledMilestone, CompiledRequirement, MetricGoal } from '../awards/compile.js'
import { holds } from '../awards/decide.js'
import { type LevelRule, levelAt, pointsOfLevel } from '../catalog/level.js'
import type { Milestone } from '../catalog/milestone.js'
import { shownNumber, valueIn, wholePart } from '../metrics/metric.js'
import type { BadgeId } from '../metrics/requirement.js'
import { type StreakPlace, streakAt } from '../metrics/streak-place.js'
import { type Decimal, decimalToNumber, timesWhole } from '../values/decimal.js'
import { assertNever } from '../values/errors.js'
import { type MilestoneStatus, statusOf } from './milestone-status.js'
import { nextNumber } from './next-time.js'
import type { ProgressView } from './progress-view.js'

/** The progress of a user towards one milestone, or a placeholder if the milestone is hidden until it is earned. */
export type MilestoneProgress<Id extends string = string> = ShownProgress<Id> | HiddenProgress

/** The progress of a user towards one milestone. */
export type ShownProgress<Id extends string = string> = {
  id: BadgeId<Id>
  isHidden: false
  /**
   * The real value, which may be beyond the target. For a composite: the parts that hold. For a period or a rolling
   * window: its value now. For a streak: its current length.
   */
  current: number
  /** For a repeatable milestone: the target of the next time. */
  target: number
  /** `current / target`, at most 1. For a level: the points divided by the points that the level needs. */
  ratio: number
  status: MilestoneStatus
  isEarned: boolean
  /** Set if it is earned: the date of the first time. */
  earnedAt?: Date
  /** Set if it is earned and expires: the date of the badge that lasts longest. */
  expiresAt?: Date
  /** How many badges of it the user holds. More than one only if it is repeatable. */
  timesEarned: number
  /** Whether badges that are needed first are missing. */
  isLocked: boolean
  /** Set if the requirement is a streak. */
  streak?: StreakPlace
}

/** A placeholder for a milestone that is secret until it is earned. */
export type HiddenProgress = { [Key in Exclude<keyof ShownProgress, 'isHidden'>]?: undefined } & {
  isHidden: true
}

/** Returns the progress towards every milestone that a user may see, in catalog order. */
export function progressOf(compiled: CompiledCatalog, view: ProgressView): MilestoneProgress[] {
  const compiledById = new Map(compiled.milestones.map(milestone => [milestone.milestone.id, milestone]))
  const { levels } = compiled.catalog
  const { level } = levelAt(levels, view.state.points)
  return compiled.catalog.milestones.flatMap((milestone): MilestoneProgress[] => {
    const isEarned = view.earnedAtById.has(milestone.id)
    if (isEarned && milestone.isRetired) return [retiredProgress(milestone, view)]
    if (milestone.isRetired || (milestone.hidden === true && !isEarned)) return []
    if (milestone.hidden === 'until-earned' && !isEarned) return [{ isHidden: true }]
    return [shownProgress(compiledById.get(milestone.id)!, view, { rule: levels, level })]
  })
}

// A retired milestone is no longer counted, so only what is held can be shown.
function retiredProgress({ id }: Milestone, view: ProgressView): ShownProgress {
  const earnedAt = view.earnedAtById.get(id)!
  return {
    id,
    isHidden: false,
    current: 1,
    target: 1,
    ratio: 1,
    status: 'retired',
    isEarned: true,
    earnedAt,
    ...expiryOf(id, view),
    timesEarned: timesHeld(id, view) || 1,
    isLocked: false,
  }
}

type Levels = { readonly rule: LevelRule; readonly level: number }

function shownProgress(compiled: CompiledMilestone, view: ProgressView, { rule, level }: Levels): ShownProgress {
  const { milestone, goal, repeat } = compiled
  const earnedAt = view.earnedAtById.get(milestone.id)
  const timesEarned = repeat ? timesHeld(milestone.id, view) : earnedAt ? 1 : 0
  const current = currentOf(goal, view, level)
  const target = repeat ? repeatTarget(compiled, view, current) : targetOf(goal)
  const isEarned = earnedAt !== undefined
  const isLocked = !milestone.after.every(id => view.state.held.has(id))
  const streak = goal.type === 'metric' && goal.streak ? streakOf(goal, view) : undefined
  return {
    id: milestone.id,
    isHidden: false,
    current,
    target,
    ratio:
      goal.type === 'level' ? levelRatio(rule, target, view) : Math.min(shareOf(goal, view, { current, target }), 1),
    status: statusOf(compiled, view, { isEarned, isLocked }),
    isEarned,
    ...(earnedAt && { earnedAt }),
    ...expiryOf(milestone.id, view),
    timesEarned,
    isLocked,
    ...(streak && { streak }),
  }
}

function expiryOf(id: string, { expiresAtById }: ProgressView): Pick<ShownProgress, 'expiresAt'> {
  const expiresAt = expiresAtById?.get(id)
  return expiresAt ? { expiresAt } : {}
}

// Level 1 of 5 is not a fifth of the way: a level needs points.
function levelRatio(rule: LevelRule, level: number, { state }: ProgressView): number {
  const needed = pointsOfLevel(rule, level)
  return needed === null ? 0 : Math.min(Math.max(state.points / needed, 0), 1)
}

function timesHeld(id: string, { earnedAtById }: ProgressView): number {
  // Counted from the badges, because some may have been revoked manually or awarded early.
  return [...earnedAtById.keys()].filter(held => held.startsWith(`${id}@`)).length
}

function repeatTarget(milestone: CompiledMilestone, view: ProgressView, current: number): number {
  const { goal, repeat } = milestone
  const { isCumulative, target, max } = repeat!
  // A running streak is heading for its next multiple, whatever earlier streaks earned.
  if (goal.type === 'metric' && goal.streak)
    return decimalToNumber(target) * (Math.floor(current / decimalToNumber(target)) + 1)
  return decimalToNumber(isCumulative ? timesWhole(target, nextNumber(milestone, view) ?? max) : target)
}

function targetOf(goal: CompiledRequirement): number {
  return goal.type === 'metric' ? shownNumber(goal.metric, goal.target) : goal.target
}

function currentOf(goal: CompiledRequirement, view: ProgressView, level: number): number {
  switch (goal.type) {
    case 'metric':
      return shownNumber(goal.metric, presentValue(goal, view))
    case 'points':
      return view.state.points
    case 'level':
      return level
    case 'milestones':
      return goal.ids.filter(id => view.state.held.has(id)).length
    case 'some':
      return goal.of.filter(part => holds(part, view.state)).length
    default:
      return assertNever(goal)
  }
}

/**
 * Returns the share of a target that is reached; above 1 if the value is beyond it. If lower is better: how close the
 * best value is to a target above 0, or 0 if there is no value yet.
 */
export function shareOf(goal: CompiledRequirement, view: ProgressView, { current, target }: Reached): number {
  if (goal.type !== 'metric' || goal.metric.direction === 'rising') return Math.max(current / target, 0)
  if (presentValue(goal, view) === goal.metric.start) return 0
  if (current <= target) return 1
  return target > 0 ? target / current : 0
}

type Reached = { readonly current: number; readonly target: number }

/** Returns the current value of a metric: of this period, the window that ends now, or the streak. */
export function presentValue({ metric }: MetricGoal, { state, rows, now, calendar }: ProgressView): Decimal {
  if (typeof metric.counting !== 'object') return valueIn(state.values, metric)
  const parts = rows.get(metric.name)
  const partAt = (part: string): Decimal => parts?.get(part)?.value ?? 0
  return metric.counting.present({ whole: parts?.get(wholePart), partAt, now, calendar }) ?? metric.start
}

/** Returns the current state of the streak that a requirement asks for. */
export function streakOf({ metric, streak }: MetricGoal, { rows, now, calendar }: ProgressView): StreakPlace {
  return streakAt(streak!, rows.get(metric.name)?.get(wholePart), { now, calendar })
}
