import { type Catalog, milestonesIn } from '../core/catalog.js'
import type { Milestone } from '../core/milestone.js'

/** A milestone as it may be shown to everybody; of one that is hidden until earned, only that it is there. */
export type ListedMilestone<Id extends string = string, Unlock extends string = string> =
  | (Milestone<Id, Unlock> & { readonly isHidden: false })
  | ({ readonly [Key in keyof Milestone]?: undefined } & { readonly isHidden: true })

/** Lists what of a catalog may leave the server, with texts in a locale. */
export function listMilestones(catalog: Catalog, locale: string = catalog.locale): readonly ListedMilestone[] {
  return milestonesIn(catalog, locale).flatMap((milestone): ListedMilestone[] => {
    if (milestone.isRetired || milestone.hidden === true) return []
    return [milestone.hidden === 'until-earned' ? { isHidden: true } : { ...milestone, isHidden: false }]
  })
}
