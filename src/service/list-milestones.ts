import { type Catalog, type CatalogTraits, milestonesIn } from '../core/catalog.js'
import type { Milestone } from '../core/milestone.js'

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

/** Lists what of a catalog may leave the server, with texts in a locale. */
export function listMilestones(catalog: Catalog, locale: string = catalog.locale): ListedMilestone[] {
  return milestonesIn(catalog, locale).flatMap((milestone): ListedMilestone[] => {
    if (milestone.isRetired || milestone.hidden === true) return []
    return [milestone.hidden === 'until-earned' ? { isHidden: true } : { ...milestone, isHidden: false }]
  })
}
