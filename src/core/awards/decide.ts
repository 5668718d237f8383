import { goalIdOf } from '../catalog/badge-id.js'
import { type MetricRows, valueIn, wholePart } from '../metrics/metric.js'
import { type Calendar, utcCalendar } from '../time/calendar.js'
import { compareDecimals, type Decimal, timesIn } from '../values/decimal.js'
import { assertNever } from '../values/errors.js'
import type {
  CompiledCatalog,
  CompiledMilestone,
  CompiledRequirement,
  MetricGoal,
  MetricTargets,
  PeriodTimes,
  Repeat,
  Target,
} from './compile.js'

/** The data for a decision about one user. It grows as completions are counted and awards are made. */
export type UserState = {
  readonly calendar: Calendar
  /** By metric name. A metric that is missing is at its start. */
  readonly values: Map<string, Decimal>
  /** The rows of stepped metrics, by metric name. */
  readonly rows: Map<string, MetricRows>
  /** Ids of the badges that are held. */
  readonly held: Set<string>
  /**
   * Ids that must not be awarded here, because their badges are already held and take effect at their own dates, or
   * were revoked manually.
   */
  readonly reserved?: ReadonlySet<string>
  /** Set if the rows do not show which calendar periods were reached, so that only the history can decide. */
  isInDoubt?: boolean
  /** The points of badges awarded earlier, where they differ from what their milestones give now. */
  readonly pointsById?: ReadonlyMap<string, number>
  points: number
}

/** What a state starts with. Omitted fields are empty. */
export type StateStart = {
  readonly reserved?: ReadonlySet<string>
  readonly badges?: readonly { readonly id: string; readonly points: number }[]
  /** The points that completions themselves are worth. */
  readonly completionPoints?: number
  readonly values?: Map<string, Decimal>
  readonly rows?: Map<string, MetricRows>
  readonly calendar?: Calendar
  /** The ids of repeatable milestones. Such an id matches any of their times. */
  readonly repeatableIds?: ReadonlySet<string>
}

/** Builds the state of a user from what is held and counted. */
export function stateOf(start: StateStart): UserState {
  const { badges = [], completionPoints = 0, values, rows, calendar, reserved, repeatableIds = noIds } = start
  return {
    ...(reserved && { reserved }),
    calendar: calendar ?? utcCalendar,
    values: values ?? new Map(),
    rows: rows ?? new Map(),
    held: new Set(badges.flatMap(({ id }) => namesOf(repeatableIds, id))),
    points: badges.reduce((sum, badge) => sum + badge.points, completionPoints),
  }
}

const noIds: ReadonlySet<string> = new Set()

/** Lists the ids that match a badge: its own and, for a time, the id of its milestone. */
export function namesOf(repeatableIds: ReadonlySet<string>, badgeId: string): readonly string[] {
  if (repeatableIds.size === 0) return [badgeId]
  const goalId = goalIdOf(badgeId)
  return goalId !== badgeId && repeatableIds.has(goalId) ? [badgeId, goalId] : [badgeId]
}

/**
 * Awards every candidate that is due, and everything that follows from those awards through points, levels and badges
 * held. Adds them to the state. Returns them in the order of the cascade, and in catalog order within each wave.
 */
export function decide(
  compiled: CompiledCatalog,
  state: UserState,
  candidates: readonly CompiledMilestone[],
): readonly CompiledMilestone[] {
  const awarded: CompiledMilestone[] = []
  for (let wave = candidates; wave.length > 0; ) {
    const next: CompiledMilestone[] = []
    for (const candidate of inCatalogOrder(wave).flatMap(milestone => timesDue(milestone, state))) {
      const { id, reward } = candidate.milestone
      if (state.held.has(id) || state.reserved?.has(id) || !holds(candidate.requirement, state)) continue
      if (isUsedUp(state, candidate)) continue
      awarded.push(candidate)
      next.push(...hold(compiled, state, { id, points: state.pointsById?.get(id) ?? reward.points }))
    }
    wave = next
  }
  return awarded
}

