import { entityKind, is } from 'drizzle-orm'
import { PgDatabase } from 'drizzle-orm/pg-core'
import type { Pool, PoolClient } from 'pg'
import { invalid, unreadableInput } from '../../core/values/invalid.js'
import { kindOf } from '../../core/values/metadata.js'
import type { Database } from './database.js'

/** Returns the driver's own pool, client or connection, or undefined if Drizzle does not expose it. */
export function clientOf(db: Database): unknown {
  return (db as { readonly $client?: unknown }).$client
}

/**
 * Checks whether Drizzle's node-postgres driver is used. Other drivers have similar pools, but come without the `pg`
 * package.
 */
export function isNodePostgres(db: Database): boolean {
  return kindOfDatabase(db) === 'NodePgDatabase'
}

type DrizzleParts = {
  readonly constructor: new (dialect: unknown, session: unknown, schema: undefined) => Database
  readonly dialect: unknown
  readonly _: { readonly session: { readonly constructor: new (...parts: readonly unknown[]) => unknown } }
}
const databases = new WeakMap<PoolClient, Database>()

/**
 * Returns a database on one connection of a node-postgres pool, using the classes of the host's own database. If we
 * imported the driver here, every bundler would look for `pg`, which hosts with other drivers do not have.
 */
export function databaseOn(db: Database, client: PoolClient): Database {
  const known = databases.get(client)
  if (known) return known
  const { constructor: DatabaseOfDriver, dialect, _ } = db as unknown as DrizzleParts
  const session = new _.session.constructor(client, dialect, undefined, {})
  const made = Object.assign(new DatabaseOfDriver(dialect, session, undefined), { $client: client })
  databases.set(client, made)
  return made
}

/** Checks whether a client is a node-postgres pool, or a pool with the same interface. */
export function isPool(client: unknown): client is Pool {
  const pool = client as Partial<Pool> | undefined
  return typeof pool?.connect === 'function' && typeof pool.totalCount === 'number'
}

/** Checks whether a client is the embedded database. */
export function isPglite(client: unknown): client is EmbeddedClient {
  return typeof (client as { readonly execProtocol?: unknown } | undefined)?.execProtocol === 'function'
}

/** The part of PGlite that is used here. */
type EmbeddedClient = { readonly ready?: boolean; readonly isInTransaction?: () => boolean }

/** Checks whether a client is postgres.js with its own connections. A reserved connection is not. */
export function isPostgresJs(client: unknown): boolean {
  return typeof (client as { readonly begin?: unknown } | undefined)?.begin === 'function'
}

/** Checks whether a database is one reserved connection of postgres.js. Drizzle cannot begin a transaction on it. */
export function isReserved(db: Database): boolean {
  return kindOfDatabase(db) === 'PostgresJsDatabase' && !isPostgresJs(clientOf(db))
}

/** Checks whether a database is the embedded one. */
export function isEmbedded(db: Database): boolean {
  return isPglite(clientOf(db))
}

/** Returns how many connections a database can have open at once, or 1 if its driver has a single one. */
export function connectionCountOf(db: Database): number {
  const client = clientOf(db)
  const { max } = (client as { readonly options?: { readonly max?: unknown } } | undefined)?.options ?? {}
  return (isPool(client) || isPostgresJs(client)) && typeof max === 'number' && max >= 1 ? max : 1
}

/**
 * Checks whether all statements go through one connection, on which the host may have sent BEGIN itself. This does not
 * include a node-postgres pool with one connection: its client reports its state once we take it.
 */
export function mayBeInTransaction(db: Database): boolean {
  const client = clientOf(db)
  if (isPool(client)) return false
  if (isPglite(client)) return !isIdle(client)
  if (isPostgresJs(client)) return (client as PostgresJsClient).options?.max === 1
  return true
}

type PostgresJsClient = { readonly options?: { readonly max?: number; readonly transform?: Transforms } }

// Until it is ready, nobody has sent anything.
function isIdle(client: EmbeddedClient): boolean {
  return client.ready === false || client.isInTransaction?.() === false
}

function isClient(db: unknown): boolean {
  const client = (db ?? {}) as { readonly query?: unknown; readonly connect?: unknown }
  return typeof client.query === 'function' && typeof client.connect === 'function'
}

function kindOfDatabase(db: object): unknown {
  return Reflect.get(db.constructor, entityKind)
}

const adopted = new WeakSet<object>()

/**
 * Prepares a host's database for use, once. On a node-postgres pool it listens for errors of idle connections, because
 * an unhandled one would end the process. The running query rejects anyway, and the pool replaces the connection.
 * @throws INPUT_INVALID if it is not a Drizzle database for Postgres, or if it is a postgres.js client that renames
 * columns, since its rows could not be read
 */
export function adoptDatabase(db: unknown): asserts db is Database {
  checkDatabase(db)
  const client = clientOf(db)
  if (isPostgresJs(client) && renames(client as PostgresJsClient)) {
    throw invalid('db', 'is a postgres.js client with `transform`, which renames columns; pass a client without it')
  }
  if (!isPool(client) || adopted.has(client)) return
  adopted.add(client)
  if (client.listenerCount('error') === 0) client.on('error', () => {})
  client.on('connect', connection => connection.on('error', () => {}))
}

type Transforms = { readonly [part: string]: { readonly from?: unknown } | undefined }

function renames({ options: { transform } = {} }: PostgresJsClient): boolean {
  return ['column', 'row', 'value'].some(part => transform?.[part]?.from !== undefined)
}

/** Refuses anything but a Drizzle database for Postgres, and says what to pass instead. @throws INPUT_INVALID */
export function checkDatabase(db: unknown): asserts db is Database {
  try {
    if (!is(db, PgDatabase)) throw invalid('db', acceptedDatabases(db))
  } catch (error) {
    throw unreadableInput(error, 'db')
  }
}

// The likely mistakes are a driver's own client, or Drizzle for another kind of database.
function acceptedDatabases(db: unknown): string {
  const drizzled = (module: string) => `wrap it: drizzle({ client }) from ${module}`
  if (isPglite(db)) return `is a PGlite; ${drizzled('drizzle-orm/pglite')}`
  if (typeof db === 'function' && 'unsafe' in db)
    return `is a postgres.js client; ${drizzled('drizzle-orm/postgres-js')}`
  if (isPool(db)) return `is a pool of node-postgres; ${drizzled('drizzle-orm/node-postgres')}`
  if (isClient(db)) return `is a client of node-postgres; ${drizzled('drizzle-orm/node-postgres')}`
  const kind = typeof db === 'object' && db?.constructor ? kindOfDatabase(db) : undefined
  if (typeof kind === 'string') return `is Drizzle's ${kind}; pass one of its Postgres databases`
  return `is ${kindOf(db)}; pass a Drizzle Postgres database, as returned by drizzle()`
}
