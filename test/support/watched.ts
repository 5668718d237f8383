import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Database } from '../../src/index.js'

const dialect = new PgDialect()

/** Shows the statements that go to a database outside transactions: `hear` gets the text, and when the answer is there. */
export function watched(db: Database, hear: (text: string, answered: Promise<unknown>) => void): Database {
  const execute = (statement: SQL): Promise<unknown> => {
    const answered = Promise.resolve(db.execute(statement))
    hear(dialect.sqlToQuery(statement).sql, answered)
    return answered
  }
  return new Proxy(db, {
    get: (target, key) => (key === 'execute' ? execute : Reflect.get(target, key)),
  })
}
