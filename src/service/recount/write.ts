import type { NewCompletion } from '../../core/users/completion.js'
import { userMerged } from '../../core/users/user-merged.js'
import { MilepostError } from '../../core/values/errors.js'
import { databaseFailure, isLeftToCaller, retryable, sqlStateOfFailure } from '../../store/database/failure.js'
import { retried } from '../../store/database/retry.js'
import type { Sending, Session, Work } from '../../store/database/session.js'
import { begunWithin, carryLockWait, inTransaction, readIsolation } from '../../store/database/transaction.js'
import { keyText } from '../../store/progress/completions.js'
import { type LockedUser, lockUsers, uncounted } from '../../store/progress/standings.js'
import { readLatestVersion } from '../../store/reports/catalog-versions.js'
import { doubtLayout } from '../../store/schema/layout.js'
import { type CallOptions, countingName, currentCounting, type ServiceContext, sessionFor } from '../context/context.js'
import { contextAt, lastKnown } from '../context/counting-context.js'
import type { Locked } from '../context/locked.js'
import { userErased } from '../context/user-erased.js'
import { countByPolicy } from './by-policy.js'

/**
 * Runs a write: in a savepoint of the caller's transaction, or in a transaction of our own, which is repeated after a
 * deadlock or a held lock.
 * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, DATABASE_FAILED; INPUT_INVALID if `db` is not a database
 */
export async function write<Result>(
  context: ServiceContext,
  options: CallOptions,
  work: (tx: Session, attempt: number) => Promise<Result>,
): Promise<Result> {
  const db = sessionFor(context, options)
  return retried(context.patienceMs, attempt => writeOnce(context, db, tx => work(tx, attempt)))
}

/** Runs one attempt at a write. @throws TRANSACTION_ISOLATION, CONNECTION_BUSY, DATABASE_FAILED */
export async function writeOnce<Result>(
  { patienceMs, tables }: ServiceContext,
  db: Session,
  work: (tx: Session) => Promise<Result>,
): Promise<Result> {
  const inCluster: Work<Result> = async (tx, isCallers) => {
    if (tables.layout.isSpread) await (isCallers ? requireReadCommitted(tx) : carryLockWait(tx))
    return work(tx)
  }
  try {
    if (db.isTransaction) return await inTransaction(db, 'write', inCluster)
    return await begunWithin(patienceMs, begin =>
      inTransaction(db, 'write', async (tx, isCallers) => {
        begin()
        return inCluster(tx, isCallers)
      }),
    )
  } catch (error) {
    doubtLayout(tables, error)
    // Postgres never reports this at READ COMMITTED, so the caller's transaction has another isolation level.
    const isOther = isLeftToCaller(error) && sqlStateOfFailure(error) === retryable.serialization
    throw isOther ? wrongIsolation('not read committed', error) : error
  }
}

/**
 * Runs a single statement as a transaction of its own, on the service's database. Returns null if the host may have begun
 * a transaction there.
 * @throws CONNECTION_BUSY, DATABASE_FAILED
 */
export async function inOneStatement<Result>(
  { db, patienceMs, tables }: ServiceContext,
  work: (db: Sending) => Promise<Result>,
): Promise<Result | null> {
  try {
    return await begunWithin(patienceMs, begin =>
      db.alone(own => {
        begin()
        return work(own)
      }),
    )
  } catch (error) {
    const failure = databaseFailure(error)
    doubtLayout(tables, failure)
    throw failure
  }
}

/**
 * Locks users for the rest of the transaction. Users that an apply did not reach, because they were in a transaction
 * that was still open, are first counted by its policy, without what this transaction stored of them (`fresh`).
 * @throws TRANSACTION_ISOLATION; USER_ERASED if one of them was erased
 */
export async function lockForWriting(
  given: ServiceContext,
  tx: Session,
  userIds: readonly string[],
  fresh: FreshRows = none,
): Promise<Locked> {
  const locked = await lockAsStored(given, tx, userIds)
  const unreached = unreachedByApply(locked)
  if (unreached.length === 0) return locked
  await countByPolicy(
    locked.context,
    tx,
    unreached.map(userId => ({ userId, without: new Set((fresh.get(userId) ?? []).map(keyText)) })),
  )
  return lockAsStored(given, tx, userIds)
}

type FreshRows = ReadonlyMap<string, readonly NewCompletion[]>

const none: FreshRows = new Map()

// A policy can change nothing for users who hold no badge.
function unreachedByApply({ context: { compiled, policy }, users }: Locked): readonly string[] {
  if (policy === 'keep') return []
  const isUnreached = ({ countedWith, standing }: LockedUser): boolean =>
    standing.badgeCount > 0 && countedWith !== uncounted && !countedWith.startsWith(compiled.fingerprint)
  return [...users].filter(([, user]) => isUnreached(user)).map(([userId]) => userId)
}

/** Locks users as they are stored, whichever catalog they were counted by. @throws as {@link lockForWriting} */
export async function lockAsStored(given: ServiceContext, tx: Session, userIds: readonly string[]): Promise<Locked> {
  const locked = await lockEvenErased(given, tx, userIds)
  const erased = userIds.filter(userId => locked.users.get(userId)!.isErased)
  if (erased.length > 0) throw userErased(erased)
  const merged = [...locked.users].flatMap(([userId, { mergedInto }]) =>
    mergedInto === null ? [] : [[userId, mergedInto] as const],
  )
  if (merged.length > 0) throw userMerged(new Map(merged))
  return locked
}

/** Locks users, including those who were erased or merged, who must have nothing stored. @throws TRANSACTION_ISOLATION */
export async function lockEvenErased(given: ServiceContext, tx: Session, userIds: readonly string[]): Promise<Locked> {
  const { catalogs, defaultTimeZone, tables } = given
  const known = lastKnown(given)
  const counting = { name: countingName({ compiled: known, defaultTimeZone }), hasStreaks: known.hasStreaks }
  const users = await lockUsers(tx, tables, { userIds, counting })
  for (const { isolation } of users.values()) if (isolation !== 'read committed') throw wrongIsolation(isolation)
  const { catalogVersion = 0, commonPauseChanges = 0 } = [...users.values()][0] ?? {}
  const context = await contextAt(given, tx, catalogVersion)
  const current = currentCounting(context, commonPauseChanges)
  const { compiled } = context
  if (users.size > 0) catalogs.inEffect = { compiled, catalogVersion, commonPauseChanges, counting: current }
  if ([...users.values()].every(({ countedWith }) => countedWith === current)) return { context, users, current }
  // The statement that waited for the lock read the version from before the wait: an apply may have committed since.
  const now = await contextAt(given, tx, await readLatestVersion(tx, given.tables))
  return { context: now, users, current: currentCounting(now, commonPauseChanges) }
}

// The nodes that hold the users are always at READ COMMITTED. What every node has is read here.
async function requireReadCommitted(tx: Session): Promise<void> {
  const isolation = await readIsolation(tx)
  if (isolation !== 'read committed') throw wrongIsolation(isolation)
}

function wrongIsolation(isolation: string, cause?: unknown): MilepostError {
  const message = `Your transaction is ${isolation}: it can miss what others committed before the lock. Use READ COMMITTED.`
  return new MilepostError('TRANSACTION_ISOLATION', message, { details: { isolation }, cause })
}
