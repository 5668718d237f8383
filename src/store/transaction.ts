import { entityKind, sql } from 'drizzle-orm'
import type { Pool, PoolClient } from 'pg'
import { invalid } from '../core/completion.js'
import { MilepostError } from '../core/errors.js'
import { type Database, isTransaction, run } from './database.js'
import { databaseFailure, isConnectionLost } from './failure.js'
import { inTurn } from './in-turn.js'

/** `write`: READ COMMITTED with a bounded wait for locks. `snapshot`: everything read is of one moment. */
export type TransactionMode = 'write' | 'snapshot'

/**
 * Runs work in a transaction: in a savepoint where the caller is inside one already, so that half a result never stays
 * behind a caught error; else in one of our own.
 * @throws DATABASE_FAILED when the database fails; what the work itself throws passes through
 */
export async function inTransaction<Result>(
  db: Database,
  mode: TransactionMode,
  work: (tx: Database) => Promise<Result>,
): Promise<Result> {
  let ownFault: unknown
  const noted = (tx: Database): Promise<Result> =>
    work(tx).catch(error => {
      ownFault = error
      throw error
    })
  try {
    return await opened(db, mode, noted)
  } catch (error) {
    throw error === ownFault ? error : databaseFailure(error)
  }
}

function opened<Result>(db: Database, mode: TransactionMode, work: (tx: Database) => Promise<Result>): Promise<Result> {
  const client = (db as { readonly $client?: unknown }).$client
  if (isTransaction(db)) return inTurn(db, () => db.transaction(work))
  if (isNodePostgres(db) && isPool(client)) return inPooledTransaction(client, mode, work)
  if (isPglite(client)) return db.transaction(work, { isolationLevel: 'read committed' })
  const begun = async (tx: Database): Promise<Result> => {
    await tx.execute(sql.raw(`set transaction ${characteristics[mode]}; ${settings}`))
    return work(tx)
  }
  if (isPostgresJs(client)) return db.transaction(tx => begun(tx).catch(unlessLost))
  // A single connection holds one transaction at a time.
  return inTurn(client as object, () => db.transaction(begun))
}

/**
 * Lets a failed transaction of postgres.js be, where the failure is that its connection is gone: the driver rejects it by
 * itself then, but answers our rejection with a ROLLBACK on the dead connection, an uncaught error (porsager/postgres 1154).
 */
function unlessLost(error: unknown): Promise<never> {
  return isConnectionLost(error) ? new Promise<never>(() => {}) : Promise.reject(error)
}

const characteristics: Readonly<Record<TransactionMode, string>> = {
  write: 'isolation level read committed',
  snapshot: 'isolation level repeatable read, read only',
}

// Below the server's deadlock_timeout: of two that wait for each other we give up first, never the host. The second
// setting marks the transaction as ours, for `shortenLockWait`.
const settings = `select set_config('lock_timeout', wait_ms || 'ms', true), set_config('milepost.lock_wait_ms', wait_ms, true)
  from (select (extract(epoch from current_setting('deadlock_timeout')::interval) * 500)::int::text as wait_ms) as wait`

/** From how long on a transaction that holds rows is slow: its wait for locks is then to be shortened. */
export const slowMs = 50

/**
 * Takes the time since a transaction of our own began off its wait for locks; does nothing in a caller's. From our first
 * row on a host may wait for us: however slow we were since, its patience must not end before ours.
 */
export async function shortenLockWait(tx: Database): Promise<void> {
  await run(
    tx,
    sql`select case when current_setting('milepost.lock_wait_ms', true) <> ''
      then set_config('lock_timeout', greatest(1, current_setting('milepost.lock_wait_ms')::float8
        - date_part('epoch', clock_timestamp() - now()) * 1000)::int || 'ms', true) end`,
  )
}

/**
 * Drizzle 0.45 leaks the pool's client when BEGIN fails and when ROLLBACK does, and a backend that dies in between
 * emits an error that nobody hears, which ends the process. So on node-postgres the transaction is ours.
 */
async function inPooledTransaction<Result>(
  pool: Pool,
  mode: TransactionMode,
  work: (tx: Database) => Promise<Result>,
): Promise<Result> {
  const databaseOn = await nodePostgres()
  const client = await pool.connect()
  // The query under way rejects with the same fault; without a listener the process would end.
  client.on('error', ignore)
  let broken: Error | undefined
  try {
    await client.query(`begin ${characteristics[mode]}; ${settings}`)
    const result = await work(databaseOn(client))
    await commit(client)
    return result
  } catch (error) {
    broken = await rollback(client)
    throw error
  } finally {
    client.off('error', ignore)
    client.release(broken)
  }
}

