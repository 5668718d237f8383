import { sql } from 'drizzle-orm'
import type { Pool, PoolClient } from 'pg'
import { MilepostError } from '../../core/values/errors.js'
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

/** `write`: READ COMMITTED with a bounded wait for locks. `snapshot`: everything read is of one moment. */
export type TransactionMode = 'write' | 'snapshot'

/** Work inside a transaction. `isCallers`: whether the caller opened it, and commits it or not. */
type Work<Result> = (tx: Database, isCallers: boolean) => Promise<Result>

/**
 * Runs work in a transaction: in a savepoint where the caller is inside one already, so that half a result never stays
 * behind a caught error; else in one of our own.
 * @throws DATABASE_FAILED when the database fails; what the work itself throws passes through
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
      afterCommits.delete(tx)
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

const afterCommits = new WeakMap<Database, Task[]>()

/** Does something once a transaction of our own has committed. Does nothing in a caller's, who may still roll back. */
export function afterCommit(tx: Database, task: Task): void {
  afterCommits.get(tx)?.push(task)
}

async function opened<Result>(db: Database, mode: TransactionMode, work: Work<Result>): Promise<Result> {
  if (isTransaction(db)) return inTurn(db, () => inSavepoint(db, tx => work(tx, true)))
  if (!mayBeInTransaction(db)) return begun(db, mode, work)
  // A single connection holds one transaction at a time.
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
async function inPooledTransaction<Result>(db: Database, mode: TransactionMode, work: Work<Result>): Promise<Result> {
  const pool = clientOf(db) as Pool
  const client = await pool.connect()
  // The query under way rejects with the same fault; without a listener the process would end.
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
    const joined = isHosts(pool, client) ? await inOpenTransaction(databaseOn(db, client), tx => work(tx, true)) : null
    return joined ? joined.result : await inOwn()
  } finally {
    client.off('error', ignore)
    client.release(broken)
  }
}

// Through a pool of one connection the host can send BEGIN with one query and COMMIT with a later one.
function isHosts({ options }: Pool, client: PoolClient): boolean {
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
    // The connection is gone, and with it the transaction; the pool must not hand it out again.
    return error instanceof Error ? error : new Error(String(error))
  }
}

function ignore(): void {}

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
