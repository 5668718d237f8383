import { namesOf } from '../awards/decide.js'
import { goalIdOf } from '../catalog/badge-id.js'
import { type Catalog, milestonesIn } from '../catalog/catalog.js'
import type { Milestone } from '../catalog/milestone.js'
import type { BadgeId } from '../metrics/requirement.js'

/** A badge in an explanation. If it is hidden and not held, its id and title are null. */
export type ExplainedHolding<Id extends string = string> = {
  id: BadgeId<Id> | null
  title: string | null
  isHeld: boolean
  earnedAt: Date | null
}

/** Which badges of a catalog may be named to a user, and how. */
export type Naming = {
  /** By the id of a milestone or tier, with texts in one locale. */
  readonly milestones: ReadonlyMap<string, Milestone>
  /** The dates of the badges held, by id. */
  readonly earnedAtById: ReadonlyMap<string, Date>
  /** Whether hidden milestones are named even if they are not earned. */
  readonly includeHidden: boolean
}

/** Returns the dates of badges by id. The bare id of a repeatable milestone has the date of its first time. */
export function earnedDates(
  badges: readonly { readonly id: string; readonly earnedAt: Date }[],
  repeatableIds: ReadonlySet<string>,
): ReadonlyMap<string, Date> {
  const dates = new Map<string, Date>()
  for (const { id, earnedAt } of badges) {
    for (const name of namesOf(repeatableIds, id)) {
      const known = dates.get(name)
      if (!known || earnedAt < known) dates.set(name, earnedAt)
    }
  }
  return dates
}

/**
 * Returns when what is held expires, by id. The bare id of a repeatable milestone has the date of the time that lasts
 * longest. Ids of which something never expires are left out.
 */
export function expiryDates(
  badges: readonly { readonly id: string; readonly expiresAt: Date | null }[],
  repeatableIds: ReadonlySet<string>,
): ReadonlyMap<string, Date> {
  const dates = new Map<string, Date>()
  if (badges.every(({ expiresAt }) => expiresAt === null)) return dates
  const lasting = badges.filter(({ expiresAt }) => expiresAt === null).flatMap(({ id }) => namesOf(repeatableIds, id))
  for (const { id, expiresAt } of badges) {
    for (const name of namesOf(repeatableIds, id)) {
      const known = dates.get(name)
      if (expiresAt && (!known || expiresAt > known)) dates.set(name, expiresAt)
    }
  }
  for (const name of lasting) dates.delete(name)
  return dates
}

/** Prepares what naming needs. */
export function namingOf(
  catalog: Catalog,
  { locale = catalog.locale, ...given }: Omit<Naming, 'milestones'> & { readonly locale?: string | undefined },
): Naming {
  return { ...given, milestones: new Map(milestonesIn(catalog, locale).map(milestone => [milestone.id, milestone])) }
}

/** Finds the milestone or tier of a badge. For one time of a repeatable milestone, that is the milestone. */
export function milestoneOfBadge({ milestones }: Naming, badgeId: string): Milestone | undefined {
  return milestones.get(goalIdOf(badgeId))
}

/** Tells whether a user may learn what a badge is: not if its milestone is hidden and not earned. */
export function mayBeNamed(naming: Naming, badgeId: string): boolean {
  const milestone = milestoneOfBadge(naming, badgeId)
  if (!milestone) return false
  const isEarned = naming.earnedAtById.has(badgeId) || naming.earnedAtById.has(milestone.id)
  return naming.includeHidden || isEarned || milestone.hidden === false
}

/** Returns whether a badge is held, without its id and title if it may not be named. */
export function holdingOf(naming: Naming, id: string): ExplainedHolding {
  const earnedAt = naming.earnedAtById.get(id) ?? null
  const isHeld = earnedAt !== null
  // A manually awarded badge may belong to a milestone that is no longer in the catalog.
  const title = milestoneOfBadge(naming, id)?.title ?? id
  return mayBeNamed(naming, id) ? { id, title, isHeld, earnedAt } : { id: null, title: null, isHeld, earnedAt }
}