/** Adds a badge to the state and returns the milestones that may now be due. */
export function hold(
  compiled: CompiledCatalog,
  state: UserState,
  badge: { readonly id: string; readonly points: number },
): readonly CompiledMilestone[] {
  const names = namesOf(compiled.repeatableIds, badge.id).filter(name => !state.held.has(name))
  for (const name of names) state.held.add(name)
  const byPoints = gain(compiled, state, badge.points)
  return [...byPoints, ...names.flatMap(name => compiled.dependents.get(name) ?? [])]
}

/** Adds points to the state and returns the milestones that may now be due. */
export function gain(compiled: CompiledCatalog, state: UserState, points: number): readonly CompiledMilestone[] {
  if (points === 0) return []
  const before = state.points
  state.points += points
  return crossed(compiled.pointTargets, { before, after: state.points, compare: comparePoints })
}

/** Tells whether a requirement is true in this state. */
export function holds(requirement: CompiledRequirement, state: UserState): boolean {
  switch (requirement.type) {
    case 'metric': {
      const { metric, part, target } = requirement
      const value =
        part === undefined ? valueIn(state.values, metric) : (state.rows.get(metric.name)?.get(part)?.value ?? 0)
      return compareDecimals(value, target) >= 0
    }
    case 'points':
      return state.points >= requirement.target
    case 'level':
      return state.points >= requirement.points
    case 'milestones':
      return requirement.ids.filter(id => state.held.has(id)).length >= requirement.target
    case 'some':
      return requirement.of.filter(part => holds(part, state)).length >= requirement.target
    default:
      return assertNever(requirement)
  }
}

/** A change of a value. It is a crossing if `before < target <= after`. */
export type Move<Value> = {
  readonly before: Value
  readonly after: Value
  readonly compare: (a: Value, b: Value) => number
}

/** Lists the milestones whose targets a value crossed. A jump past several targets crosses all of them. */
function crossed<Value>(
  targets: readonly Target<Value>[],
  { before, after, compare }: Move<Value>,
): readonly CompiledMilestone[] {
  const found: CompiledMilestone[] = []
  for (let i = firstAbove(targets, before, compare); i < targets.length; i++) {
    if (compare(targets[i]!.value, after) > 0) break
    found.push(...targets[i]!.milestones)
  }
  return found
}

/**
 * Lists the milestones whose targets a metric crossed, each time of a repeatable one separately. `period`: the label of
 * the calendar period in which the step counted.
 */
export function crossedByMetric(
  { fixed, repeated }: MetricTargets,
  move: { readonly before: Decimal; readonly after: Decimal; readonly period: () => string },
): readonly CompiledMilestone[] {
  const { before, after, period } = move
  const found = crossed(fixed, { before, after, compare: compareDecimals })
  if (repeated.length === 0 || compareDecimals(before, after) === 0) return found
  const times = repeated.flatMap(milestone => {
    const { repeat } = milestone
    const { byPeriod, max } = repeat
    if (!byPeriod) return timesBetween(repeat, move)
    // If the number of periods is limited and a prerequisite made them wait, the earliest periods must be chosen.
    const isLimited = max !== Number.POSITIVE_INFINITY && milestone.milestone.after.length > 0
    return [isLimited ? milestone : byPeriod.time(period())]
  })
  return [...found, ...times]
}

/** Tells whether a metric crossed any target, with a single search. */
export function crossesAny(
  { fixed, repeated }: MetricTargets,
  { before, after }: { readonly before: Decimal; readonly after: Decimal },
): boolean {
  const next = fixed[firstAbove(fixed, before, compareDecimals)]
  if (next !== undefined && compareDecimals(next.value, after) <= 0) return true
  return repeated.some(({ repeat: { every } }) => timesIn(every, after) > timesIn(every, before))
}

