import { MilepostError } from '../core/errors.js'
import { readStragglers, readVersions } from '../store/catalog-versions.js'
import { isTransaction } from '../store/database.js'
import { applyCatalog } from './apply.js'
import type { CallOptions, ServiceContext } from './context.js'

/**
 * What a service does whose catalog is not the one that was applied last: `warn`: says so and counts by that one; `apply`: applies its
 * own before its first call; `refuse`: throws CATALOG_UNAPPLIED.
 */
export type WhenUnapplied = 'warn' | 'apply' | 'refuse'

type Calls = { readonly [name: string]: unknown }

/**
 * Lets every call of a service wait until its own catalog is applied, where that is asked for. A call in a caller's transaction does
 * not wait: on one connection, applying would wait for that transaction.
 */
export function appliedFirst<Service extends Calls>(
  context: ServiceContext,
  service: Service,
  isAsync: (name: string) => boolean,
): Service {
  let applied: Promise<void> | undefined
  const ready = (): Promise<void> => {
    applied ??= applyOwn(context).catch((error: unknown) => {
      applied = undefined
      throw error
    })
    return applied
  }
  const waiting =
    (call: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      if (!args.some(isInTransaction)) await ready()
      return call(...args)
    }
  const entries = Object.entries(service).map(([name, call]) => {
    return [name, isAsync(name) ? waiting(call as (...args: unknown[]) => Promise<unknown>) : call]
  })
  return Object.fromEntries(entries) as Service
}

/** Makes the error of a service that refuses to count by another catalog than its own. */
export function catalogUnapplied(version: number): MilepostError {
  const message = `Version ${version} of the catalog was applied, which is another one than this service has. Apply this one, or start with that.`
  return new MilepostError('CATALOG_UNAPPLIED', message, { details: { version } })
}

async function applyOwn(context: ServiceContext): Promise<void> {
  const { db, tables, governing } = context
  const { fingerprint, catalog } = governing.own
  const [latest] = await readVersions(db, tables, { limit: 1 })
  const isApplied = latest
    ? latest.hash === fingerprint && latest.appliedAt !== null
    : (await readStragglers(db, tables, { fingerprint, limit: 1 })).length === 0
  if (!isApplied) await applyCatalog(context, catalog, { reason: 'applied at start' })
}

function isInTransaction(argument: unknown): boolean {
  const { db } = (argument ?? {}) as CallOptions
  return db !== undefined && isTransaction(db)
}
