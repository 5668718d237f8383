import { type Catalog, parseCatalog } from '../core/catalog.js'
import { readVersions } from '../store/catalog-versions.js'
import type { Database } from '../store/database.js'
import type { Tables } from '../store/tables.js'
import { readCatalogFile } from './catalog-file.js'
import type { Arguments } from './command.js'
import { failure, usageError } from './failure.js'

/** How much a command needs a catalog: one that governs or will, or any, since it says nothing of milestones. */
export type CatalogNeed = 'governing' | 'none'

const empty = parseCatalog({ milestones: [] })

/** Finds the catalog to work with: that of `--catalog`, else the one that was applied last. @throws CATALOG_MISSING */
export async function catalogFor(
  args: Arguments,
  { db, tables, need }: { readonly db: Database; readonly tables: Tables; readonly need: CatalogNeed },
): Promise<Catalog> {
  const file = args.texts.catalog
  if (file !== undefined) return parseCatalog(await readCatalogFile(file))
  const [latest] = await readVersions(db, tables, { limit: 1 })
  if (latest) return parseCatalog(latest.definition)
  if (need === 'none') return empty
  throw failure(
    'CATALOG_MISSING',
    'No catalog was applied to this database yet, and none is given.',
    'Give --catalog <file>.',
  )
}

/** Finds the catalog that is to be planned or applied: of `--catalog`, or an old one by `--to`. @throws USAGE, CATALOG_MISSING */
export async function catalogToCome(
  args: Arguments,
  { db, tables, version }: { readonly db: Database; readonly tables: Tables; readonly version: number | undefined },
): Promise<Catalog> {
  const file = args.texts.catalog
  if (file !== undefined && version !== undefined) throw usageError('--catalog and --to exclude each other.')
  if (file !== undefined) return parseCatalog(await readCatalogFile(file))
  if (version === undefined)
    throw usageError('Which catalog?', 'Give --catalog <file>, or --to <version> for an old one.')
  const [found] = await readVersions(db, tables, { limit: 1, version })
  if (found) return parseCatalog(found.definition)
  throw failure('CATALOG_MISSING', `There is no version ${version}.`, 'See milepost versions.')
}
