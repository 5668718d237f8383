import type { CompiledCatalog } from '../../core/awards/compile.js'
import { parseCatalog } from '../../core/catalog/catalog.js'
import type { Database } from '../../store/database/database.js'
import { type ApplyPolicy, readVersions, type StoredVersion } from '../../store/reports/catalog-versions.js'
import { isSameButForWords } from './catalog-changes.js'
import { type CountingContext, compileForService, type Governing, type ServiceContext } from './context.js'

/**
 * Returns the context for counting users at a version of the applied catalogs. The latest version is in effect,
 * whichever catalog a process was started with, so that two versions of an app running side by side do not keep
 * recounting each other's users. If none was ever applied (version 0), the service's own catalog is in effect.
 */
export async function contextAt(context: ServiceContext, db: Database, version: number): Promise<CountingContext> {
  const { governing } = context
  if (version === 0) return { ...context, compiled: governing.own, policy: 'keep' }
  if (governing.latest?.version !== version) governing.latest = { version, ...(await load(context, db, version)) }
  const { compiled, policy } = governing.latest
  return { ...context, compiled, policy }
}

/** Returns the context of the catalog in effect now. */
export async function contextNow(context: ServiceContext): Promise<CountingContext> {
  const [latest] = await readVersions(context.db, context.tables, { limit: 1 })
  return contextAt(context, context.db, latest?.version ?? 0)
}

/** Tells whether a stored catalog is the service's own, except perhaps for its texts. */
export function isOwn({ own }: Pick<Governing, 'own'>, { hash, definition }: Stored): boolean {
  // An equal hash means that users are counted in the same way, but points of completions, unlocks and `onUndo` may
  // still differ.
  return hash === own.fingerprint && isSameButForWords(own, compileForService(parseCatalog(definition)))
}

type Stored = Pick<StoredVersion, 'hash' | 'definition'>

// If a stored catalog differs only in texts, the service's own is used, with its current texts.
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
