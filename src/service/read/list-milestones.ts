import { goalIdOf } from '../../core/catalog/badge-id.js'
import { type Catalog, type CatalogTraits, milestonesIn } from '../../core/catalog/catalog.js'
import type { Milestone } from '../../core/catalog/milestone.js'
import { wordsOfCatalog } from '../../core/words/words.js'

/** A milestone that may be shown to anyone. If it is hidden until earned, only the fact that it exists. */
export type ListedMilestone<
  Id extends string = string,
  Unlock extends string = string,
  Traits extends CatalogTraits = CatalogTraits,
> =
  | (Milestone<Id, Unlock, Traits['requirement']> & {
      isHidden: false
      /** The requirement in words: `Read 10 pages`. */
      text: string
    })
  | ('until-earned' extends Traits['hidden'] ? HiddenMilestone : never)

/** A placeholder for a milestone that is secret until it is earned. */
export type HiddenMilestone = { [Key in keyof Milestone | 'text']?: undefined } & { isHidden: true }

/**
 * Lists the milestones of a catalog that may leave the server, with texts in a locale. Hidden milestones are not named
 * anywhere, not even in the requirements of others.
 */
export function listMilestones(catalog: Catalog, locale: string = catalog.locale): ListedMilestone[] {
  const milestones = milestonesIn(catalog, locale)
  const secret = new Set<string>(milestones.filter(({ hidden }) => hidden !== false).map(({ id }) => id))
  const isShown = (badgeId: string): boolean => !secret.has(goalIdOf(badgeId))
  const words = wordsOfCatalog(catalog, locale)
  const titles = new Map<string, string>(milestones.map(({ id, title }) => [id, title]))
  const titleOf = (badgeId: string): string | undefined =>
    isShown(badgeId) ? titles.get(goalIdOf(badgeId)) : undefined
  return milestones.flatMap((milestone, i): ListedMilestone[] => {
    if (milestone.isRetired || milestone.hidden === true) return []
    if (milestone.hidden === 'until-earned') return [{ isHidden: true }]
    const text = words.requirement(catalog.requirements[i]!, titleOf)
    if (secret.size === 0) return [{ ...milestone, text, isHidden: false }]
    const after = milestone.after.filter(isShown)
    const requirement = shownRequirement(milestone.requirement, isShown)
    return [{ ...milestone, after, requirement, text, isHidden: false }]
  })
}

type ShownRequirement = Milestone['requirement']

// The target does not change: if one of three required badges is hidden, three are still needed.
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
