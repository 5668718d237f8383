import { isMilepostError, MilepostError } from '../../core/values/errors.js'
import type { Session } from '../../store/database/session.js'
import { sessionOf } from '../../store/database/session-of.js'
import { afterCommit } from '../../store/database/transaction.js'
import { readStragglers, readVersions, type StoredVersion } from '../../store/reports/catalog-versions.js'
import type { Tables } from '../../store/schema/tables.js'
import type { CallOptions, ServiceContext } from '../context/context.js'
import { isOwn } from '../context/counting-context.js'
import { writeOnce } from '../recount/write.js'
import { applyCatalog } from './apply.js'

/**
 * What a service does if another catalog than its own was applied last. `warn`: warns and counts by the applied one;
 * `apply`: applies its own before its first call; `refuse`: throws CATALOG_UNAPPLIED.
 */
export type WhenUnapplied = 'warn' | 'apply' | 'refuse'

/** What a service does before its first call. */
export type Start = {
  /**
   * Waits until the catalog is applied. A call in a caller's transaction does not wait: applying needs a connection of
   * its own and waits for open transactions, so it would wait for its caller. Such a call counts by the catalog in effect.
   */
  readonly whenReady: (args: readonly unknown[]) => Promise<void>
  /** Wraps a call so that it waits in the same way. */
  readonly after: <Call extends (...args: never[]) => Promise<unknown>>(call: Call) => Call
  /**
   * Waits until a running apply has finished. Calls that waited for it were made before the service closed, and have
   * started by then.
   */
  readonly settled: () => Promise<void>
}

/** Applies the catalog of a service before its first call, once. If that fails, the next call tries again. */
export function applyAtStart(context: ServiceContext): Start {
  const { catalogs } = context
  let applying: Promise<boolean> | undefined
  const apply = async (): Promise<void> => {
    applying ??= applyOwn(context)
    try {
      catalogs.isStartPending = !(await applying)
    } finally {
      if (catalogs.isStartPending) applying = undefined
    }
  }
  const whenReady: Start['whenReady'] = async args => {
    if (catalogs.isStartPending && !args.some(isInTransaction)) await apply()
  }
  const after = (call: (...args: readonly unknown[]) => Promise<unknown>): unknown => {
    return async (...args: readonly unknown[]) => {
      if (catalogs.isStartPending) await whenReady(args)
      return call(...args)
    }
  }
  return {
    whenReady,
    after: after as unknown as Start['after'],
    settled: async () => {
      await applying?.catch(() => {})
    },
  }
}

/** Creates the error of a service that refuses to count by another catalog than its own. */
export function catalogUnapplied(version: number): MilepostError {
  const message = `Catalog version ${version} was applied last, and it is not the catalog of this service. Apply this catalog, or start the service with that version.`
  return new MilepostError('CATALOG_UNAPPLIED', message, { details: { version } })
}

// Returns whether the start is done. Inside a transaction of the host it is not, since the host may still roll back.
async function applyOwn(context: ServiceContext): Promise<boolean> {
  const { catalogs, db } = context
  let isOurs = false
  const { isApplied, replaced } = await writeOnce(context, db, async tx => {
    afterCommit(tx, () => {
      isOurs = true
    })
    return lookAtStart(context, tx)
  })
  if (!isOurs || isApplied) return isOurs
  try {
    await applyCatalog(context, catalogs.own.catalog, { reason: atStart })
    if (replaced !== null) catalogs.onReplace(replaced)
  } catch (error) {
    // Another process or person applied a later one meanwhile. It stays: two starts would replace each other's for ever.
    if (!isMilepostError(error) || error.code !== 'APPLY_SUPERSEDED') throw error
  }
  return true
}

/** The reason in the audit log for a catalog that was applied at a start. */
const atStart = 'applied at start'

// `replaced`: the version that is replaced now, if a person applied it. A version that an earlier start applied is
// replaced without a warning.
async function lookAtStart({ tables, catalogs }: ServiceContext, tx: Session): Promise<AtStart> {
  const { fingerprint } = catalogs.own
  const [latest] = await readVersions(tx, tables, { limit: 1 })
  if (latest) {
    const isOurs = isOwn(catalogs, latest)
    const isReplaced = !isOurs && (await isAppliedByPerson(tx, tables, latest))
    return { isApplied: latest.appliedAt !== null && isOurs, replaced: isReplaced ? latest.version : null }
  }
  return { isApplied: (await readStragglers(tx, tables, { fingerprint, limit: 1 })).length === 0, replaced: null }
}

// A version with other items of a list has the catalog of an earlier one.
async function isAppliedByPerson(tx: Session, tables: Tables, latest: StoredVersion): Promise<boolean> {
  if (latest.list === null) return latest.reason !== atStart
  const earlier = await readVersions(tx, tables, { limit: 20 })
  return earlier.some(({ list, reason }) => list === null && reason !== atStart)
}

type AtStart = { readonly isApplied: boolean; readonly replaced: number | null }

function isInTransaction(argument: unknown): boolean {
  try {
    const { db } = (argument ?? {}) as CallOptions
    return db !== undefined && sessionOf(db).mayBeInTransaction()
  } catch {
    // If the argument cannot be read, the call itself refuses it.
    return false
  }
}
