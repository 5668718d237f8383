import { goalIdOf } from '../../core/catalog/badge-id.js'
import { type Catalog, type CatalogTraits, milestonesIn } from '../../core/catalog/catalog.js'
import type { Milestone } from '../../core/catalog/milestone.js'

/** A milestone as it may be shown to everybody; of one that is hidden until earned, only that it is there. */
export type ListedMilestone<
  Id extends string = string,
  Unlock extends string = string,
  Traits extends CatalogTraits = CatalogTraits,
> =
  | (Milestone<Id, Unlock, Traits['requirement']> & { isHidden: false })
  | ('until-earned' extends Traits['hidden'] ? HiddenMilestone : never)

/** Stands for a milestone of which nothing is said until it is earned. */
type HiddenMilestone = { [Key in keyof Milestone]?: undefined } & { isHidden: true }

/** Lists what of a catalog may leave the server, with texts in a locale. No hidden milestone is named, also where others rest on it. */
export function listMilestones(catalog: Catalog, locale: string = catalog.locale): ListedMilestone[] {
  const milestones = milestonesIn(catalog, locale)
  const secret = new Set<string>(milestones.filter(({ hidden }) => hidden !== false).map(({ id }) => id))
  const isShown = (badgeId: string): boolean => !secret.has(goalIdOf(badgeId))
  return milestones.flatMap((milestone): ListedMilestone[] => {
    if (milestone.isRetired || milestone.hidden === true) return []
    if (milestone.hidden === 'until-earned') return [{ isHidden: true }]
    if (secret.size === 0) return [{ ...milestone, isHidden: false }]
    const after = milestone.after.filter(isShown)
    return [{ ...milestone, after, requirement: shownRequirement(milestone.requirement, isShown), isHidden: false }]
  })
}

type ShownRequirement = Milestone['requirement']

// The target stays what it was: of three badges, one of them hidden, three are needed still.
function shownRequirement(requirement: ShownRequirement, isShown: (badgeId: string) => boolean): ShownRequirement {
  switch (requirement.type) {
    case 'milestones': {
      const ids = requirement.ids.filter(isShown)
      const target = requirement.target ?? new Set(requirement.ids).size
      return ids.length === requirement.ids.length ? requirement : { ...requirement, ids, target }
    }
    case 'all':
    case 'any':
    case 'some':
      return { ...requirement, of: requirement.of.map(part => shownRequirement(part, isShown)) }
    default:
      return requirement
  }
}
