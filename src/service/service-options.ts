import type { Catalog, CatalogTraits } from '../core/catalog/catalog.js'
import { keysOf, readKnown } from '../core/values/known-keys.js'
import type { Database } from '../store/database/hosts.js'
import type { Session } from '../store/database/session.js'
import type { WhenUnapplied } from './catalog/unapplied.js'
import type { Trace } from './context/tracing.js'

/** Options of `createMilestoneService`. */
export type MilestoneServiceOptions<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
  Traits extends CatalogTraits = CatalogTraits,
> = {
  /** What reaches your Postgres: a pool of `pg`, postgres.js, PGlite, or a Drizzle database over one of them. */
  readonly db: Database
  /** The result of `defineCatalog` or `parseCatalog`. */
  readonly catalog: Catalog<Id, Unlock, Category, Traits>
  /** The schema that you passed to `migrate`. Default: `milepost`. */
  readonly schema?: string
  /**
   * Whether drivers keep statements prepared. Default: true. Pass false behind a pooler that gives you another
   * connection for each transaction and does not support prepared statements; a call that notices it is repeated without
   * them anyway.
   */
  readonly preparedStatements?: boolean
  /** The clock. Default: the system clock. */
  readonly now?: () => Date
  /**
   * The time zone (IANA) of users who have set none. Default: UTC. If it changes, these users are recalculated at their
   * next write, so all processes on one database should pass the same zone.
   */
  readonly defaultTimeZone?: string
  /**
   * How long a write outside your transaction waits for a user that another transaction has locked, before USER_BUSY,
   * or for a free connection, before CONNECTION_BUSY. Default: 15 seconds.
   */
  readonly patienceMs?: number
  /**
   * What to do if a different catalog was applied last. Default: `apply` on the embedded database, otherwise `warn`.
   * If no catalog was ever applied, this one is used.
   */
  readonly whenUnapplied?: WhenUnapplied
  /** Receives warnings. Default: `process.emitWarning`. */
  readonly onWarning?: (warning: string) => void
  /**
   * Traces recording (`milepost.record`) and, inside it, awarding (`milepost.evaluate`), which is missing if the database
   * alone found that nothing was earned. Default: no tracing.
   */
  readonly trace?: Trace
  /** Receives errors thrown by `onAwarded` listeners. Default: they become uncaught exceptions. */
  readonly onListenerError?: (error: unknown) => void
}

/** Reads the options of a service. @throws INPUT_INVALID naming an option that is not known or cannot be read */
export function readServiceOptions(given: MilestoneServiceOptions): MilestoneServiceOptions {
  return readKnown('createMilestoneService', given, knownOptions)
}

/** Returns what a service does if another catalog than its own was applied last. */
export function whenUnappliedOf({ whenUnapplied }: MilestoneServiceOptions, db: Session): WhenUnapplied {
  return whenUnapplied ?? (db.isEmbedded ? 'apply' : 'warn')
}

const knownOptions = keysOf<MilestoneServiceOptions>({
  db: true,
  catalog: true,
  schema: true,
  preparedStatements: true,
  now: true,
  defaultTimeZone: true,
  patienceMs: true,
  whenUnapplied: true,
  onWarning: true,
  trace: true,
  onListenerError: true,
})
