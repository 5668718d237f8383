import { databaseFailure } from './failure.js'
import type { Sending } from './session.js'
import type { Sql } from './sql.js'

/** Sends one statement and returns its rows. @throws DATABASE_FAILED */
export async function run<Row>(session: Sending, statement: Sql): Promise<Row[]> {
  return sent(session, statement, false)
}

/**
 * Sends a statement that drivers keep prepared, so that Postgres does not plan it each time. Only for statements that
 * are sent often and whose text is one of a few. @throws DATABASE_FAILED
 */
export async function runKept<Row>(session: Sending, statement: Sql): Promise<Row[]> {
  return sent(session, statement, true)
}

async function sent<Row>(session: Sending, statement: Sql, isKept: boolean): Promise<Row[]> {
  try {
    return (await session.query(statement, isKept)) as Row[]
  } catch (error) {
    throw databaseFailure(error)
  }
}
