import type { Catalog } from '../../core/catalog/catalog.js'
import { type Definitions, reader, writer } from '../context/call-kinds.js'
import { type CatalogInEffect, readCatalogInEffect } from '../context/catalog-in-effect.js'
import { checkCatalog } from '../context/check-given.js'
import type { ServiceContext } from '../context/context.js'
import { type ApplyOptions, type ApplyReport, applyCatalog } from './apply.js'
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
}

/** Defines the calls about catalogs. */
export function catalogCalls(context: ServiceContext): Definitions<CatalogCalls> {
  return {
    plan: reader([null, { policy: true, exampleLimit: true, onProgress: true }], async (catalog, options = {}) =>
      planCatalog(context, checkCatalog(catalog), options),
    ),
    apply: writer(
      [null, { policy: true, notify: true, by: true, reason: true, acceptFolded: true, onProgress: true }],
      async (catalog, options = {}) => applyCatalog(context, checkCatalog(catalog), options),
    ),
    getCatalog: reader([], async () => readCatalogInEffect(context)),
    getCatalogVersions: reader([{ limit: true }], async ({ limit = 20 } = {}) => listVersions(context, limit)),
  }
}
