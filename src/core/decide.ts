import type { CompiledCatalog, CompiledMilestone, CompiledRequirement, Target } from './compile.js'
import { compareDecimals, type Decimal } from './decimal.js'
import { assertNever } from './errors.js'

/** What a decision about one user rests on. Grows as awards are made. */
export type UserState = {
  /** By metric name; a metric that is not there is 0. */
  readonly values: Map<string, Decimal>
  /** Ids of the milestones whose badges are held. */
  readonly held: Set<string>
  /** Ids that are not awarded here, since their badges are held already and take effect at dates of their own. */
  readonly reserved?: ReadonlySet<string>
  points: number
}

/** Builds the state of a user from what is held and counted. */
export function stateOf(
  badges: readonly { readonly id: string; readonly points: number }[],
  values: Map<string, Decimal>,
): UserState {
  const points = badges.reduce((sum, badge) => sum + badge.points, 0)
  return { values, held: new Set(badges.map(({ id }) => id)), points }
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
    for (const candidate of inCatalogOrder(wave)) {
      const { id, reward } = candidate.milestone
      if (state.held.has(id) || state.reserved?.has(id) || !holds(candidate.requirement, state)) continue
      awarded.push(candidate)
      next.push(...hold(compiled, state, { id, points: reward.points }))
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
  const before = state.points
  state.held.add(badge.id)
  state.points += badge.points
  const byPoints = crossed(compiled.pointTargets, { before, after: state.points, compare: (a, b) => a - b })
  return [...byPoints, ...(compiled.dependents.get(badge.id) ?? [])]
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
export function crossed<Value>(
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

/** Tells whether a move crosses any target, at the cost of one search. */
export function crossesAny<Value>(targets: readonly Target<Value>[], move: Move<Value>): boolean {
  const next = targets[firstAbove(targets, move.before, move.compare)]
  return next !== undefined && move.compare(next.value, move.after) <= 0
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
