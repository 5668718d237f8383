import type { Catalog } from '../../core/catalog/catalog.js'
import type { ItemListInfo } from '../../store/reports/item-lists.js'
import { type Definitions, reader, writer } from '../context/call-kinds.js'
import { type CatalogInEffect, readCatalogInEffect } from '../context/catalog-in-effect.js'
import { checkCatalog } from '../context/check-given.js'
import type { ServiceContext } from '../context/context.js'
import { applyCatalog } from './apply.js'
import type { ApplyOptions, ApplyReport } from './count-by-version.js'
import { listItemLists, planItems, readItems, setItems } from './items.js'
import { type CatalogVersion, listVersions } from './list-versions.js'
import { type CatalogPlan, type PlanOptions, planCatalog } from './plan.js'

/** The calls of a service that preview, apply and list catalogs. */
export type CatalogCalls = {
  /**
   * Previews a catalog: what is added, changed and removed, and how many users would gain or lose which badge, points,
   * level and unlock. Reads everything once and writes nothing.
   * @example
   * const plan = await service.plan(catalog)
   * if (plan.warnings.length === 0) await service.apply(catalog, { reason: 'New course' })
   */
  plan(catalog: Catalog, options?: PlanOptions): Promise<CatalogPlan>
  /**
   * Applies a catalog and recalculates every user with it, while recording continues. Each badge gets the date of the
   * completion that earned it. Nobody is notified unless you pass `notify`. If it is stopped, the same call continues.
   * @throws APPLY_SUPERSEDED, HISTORY_FOLDED, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  apply(catalog: Catalog, options?: ApplyOptions): Promise<ApplyReport>
  /** Returns the catalog in effect, and whether it is the one passed to this service. Runs one statement. */
  getCatalog(): Promise<CatalogInEffect>
  /** Lists the catalogs that were applied, the latest first. Default: 20. To go back, apply an old one. */
  getCatalogVersions(query?: { readonly limit?: number }): Promise<CatalogVersion[]>
  /**
   * Sets the items of a list that requirements name with `items: { list }`, and recalculates every user if the catalog in
   * effect uses it. This is a new version of the catalog in effect, counted as `apply` does, with the same options. The same
   * items again change nothing. An empty list is one that does not exist: nobody can complete its items. If no catalog was
   * ever applied, it applies that of this service.
   * @throws INPUT_INVALID, APPLY_SUPERSEDED, HISTORY_FOLDED, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * await service.setItems('course:ts', lessons.map(lesson => lesson.id))
   */
  setItems(list: string, items: readonly string[], options?: ApplyOptions): Promise<ApplyReport>
  /** Previews `setItems`, as `plan` previews a catalog. Reads everything once and writes nothing. @throws INPUT_INVALID */
  planItems(list: string, items: readonly string[], options?: PlanOptions): Promise<CatalogPlan>
  /** Returns the items of a list, sorted. Empty if it was never set. Runs one statement. @throws INPUT_INVALID */
  getItems(list: string): Promise<string[]>
  /** Lists the lists that have items, by name. Runs one statement. */
  getItemLists(): Promise<ItemListInfo[]>
}

const planOptions = { policy: true, exampleLimit: true, onProgress: true } as const
const applyOptions = {
  policy: true,
  notify: true,
  by: true,
  reason: true,
  acceptFolded: true,
  onProgress: true,
} as const

/** Defines the calls about catalogs. */
export function catalogCalls(context: ServiceContext): Definitions<CatalogCalls> {
  return {
    plan: reader([null, planOptions], async (catalog, options = {}) =>
      planCatalog(context, checkCatalog(catalog), options),
    ),
    apply: writer([null, applyOptions], async (catalog, options = {}) =>
      applyCatalog(context, checkCatalog(catalog), options),
    ),
    getCatalog: reader([], async () => readCatalogInEffect(context)),
    getCatalogVersions: reader([{ limit: true }], async ({ limit = 20 } = {}) => listVersions(context, limit)),
    setItems: writer([null, null, applyOptions], async (list, items, options = {}) =>
      setItems(context, list, items, options),
    ),
    planItems: reader([null, null, planOptions], async (list, items, options = {}) =>
      planItems(context, list, items, options),
    ),
    getItems: reader([null], async list => readItems(context, list)),
    getItemLists: reader([], async () => listItemLists(context)),
  }
}
