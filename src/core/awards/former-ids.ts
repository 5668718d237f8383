import { badgeIdParts, goalIdOf } from '../catalog/badge-id.js'
import type { Catalog } from '../catalog/catalog.js'
import { type MilestoneDefinition, tierKeyOf } from '../catalog/milestone.js'
import type { Calendar } from '../time/calendar.js'
import { type PeriodUnit, parsePeriod, periodLabel, periodOf } from '../time/period.js'
import type { Badge } from './badge.js'
import { renamedBadge } from './badge.js'

/** By a former id: the milestone or tier that it is called now. */
export type FormerIds = ReadonlyMap<string, string>

/**
 * A badge id of a user and what it is now. `isHeld`: it is held, not only decided of; `isMerged`: the new badge is held besides, so the
 * former one goes.
 */
export type Rename = {
  readonly from: string
  readonly to: string
  readonly isHeld: boolean
  readonly isMerged: boolean
}

/** What of a user carries badge ids. */
export type Renamable = {
  /** In order of their dates. */
  readonly badges: readonly Badge[]
  readonly decisions: ReadonlyMap<string, 'awarded' | 'revoked'>
  readonly badgeGains: ReadonlyMap<string, { readonly points: number; readonly at: Date }>
}

/** Lists what a catalog says of former ids. */
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

/** What finding new names takes. `days`: the user's calendar, by which a period is named. */
export type RenameContext = {
  readonly catalog: Catalog
  readonly formerIds: FormerIds
  readonly repeatableIds: ReadonlySet<string>
  readonly calendar: () => Calendar
}

/** Finds which badges of a user go by other ids now. Empty for nearly everybody. */
export function renamesOf(context: RenameContext, { badges, decisions }: Renamable): readonly Rename[] {
  const { formerIds, repeatableIds } = context
  if (formerIds.size === 0 && repeatableIds.size === 0) return none
  const taken = new Set(badges.map(({ id }) => id))
  const renames = badges.flatMap(({ id, earnedAt }): Rename[] => {
    const found = newNameOf(context, id, earnedAt)
    // Of several times that become one badge, the first does; the others stay what they are.
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

/** Gives what a user has by the new names: badges with their dates and points, decisions, the ledger's points. */
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
  const badgeGains = new Map(
    [...given.badgeGains].map(([id, gain]) => [byFormer.get(id)?.isMerged ? id : nameNow(id), gain]),
  )
  return { ...given, badges, decisions, badgeGains }
}

type NewName = { readonly to: string; readonly isOnlyFirst: boolean }

function newNameOf(context: RenameContext, id: string, earnedAt: Date | null): NewName | undefined {
  const { formerIds, repeatableIds } = context
  // A repeatable milestone's own id on a badge is that of before it came again, or of somebody else's list.
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
  const unit = unitOf(context, goal)
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

function unitOf({ catalog }: RenameContext, goal: string): PeriodUnit | undefined {
  const requirement = catalog.requirements[catalog.milestones.findIndex(({ id }) => id === goal)]!
  return 'during' in requirement && typeof requirement.during === 'string' ? requirement.during : undefined
}

// Of a milestone with tiers, its own id is that of no badge.
function has({ catalog }: RenameContext, id: string): boolean {
  return catalog.milestones.some(milestone => milestone.id === id)
}
