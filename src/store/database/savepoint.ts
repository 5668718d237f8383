import { sqlStateOfFailure } from './failure.js'
import { inTurn } from './in-turn.js'
import type { Connection, Session, Transact, Work } from './session.js'
import { raw } from './sql.js'

/** Runs work in a savepoint of a transaction, on what the driver has for it. */
export type Nest = <Result>(work: (inner: Session) => Promise<Result>) => Promise<Result>

/**
 * Describes a transaction that is already open. Work in it runs in savepoints, one after another. `nest`: the driver's
 * own way to use a savepoint, if it needs one.
 */
export function openTransaction(connection: Connection, nest: Nest = work => inSavepoint(connection, work)): Session {
  const { query, owner, isEmbedded = false } = connection
  return {
    query,
    owner,
    isEmbedded,
    isTransaction: true,
    connectionCount: 1,
    mayBeInTransaction: () => true,
    transaction: (_, work) => inTurn(owner, () => nest(inner => work(inner, true))),
    alone: () => Promise.resolve(null),
  }
}

async function inSavepoint<Result>(connection: Connection, work: (inner: Session) => Promise<Result>): Promise<Result> {
  await connection.query(save, false)
  return saved(connection, work)
}

/**
 * Describes one connection, on which the host may have sent BEGIN itself. It can have only one transaction at a time.
 * `begin`: begins a transaction of our own on it.
 */
export function singleConnection(
  connection: Connection,
  { begin, mayBeInTransaction = () => true }: { begin: Transact; mayBeInTransaction?: () => boolean },
): Session {
  const { owner, query, isEmbedded = false } = connection
  return {
    query,
    owner,
    isEmbedded,
    isTransaction: false,
    connectionCount: 1,
    mayBeInTransaction,
    transaction: (mode, work) =>
      inTurn(owner, async () => {
        const joined = mayBeInTransaction() ? await inHostsTransaction(connection, work) : null
        return joined ? joined.result : begin(mode, work)
      }),
    alone: work => inTurn(owner, async () => (mayBeInTransaction() ? null : work({ query }))),
  }
}

/** What Postgres answers to SAVEPOINT outside a transaction. */
const noTransaction = '25P01'

/**
 * Runs work in a savepoint of the transaction that the host opened on this connection with its own BEGIN. Returns null
 * if there is none. We cannot test for it with BEGIN: inside a transaction Postgres only warns, and our COMMIT would
 * commit the host's work.
 */
export async function inHostsTransaction<Result>(
  connection: Connection,
  work: Work<Result>,
): Promise<{ readonly result: Result } | null> {
  try {
    await connection.query(save, false)
  } catch (error) {
    if (sqlStateOfFailure(error) === noTransaction) return null
    throw error
  }
  return { result: await saved(connection, inner => work(inner, true)) }
}

// Savepoints with the same name nest, and the name refers to the latest one.
const save = raw('savepoint milepost')
const release = raw('release savepoint milepost')
const restore = raw('rollback to savepoint milepost')

async function saved<Result>(connection: Connection, work: (inner: Session) => Promise<Result>): Promise<Result> {
  const { query } = connection
  try {
    const result = await work(inside(connection))
    await query(release, false)
    return result
  } catch (error) {
    await ended(query(restore, false).then(() => query(release, false)))
    throw error
  }
}

// Taking back fails only if the connection is gone, and its transaction with it. The first error says why.
function ended(takingBack: Promise<unknown>): Promise<unknown> {
  return takingBack.catch(() => {})
}

/** Runs work in a transaction of our own on a connection whose driver has no way of its own to begin one. */
export async function inOwnTransaction<Result>(
  connection: Connection,
  { begin, work }: { readonly begin: string; readonly work: Work<Result> },
): Promise<Result> {
  const { query } = connection
  await query(raw(begin), false)
  try {
    const result = await work(inside(connection), false)
    await query(raw('commit'), false)
    return result
  } catch (error) {
    await ended(query(raw('rollback'), false))
    throw error
  }
}

/**
 * Describes the inside of a transaction that we control. It has an owner of its own, because work in it must not wait
 * for the turn in which it runs.
 */
export function inside(connection: Connection, nest?: Nest): Session {
  return openTransaction({ ...connection, owner: {} }, nest)
}
