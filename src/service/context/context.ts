import { createHash } from 'node:crypto'
import type { Badge } from '../../core/awards/badge.js'
import { type CompiledCatalog, compileCatalog } from '../../core/awards/compile.js'
import type { Catalog } from '../../core/catalog/catalog.js'
import { defaultTimeZone as utc } from '../../core/time/time-zone.js'
import type { Database } from '../../store/database/hosts.js'
import type { Session } from '../../store/database/session.js'
import { sessionOf } from '../../store/database/session-of.js'
import { countedWith } from '../../store/progress/standings.js'
import type { ApplyPolicy } from '../../store/reports/catalog-versions.js'
import type { Tables } from '../../store/schema/tables.js'
import type { Trace } from './tracing.js'

/**
 * What every use case of one service works with. It does not include the catalog that users are counted by: that is
 * known only after a transaction has read the version applied last, and is part of a {@link CountingContext}.
 */
export type ServiceContext = {
  readonly db: Session
  /** The schema of the tables. */
  readonly schema: string
  readonly tables: Tables
  readonly catalogs: KnownCatalogs
  readonly now: () => Date
  /** The time zone of users who have set none. */
  readonly defaultTimeZone: string
  /** How long a write of our own waits for a user whose row another transaction has locked. */
  readonly patienceMs: number
  /** Reports work to the app's tracing. */
  readonly trace: Trace
  /** Called for a badge whose row lacks content and whose id the catalog does not know. */
  readonly onUnknownBadge: (badgeId: string) => void
  /** Called if something could not be counted in the background. */
  readonly onCountFailure: (error: unknown) => void
  /** Calls the listeners for awards that were committed. */
  readonly announce: (awards: readonly Award[]) => void
}

/** The context in which users are counted. `contextAt` creates it for the catalog version that was applied last. */
export type CountingContext = ServiceContext & {
  /** The catalog applied last, or the service's own if none was ever applied. */
  readonly compiled: CompiledCatalog
  /** What that catalog does with badges earned under another catalog. */
  readonly policy: ApplyPolicy
}

/** What the latest lock found in effect. */
export type InEffect = {
  readonly compiled: CompiledCatalog
  readonly catalogVersion: number
  /** How often pauses for all users were created or deleted. */
  readonly commonPauseChanges: number
  /** What users who need no recount are counted with. */
  readonly counting: string
}

/** The catalogs that a service knows: its own, and the one applied last, once it was read. */
export type KnownCatalogs = {
  readonly own: CompiledCatalog
  /** Null before the first lock. It may be outdated: compare it under a lock before you rely on it. */
  inEffect: InEffect | null
  latest: { readonly version: number; readonly compiled: CompiledCatalog; readonly policy: ApplyPolicy } | null
  /** What a service does at its start if another catalog than its own is in effect. */
  readonly whenUnapplied: 'warn' | 'apply' | 'refuse'
  /** Whether the service has yet to apply its own catalog, which it does with its first call outside of a transaction. */
  isStartPending: boolean
  /** Called when, at the start, the service's own catalog replaces the one that was applied. */
  readonly onReplace: (version: number) => void
  /**
   * Called when another catalog than the service's own is in effect, until its start if that is pending. Throws if the
   * service refuses to count by it.
   */
  readonly onOther: (version: number, isStartPending: boolean) => void
}

/** A newly earned badge, and its user. */
export type Award<Id extends string = string, Unlock extends string = string> = {
  userId: string
  badge: Badge<Id, Unlock>
}

/** `db`: the caller's transaction. Without it, the call uses its own. */
export type CallOptions = { readonly db?: Database | undefined }

/** Returns the session that a call uses: the caller's transaction, else the service's own. @throws INPUT_INVALID */
export function sessionFor({ db }: Pick<ServiceContext, 'db'>, options: CallOptions): Session {
  return options.db === undefined ? db : sessionOf(options.db)
}

/** The options of a read. `locale` (BCP 47): the language of titles and sentences. Default: the catalog's own. */
export type ReadOptions = CallOptions & { readonly locale?: string | undefined }

/** Returns the name stored for users who need no recount: what they were counted with. */
export function currentCounting(context: CountingContext, commonPauseChanges: number): string {
  return countedWith(countingName(context), context.compiled.hasStreaks ? commonPauseChanges : 0)
}

/**
 * Returns the name of a catalog as users are counted with it. If the catalog uses days, the name includes the default
 * time zone, which decides the days of users without one.
 */
export function countingName({
  compiled: { fingerprint, asksForDays },
  defaultTimeZone,
}: Pick<CountingContext, 'compiled' | 'defaultTimeZone'>): string {
  return asksForDays && defaultTimeZone !== utc ? `${fingerprint}@${defaultTimeZone}` : fingerprint
}

/** Compiles a catalog for a service. */
export function compileForService(catalog: Catalog): CompiledCatalog {
  return compileCatalog(catalog, text => createHash('sha256').update(text).digest('hex').slice(0, 40))
}
