import { MilepostError } from '../core/errors.js'
import { defaultTimeZone as utc } from '../core/time-zone.js'
import { type Database, isTransaction } from '../store/database.js'
import { checkDatabase } from '../store/drivers.js'
import { isLeftToCaller, retryable, sqlStateOfFailure } from '../store/failure.js'
import { retried } from '../store/retry.js'
import { countedWith, type LockedUser, lockUsers } from '../store/standings.js'
import { begunWithin, inTransaction } from '../store/transaction.js'
import type { CallOptions, ServiceContext } from './context.js'
import { contextAt } from './governing.js'
import { userErased } from './user-erased.js'

/**
 * Runs a write: in a savepoint of the caller's transaction, or in a transaction of our own, which is run again after a
 * deadlock or a held lock.
 * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, DATABASE_FAILED; INPUT_INVALID for a `db` that is not one
 */
export async function write<Result>(
  context: ServiceContext,
  { db = context.db }: CallOptions,
  work: (tx: Database, attempt: number) => Promise<Result>,
): Promise<Result> {
  checkDatabase(db)
  return retried(context.patienceMs, attempt => writeOnce(context, db, tx => work(tx, attempt)))
}

/** Runs one attempt at a write. @throws TRANSACTION_ISOLATION, CONNECTION_BUSY, DATABASE_FAILED */
export async function writeOnce<Result>(
  { patienceMs }: ServiceContext,
  db: Database,
  work: (tx: Database) => Promise<Result>,
): Promise<Result> {
  try {
    if (isTransaction(db)) return await inTransaction(db, 'write', work)
    return await begunWithin(patienceMs, begin =>
      inTransaction(db, 'write', async tx => {
        begin()
        return work(tx)
      }),
    )
  } catch (error) {
    // At READ COMMITTED Postgres never says this: the caller's transaction has another level.
    const isOther = isLeftToCaller(error) && sqlStateOfFailure(error) === retryable.serialization
    throw isOther ? wrongIsolation('not read committed', error) : error
  }
}

/** Users that are locked, and the context that counts them: that of the catalog which governs now. */
export type Locked = {
  readonly context: ServiceContext
  /** What the users' rows say. */
  readonly users: ReadonlyMap<string, LockedUser>
  /** What a user who needs no recount was counted with. */
  readonly current: string
}

/** Locks users for the rest of the transaction. @throws TRANSACTION_ISOLATION; USER_ERASED where one of them was erased */
export async function lockForWriting(given: ServiceContext, tx: Database, userIds: readonly string[]): Promise<Locked> {
  const locked = await lockEvenErased(given, tx, userIds)
  const erased = userIds.filter(userId => locked.users.get(userId)!.isErased)
  if (erased.length > 0) throw userErased(erased)
  return locked
}

/** Locks users, those too who were erased and are to have nothing. @throws TRANSACTION_ISOLATION */
export async function lockEvenErased(given: ServiceContext, tx: Database, userIds: readonly string[]): Promise<Locked> {
  const { compiled, tables } = given
  const counting = { name: countingName(given), hasStreaks: compiled.hasStreaks }
  const users = await lockUsers(tx, tables, { userIds, counting })
  for (const { isolation } of users.values()) if (isolation !== 'read committed') throw wrongIsolation(isolation)
  const { catalogVersion = 0, commonPauseCount = 0 } = [...users.values()][0] ?? {}
  const context = await contextAt(given, tx, catalogVersion)
  return { context, users, current: currentCounting(context, commonPauseCount) }
}

/** Names what a user who needs no recount was counted with. */
export function currentCounting(context: ServiceContext, commonPauseCount: number): string {
  return countedWith(countingName(context), context.compiled.hasStreaks ? commonPauseCount : 0)
}

// The zone of users who have none decides their days, so it is part of it where days matter.
function countingName({ compiled: { fingerprint, asksForDays }, defaultTimeZone }: ServiceContext): string {
  return asksForDays && defaultTimeZone !== utc ? `${fingerprint}@${defaultTimeZone}` : fingerprint
}

function wrongIsolation(isolation: string, cause?: unknown): MilepostError {
  const message = `Your transaction is ${isolation}: it can miss what others committed before the lock. Use READ COMMITTED.`
  return new MilepostError('TRANSACTION_ISOLATION', message, { details: { isolation }, cause })
}
