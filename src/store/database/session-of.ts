import { invalid, unreadableInput } from '../../core/values/invalid.js'
import { drizzleKinds, drizzleTransaction, isDrizzleForPostgres } from './drivers/drizzle.js'
import { type Keeping, pgClient, pgPool } from './drivers/pg.js'
import { pglite, pgliteTransaction } from './drivers/pglite.js'
import { postgresJs, postgresJsTransaction, renamesColumns, reservedConnection } from './drivers/postgres-js.js'
import type { Database } from './hosts.js'
import { hasMethods, isObject } from './methods.js'
import type { Session } from './session.js'
import { whatToPass } from './what-to-pass.js'

/** How a session sends statements. `isKeeping`: whether drivers may keep statements prepared. Default: true. */
export type SessionOptions = { readonly isKeeping?: boolean }

/**
 * Finds out what a host passed as its database, by its shape, and describes it as a session. A session stays as it is.
 * @throws INPUT_INVALID if it is nothing that reaches a Postgres with transactions
 */
export function sessionOf(db: Database, { isKeeping = true }: SessionOptions = {}): Session {
  try {
    const session = isSession(db) ? (db as Session) : described(db, isKeeping)
    if (!session) throw invalid('db', whatToPass(db))
    return session
  } catch (error) {
    throw unreadableInput(error, 'db')
  }
}

/** Returns a session as something that a call takes as its `db`. */
export function asDatabase(session: Session): Database {
  return session as unknown as Database
}

/** Refuses what is not a database, and says what to pass instead. @throws INPUT_INVALID */
export function checkDatabase(db: unknown): asserts db is Database {
  sessionOf(db as Database)
}

function isSession(db: unknown): db is Session {
  return hasMethods(db, 'query', 'transaction', 'mayBeInTransaction')
}

function described(db: unknown, isKeeping: boolean): Session | undefined {
  if (!isObject(db)) return undefined
  const kinds = drizzleKinds(db)
  return kinds.length > 0 ? fromDrizzle(db, { kinds, isKeeping }) : fromDriver(db, isKeeping)
}

type DrizzleObject = { readonly kinds: readonly string[]; readonly isKeeping: boolean }

// A database is reached by its driver, a transaction by itself: only Drizzle knows its connection.
function fromDrizzle(db: object, { kinds, isKeeping }: DrizzleObject): Session | undefined {
  if (!isDrizzleForPostgres(kinds)) return undefined
  if (hasMethods(db, 'execute', 'rollback')) return drizzleTransaction(db as never)
  const { $client } = db as { readonly $client?: unknown }
  return isObject($client) ? fromDriver($client, isKeeping) : undefined
}

function fromDriver(client: object, isKeeping: boolean): Session | undefined {
  if (hasMethods(client, 'execProtocol', 'query')) return pglite(client as never, isKeeping)
  if (hasMethods(client, 'exec', 'query', 'rollback')) return pgliteTransaction(client as never)
  if (hasMethods(client, 'unsafe')) return fromPostgresJs(client, isKeeping)
  const keeping: Keeping = { isOn: isKeeping }
  if (hasMethods(client, 'query', 'connect') && typeof Reflect.get(client, 'totalCount') === 'number') {
    return pgPool(client as never, keeping)
  }
  return hasMethods(client, 'query', 'escapeLiteral') ? pgClient(client as never) : undefined
}

function fromPostgresJs(client: object, isKeeping: boolean): Session | undefined {
  if (hasMethods(client, 'savepoint')) return postgresJsTransaction(client as never)
  if (hasMethods(client, 'begin')) {
    if (renamesColumns(client as never)) {
      throw invalid('db', 'is a postgres.js client with `transform`, which renames columns; pass a client without it')
    }
    return postgresJs(client as never, isKeeping)
  }
  return hasMethods(client, 'release') ? reservedConnection(client as never, isKeeping) : undefined
}

/**
 * Listens for errors of idle connections of a node-postgres pool, once per pool, because an unhandled one would end the
 * process. The running query rejects anyway, and the pool replaces the connection.
 */
export function listenForErrors({ owner }: Session): void {
  if (!hasMethods(owner, 'on', 'listenerCount', 'connect') || listening.has(owner)) return
  listening.add(owner)
  const pool = owner as unknown as ErrorSource
  if (pool.listenerCount('error') === 0) pool.on('error', () => {})
  pool.on('connect', connection => connection.on('error', () => {}))
}

type ErrorSource = {
  readonly listenerCount: (event: string) => number
  readonly on: (event: string, listener: (connection: ErrorSource) => void) => unknown
}

const listening = new WeakSet<object>()
