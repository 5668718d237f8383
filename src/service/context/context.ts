import { createHash } from 'node:crypto'
import type { Badge } from '../../core/awards/badge.js'
import { type CompiledCatalog, compileCatalog } from '../../core/awards/compile.js'
import type { Catalog } from '../../core/catalog/catalog.js'
import { defaultTimeZone as utc } from '../../core/time/time-zone.js'
import type { Database } from '../../store/database/database.js'
import { countedWith } from '../../store/progress/standings.js'
import type { ApplyPolicy } from '../../store/reports/catalog-versions.js'
import { milepostTables, type Tables } from '../../store/schema/tables.js'
import type { Trace } from './tracing.js'

/**
 * What every use case of one service works with. It does not say which catalog users are counted by: that is known once a
 * transaction has read the version applied last, and stands in a {@link CountingContext}.
 */
export type ServiceContext = {
  readonly db: Database
  readonly tables: Tables
  readonly governing: Governing
  readonly now: () => Date
  /** The zone of users who have set none. */
  readonly defaultTimeZone: string
  /** How long a write of our own keeps trying for a user whose row another transaction holds. */
  readonly patienceMs: number
  /** Shows work to those who watch the app. */
  readonly trace: Trace
  /** Hears of a badge held whose row lacks something and whose id the catalog does not know. */
  readonly onUnknownBadge: (badgeId: string) => void
  /** Tells the listeners of awards that have been committed. */
  readonly announce: (awards: readonly Award[]) => void
}

/** The context in which users are counted. `contextAt` makes it, for the version of the catalog that was applied last. */
export type CountingContext = ServiceContext & {
  /** The catalog applied last, or the service's own if none was ever applied. */
  readonly compiled: CompiledCatalog
  /** What that catalog does with badges that were earned by another one. */
  readonly policy: ApplyPolicy
}

/** Which catalogs a service knows: the one it came with, and the one that was applied last, once it was met. */
export type Governing = {
  readonly own: CompiledCatalog
  latest: { readonly version: number; readonly compiled: CompiledCatalog; readonly policy: ApplyPolicy } | null
  /** What a service does at its start where another catalog than its own governs. */
  readonly whenUnapplied: 'warn' | 'apply' | 'refuse'
  /** Hears that the service's own catalog takes the place of one that was applied, at the start. */
  readonly onReplace: (version: number) => void
  /** Hears that another catalog than the own one governs; throws where the service refuses to count by it. */
  readonly onOther: (version: number) => void
}

/** A newly earned badge, and its user. */
export type Award<Id extends string = string, Unlock extends string = string> = {
  userId: string
  badge: Badge<Id, Unlock>
}

/** `db`: the caller's transaction. Without it, the call uses its own. */
export type CallOptions = { readonly db?: Database | undefined }

/** The options of a read. `locale` (BCP 47): the language of titles and sentences. Default: the catalog's own. */
export type ReadOptions = CallOptions & { readonly locale?: string | undefined }

/** Names what a user who needs no recount was counted with. */
export function currentCounting(context: CountingContext, commonPauseChanges: number): string {
  return countedWith(countingName(context), context.compiled.hasStreaks ? commonPauseChanges : 0)
}

/** Names a catalog as users are counted with it. The zone of users who have none decides their days: it is part of that where days matter. */
export function countingName({
  compiled: { fingerprint, asksForDays },
  defaultTimeZone,
}: Pick<CountingContext, 'compiled' | 'defaultTimeZone'>): string {
  return asksForDays && defaultTimeZone !== utc ? `${fingerprint}@${defaultTimeZone}` : fingerprint
}

/** Arranges a catalog for a service. */
export function compileForService(catalog: Catalog): CompiledCatalog {
  return compileCatalog(catalog, text => createHash('sha256').update(text).digest('hex').slice(0, 40))
}

/** Describes the tables of a service. @throws INPUT_INVALID for a schema name that cannot be one */
export function tablesOf(schema: string | undefined): Tables {
  return milepostTables(schema)
}
