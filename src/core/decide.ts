import { type Calendar, utcCalendar } from './calendar.js'
import type {
  CompiledCatalog,
  CompiledMilestone,
  CompiledRequirement,
  MetricTargets,
  Repeat,
  Target,
} from './compile.js'
import { compareDecimals, type Decimal, timesIn } from './decimal.js'
import { assertNever } from './errors.js'
import type { MetricRows } from './metric.js'

/** What a decision about one user rests on. Grows as completions are counted and awards are made. */
export type UserState = {
  readonly calendar: Calendar
  /** By metric name; a metric that is not there is 0. */
  readonly values: Map<string, Decimal>
  /** The rows of stepped metrics, by metric name. */
  readonly rows: Map<string, MetricRows>
  /** Ids of the badges that are held. */
  readonly held: Set<string>
  /** Ids that are not awarded here, since their badges are held already and take effect at dates of their own. */
  readonly reserved?: Pick<ReadonlySet<string>, 'has'>
  /** What badges bring that were awarded before, where it is not what their milestones bring today. */
  readonly pointsById?: ReadonlyMap<string, number>
  points: number
}

/** What a state begins with; what is left out is nothing. */
export type StateStart = {
  readonly reserved?: ReadonlySet<string>
  readonly badges?: readonly { readonly id: string; readonly points: number }[]
  /** What completions themselves have brought. */
  readonly completionPoints?: number
  readonly values?: Map<string, Decimal>
  readonly rows?: Map<string, MetricRows>
  readonly calendar?: Calendar
}

/** Builds the state of a user from what is held and counted. */
export function stateOf(start: StateStart): UserState {
  const { badges = [], completionPoints = 0, values, rows, calendar, reserved } = start
  return {
    ...(reserved && { reserved }),
    calendar: calendar ?? utcCalendar,
    values: values ?? new Map(),
    rows: rows ?? new Map(),
    held: new Set(badges.map(({ id }) => id)),
    points: badges.reduce((sum, badge) => sum + badge.points, completionPoints),
  }
}

/**
 * Awards every milestone that is due among the candidates, and, to the end, what those awards bring: points, levels,
 * milestones held. Adds them to the state. Returns them in the order of the cascade, catalog order within a wave.
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
      awarded.push(candidate)
      next.push(...hold(compiled, state, { id, points: state.pointsById?.get(id) ?? reward.points }))
    }
    wave = next
  }
  return awarded
}

/** Adds a badge to the state and returns the milestones that this may have made due. */
export function hold(
  compiled: CompiledCatalog,
  state: UserState,
  badge: { readonly id: string; readonly points: number },
): readonly CompiledMilestone[] {
  state.held.add(badge.id)
  const byPoints = gain(compiled, state, badge.points)
  return [...byPoints, ...(compiled.dependents.get(badge.id) ?? [])]
}

/** Adds points to the state and returns the milestones that this may have made due. */
export function gain(compiled: CompiledCatalog, state: UserState, points: number): readonly CompiledMilestone[] {
  if (points === 0) return []
  const before = state.points
  state.points += points
  return crossed(compiled.pointTargets, { before, after: state.points, compare: comparePoints })
}

/** Tells whether a requirement is true in this state. */
export function holds(requirement: CompiledRequirement, state: UserState): boolean {
  switch (requirement.type) {
    case 'metric':
      return compareDecimals(state.values.get(requirement.metric.name) ?? 0, requirement.target) >= 0
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

/** A value that moved: `before < target <= after` is a crossing. */
export type Move<Value> = {
  readonly before: Value
  readonly after: Value
  readonly compare: (a: Value, b: Value) => number
}

/** Lists the milestones whose targets a value crossed; a jump over several crosses all of them. */
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

/** Lists the milestones whose targets a metric crossed, each further time of a repeatable one as its own. */
export function crossedByMetric(
  { fixed, repeated }: MetricTargets,
  move: { readonly before: Decimal; readonly after: Decimal },
): readonly CompiledMilestone[] {
  const { before, after } = move
  const found = crossed(fixed, { before, after, compare: compareDecimals })
  if (repeated.length === 0) return found
  return [...found, ...repeated.flatMap(({ repeat }) => timesBetween(repeat, move))]
}

/** Tells whether a metric crossed any target, at the cost of one search. */
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

/** Gives how often a repeatable milestone is reached by a value of its metric. */
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

// A repeatable milestone that something else than its metric made due, such as a prerequisite: every time that it is by now.
function timesDue(candidate: CompiledMilestone, state: UserState): readonly CompiledMilestone[] {
  const { repeat } = candidate
  if (!repeat) return [candidate]
  const { goal } = candidate
  if (goal.type === 'metric') {
    return timesBetween(repeat, { before: 0, after: state.values.get(goal.metric.name) ?? 0 })
  }
  const times: CompiledMilestone[] = []
  for (let n = 1; n <= repeat.max; n++) {
    const time = repeat.time(n)
    if (!holds(time.goal, state)) break
    times.push(time)
  }
  return times
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
