import { type Catalog, plainMilestones } from '../catalog/catalog.js'
import type { Metadata } from '../values/metadata.js'
import { badgeContent } from './badge.js'

/** Returns the content of badges, by the id of their milestone or tier. */
export function badgeContents(catalog: Catalog): ReadonlyMap<string, Metadata> {
  return new Map(
    plainMilestones(catalog).map((milestone, order) => [
      milestone.id,
      badgeContent(milestone, { locale: catalog.locale, replaces: tierBelow(catalog, order) }),
    ]),
  )
}

// The tiers of a milestone are next to each other in the catalog.
function tierBelow({ milestones }: Catalog, order: number): string | null {
  const { tier } = milestones[order]!
  return tier?.mode === 'replace' && tier.number > 1 ? milestones[order - 1]!.id : null
}
