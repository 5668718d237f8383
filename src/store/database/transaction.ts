import { sql } from 'drizzle-orm'
import type { Pool, PoolClient } from 'pg'
import { MilepostError } from '../../core/values/errors.js'
import { hiddenProperty } from '../../core/values/hidden-property.js'
import { type Database, isTransaction, run } from './database.js'
import {
  clientOf,
  databaseOn,
  isNodePostgres,
  isPglite,
  isPool,
  isPostgresJs,
  isReserved,
  mayBeInTransaction,
} from './drivers.js'
import { databaseFailure, isConnectionLost, leaveToCaller } from './failure.js'
import { inTurn } from './in-turn.js'
import { inOpenTransaction, inOwnTransaction, inSavepoint } from './open-transaction.js'

/** `write`: READ COMMITTED with a limited wait for locks. `snapshot`: all reads see the same moment. */
export type TransactionMode = 'write' | 'snapshot'

/**
 * Work inside a transaction. `isCallersTransaction`: whether the caller opened the transaction, and decides whether it commits.
 */
type Work<Result> = (tx: Database, isCallersTransaction: boolean) => Promise<Result>

/**
 * Runs work in a transaction. If the caller is already inside one, it uses a savepoint, so that half a result never
 * remains after a caught error. Otherwise it opens our own.
 * @throws DATABASE_FAILED if the database fails; errors of the work itself pass through
 */
export async function inTransaction<Result>(db: Database, mode: TransactionMode, work: Work<Result>): Promise<Result> {
  const outer = afterCommits.get(db)
  const tasks: Task[] = outer ?? []
  let ownFault: unknown
  let isLeft = false
  const noted: Work<Result> = async (tx, isNested) => {
    isLeft = isNested && !outer
    if (!isLeft) afterCommits.set(tx, tasks)
    try {
      return await work(tx, isLeft)
    } catch (error) {
      ownFault = error
      throw error
    } finally {
      afterCommits.set(tx, undefined)
    }
  }
  try {
    const result = await opened(db, mode, noted)
    if (!outer) for (const task of tasks) task()
    return result
  } catch (error) {
    const failure = error === ownFault ? error : databaseFailure(error)
    if (isLeft) leaveToCaller(failure)
    throw failure
  }
}

type Task = () => void

const afterCommits = hiddenProperty<Database, Task[] | undefined>('after commit')

/**
 * Runs a task once our own transaction has committed. In a caller's transaction it does nothing, because the caller may
 * still roll back.
 */
export function afterCommit(tx: Database, task: Task): void {
  afterCommits.get(tx)?.push(task)
}

async function opened<Result>(db: Database, mode: TransactionMode, work: Work<Result>): Promise<Result> {
  if (isTransaction(db)) return inTurn(db, () => inSavepoint(db, tx => work(tx, true)))
  if (!mayBeInTransaction(db)) return begun(db, mode, work)
  // A single connection can have only one transaction at a time.
  return inTurn((clientOf(db) as object | undefined) ?? db, async () => {
    const joined = await inOpenTransaction(db, tx => work(tx, true))
    return joined ? joined.result : begun(db, mode, work)
  })
}

async function begun<Result>(db: Database, mode: TransactionMode, work: Work<Result>): Promise<Result> {
  const client = clientOf(db)
  if (isNodePostgres(db) && isPool(client)) return inPooledTransaction(db, mode, work)
  if (isPglite(client)) return db.transaction(tx => work(tx, false), { isolationLevel: 'read committed' })
  const configured = async (tx: Database): Promise<Result> => {
    await tx.execute(sql.raw(`set transaction ${characteristics[mode]}; ${settings}`))
    return work(tx, false)
  }
  if (isReserved(db)) return inOwnTransaction(db, configured)
  if (isPostgresJs(client)) return db.transaction(tx => configured(tx).catch(unlessLost))
  return db.transaction(configured)
}

/**
 * Leaves a failed postgres.js transaction alone if its connection is gone. The driver rejects it by itself then, but
 * answers our rejection with a ROLLBACK on the dead connection, which is an uncaught error (porsager/postgres 1154).
 */
