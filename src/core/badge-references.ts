import { badgeIdParts } from './badge-id.js'
import { isPlainObject } from './metadata.js'
import { tierKeyOf } from './milestone.js'
import { suggest } from './shape-faults.js'

/** Which badges a catalog can award, and which milestones name which. */
export type BadgeReferences = {
  readonly milestones: ReadonlyMap<string, ReferredMilestone>
  /** By milestone: the milestones that it names, as found on the way. */
  readonly named: Map<string, Set<string>>
}

type ReferredMilestone = { readonly tierKeys: readonly string[] | undefined; readonly timeCount: number }
type Fault = { readonly problem: string; readonly fix: string }

/** Lists what the milestones of an unchecked catalog can award. */
export function badgeReferences(milestones: readonly unknown[]): BadgeReferences {
  const known = new Map<string, ReferredMilestone>()
  for (const milestone of milestones) {
    if (!isPlainObject(milestone) || typeof milestone.id !== 'string' || known.has(milestone.id)) continue
    const { tiers, repeatable } = milestone
    const max = isPlainObject(repeatable) ? (repeatable.max ?? Number.POSITIVE_INFINITY) : 1
    known.set(milestone.id, {
      tierKeys: Array.isArray(tiers) ? tiers.flatMap(uncheckedKeyOf) : undefined,
      timeCount: typeof max === 'number' ? max : 1,
    })
  }
  return { milestones: known, named: new Map() }
}

/** Notes that a milestone names a badge; returns what is wrong where the catalog has no such badge. */
export function refer(references: BadgeReferences, from: string | undefined, badgeId: string): Fault | undefined {
  const { milestoneId, tier, time } = badgeIdParts(badgeId)
  const milestone = references.milestones.get(milestoneId)
  if (!milestone) {
    const known = [...references.milestones.keys()]
    return { problem: `"${badgeId}" is no milestone of this catalog`, fix: suggest(milestoneId, known) }
  }
  const fault = placeFault(badgeId, milestone, { tier, time })
  if (!fault && from !== undefined) {
    const named = references.named.get(from) ?? new Set()
    references.named.set(from, named.add(milestoneId))
  }
  return fault
}

function placeFault(
  badgeId: string,
  { tierKeys, timeCount }: ReferredMilestone,
  { tier, time }: { readonly tier: string | undefined; readonly time: string | undefined },
): Fault | undefined {
  if (tierKeys !== undefined && tier === undefined) {
    return { problem: `"${badgeId}" has tiers`, fix: `Name one of them: ${tiersNamed(tierKeys)}.` }
  }
  if (tier !== undefined && !tierKeys?.includes(tier)) {
    const fix = tierKeys === undefined ? 'Name it without #.' : `Name one of: ${tiersNamed(tierKeys)}.`
    return { problem: `"${badgeId}" is not a tier of this catalog`, fix }
  }
  if (time !== undefined && !(Number(time) >= 2 && Number(time) <= timeCount)) {
    const fix =
      timeCount < 2
        ? 'Name it without @.'
        : `Name it without @, or from @2${timeCount < Number.POSITIVE_INFINITY ? ` to @${timeCount}` : ' on'}.`
    return { problem: `"${badgeId}" is never reached`, fix }
  }
  return undefined
}

function tiersNamed(keys: readonly string[]): string {
  return keys.map(key => `#${key}`).join(', ')
}

/** Gives the key of a tier of an unchecked catalog; none where it has none. */
export function uncheckedKeyOf(tier: unknown): readonly string[] {
  if (typeof tier === 'number') return [tierKeyOf(tier)]
  if (!isPlainObject(tier)) return []
  const { key, target } = tier
  if (typeof key === 'string') return [key]
  return key === undefined && typeof target === 'number' ? [tierKeyOf(target)] : []
}
