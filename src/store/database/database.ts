import { is, type SQL } from 'drizzle-orm'
import { type PgDatabase, type PgQueryResultHKT, PgTransaction } from 'drizzle-orm/pg-core'
import { hiddenProperty } from '../../core/values/hidden-property.js'
import { databaseFailure } from './failure.js'

/**
 * Any Drizzle database or transaction for Postgres: node-postgres, postgres.js, PGlite and others. The host's own
 * tables and relations do not matter here, and only `any` can say that.
 */
// biome-ignore lint/suspicious/noExplicitAny: Drizzle's schema parameters are invariant; nothing else accepts every database
export type Database = PgDatabase<PgQueryResultHKT, any, any>

/** Sends one statement and returns its rows, whatever shape the driver gives them. @throws DATABASE_FAILED */
export async function run<Row>(db: Database, statement: SQL): Promise<Row[]> {
  try {
    const result: unknown = await db.execute(statement)
    return (Array.isArray(result) ? result : (result as { readonly rows: Row[] }).rows) as Row[]
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** Checks whether the caller is inside its own transaction. */
export function isTransaction(db: Database): boolean {
  return is(db, PgTransaction) || isOpenTransaction(db)
}

const isOpen = hiddenProperty<Database, true>('open transaction')

/** Returns a database that uses the transaction that is already open on its only connection. */
export function asOpenTransaction(db: Database): Database {
  const tx = Object.create(db) as Database
  isOpen.set(tx, true)
  return tx
}

/** Checks whether a database came from {@link asOpenTransaction}. Drizzle does not know about that transaction. */
export function isOpenTransaction(db: Database): boolean {
  return isOpen.get(db) === true
}