function unlessLost(error: unknown): Promise<never> {
  return isConnectionLost(error) ? new Promise<never>(() => {}) : Promise.reject(error)
}

const characteristics: Readonly<Record<TransactionMode, string>> = {
  write: 'isolation level read committed',
  snapshot: 'isolation level repeatable read, read only',
}

// Below the server's deadlock_timeout, so that on a deadlock our transaction yields, never the host's. The second
// setting marks the transaction as ours, for `shortenLockWait`.
const settings = `select set_config('lock_timeout', wait_ms || 'ms', true), set_config('milepost.lock_wait_ms', wait_ms, true)
  from (select (extract(epoch from current_setting('deadlock_timeout')::interval) * 500)::int::text as wait_ms) as wait`

/** From this age on, a transaction that holds rows counts as slow, and its wait for locks is shortened. */
export const slowMs = 50

/**
 * Shortens the lock wait of our own transaction by the time since it began. Does nothing in a caller's. As soon as we
 * hold a row, a host may wait for us. However slow we were since then, the host's wait must not end before ours.
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
 * Runs work that sends a single statement, as a transaction of its own. Returns null if that is not certain, because
 * the host may have begun a transaction where the statement would run.
 */
export async function alone<Result>(db: Database, work: (db: Database) => Promise<Result>): Promise<Result | null> {
  const pool = clientOf(db)
  if (isTransaction(db) || !isNodePostgres(db) || !isPool(pool) || pool.options?.max === 1) return null
  const client = await pool.connect().catch((error: unknown) => Promise.reject(databaseFailure(error)))
  client.on('error', ignore)
  let isBroken = false
  try {
    return isIdle(client) ? await work(databaseOn(db, client)) : null
  } catch (error) {
    isBroken = isConnectionLost(error)
    throw error
  } finally {
    client.off('error', ignore)
    client.release(isBroken)
  }
}

function isIdle(client: PoolClient): boolean {
  const { getTransactionStatus } = client as { readonly getTransactionStatus?: () => string | null }
  return (getTransactionStatus?.call(client) ?? 'I') === 'I'
}

/**
 * Drizzle 0.45 leaks the pool's client if BEGIN or ROLLBACK fails. If a backend dies in between, it emits an error that
 * nobody handles, which ends the process. So on node-postgres we open the transaction ourselves.
 */
async function inPooledTransaction<Result>(db: Database, mode: TransactionMode, work: Work<Result>): Promise<Result> {
  const pool = clientOf(db) as Pool
  const client = await pool.connect()
  // The running query rejects with the same error; without a listener the process would end.
  client.on('error', ignore)
  let broken: Error | undefined
  const inOwn = async (): Promise<Result> => {
    try {
      await client.query(`begin ${characteristics[mode]}; ${settings}`)
      const result = await work(databaseOn(db, client), false)
      await commit(client)
      return result
    } catch (error) {
      broken = await rollback(client)
      throw error
    }
  }
  try {
    const joined = isHostsTransaction(pool, client)
      ? await inOpenTransaction(databaseOn(db, client), tx => work(tx, true))
      : null
    return joined ? joined.result : await inOwn()
  } finally {
    client.off('error', ignore)
    client.release(broken)
  }
}

// With a pool of one connection, the host can send BEGIN with one query and COMMIT with a later one.
function isHostsTransaction({ options }: Pool, client: PoolClient): boolean {
  const { getTransactionStatus } = client as { readonly getTransactionStatus?: () => string | null }
  return options?.max === 1 && getTransactionStatus?.call(client) !== 'I'
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
    // The connection is gone, and its transaction with it. The pool must not use it again.
    return error instanceof Error ? error : new Error(String(error))
  }
}

function ignore(): void {}

/**
 * Gives up on a transaction that does not begin. On a single connection, a call inside the caller's own transaction
 * waits for itself, and Postgres cannot detect that. If the transaction begins later after all, it does nothing.
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
