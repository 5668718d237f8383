import { existsSync } from 'node:fs'
import { isMilepostError } from '../core/values/errors.js'
import type { Session } from '../store/database/session.js'
import { sessionOf } from '../store/database/session-of.js'
import { openPglite } from '../store/pglite/open-pglite.js'
import type { DatabaseAddress } from './database-address.js'
import { failure } from './failure.js'
import { withPackage } from './optional-package.js'

/** An open database, and a function that closes it once running calls are done. */
export type OpenDatabase = { readonly db: Session; readonly close: () => Promise<void> }

/**
 * Settings of the connections to a server. `isPrepared`: whether statements and settings may outlive a transaction.
 * Behind PgBouncer in transaction mode they may not.
 */
export type PoolSettings = {
  readonly size: number
  readonly isPrepared: boolean
  /** 0 means never. */
  readonly statementTimeoutMs: number
}

const ownPool: PoolSettings = { size: 4, isPrepared: true, statementTimeoutMs: 0 }

/**
 * Opens a database. Creates a folder only with `mayCreate`, so that a mistyped name does not become an empty database.
 * @throws DRIVER_MISSING, DATABASE_MISSING, DATABASE_IN_USE, DATABASE_FAILED
 */
export async function openDatabase(
  address: DatabaseAddress,
  { mayCreate, pool = ownPool }: { readonly mayCreate: boolean; readonly pool?: PoolSettings },
): Promise<OpenDatabase> {
  if (address.type === 'server') return openServer(address.url, pool)
  const { folder, isDefault = false } = address
  if (!mayCreate && !existsSync(folder)) {
    throw failure('DATABASE_MISSING', `No database found at ${folder}.`, missingHint)
  }
  const { db, close } = await openPglite(folder).catch(error => {
    if (!isMilepostError(error) || error.code !== 'DRIVER_MISSING') throw error
    const given = isDefault ? 'No database was given' : `${folder} is a folder`
    const message = `${given}, and the embedded database is not installed.`
    throw failure('DRIVER_MISSING', message, isDefault ? unsetHint : embeddedHint)
  })
  return { db: sessionOf(db), close }
}

const missingHint = 'Run `milepost migrate` to create one, or pass --database or DATABASE_URL.'
const unsetHint =
  'Set DATABASE_URL in your shell to the address of your Postgres, for example postgres://user@host/database (a .env file is not read). ' +
  'For the embedded database run `npm install @electric-sql/pglite`.'
const embeddedHint =
  'Run `npm install @electric-sql/pglite`, or pass the address of a Postgres server: --database postgres://user@host/database'

async function openServer(url: string, pool: PoolSettings): Promise<OpenDatabase> {
  const opened =
    (await withPackage('pg', () => openWithPg(url, pool))) ??
    (await withPackage('postgres', () => openWithPostgresJs(url, pool)))
  if (opened) return opened
  const hint = 'Run `npm install pg` or `npm install postgres` where milepost is installed.'
  throw failure('DRIVER_MISSING', 'No driver for Postgres is installed.', hint)
}

async function openWithPg(url: string, pool: PoolSettings): Promise<OpenDatabase> {
  const { default: pg } = await import('pg')
  const connections = new pg.Pool({ connectionString: url, max: pool.size, ...sessionSettings(pool) })
  // Without a listener, an idle connection that the server closes would end the process.
  connections.on('error', () => {})
  return { db: sessionOf(connections, { isKeeping: pool.isPrepared }), close: () => connections.end() }
}

async function openWithPostgresJs(url: string, pool: PoolSettings): Promise<OpenDatabase> {
  const { default: postgres } = await import('postgres')
  const { size: max, isPrepared: prepare } = pool
  const client = postgres(url, { max, prepare, onnotice: () => {}, connection: sessionSettings(pool) })
  return { db: sessionOf(client), close: () => client.end({ timeout: 60 }) }
}

type SessionSettings = {
  readonly application_name: string
  readonly statement_timeout?: number
  readonly idle_in_transaction_session_timeout?: number
}

// PgBouncer refuses connections that start with settings it does not track per client.
function sessionSettings({ isPrepared, statementTimeoutMs }: PoolSettings): SessionSettings {
  const application_name = 'milepost'
  if (!isPrepared || statementTimeoutMs === 0) return { application_name }
  return {
    application_name,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs + 10_000,
  }
}
