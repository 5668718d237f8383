import type { CompiledCatalog } from '../../core/awards/compile.js'
import { parseCatalog } from '../../core/catalog/catalog.js'
import type { Database } from '../../store/database/database.js'
import { type ApplyPolicy, readVersions, type StoredVersion } from '../../store/reports/catalog-versions.js'
import { isSameButForWords } from './catalog-changes.js'
import { type CountingContext, compileForService, type Governing, type ServiceContext } from './context.js'

/**
 * Gives the context by which users are counted at a version of the applied catalogs: the latest one governs, whatever catalog a
 * process came with, so that two versions of an app side by side do not recount each other's users for ever. Where none was ever
 * applied (version 0), a service's own catalog does.
 */
export async function contextAt(context: ServiceContext, db: Database, version: number): Promise<CountingContext> {
  const { governing } = context
  if (version === 0) return { ...context, compiled: governing.own, policy: 'keep' }
  if (governing.latest?.version !== version) governing.latest = { version, ...(await load(context, db, version)) }
  const { compiled, policy } = governing.latest
  return { ...context, compiled, policy }
}

/** Gives the context of the catalog that governs now. */
export async function contextNow(context: ServiceContext): Promise<CountingContext> {
  const [latest] = await readVersions(context.db, context.tables, { limit: 1 })
  return contextAt(context, context.db, latest?.version ?? 0)
}

/** Tells whether a stored catalog is a service's own, but perhaps for its words. */
export function isOwn({ own }: Pick<Governing, 'own'>, { hash, definition }: Stored): boolean {
  // Users are counted alike where the hash is the same; points of completions, unlocks and `onUndo` may differ all the same.
  return hash === own.fingerprint && isSameButForWords(own, compileForService(parseCatalog(definition)))
}

type Stored = Pick<StoredVersion, 'hash' | 'definition'>

// A catalog that differs in words alone stays as it came, with the words of today.
async function load(
  { governing, tables }: ServiceContext,
  db: Database,
  version: number,
): Promise<{ readonly compiled: CompiledCatalog; readonly policy: ApplyPolicy }> {
  const [stored] = await readVersions(db, tables, { limit: 1, version })
  const policy = stored?.policy ?? 'keep'
  if (!stored || isOwn(governing, stored)) return { compiled: governing.own, policy }
  governing.onOther(version)
  return { compiled: compileForService(parseCatalog(stored.definition)), policy }
}
