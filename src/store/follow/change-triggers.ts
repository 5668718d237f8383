import { MilepostError } from '../../core/values/errors.js'
import { run } from '../database/database.js'
import { retryable, sqlStateOfFailure } from '../database/failure.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'
import { inTransaction } from '../database/transaction.js'

/** How long a change waits for transactions that write to the table. New ones wait behind it meanwhile. */
const lockWait = '5s'

/**
 * Runs work that changes triggers, one at a time for each schema of Milepost.
 * @throws DATABASE_FAILED, also if the table stays locked
 */
export async function changingTriggers<Result>(
  db: Session,
  { schema, table }: { readonly schema: string; readonly table: string },
  work: (tx: Session) => Promise<Result>,
): Promise<Result> {
  try {
    return await inTransaction(db, 'write', async (tx, isCallersTransaction) => {
      if (!isCallersTransaction) await run(tx, sql`select set_config('lock_timeout', ${lockWait}, true)`)
      const name = `milepost follow ${schema}`
      await run(tx, sql`select true as is_locked from pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
      return work(tx)
    })
  } catch (error) {
    if (sqlStateOfFailure(error) !== retryable.lockTimeout) throw error
    const message = `Other transactions kept ${table} locked for ${lockWait}, so nothing was changed. Try again when no long transaction writes to it.`
    throw new MilepostError('DATABASE_FAILED', message, { details: { sqlState: retryable.lockTimeout }, cause: error })
  }
}

/** Sends statements as they are written, in order. */
export async function sendAll(tx: Session, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await run(tx, raw(statement))
}
