import { openTransaction } from '../savepoint.js'
import type { Query, Session } from '../session.js'
import type { Sql } from '../sql.js'

/** What is used of a Drizzle transaction. */
export type DrizzleTransaction = {
  readonly execute: (statement: DrizzleSql) => PromiseLike<unknown>
  readonly transaction: <Result>(work: (nested: DrizzleTransaction) => Promise<Result>) => Promise<Result>
}

/** What Drizzle's `execute` reads of a statement: the public parts of its `SQLWrapper` and `SQL`. */
type DrizzleSql = {
  readonly getSQL: () => DrizzleSql
  readonly toQuery: () => { readonly sql: string; readonly params: readonly unknown[] }
}

/** Describes a Drizzle transaction that the host began. */
export function drizzleTransaction(tx: DrizzleTransaction): Session {
  return openTransaction({ owner: tx, query: querying(tx) }, work =>
    tx.transaction(nested => work(drizzleTransaction(nested))),
  )
}

// With an import of Drizzle we would choose its version for the host, and a host without it could not load Milepost.
function querying(tx: DrizzleTransaction): Query {
  return async statement => {
    const result = (await tx.execute(asDrizzleSql(statement))) as DrizzleResult
    return 'rows' in result ? result.rows : result
  }
}

type DrizzleResult = readonly unknown[] | { readonly rows: readonly unknown[] }

function asDrizzleSql({ text, values }: Sql): DrizzleSql {
  const statement: DrizzleSql = { getSQL: () => statement, toQuery: () => ({ sql: text, params: values }) }
  return statement
}

/** Tells whether an object with these kinds is a database or transaction of Drizzle for Postgres. */
export function isDrizzleForPostgres(kinds: readonly string[]): boolean {
  return kinds.some(kind => /^Pg(Async)?(Database|Transaction)$/.test(kind))
}

const entityKind = Symbol.for('drizzle:entityKind')

/** Lists the kinds of an object of Drizzle, from its own to the most general. Empty for any other object. */
export function drizzleKinds(object: object): readonly string[] {
  const kinds: string[] = []
  for (let made: unknown = object.constructor; typeof made === 'function'; made = Object.getPrototypeOf(made)) {
    if (Object.hasOwn(made, entityKind)) kinds.push(String(Reflect.get(made, entityKind)))
  }
  return kinds
}
