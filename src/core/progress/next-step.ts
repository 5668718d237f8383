import type { CompiledMilestone, CompiledRequirement, MetricGoal } from '../awards/compile.js'
import { holds } from '../awards/decide.js'
import { metricsIn } from '../catalog/item-lists.js'
import { windowOf } from '../metrics/filter.js'
import { kindOf, type MetricRequirement } from '../metrics/kinds.js'
import { shownNumber, valueIn } from '../metrics/metric.js'
import { targetOf } from '../metrics/metric-of.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import { hasTooFewItems } from '../metrics/too-few-items.js'
import { startOfPeriod } from '../time/calendar.js'
import { type OpenTime, openTimeOf } from '../time/open-time.js'
import { periodOf } from '../time/period.js'
import { addDecimals, decimalFromNumber, decimalToNumber, negated, timesWhole } from '../values/decimal.js'
import { type ExplainedHolding, holdingOf, type Naming } from './named-badge.js'
import { presentValue, shareOf, streakOf } from './progress.js'
import type { ProgressView } from './progress-view.js'

/** The next step towards a milestone. If there are several, the one with the most progress. */
export type NextStep =
  | CompleteStep
  /** More points are needed, directly or for a level. */
  | { type: 'gain'; points: number; remaining: number; level: number | null }
  /** `remaining` of the listed badges are needed. */
  | { type: 'earn'; milestones: ExplainedHolding[]; remaining: number }
  /**
   * `revoked`: revoked manually. `retired`: no longer awarded. `over`: no longer available. `full`: as many users
   * have the badge as can. `unreachable`: a list that it needs has too few items. `due`: everything is done.
   */
  | { type: 'none'; because: 'revoked' | 'retired' | 'over' | 'full' | 'unreachable' | 'due' }

/** More completions are needed. */
export type CompleteStep = {
  type: 'complete'
  requirement: MetricRequirement
  /** The current value: of this period, the window that ends now, the streak, or the next repetition. */
  current: number
  target: number
  /** `target - current`. For the highest value, all of the target. If lower is better, `current - target`. */
  remaining: number
  /** When it starts, if in the future. */
  from: Date | null
  /** When it ends: the streak, the period, or the availability. */
  by: Date | null
}

/**
 * Where a next step is looked for. `requirement`: the milestone's requirement, in the same form as `milestone.goal`.
 */
export type StepQuery = {
  readonly milestone: CompiledMilestone
  readonly requirement: ExpandedRequirement
  readonly view: ProgressView
  readonly naming: Naming
}

/** Finds the next step towards an unearned milestone. Prerequisites come first. */
export function nextStepOf(query: StepQuery): NextStep {
  const { milestone, requirement, view, naming } = query
  const { after } = milestone.milestone
  if (after.some(id => !view.state.held.has(id))) return earnStep(after, after.length, { view, naming })
  if (holds(milestone.goal, view.state)) return { type: 'none', because: 'due' }
  const way = nearest(query, requirement, milestone.goal)
  return way?.step ?? { type: 'none', because: metricsIn(requirement).some(isShort) ? 'unreachable' : 'over' }
}

function isShort(requirement: MetricRequirement): boolean {
  return hasTooFewItems(requirement, targetOf(requirement))
}

type Way = { readonly ratio: number; readonly step: NextStep }

// A step that is possible now comes before one that must wait.
function isNearer(a: Way, b: Way): boolean {
  const isAhead = ({ step }: Way): boolean => step.type === 'complete' && step.from !== null
  return isAhead(a) === isAhead(b) ? a.ratio > b.ratio : isAhead(b)
}

function nearest(query: StepQuery, requirement: ExpandedRequirement, goal: CompiledRequirement): Way | null {
  const { view } = query
  switch (goal.type) {
    case 'metric':
      return completeWay(query, requirement as MetricRequirement, goal)
    case 'points':
      return pointsWay(view, goal.target, null)
    case 'level':
      return pointsWay(view, goal.points, goal.target)
    case 'milestones': {
      const heldCount = goal.ids.filter(id => view.state.held.has(id)).length
      return { ratio: heldCount / goal.target, step: earnStep(goal.ids, goal.target, query) }
    }
    case 'some':
      return nearestPart(query, partsOf(requirement), goal)
  }
}

/** Lists the parts of a composite requirement. Empty for any other requirement. */
export function partsOf(requirement: ExpandedRequirement): readonly ExpandedRequirement[] {
  return 'of' in requirement ? requirement.of : []
}