/** Tells whether points crossed any target. */
export function pointsCrossAny(compiled: CompiledCatalog, before: number, after: number): boolean {
  const next = compiled.pointTargets[firstAbove(compiled.pointTargets, before, comparePoints)]
  return next !== undefined && next.value <= after
}

function timesReached({ every, max }: Repeat, value: Decimal): number {
  return Math.min(max, timesIn(every!, value))
}

function timesBetween(
  repeat: Repeat,
  { before, after }: { readonly before: Decimal; readonly after: Decimal },
): readonly CompiledMilestone[] {
  const first = timesReached(repeat, before) + 1
  const count = timesReached(repeat, after) - first + 1
  return count <= 0 ? [] : Array.from({ length: count }, (_, i) => repeat.time(first + i))
}

// A repeatable milestone that became due by something other than its metric, such as a prerequisite: all times that are
// due by now.
function timesDue(candidate: CompiledMilestone, state: UserState): readonly CompiledMilestone[] {
  const { repeat, goal } = candidate
  if (!repeat) return [candidate]
  if (repeat.byPeriod && goal.type === 'metric') return periodsDue(candidate, repeat.byPeriod, { goal, state })
  if (goal.type === 'metric') {
    return timesBetween(repeat, { before: goal.metric.start, after: valueIn(state.values, goal.metric) })
  }
  const times: CompiledMilestone[] = []
  for (let n = 1; n <= repeat.max; n++) {
    const time = repeat.time(n)
    if (!holds(time.goal, state)) break
    times.push(time)
  }
  return times
}

// Periods whose badges were held before come first, so that they are kept if the number is limited.
function periodsDue(
  { requirement, milestone }: CompiledMilestone,
  { time }: PeriodTimes,
  { goal, state }: { readonly goal: MetricGoal; readonly state: UserState },
): readonly CompiledMilestone[] {
  if (!holds(requirement, state)) return []
  const { name } = goal.metric
  const times = [...(state.rows.get(name)?.keys() ?? [])]
    .filter(isPeriodPart)
    .sort()
    .map(time)
    .filter(due => holds(due.goal, state))
  const isKnown = (id: string): boolean => state.held.has(id) || (state.reserved?.has(id) ?? false)
  const unknownCount = (state.values.get(name) as number) - times.length
  if (unknownCount > 0) {
    const otherIds = [...state.held].filter(id => id.startsWith(`${milestone.id}@`))
    const others = otherIds.filter(id => !times.some(due => due.milestone.id === id))
    if (others.length < unknownCount) state.isInDoubt = true
  }
  const open = times.filter(due => !isKnown(due.milestone.id))
  const isFormer = (due: CompiledMilestone): boolean => state.pointsById?.has(due.milestone.id) ?? false
  return [...open.filter(isFormer), ...open.filter(due => !isFormer(due))]
}

function isPeriodPart(part: string): boolean {
  return part !== wholePart && !/[=#]/.test(part)
}

// If times are named by periods, only the number of badges limits them. A revoked badge counts too.
function isUsedUp({ held, reserved = noIds }: UserState, { milestone, goal }: CompiledMilestone): boolean {
  const { max } = milestone.repeatable ?? {}
  if (max === undefined || goal.type !== 'metric' || goal.part === undefined) return false
  const start = `${goalIdOf(milestone.id)}@`
  return new Set([...held, ...reserved].filter(id => id.startsWith(start))).size >= max
}

function comparePoints(a: number, b: number): number {
  return a - b
}

function firstAbove<Value>(
  targets: readonly Target<Value>[],
  value: Value,
  compare: (a: Value, b: Value) => number,
): number {
  let low = 0
  let high = targets.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(targets[middle]!.value, value) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

function inCatalogOrder(wave: readonly CompiledMilestone[]): readonly CompiledMilestone[] {
  return wave.length < 2 ? wave : [...new Set(wave)].sort((a, b) => a.order - b.order)
}
