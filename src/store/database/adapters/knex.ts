import { invalid } from '../../../core/values/invalid.js'
import type { HostTransaction } from '../hosts.js'
import { hasMethods } from '../methods.js'
import { adapted } from './adapted.js'

/** The part of a Knex transaction that is used. */
export type KnexTransaction = {
  readonly isTransaction?: boolean
  raw(text: string, bindings: never): { options(options: { readonly [name: string]: unknown }): PromiseLike<unknown> }
}

/**
 * Passes a Knex transaction to a call: what the call writes is committed or rolled back with it. Outside a transaction,
 * omit `db`.
 * @throws INPUT_INVALID if it is not a transaction
 * @example
 * await knex.transaction(async trx => {
 *   await trx('orders').insert(order)
 *   await milestoneService.record(completion, { db: fromKnex(trx) })
 * })
 */
export function fromKnex(trx: KnexTransaction): HostTransaction {
  if (!hasMethods(trx, 'raw') || trx.isTransaction !== true) {
    throw invalid('trx', 'is not a Knex transaction; pass the `trx` of transaction()')
  }
  return adapted(trx, async ({ text, strings, values }) => {
    // Knex writes its parameters as `?`, so a question mark of the statement itself is escaped.
    const written = strings.map(part => part.replaceAll('?', '\\?')).join('?')
    try {
      // As arrays, because `postProcessResponse` of the host may rename the columns of objects.
      return rowsOf((await trx.raw(written, values as never).options({ rowMode: 'array' })) as ArrayResult)
    } catch (error) {
      throw withoutStatement(error, text)
    }
  })
}

type ArrayResult = {
  readonly fields: readonly { readonly name: string }[]
  readonly rows: readonly (readonly unknown[])[]
}

function rowsOf({ fields, rows }: ArrayResult): readonly unknown[] {
  return rows.map(row => Object.fromEntries(fields.map(({ name }, i) => [name, row[i]])))
}

// Knex writes the statement before what Postgres said.
function withoutStatement(error: unknown, text: string): unknown {
  const before = `${text} - `
  if (error instanceof Error && error.message.startsWith(before)) error.message = error.message.slice(before.length)
  return error
}