function nearestPart(
  query: StepQuery,
  parts: readonly ExpandedRequirement[],
  { of, target }: Extract<CompiledRequirement, { type: 'some' }>,
): Way | null {
  const open = of.flatMap((part, i) => (holds(part, query.view.state) ? [] : [nearest(query, parts[i]!, part)]))
  const ways = open.filter(way => way !== null)
  if (of.length - open.length + ways.length < target) return null
  return ways.reduce<Way | null>((best, way) => (best && !isNearer(way, best) ? best : way), null)
}

function pointsWay({ state }: ProgressView, target: number, level: number | null): Way | null {
  if (!Number.isFinite(target)) return null
  const step = { type: 'gain', points: target, remaining: Math.max(target - state.points, 0), level } as const
  return { ratio: Math.max(state.points / target, 0), step }
}

function earnStep(
  ids: readonly string[],
  target: number,
  { view, naming }: Pick<StepQuery, 'view' | 'naming'>,
): NextStep {
  const missing = ids.filter(id => !view.state.held.has(id))
  const remaining = target - (ids.length - missing.length)
  return { type: 'earn', milestones: missing.map(id => holdingOf(naming, id)), remaining }
}

function completeWay(query: StepQuery, requirement: MetricRequirement, goal: MetricGoal): Way | null {
  const { milestone, view } = query
  const time = timeOf(milestone, requirement, view)
  if (time.isOver || hasTooFewItems(requirement, goal.target)) return null
  const { current, target } = presentOf(milestone, { goal, view })
  const { counting, direction } = kindOf(requirement)
  // A higher maximum is reached in a single completion, so all of the target remains.
  const isAtOnce = counting === 'maximum' && direction === 'rising'
  const remaining = isAtOnce ? target : remainingTo(goal, view, { current, target })
  const by = earliest([time.until, endOfStretch(goal, view)])
  return {
    ratio: shareOf(goal, view, { current, target }),
    step: { type: 'complete', requirement, current, target, remaining, from: time.from, by },
  }
}

/** Returns the current value of a metric and the value it must reach. */
export function presentOf(
  { repeat }: CompiledMilestone,
  { goal, view }: { readonly goal: MetricGoal; readonly view: ProgressView },
): { readonly current: number; readonly target: number } {
  const current = shownNumber(goal.metric, presentValue(goal, view))
  if (!repeat || !countsTimes(goal)) return { current, target: shownNumber(goal.metric, goal.target) }
  const each = decimalToNumber(repeat.target)
  if (goal.streak) return { current, target: each * (Math.floor(current / each) + 1) }
  const times = decimalToNumber(valueIn(view.state.values, goal.metric))
  return { current, target: repeat.isCumulative ? decimalToNumber(timesWhole(repeat.target, times + 1)) : each }
}

/** Tells whether a goal's value is the number of times that something was reached. */
export function countsTimes({ metric: { counting } }: MetricGoal): boolean {
  return typeof counting === 'object' && counting.countsTimes
}

function timeOf(
  { milestone }: CompiledMilestone,
  requirement: MetricRequirement,
  { now, calendar }: ProgressView,
): OpenTime {
  return openTimeOf([milestone.available ?? undefined, windowOf(requirement)], now, calendar)
}

function endOfStretch(goal: MetricGoal, view: ProgressView): Date | null {
  if (goal.streak) return streakOf(goal, view).endsAt
  const { unit } = goal.metric
  if (unit === undefined) return null
  const ms = view.now.getTime()
  return startOfPeriod(view.calendar, { unit, period: periodOf(unit, view.calendar.dayOf(ms)) + 1, ms })
}

function earliest(dates: readonly (Date | null)[]): Date | null {
  const times = dates.flatMap(date => (date ? [date.getTime()] : []))
  return times.length === 0 ? null : new Date(Math.min(...times))
}

/**
 * Returns what is missing to a target. If lower is better: how far the value is above it, or the whole target if there
 * is no value yet.
 */
export function remainingTo(
  goal: CompiledRequirement,
  view: ProgressView,
  { current, target }: { readonly current: number; readonly target: number },
): number {
  if (goal.type !== 'metric' || goal.metric.direction === 'rising') return lackingTo(target, current)
  return presentValue(goal, view) === goal.metric.start ? Math.max(target, 0) : lackingTo(current, target)
}

// 0.3 - 0.1 is exactly 0.2 here, because both are decimals.
function lackingTo(target: number, current: number): number {
  const lacking = addDecimals(decimalFromNumber(target), negated(decimalFromNumber(current)))
  return Math.max(decimalToNumber(lacking), 0)
}
