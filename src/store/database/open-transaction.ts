import { sql } from 'drizzle-orm'
import { asOpenTransaction, type Database, isOpenTransaction, run } from './database.js'
import { sqlStateOfFailure } from './failure.js'

/** What Postgres answers to SAVEPOINT outside a transaction. */
const noTransaction = '25P01'

/**
 * Runs work in a savepoint of the transaction that the host opened on this connection with its own BEGIN. Returns null
 * if there is none. We cannot test for it with BEGIN: inside a transaction Postgres only warns, and our COMMIT would
 * commit the host's work.
 */
export async function inOpenTransaction<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result>,
): Promise<{ readonly result: Result } | null> {
  try {
    await save(db)
  } catch (error) {
    if (sqlStateOfFailure(error) === noTransaction) return null
    throw error
  }
  return { result: await saved(db, work) }
}

/** Runs work in a savepoint of a transaction. */
export async function inSavepoint<Result>(db: Database, work: (tx: Database) => Promise<Result>): Promise<Result> {
  if (!isOpenTransaction(db)) return db.transaction(work)
  await save(db)
  return saved(db, work)
}

// Savepoints with the same name nest, and the name refers to the latest one.
async function save(db: Database): Promise<void> {
  await run(db, sql.raw('savepoint milepost'))
}

async function saved<Result>(db: Database, work: (tx: Database) => Promise<Result>): Promise<Result> {
  try {
    const result = await work(asOpenTransaction(db))
    await run(db, sql.raw('release savepoint milepost'))
    return result
  } catch (error) {
    await run(db, sql.raw('rollback to savepoint milepost'))
    await run(db, sql.raw('release savepoint milepost'))
    throw error
  }
}

/** Runs work in a transaction of our own on a connection whose driver cannot begin one. */
export async function inOwnTransaction<Result>(db: Database, work: (tx: Database) => Promise<Result>): Promise<Result> {
  await run(db, sql.raw('begin'))
  try {
    const result = await work(asOpenTransaction(db))
    await run(db, sql.raw('commit'))
    return result
  } catch (error) {
    await run(db, sql.raw('rollback'))
    throw error
  }
}
