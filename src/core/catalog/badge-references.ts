import { isKindName, metricKinds } from '../metrics/kinds.js'
import { type PeriodUnit, parsePeriod, periodUnits } from '../time/period.js'
import { isPlainObject } from '../values/metadata.js'
import { suggest } from '../values/shape-faults.js'
import { badgeIdParts } from './badge-id.js'
import { tierKeyOf } from './milestone.js'

/** Which badges a catalog can award, and which milestones refer to which. */
export type BadgeReferences = {
  readonly milestones: ReadonlyMap<string, ReferredMilestone>
  /** By milestone: the milestones that it refers to, filled in as they are found. */
  readonly named: Map<string, Set<string>>
}

type ReferredMilestone = {
  readonly tierKeys: readonly string[] | undefined
  /** How often it can be earned; 0 if it is not repeatable. */
  readonly timeCount: number
  /** Set if its times are named by calendar periods. */
  readonly unit: PeriodUnit | undefined
}
type Fault = { readonly problem: string; readonly fix: string }

/** Lists what the milestones of an unchecked catalog can award. */
export function badgeReferences(milestones: readonly unknown[]): BadgeReferences {
  const known = new Map<string, ReferredMilestone>()
  for (const milestone of milestones) {
    if (!isPlainObject(milestone) || typeof milestone.id !== 'string' || known.has(milestone.id)) continue
    const { tiers, repeatable } = milestone
    const max = isPlainObject(repeatable) ? (repeatable.max ?? Number.POSITIVE_INFINITY) : 0
    known.set(milestone.id, {
      tierKeys: Array.isArray(tiers) ? tiers.flatMap(uncheckedKeyOf) : undefined,
      timeCount: typeof max === 'number' ? max : 0,
      unit: isPlainObject(repeatable) ? uncheckedUnitOf(milestone.requirement) : undefined,
    })
  }
  return { milestones: known, named: new Map() }
}

/** Notes that a milestone refers to a badge. Returns a fault if the catalog has no such badge. */
export function refer(references: BadgeReferences, from: string | undefined, badgeId: string): Fault | undefined {
  const { milestoneId, tier, time } = badgeIdParts(badgeId)
  const milestone = references.milestones.get(milestoneId)
  if (!milestone) {
    const known = [...references.milestones.keys()]
    return { problem: `"${badgeId}" is not a milestone of this catalog`, fix: suggest(milestoneId, known) }
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
  { tierKeys, timeCount, unit }: ReferredMilestone,
  { tier, time }: { readonly tier: string | undefined; readonly time: string | undefined },
): Fault | undefined {
  if (tierKeys !== undefined && tier === undefined) {
    return { problem: `"${badgeId}" has tiers`, fix: `Name one of them: ${tiersNamed(tierKeys)}.` }
  }
  if (tier !== undefined && !tierKeys?.includes(tier)) {
    const fix = tierKeys === undefined ? 'Name it without #.' : `Name one of: ${tiersNamed(tierKeys)}.`
    return { problem: `"${badgeId}" is not a tier of this catalog`, fix }
  }
  if (time === undefined || isTime(time, { timeCount, unit })) return undefined
  return { problem: `"${badgeId}" is never reached`, fix: timeFix({ timeCount, unit }) }
}

type Times = Pick<ReferredMilestone, 'timeCount' | 'unit'>

function isTime(name: string, { timeCount, unit }: Times): boolean {
  if (unit !== undefined) return parsePeriod(unit, name) !== undefined
  return /^[1-9]\d*$/.test(name) && Number(name) <= timeCount
}

const periodExamples = { day: '2026-11-28', week: '2026-W48', month: '2026-11', year: '2026' } as const

function timeFix({ timeCount, unit }: Times): string {
  if (timeCount === 0) return 'Name it without @.'
  if (unit !== undefined) return `Name it without @, or by a ${unit}, such as @${periodExamples[unit]}.`
  return `Name it without @, or from @1${timeCount < Number.POSITIVE_INFINITY ? ` to @${timeCount}` : ' on'}.`
}

function uncheckedUnitOf(requirement: unknown): PeriodUnit | undefined {
  const { type, during } = (isPlainObject(requirement) ? requirement : {}) as { type?: unknown; during?: unknown }
  const hasPeriods = !isKindName(type) || 'during' in metricKinds[type].shape.properties
  return hasPeriods ? periodUnits.find(unit => unit === during) : undefined
}

function tiersNamed(keys: readonly string[]): string {
  return keys.map(key => `#${key}`).join(', ')
}

/** Returns the key of a tier in an unchecked catalog, or an empty list if it has none. */
export function uncheckedKeyOf(tier: unknown): readonly string[] {
  if (typeof tier === 'number') return [tierKeyOf(tier)]
  if (!isPlainObject(tier)) return []
  const { key, target } = tier
  if (typeof key === 'string') return [key]
  return key === undefined && typeof target === 'number' ? [tierKeyOf(target)] : []
}
