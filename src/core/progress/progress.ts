import type { CompiledCatalog, CompiledMilestone, CompiledRequirement, MetricGoal } from '../awards/compile.js'
import { holds } from '../awards/decide.js'
import { type LevelRule, levelAt, pointsOfLevel } from '../catalog/level.js'
import type { Milestone } from '../catalog/milestone.js'
import { shownNumber, valueIn, wholePart } from '../metrics/metric.js'
import type { BadgeId } from '../metrics/requirement.js'
import { type StreakPlace, streakAt } from '../metrics/streak-counting.js'
import { type Decimal, decimalToNumber, timesWhole } from '../values/decimal.js'
import { assertNever } from '../values/errors.js'
import { type MilestoneStatus, statusOf } from './milestone-status.js'
import { nextNumber } from './next-time.js'
import type { ProgressView } from './progress-view.js'

/** How far a user is on the way to one milestone, or a milestone that is hidden until it is earned. */
export type MilestoneProgress<Id extends string = string> = ShownProgress<Id> | HiddenProgress

/** How far a user is on the way to one milestone. */
export type ShownProgress<Id extends string = string> = {
  id: BadgeId<Id>
  isHidden: false
  /**
   * The true value, which may lie beyond the target; of a composite, the parts that hold; of a period or a rolling window, what
   * it holds now; of a streak, its present length.
   */
  current: number
  /** Of a milestone that can be reached again, what the next time takes. */
  target: number
  /** `current / target`, cut at 1; of a level, the points over those that it takes. */
  ratio: number
  status: MilestoneStatus
  isEarned: boolean
  /** Only where earned: the first time. */
  earnedAt?: Date
  /** How many badges of it are held; more than one where it is repeatable. */
  timesEarned: number
  /** Whether badges that must be held as well are missing. */
  isLocked: boolean
  /** Only where the requirement is a streak. */
  streak?: StreakPlace
}

/** Stands for a milestone of which nothing is said until it is earned. */
export type HiddenProgress = { [Key in Exclude<keyof ShownProgress, 'isHidden'>]?: undefined } & {
  isHidden: true
}

/** Measures every milestone of the catalog that a user may see, in catalog order. */
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

// Nothing is counted for it any more: what is held is all there is to show.
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
    timesEarned,
    isLocked,
    ...(streak && { streak }),
  }
}

// Level 1 of 5 is no fifth of the way: what a level takes are points.
function levelRatio(rule: LevelRule, level: number, { state }: ProgressView): number {
  const needed = pointsOfLevel(rule, level)
  return needed === null ? 0 : Math.min(state.points / needed, 1)
}

function timesHeld(id: string, { earnedAtById }: ProgressView): number {
  // Some may have been taken by hand, or given before their time.
  return [...earnedAtById.keys()].filter(held => held.startsWith(`${id}@`)).length
}

function repeatTarget(milestone: CompiledMilestone, view: ProgressView, current: number): number {
  const { goal, repeat } = milestone
  const { isCumulative, target, max } = repeat!
  // A streak that goes on comes to its next multiple, whatever earlier ones brought.
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
 * Tells how much of a target is reached, over 1 beyond it. Of a metric where lower is better: how near the best value is to a
 * target above 0; 0 before there is a value.
 */
export function shareOf(goal: CompiledRequirement, view: ProgressView, { current, target }: Reached): number {
  if (goal.type !== 'metric' || goal.metric.direction === 'rising') return current / target
  if (presentValue(goal, view) === goal.metric.start) return 0
  if (current <= target) return 1
  return target > 0 ? target / current : 0
}

type Reached = { readonly current: number; readonly target: number }

/** Measures where a metric stands now: this period, the window that ends now, the streak. */
export function presentValue({ metric }: MetricGoal, { state, rows, now, calendar }: ProgressView): Decimal {
  if (typeof metric.counting !== 'object') return valueIn(state.values, metric)
  const parts = rows.get(metric.name)
  return metric.counting.present({
    whole: parts?.get(wholePart),
    partAt: part => parts?.get(part)?.value ?? 0,
    now,
    calendar,
  })
}

/** Tells where the streak of a requirement that is one stands now. */
export function streakOf({ metric, streak }: MetricGoal, { rows, now, calendar }: ProgressView): StreakPlace {
  return streakAt(streak!, rows.get(metric.name)?.get(wholePart), { now, calendar })
}
