import type { CompiledCatalog } from '../../core/awards/compile.js'
import type { Catalog } from '../../core/catalog/catalog.js'
import { canonicalJson } from '../../core/values/canonical-json.js'
import { readVersions, type StoredVersion } from '../../store/reports/catalog-versions.js'
import { compileForService, type ServiceContext } from '../context/context.js'
import { compiledAt, contextAt } from '../context/counting-context.js'
import { readBeyondFolds, refuseBeyondFolds } from './beyond-folds.js'
import { type ApplyOptions, type ApplyReport, countByVersion } from './count-by-version.js'
import { limitsAdded } from './free-places.js'
import { storeVersion, termsOf } from './new-version.js'

/**
 * Puts a catalog into effect and counts every user with it, one page of users per transaction, while recording
 * continues. Recording uses it from the first moment on. If it is stopped at any point, the same call continues where
 * it stopped; applying another catalog takes over.
 * @throws APPLY_SUPERSEDED if another apply took over; HISTORY_FOLDED; INPUT_INVALID
 */
export async function applyCatalog(
  given: ServiceContext,
  catalog: Catalog,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const stored = await begin(given, catalog, options)
  const { version, policy } = stored
  given.catalogs.latest = { version, compiled: await compiledAt(given, given.db, { catalog, version }), policy }
  return countByVersion(given, stored, options)
}

// Finds the version to continue, or stores a new one.
async function begin(given: ServiceContext, catalog: Catalog, options: ApplyOptions): Promise<StoredVersion> {
  const { db, tables } = given
  const terms = termsOf(options)
  const { definition } = catalog
  const compiled = compileForService(catalog)
  const { fingerprint: hash } = compiled
  for (;;) {
    const [latest] = await readVersions(db, tables, { limit: 1 })
    if (latest && canBeContinued(latest, { definition, ...terms })) return latest
    if (latest && !options.acceptFolded) {
      const { version } = latest
      const readBefore = async (): Promise<CompiledCatalog> => (await contextAt(given, db, version)).compiled
      refuseBeyondFolds(await readBeyondFolds(given, await compiledAt(given, db, { catalog, version }), readBefore))
    }
    const fresh = { version: (latest?.version ?? 0) + 1, hash, definition, ...terms, list: null, items: null }
    const stored = await storeVersion(given, fresh, await limitsAdded(given, compiled, latest))
    if (stored) return stored
  }
}

// The definitions are compared, since catalogs with equal fingerprints can have different texts: a catalog with new
// texts is a version of its own.
function canBeContinued(
  latest: StoredVersion,
  { definition, policy }: Pick<StoredVersion, 'definition' | 'policy'>,
): boolean {
  if (canonicalJson(latest.definition) !== canonicalJson(definition)) return false
  return latest.appliedAt === null ? latest.policy === policy : policy === 'keep'
}
