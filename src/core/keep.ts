import type { Badge } from './badge.js'
import type { CompiledCatalog } from './compile.js'
import { decide, stateOf, type UserState } from './decide.js'
import type { Decimal } from './decimal.js'

/** What a user's badges rest on beside each other. */
export type Basis = {
  /** The final values of the metrics, by name. */
  readonly values: ReadonlyMap<string, Decimal>
  readonly completionPoints: number
}

/** A change of what badges rest on. */
export type Change = {
  readonly before: Basis
  readonly after: Basis
  /** All badges held before the change, in order of their dates. */
  readonly held: readonly Badge[]
  /** Ids of badges that were awarded by hand, or that once held are held. */
  readonly safe: ReadonlySet<string>
  /** The id of a badge that is taken by hand. */
  readonly taken: string | null
}

/**
 * Finds the badges that no longer hold after a change: those outside the least fixpoint of what is left, so that no badge holds
 * itself up by its own points. Badges that nothing supported before the change either (of a milestone that is gone or was made
 * harder, or inserted by the host) are not judged by it and stay.
 */
export function badgesLost(compiled: CompiledCatalog, { before, after, held, safe, taken }: Change): readonly Badge[] {
  const seeds = new Set(safe)
  for (let unsupported = outside(compiled, held, seeds, before)[0]; unsupported; ) {
    seeds.add(unsupported.id)
    unsupported = outside(compiled, held, seeds, before)[0]
  }
  if (taken === null) return outside(compiled, held, seeds, after)
  seeds.delete(taken)
  const rest = held.filter(({ id }) => id !== taken)
  return [...held.filter(({ id }) => id === taken), ...outside(compiled, rest, seeds, after)]
}

// Those of the badges that do not follow from the basis and the seeds.
function outside(
  compiled: CompiledCatalog,
  held: readonly Badge[],
  seeds: ReadonlySet<string>,
  { values, completionPoints }: Basis,
): readonly Badge[] {
  const pointsById = new Map(held.map(({ id, points }) => [id, points]))
  const state: UserState = {
    ...stateOf({ badges: held.filter(({ id }) => seeds.has(id)), completionPoints, values: new Map(values) }),
    reserved: { has: id => !pointsById.has(id) },
    pointsById,
  }
  decide(compiled, state, compiled.milestones)
  return held.filter(({ id }) => !state.held.has(id))
}