// Loaded with the first transaction, since only those need it who have `pg`; asking the module loader each time is slow.
let loaded: Promise<(client: PoolClient) => Database> | undefined
function nodePostgres(): Promise<(client: PoolClient) => Database> {
  loaded ??= import('drizzle-orm/node-postgres').then(({ drizzle }) => {
    const databases = new WeakMap<PoolClient, Database>()
    return client => {
      const database = databases.get(client) ?? drizzle({ client })
      databases.set(client, database)
      return database
    }
  })
  return loaded
}

// Postgres answers COMMIT of a failed transaction with ROLLBACK, and no error.
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit')
  if (command !== 'COMMIT') throw new MilepostError('DATABASE_FAILED', `COMMIT was answered with ${command}`)
}

async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback')
    return undefined
  } catch (error) {
    // The connection is gone, and with it the transaction; the pool must not hand it out again.
    return error instanceof Error ? error : new Error(String(error))
  }
}

function ignore(): void {}

// Other drivers have pools alike, but come without the `pg` package.
function isNodePostgres(db: Database): boolean {
  return Reflect.get(db.constructor, entityKind) === 'NodePgDatabase'
}

function isPool(client: unknown): client is Pool {
  const pool = client as Partial<Pool> | undefined
  return typeof pool?.connect === 'function' && typeof pool.totalCount === 'number'
}

/** Tells whether a database is the embedded one. */
export function isEmbedded(db: Database): boolean {
  return isPglite((db as { readonly $client?: unknown }).$client)
}

/** Tells how many connections a database may have open at once; 1 where its driver holds a single one. */
export function connectionCountOf(db: Database): number {
  const client = (db as { readonly $client?: unknown }).$client
  const { max } = (client as { readonly options?: { readonly max?: unknown } } | undefined)?.options ?? {}
  return (isPool(client) || isPostgresJs(client)) && typeof max === 'number' && max >= 1 ? max : 1
}

function isPglite(client: unknown): boolean {
  return typeof (client as { readonly execProtocol?: unknown } | undefined)?.execProtocol === 'function'
}

function isPostgresJs(client: unknown): boolean {
  return typeof (client as { readonly begin?: unknown } | undefined)?.begin === 'function'
}

/**
 * Gives up on a transaction that does not begin: on one connection, a call inside the caller's own transaction waits for
 * itself, and nothing in Postgres sees it. Should it begin after all, it does nothing.
 * @throws CONNECTION_BUSY
 */
export function begunWithin<Result>(patienceMs: number, open: (begin: () => void) => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    let hasGivenUp = false
    const timer = setTimeout(() => {
      hasGivenUp = true
      reject(connectionBusy())
    }, patienceMs)
    const begin = (): void => {
      if (hasGivenUp) throw connectionBusy()
      clearTimeout(timer)
    }
    open(begin)
      .finally(() => clearTimeout(timer))
      .then(resolve, reject)
  })
}

function connectionBusy(): MilepostError {
  const message =
    'No connection came free. Inside a transaction of your own, pass it as { db: tx }; else enlarge the pool.'
  return new MilepostError('CONNECTION_BUSY', message)
}

const adopted = new WeakSet<object>()

/**
 * Prepares a host's database for use, once. On a node-postgres pool it hears the errors of connections that nobody
 * listens to: unheard, they end the process, though the query under way rejects by itself and the pool replaces them.
 * @throws INPUT_INVALID for a postgres.js client that renames columns, since its rows could not be read
 */
export function adoptDatabase(db: Database): void {
  const client = (db as { readonly $client?: unknown }).$client
  if (isPostgresJs(client) && renames(client)) {
    throw invalid('db', 'is a postgres.js client with `transform`, which renames columns; give one without')
  }
  if (!isPool(client) || adopted.has(client)) return
  adopted.add(client)
  if (client.listenerCount('error') === 0) client.on('error', ignore)
  client.on('connect', connection => connection.on('error', ignore))
}

type Transforms = { readonly [part: string]: { readonly from?: unknown } | undefined }

function renames(client: unknown): boolean {
  const { transform } = (client as { readonly options?: { readonly transform?: Transforms } }).options ?? {}
  return ['column', 'row', 'value'].some(part => transform?.[part]?.from !== undefined)
}
