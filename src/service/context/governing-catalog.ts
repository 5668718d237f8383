import { readVersions } from '../../store/reports/catalog-versions.js'
import type { ServiceContext } from './context.js'

/** The catalog in effect, and how the service's own catalog relates to it. */
export type GoverningCatalog = {
  /** 0 where none was ever applied and the service's own governs. */
  version: number
  fingerprint: string
  /** Null where none was applied, or while it is being applied. */
  appliedAt: Date | null
  /** What `parseCatalog` takes. */
  definition: unknown
  /** `superseded`: the service's own was applied once, and another one since; `unapplied`: it never was, and another one was. */
  own: 'governs' | 'superseded' | 'unapplied'
  /**
   * What the next start of this service does with a catalog of somebody else that governs: keeps it, replaces it with the service's own,
   * or refuses to work with it.
   */
  atStart: 'keep' | 'replace' | 'refuse'
}

/** Within so many versions the service's own is looked for. */
const lookedAt = 20

/** Reads which catalog governs, in one statement. */
export async function readGoverningCatalog({ db, tables, governing }: ServiceContext): Promise<GoverningCatalog> {
  const { fingerprint, catalog } = governing.own
  const atStart = { warn: 'keep', apply: 'replace', refuse: 'refuse' } as const
  const next = { atStart: atStart[governing.whenUnapplied] }
  const versions = await readVersions(db, tables, { limit: lookedAt })
  const [latest] = versions
  if (!latest)
    return { version: 0, fingerprint, appliedAt: null, definition: catalog.definition, own: 'governs', ...next }
  const { version, hash, appliedAt, definition } = latest
  const wasApplied = versions.some(each => each.hash === fingerprint)
  const own = hash === fingerprint ? 'governs' : wasApplied ? 'superseded' : 'unapplied'
  return { version, fingerprint: hash, appliedAt, definition, own, ...next }
}
