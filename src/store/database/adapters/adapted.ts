import type { HostTransaction } from '../hosts.js'
import { openTransaction } from '../savepoint.js'
import type { Query } from '../session.js'
import type { Sql } from '../sql.js'

/** Makes what a call takes as its `db` of a transaction that another library began. */
export function adapted(owner: object, query: (statement: Sql) => ReturnType<Query>): HostTransaction {
  return openTransaction({ owner, query }) as unknown as HostTransaction
}
