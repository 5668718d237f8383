import { type Catalog, parseCatalog } from '../../core/catalog/catalog.js'
import type { Session } from '../../store/database/session.js'
import { readVersions } from '../../store/reports/catalog-versions.js'
import type { Tables } from '../../store/schema/tables.js'
import type { Call } from '../command.js'
import { failure, usageError } from '../failure.js'
import { wholeNumber } from '../options.js'
import { catalogFromFile } from './catalog-file.js'
import { usualCatalogFile } from './usual-file.js'

/** Which catalog a command needs: the one in effect, or `none` if it does not read milestones. */
export type CatalogNeed = 'in-effect' | 'none'

const empty = parseCatalog({ milestones: [] })

/**
 * Finds the catalog to use: that of `--catalog`, otherwise the one applied last, otherwise the file at a usual place. @throws
 * CATALOG_MISSING
 */
export async function catalogFor(
  { args, note }: Pick<Call, 'args' | 'note'>,
  { db, tables, need }: { readonly db: Session; readonly tables: Tables; readonly need: CatalogNeed },
): Promise<Catalog> {
  const file = args.texts.catalog
  if (file !== undefined) return catalogFromFile(file)
  const [latest] = await readVersions(db, tables, { limit: 1 })
  if (latest) return parseCatalog(latest.definition)
  if (need === 'none') return empty
  const usual = usualCatalogFile(process.cwd())
  if (usual !== undefined) {
    note(`Using ${usual}, as your app does.`)
    return catalogFromFile(usual)
  }
  throw failure(
    'CATALOG_MISSING',
    'No catalog was applied to this database yet, and none was passed.',
    'Pass --catalog <file>, or apply one first: `milepost apply --catalog <file>`.',
  )
}

/** The catalog to plan or apply: from a file, or an old version. */
export type NewCatalogSource =
  | { readonly type: 'file'; readonly file: string }
  | { readonly type: 'version'; readonly version: number }

/** Reads which catalog to plan or apply: `--catalog`, `--to`, otherwise the file at a usual place. @throws USAGE */
export function newCatalogSource({ args, note }: Pick<Call, 'args' | 'note'>): NewCatalogSource {
  const file = args.texts.catalog
  const version = wholeNumber(args, 'to')
  if (file !== undefined && version !== undefined) throw usageError('--catalog and --to cannot be combined.')
  if (file !== undefined) return { type: 'file', file }
  if (version !== undefined) return { type: 'version', version }
  const usual = usualCatalogFile(process.cwd())
  if (usual !== undefined) {
    note(`Using ${usual}.`)
    return { type: 'file', file: usual }
  }
  throw usageError('No catalog given.', 'Pass --catalog <file>, or --to <version> for an earlier one.')
}

/** Loads the catalog to plan or apply. @throws CATALOG_MISSING, CATALOG_UNREADABLE, CATALOG_INVALID */
export async function loadNewCatalog(coming: NewCatalogSource, db: Session, tables: Tables): Promise<Catalog> {
  if (coming.type === 'file') return catalogFromFile(coming.file)
  const { version } = coming
  const [found] = await readVersions(db, tables, { limit: 1, version })
  if (found) return parseCatalog(found.definition)
  throw failure('CATALOG_MISSING', `Catalog version ${version} does not exist.`, 'Run milepost versions to list them.')
}
