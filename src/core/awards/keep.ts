import { badgeIdParts } from '../catalog/badge-id.js'
import type { Catalog } from '../catalog/catalog.js'
import type { Milestone } from '../catalog/milestone.js'
import type { MetricRows } from '../metrics/metric.js'
import type { Decimal } from '../values/decimal.js'
import type { Badge } from './badge.js'
import type { CompiledCatalog } from './compile.js'
import { decide, stateOf, type UserState } from './decide.js'

/**
 * Tells whether a badge stays whatever becomes of what it rests on, since its milestone says so. Goes by the milestone: a badge of a
 * tier or a time that the catalog no longer has is as safe.
 */
export function isKept({ catalog }: CompiledCatalog, badgeId: string): boolean {
  return isOfMilestone(catalog, badgeId, ({ onUndo }) => onUndo === 'keep')
}

/** Tells whether a badge is of a milestone of which something is true; false where the catalog has no such milestone. */
export function isOfMilestone(
  { milestones }: Catalog,
  badgeId: string,
  isTrue: (milestone: Milestone) => boolean,
): boolean {
  const { milestoneId } = badgeIdParts(badgeId)
  return milestones.some(milestone => (milestone.tier?.of ?? milestone.id) === milestoneId && isTrue(milestone))
}

/** What a user's badges rest on beside each other. */
export type Basis = {
  /** The final values of the metrics, by name. */
  readonly values: ReadonlyMap<string, Decimal>
  /** The final rows of metrics with parts, by name; needed where calendar periods name times. */
  readonly rows?: ReadonlyMap<string, MetricRows>
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
  /** Ids of badges that are not awarded, since they were taken by hand. */
  readonly refused: ReadonlySet<string>
  /** The id of a badge that is taken by hand. */
  readonly taken: string | null
}

/**
 * Finds the badges that no longer hold after a change: those outside the least fixpoint of what is left, so that no badge holds
 * itself up by its own points. Badges that nothing supported before the change either (of a milestone that is gone or was made
 * harder, or inserted by the host) are not judged by it and stay.
 */
export function badgesLost(compiled: CompiledCatalog, change: Change): readonly Badge[] {
  const { after, held, taken, refused } = change
  const seeds = seedsOf(compiled, change)
  if (taken === null) return outside(compiled, { held, refused }, seeds, after)
  seeds.delete(taken)
  const rest = { held: held.filter(({ id }) => id !== taken), refused: new Set(refused).add(taken) }
  return [...held.filter(({ id }) => id === taken), ...outside(compiled, rest, seeds, after)]
}

/** Finds badges that hold only because they are held: what is there does not support them, nor do the others. */
export function standingAlone(
  compiled: CompiledCatalog,
  basis: Basis,
  { held, refused }: Pick<Change, 'held' | 'refused'>,
): ReadonlySet<string> {
  return seedsOf(compiled, { before: basis, held, refused, safe: new Set() })
}

// The badges that are not judged.
function seedsOf(
  compiled: CompiledCatalog,
  { before, held, safe, refused }: Pick<Change, 'before' | 'held' | 'safe' | 'refused'>,
): Set<string> {
  const seeds = new Set(safe)
  const isBaseless = ({ id }: Badge): boolean => {
    const others = new Set(held.filter(other => other.id !== id).map(other => other.id))
    return outside(compiled, { held, refused }, others, before).length > 0
  }
  for (;;) {
    const unsupported = outside(compiled, { held, refused }, seeds, before)
    if (unsupported.length === 0) return seeds
    const baseless = unsupported.filter(isBaseless)
    // Badges that hold each other up are supported once one of them stands.
    for (const { id } of baseless.length > 0 ? baseless : unsupported.slice(0, 1)) seeds.add(id)
  }
}

type Held = Pick<Change, 'held' | 'refused'>

// Those of the badges that do not follow from the basis and the seeds, and what else is due by these.
function outside(
  compiled: CompiledCatalog,
  { held, refused }: Held,
  seeds: ReadonlySet<string>,
  { values, rows, completionPoints }: Basis,
): readonly Badge[] {
  const pointsById = new Map(held.map(({ id, points }) => [id, points]))
  const state: UserState = {
    ...stateOf({
      badges: held.filter(({ id }) => seeds.has(id)),
      completionPoints,
      values: new Map(values),
      rows: new Map(rows),
      repeatableIds: compiled.repeatableIds,
    }),
    reserved: new Set([...refused].filter(id => !pointsById.has(id))),
    pointsById,
  }
  decide(compiled, state, compiled.milestones)
  return held.filter(({ id }) => !state.held.has(id))
}
