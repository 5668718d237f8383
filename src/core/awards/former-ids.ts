import { badgeIdParts, goalIdOf } from '../catalog/badge-id.js'
import type { Catalog } from '../catalog/catalog.js'
import { type MilestoneDefinition, tierKeyOf } from '../catalog/milestone.js'
import type { Calendar } from '../time/calendar.js'
import { type PeriodUnit, parsePeriod, periodLabel, periodOf } from '../time/period.js'
import type { Badge } from './badge.js'
import { renamedBadge } from './badge.js'
import type { BadgeGain } from './badge-gains.js'

/** By former id: the milestone or tier that has replaced it. */
export type FormerIds = ReadonlyMap<string, string>

/**
 * A badge id of a user and its new id. `isHeld`: the badge is held, not only part of a manual decision. `isMerged`: the
 * new badge is held too, so the former one is deleted.
 */
export type Rename = {
  readonly from: string
  readonly to: string
  readonly isHeld: boolean
  readonly isMerged: boolean
}

/** The data of a user that contains badge ids. */
export type Renamable = {
  /** Sorted by date. */
  readonly badges: readonly Badge[]
  readonly decisions: ReadonlyMap<string, 'awarded' | 'revoked'>
  readonly badgeGains: readonly BadgeGain[]
}

/** Lists the former ids in a catalog. */
export function formerIdsOf(milestones: readonly MilestoneDefinition[]): FormerIds {
  return new Map(
    milestones.flatMap(({ id, formerly = [], tiers = [] }) => [
      ...formerly.map(former => [former, id] as const),
      ...tiers.flatMap(tier => {
        const own = typeof tier === 'number' ? [] : (tier.formerly ?? [])
        return own.map(former => [former, `${id}#${tierKeyOf(tier)}`] as const)
      }),
    ]),
  )
}

/** What is needed to find new ids. `calendar`: the user's calendar, which names the period of a badge. */
export type RenameContext = {
  readonly catalog: Catalog
  readonly formerIds: FormerIds
  readonly repeatableIds: ReadonlySet<string>
  readonly calendar: () => Calendar
}

/** Finds which badges of a user have new ids. Almost always empty. */
export function renamesOf(context: RenameContext, { badges, decisions }: Renamable): readonly Rename[] {
  const { formerIds, repeatableIds } = context
  if (formerIds.size === 0 && repeatableIds.size === 0) return none
  const taken = new Set(badges.map(({ id }) => id))
  const renames = badges.flatMap(({ id, earnedAt }): Rename[] => {
    const found = newNameOf(context, id, earnedAt)
    // If several times would become the same badge, only the first does. The others keep their ids.
    if (!found || (found.isOnlyFirst && taken.has(found.to))) return []
    const isMerged = taken.has(found.to)
    taken.add(found.to)
    return [{ from: id, to: found.to, isHeld: true, isMerged }]
  })
  const known = new Set(badges.map(({ id }) => id))
  const decided = [...decisions.keys()].flatMap((id): Rename[] => {
    const found = known.has(id) ? undefined : newNameOf(context, id, null)
    return found && !found.isOnlyFirst ? [{ from: id, to: found.to, isHeld: false, isMerged: false }] : []
  })
  return decided.length === 0 ? renames : [...renames, ...decided]
}

const none: readonly Rename[] = []

/**
 * Returns what a user has under the new ids: badges with their dates and points, decisions, and the ledger's points.
 */
export function renamed<Item extends Renamable>(given: Item, renames: readonly Rename[]): Item {
  if (renames.length === 0) return given
  const byFormer = new Map(renames.map(rename => [rename.from, rename]))
  const nameNow = (id: string): string => byFormer.get(id)?.to ?? id
  const badges = given.badges.filter(({ id }) => !byFormer.get(id)?.isMerged).map(badge => renamedBadge(badge, nameNow))
  const heldIds = new Set(badges.map(({ id }) => id))
  const decisions = new Map(given.decisions)
  for (const { from, to } of renames) {
    const decision = decisions.get(from)
    decisions.delete(from)
    if (decision && !decisions.has(to) && !(decision === 'revoked' && heldIds.has(to))) decisions.set(to, decision)
  }
  const badgeGains = given.badgeGains.map(gain => {
    return { ...gain, id: byFormer.get(gain.id)?.isMerged ? gain.id : nameNow(gain.id) }
  })
  return { ...given, badges, decisions, badgeGains }
}

type NewName = { readonly to: string; readonly isOnlyFirst: boolean }

function newNameOf(context: RenameContext, id: string, earnedAt: Date | null): NewName | undefined {
  const { formerIds, repeatableIds } = context
  // A badge with the bare id of a repeatable milestone is from before it was repeatable, or was imported.
  const own = formerIds.get(id) ?? (repeatableIds.has(id) ? id : undefined)
  const { milestoneId, tier, time } = badgeIdParts(id)
  if (own !== undefined) return namedAs(context, own, { time, earnedAt })
  const goal = formerIds.get(tier === undefined ? goalIdOf(id) : milestoneId)
  if (goal === undefined) return undefined
  if (tier !== undefined)
    return has(context, `${goal}#${tier}`) ? { to: `${goal}#${tier}`, isOnlyFirst: false } : undefined
  const name = namedAs(context, goal, { time, earnedAt: null })
  return name && { ...name, isOnlyFirst: !context.repeatableIds.has(goal) }
}

type At = { readonly time: string | undefined; readonly earnedAt: Date | null }

function namedAs(context: RenameContext, goal: string, { time, earnedAt }: At): NewName | undefined {
  if (!context.repeatableIds.has(goal)) return has(context, goal) ? { to: goal, isOnlyFirst: false } : undefined
  const unit = periodOfGoal(context, goal)
  const name = unit ? periodNamed(context, unit, { time, earnedAt }) : (numberNamed(time) ?? '1')
  return name === undefined ? undefined : { to: `${goal}@${name}`, isOnlyFirst: false }
}

function periodNamed({ calendar }: RenameContext, unit: PeriodUnit, { time, earnedAt }: At): string | undefined {
  if (time !== undefined && parsePeriod(unit, time) !== undefined) return time
  return earnedAt ? periodLabel(unit, periodOf(unit, calendar().dayOf(earnedAt.getTime()))) : undefined
}

function numberNamed(time: string | undefined): string | undefined {
  return time !== undefined && /^[1-9]\d*$/.test(time) ? time : undefined
}

function periodOfGoal({ catalog }: RenameContext, goal: string): PeriodUnit | undefined {
  const requirement = catalog.requirements[catalog.milestones.findIndex(({ id }) => id === goal)]!
  return 'during' in requirement && typeof requirement.during === 'string' ? requirement.during : undefined
}

// The bare id of a milestone with tiers is not the id of any badge.
function has({ catalog }: RenameContext, id: string): boolean {
  return catalog.milestones.some(milestone => milestone.id === id)
}
