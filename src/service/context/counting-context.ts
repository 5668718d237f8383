import type { CompiledCatalog } from '../../core/awards/compile.js'
import { type Catalog, parseCatalog } from '../../core/catalog/catalog.js'
import { listNamesIn, withLists } from '../../core/catalog/item-lists.js'
import type { Session } from '../../store/database/session.js'
import { readVersions, type StoredVersion } from '../../store/reports/catalog-versions.js'
import { readItemLists } from '../../store/reports/item-lists.js'
import { isSameExceptTexts } from './catalog-changes.js'
import { type CountingContext, compileForService, type KnownCatalogs, type ServiceContext } from './context.js'

/**
 * Returns the context for counting users at a version of the applied catalogs. The latest version is in effect,
 * whichever catalog a process was started with, so that two versions of an app running side by side do not keep
 * recounting each other's users. If none was ever applied (version 0), the service's own catalog is in effect.
 */
export async function contextAt(context: ServiceContext, db: Session, version: number): Promise<CountingContext> {
  const { catalogs } = context
  if (version === 0) return countingBy(context, { compiled: catalogs.own, policy: 'keep' })
  if (catalogs.latest?.version !== version) catalogs.latest = { version, ...(await load(context, db, version)) }
  return countingBy(context, catalogs.latest)
}

function countingBy(context: ServiceContext, { compiled, policy }: Loaded): CountingContext {
  const { periodBoards } = compiled
  const tables = periodBoards ? { ...context.tables, periodBoards } : context.tables
  return { ...context, tables, compiled, policy }
}

/** Returns the context of the catalog in effect now. */
export async function contextNow(context: ServiceContext, db: Session = context.db): Promise<CountingContext> {
  const [latest] = await readVersions(db, context.tables, { limit: 1 })
  return contextAt(context, db, latest?.version ?? 0)
}

/** Tells whether a stored catalog is the service's own, except perhaps for its texts. */
export function isOwn({ own }: Pick<KnownCatalogs, 'own'>, { hash, definition }: Stored): boolean {
  // An equal hash means that users are counted in the same way, but points of completions, unlocks and `onUndo` may
  // still differ.
  return hash === own.fingerprint && isSameExceptTexts(own, compileForService(parseCatalog(definition)))
}

type Stored = Pick<StoredVersion, 'hash' | 'definition'>

/** Compiles a catalog with the lists of items that it uses, as they are in a version. */
export async function compiledAt(
  { catalogs: { own }, tables }: ServiceContext,
  db: Session,
  { catalog, version }: { readonly catalog: Catalog; readonly version: number },
): Promise<CompiledCatalog> {
  const names = listNamesIn(catalog)
  if (names.length === 0) return catalog === own.catalog ? own : compileForService(catalog)
  return compileForService(withLists(catalog, await readItemLists(db, tables, { names, version })))
}

type Loaded = Pick<CountingContext, 'compiled' | 'policy'>

// If a stored catalog differs only in texts, the service's own is used, with its current texts.
async function load(context: ServiceContext, db: Session, version: number): Promise<Loaded> {
  const { catalogs, tables } = context
  const [stored] = await readVersions(db, tables, { limit: 1, version })
  const isOurs = !stored || isOwn(catalogs, stored)
  if (!isOurs) catalogs.onOther(version, catalogs.isStartPending)
  const catalog = isOurs ? catalogs.own.catalog : parseCatalog(stored.definition)
  return { compiled: await compiledAt(context, db, { catalog, version }), policy: stored?.policy ?? 'keep' }
}

/** Returns the catalog that was in effect when this process last looked. */
export function lastKnown({ catalogs: { latest, own } }: ServiceContext): CompiledCatalog {
  return latest?.compiled ?? own
}
