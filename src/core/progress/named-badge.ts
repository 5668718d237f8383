import { namesOf } from '../awards/decide.js'
import { goalIdOf } from '../catalog/badge-id.js'
import { type Catalog, milestonesIn } from '../catalog/catalog.js'
import type { Milestone } from '../catalog/milestone.js'
import type { BadgeId } from '../metrics/requirement.js'

/** A badge that is asked for. Of one that is hidden and not held, nothing is said. */
export type ExplainedHolding<Id extends string = string> = {
  id: BadgeId<Id> | null
  title: string | null
  isHeld: boolean
  earnedAt: Date | null
}

/** Which badges of a catalog may be named to whom, and how. */
export type Naming = {
  /** By the id of a milestone or tier, texts in one locale. */
  readonly milestones: ReadonlyMap<string, Milestone>
  /** The dates of the badges held, by id. */
  readonly earnedAtById: ReadonlyMap<string, Date>
  /** Whether milestones that are hidden until earned are named too. */
  readonly includeHidden: boolean
}

/** Gives the dates of badges by id; at the id of a repeatable milestone stands the first of its times. */
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

/** Arranges what naming needs. */
export function namingOf(
  catalog: Catalog,
  { locale = catalog.locale, ...given }: Omit<Naming, 'milestones'> & { readonly locale?: string | undefined },
): Naming {
  return { ...given, milestones: new Map(milestonesIn(catalog, locale).map(milestone => [milestone.id, milestone])) }
}

/** Finds the milestone or tier that a badge is of, whichever time it is. */
export function milestoneOfBadge({ milestones }: Naming, badgeId: string): Milestone | undefined {
  return milestones.get(goalIdOf(badgeId))
}

/** Tells whether a user may be told what a badge is: not where its milestone is hidden and not earned. */
export function mayBeNamed(naming: Naming, badgeId: string): boolean {
  const milestone = milestoneOfBadge(naming, badgeId)
  if (!milestone) return false
  const isEarned = naming.earnedAtById.has(badgeId) || naming.earnedAtById.has(milestone.id)
  return naming.includeHidden || isEarned || milestone.hidden === false
}

/** Says of a badge whether it is held; without its id and title where it may not be named. */
export function holdingOf(naming: Naming, id: string): ExplainedHolding {
  const earnedAt = naming.earnedAtById.get(id) ?? null
  const isHeld = earnedAt !== null
  // A badge given by hand may be of a milestone that is gone.
  const title = milestoneOfBadge(naming, id)?.title ?? id
  return mayBeNamed(naming, id) ? { id, title, isHeld, earnedAt } : { id: null, title: null, isHeld, earnedAt }
}
