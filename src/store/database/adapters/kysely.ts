import { invalid } from '../../../core/values/invalid.js'
import type { HostTransaction } from '../hosts.js'
import { hasMethods } from '../methods.js'
import { adapted } from './adapted.js'

/** The part of a Kysely transaction that is used. */
export type KyselyTransaction = {
  readonly isTransaction: boolean
  withoutPlugins(): { executeQuery(query: never): Promise<{ readonly rows: unknown[] }> }
}

/**
 * Passes a Kysely transaction to a call: what the call writes is committed or rolled back with it. Outside a
 * transaction, omit `db`.
 * @throws INPUT_INVALID if it is not a transaction
 * @example
 * await db.transaction().execute(async trx => {
 *   await trx.insertInto('orders').values(order).execute()
 *   await milestoneService.record(completion, { db: fromKysely(trx) })
 * })
 */
export function fromKysely(trx: KyselyTransaction): HostTransaction {
  if (!hasMethods(trx, 'withoutPlugins') || trx.isTransaction !== true) {
    throw invalid('trx', 'is not a Kysely transaction; pass the `trx` of transaction()')
  }
  // A plugin such as CamelCasePlugin would rename our columns.
  const executor = trx.withoutPlugins()
  return adapted(trx, async ({ text, values }) => {
    const query = { kind: 'RawNode', sqlFragments: [text], parameters: [] }
    const compiled = { sql: text, parameters: values, query, queryId: { queryId: `milepost-${++queryCount}` } }
    return (await executor.executeQuery(compiled as never)).rows
  })
}

let queryCount = 0
