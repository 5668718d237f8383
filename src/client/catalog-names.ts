import type { Catalog, CatalogTraits } from '../core/catalog/catalog.js'
import type { BadgeId } from '../core/metrics/requirement.js'

/** Stands for a catalog of which only the names matter; give `typeof catalog`. */
export type CatalogNames = Catalog

/** The ids of a catalog's milestones, of their tiers and times too. */
export type IdOf<C extends CatalogNames = CatalogNames> = BadgeId<MilestoneIdOf<C>>
/** The ids of a catalog's milestones. */
export type MilestoneIdOf<C extends CatalogNames = CatalogNames> =
  C extends Catalog<infer Id, string, string> ? Id : string
/** What a catalog's badges open. */
export type UnlockOf<C extends CatalogNames = CatalogNames> =
  C extends Catalog<string, infer Unlock, string> ? Unlock : string
/** The categories that a catalog declares; any string if it declares none. */
export type CategoryOf<C extends CatalogNames = CatalogNames> =
  C extends Catalog<string, string, infer Category> ? Category : string
/** What the types of answers depend on besides names. */
export type TraitsOf<C extends CatalogNames = CatalogNames> =
  C extends Catalog<string, string, string, infer Traits> ? Traits : CatalogTraits
