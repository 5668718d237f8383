import { badgeIdParts } from '../catalog/badge-id.js'
import type { Catalog } from '../catalog/catalog.js'
import type { Milestone } from '../catalog/milestone.js'
import type { MetricRows } from '../metrics/metric.js'
import type { Decimal } from '../values/decimal.js'
import type { Badge } from './badge.js'
import type { CompiledCatalog } from './compile.js'
import { decide, stateOf, type UserState } from './decide.js'

/**
 * Tells whether a badge is kept whatever happens to what it rests on, because its milestone says so. The milestone
 * decides, so badges of tiers or times that are no longer in the catalog are kept too.
 */
export function isKept({ catalog }: CompiledCatalog, badgeId: string): boolean {
  return isOfMilestone(catalog, badgeId, ({ onUndo }) => onUndo === 'keep')
}

/** Tells whether the milestone of a badge passes a test. False if the catalog has no such milestone. */
export function isOfMilestone(
  { milestones }: Catalog,
  badgeId: string,
  isTrue: (milestone: Milestone) => boolean,
): boolean {
  const { milestoneId } = badgeIdParts(badgeId)
  return milestones.some(milestone => (milestone.tier?.of ?? milestone.id) === milestoneId && isTrue(milestone))
}

/** What a user's badges rest on, besides each other. */
export type Basis = {
  /** The final values of the metrics, by name. */
  readonly values: ReadonlyMap<string, Decimal>
  /** The final rows of metrics with parts, by name. Needed if times are calendar periods. */
  readonly rows?: ReadonlyMap<string, MetricRows>
  readonly completionPoints: number
}

/** A change to what badges rest on. */
export type Change = {
  readonly before: Basis
  readonly after: Basis
  /** All badges held before the change, sorted by date. */
  readonly held: readonly Badge[]
  /** Ids of badges that were awarded manually, or that are kept once held. */
  readonly safe: ReadonlySet<string>
  /** Ids of badges that are not awarded, because they were revoked manually. */
  readonly refused: ReadonlySet<string>
  /** The id of a badge that is being revoked manually. */
  readonly taken: string | null
}

/**
 * Finds the badges that no longer hold after a change: those outside the least fixpoint of what is left, so that no
 * badge supports itself by its own points. Badges that nothing supported even before the change (their milestone was
 * removed or made harder, or the host inserted them) are not judged and stay.
 */
export function badgesLost(compiled: CompiledCatalog, change: Change): readonly Badge[] {
  const { after, held, taken, refused } = change
  const seeds = seedsOf(compiled, change)
  if (taken === null) return outside(compiled, { held, refused }, seeds, after)
  seeds.delete(taken)
  const rest = { held: held.filter(({ id }) => id !== taken), refused: new Set(refused).add(taken) }
  return [...held.filter(({ id }) => id === taken), ...outside(compiled, rest, seeds, after)]
}

/** One of two users who become one: what the user's badges rest on, and which of them are not judged. */
export type MergedSide = Pick<Change, 'before' | 'held' | 'safe' | 'refused'>

/** Finds the badges of two users who became one that no longer hold. Only what supported them before is judged. */
export function badgesLostByMerge(
  compiled: CompiledCatalog,
  sides: readonly MergedSide[],
  { after, held, refused }: Pick<Change, 'after' | 'held' | 'refused'>,
): readonly Badge[] {
  const seeds = new Set(sides.flatMap(side => [...seedsOf(compiled, side)]))
  return outside(compiled, { held, refused }, seeds, after)
}

/** Finds badges that hold only because they are held: neither the current data nor the other badges support them. */
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
    // Badges that support each other are supported as soon as one of them is a seed.
    for (const { id } of baseless.length > 0 ? baseless : unsupported.slice(0, 1)) seeds.add(id)
  }
}

type Held = Pick<Change, 'held' | 'refused'>

// The badges that do not follow from the basis and the seeds, nor from what else is due by these.
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
