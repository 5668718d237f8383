import { readVersions } from '../../store/reports/catalog-versions.js'
import type { ServiceContext } from './context.js'

/** The catalog in effect, and how the service's own catalog relates to it. */
export type CatalogInEffect = {
  /** 0 if no catalog was ever applied: then the service's own is in effect. */
  version: number
  /** Identifies how the catalog counts, whatever items its lists have. */
  fingerprint: string
  /** Null if none was applied, or while it is still being applied. */
  appliedAt: Date | null
  /** Can be passed to `parseCatalog`. */
  definition: unknown
  /**
   * `superseded`: the service's own catalog was applied, and another one after it. `unapplied`: it was never applied,
   * but another one was.
   */
  own: 'current' | 'superseded' | 'unapplied'
  /**
   * What the next start of this service does if another catalog is in effect: keeps it, replaces it with the service's
   * own, or refuses to work with it.
   */
  atStart: 'keep' | 'replace' | 'refuse'
}

/** How many of the latest versions are searched for the service's own catalog. */
const lookedAt = 20

/** Reads which catalog is in effect, in one statement. */
export async function readCatalogInEffect({ db, tables, catalogs }: ServiceContext): Promise<CatalogInEffect> {
  const { fingerprint, catalog } = catalogs.own
  const atStart = { warn: 'keep', apply: 'replace', refuse: 'refuse' } as const
  const next = { atStart: atStart[catalogs.whenUnapplied] }
  const versions = await readVersions(db, tables, { limit: lookedAt })
  const [latest] = versions
  if (!latest)
    return { version: 0, fingerprint, appliedAt: null, definition: catalog.definition, own: 'current', ...next }
  const { version, hash, appliedAt, definition } = latest
  const wasApplied = versions.some(each => each.hash === fingerprint)
  const own = hash === fingerprint ? 'current' : wasApplied ? 'superseded' : 'unapplied'
  return { version, fingerprint: hash, appliedAt, definition, own, ...next }
}
