import { MilepostError } from '../../core/values/errors.js'
import { run } from './database.js'
import { databaseFailure, isLeftToCaller, isStale, leaveToCaller } from './failure.js'
import type { Session, TransactionMode, Work } from './session.js'
import { raw, type Sql, sql } from './sql.js'

/**
 * Runs work in a transaction. If the caller is already inside one, it uses a savepoint, so that half a result never
 * remains after a caught error. Otherwise it opens our own.
 * @throws DATABASE_FAILED if the database fails; errors of the work itself pass through
 */
export async function inTransaction<Result>(db: Session, mode: TransactionMode, work: Work<Result>): Promise<Result> {
  try {
    return await inTransactionOnce(db, mode, work)
  } catch (error) {
    // A snapshot only reads, so it can be taken again at once.
    if (mode === 'write' || !isStale(error) || isLeftToCaller(error)) throw error
    return inTransactionOnce(db, mode, work)
  }
}

async function inTransactionOnce<Result>(db: Session, mode: TransactionMode, work: Work<Result>): Promise<Result> {
  const outer = db.afterCommit
  const afterCommit = outer ?? []
  let ownFault: unknown
  let isLeft = false
  const noted: Work<Result> = async (tx, isNested) => {
    isLeft = isNested && !outer
    try {
      return await work(isLeft ? tx : { ...tx, afterCommit }, isLeft)
    } catch (error) {
      ownFault = error
      throw error
    }
  }
  try {
    const result = await db.transaction(mode, noted)
    if (!outer) for (const task of afterCommit) task()
    return result
  } catch (error) {
    const failure = error === ownFault ? error : databaseFailure(error)
    if (isLeft) leaveToCaller(failure)
    throw failure
  }
}

/**
 * Runs a task once our own transaction has committed. In a caller's transaction it does nothing, because the caller may
 * still roll back.
 */
export function afterCommit(tx: Session, task: () => void): void {
  tx.afterCommit?.push(task)
}

/** Returns a transaction of ours as a caller's: what runs in it leaves the commit to us. */
export function asCallers({ afterCommit: _, ...tx }: Session): Session {
  return tx
}

/** From this age on, a transaction that holds rows counts as slow, and its wait for locks is shortened. */
export const slowMs = 50

/** Reads the isolation level of a transaction, as Postgres writes it. */
export async function readIsolation(tx: Session): Promise<string> {
  const [row] = await run<{ level: string }>(tx, sql`select current_setting('transaction_isolation') as level`)
  return row!.level
}

/** A transaction, and whether its tables are spread over the nodes of a Citus cluster. */
type LockWait = { readonly tx: Session; readonly isSpread: boolean | null }

/**
 * Shortens the lock wait of our own transaction by the time since it began. Does nothing in a caller's. As soon as we
 * hold a row, a host may wait for us. However slow we were since then, the host's wait must not end before ours.
 */
export async function shortenLockWait(where: LockWait): Promise<void> {
  await changeLockWait(
    where,
    sql`greatest(1, current_setting('milepost.lock_wait_ms')::float8 - date_part('epoch', clock_timestamp() - now()) * 1000)::int`,
  )
}

/** Limits the lock wait of our own transaction. Does nothing in a caller's. */
export async function limitLockWait(where: LockWait, limitMs: number): Promise<void> {
  await changeLockWait(
    where,
    sql`set_config('milepost.lock_wait_ms', least(current_setting('milepost.lock_wait_ms')::int,
      ${Math.max(1, Math.ceil(limitMs))}::int)::text, true)`,
  )
}

async function changeLockWait({ tx, isSpread }: LockWait, waitMs: Sql): Promise<void> {
  const [row] = await run<{ wait: string | null }>(
    tx,
    sql`select case when current_setting('milepost.lock_wait_ms', true) <> ''
      then set_config('lock_timeout', ${waitMs} || 'ms', true) end as wait`,
  )
  if (isSpread && row!.wait !== null) await carryLockWait(tx)
}

/** Lets the lock wait of our own transaction hold on all nodes of a cluster. */
export async function carryLockWait(tx: Session): Promise<void> {
  const [row] = await run<{ wait: string }>(
    tx,
    sql`select set_config('citus.propagate_set_commands', 'local', true), current_setting('lock_timeout') as wait`,
  )
  await run(tx, raw(`set local lock_timeout = '${row!.wait}'`))
}

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
