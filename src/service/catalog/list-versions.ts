import { checkWhole } from '../../core/values/invalid.js'
import { readVersions, type StoredVersion } from '../../store/reports/catalog-versions.js'
import type { ServiceContext } from '../context/context.js'

/** A catalog that was applied or is being applied. To go back to it, parse its `definition` and apply it again. */
export type CatalogVersion = StoredVersion

/** Lists applied catalogs, the latest first. @throws INPUT_INVALID */
export async function listVersions({ db, tables }: ServiceContext, limit: number): Promise<CatalogVersion[]> {
  checkWhole('limit', limit, 1000)
  return readVersions(db, tables, { limit })
}
