import { invalid } from '../../core/values/invalid.js'
import type { HostTransaction } from './hosts.js'
import { openTransaction } from './savepoint.js'
import type { Query } from './session.js'
import type { Sql } from './sql.js'

/** The part of a Kysely transaction that is used. */
export type KyselyTransaction = {
  readonly isTransaction: boolean
  executeQuery(query: never): Promise<{ readonly rows: unknown[] }>
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
  if (trx?.isTransaction !== true) throw invalid('trx', 'is not a Kysely transaction; pass the `trx` of transaction()')
  return adapted(trx, async ({ text, values }) => {
    const query = { kind: 'RawNode', sqlFragments: [text], parameters: [] }
    const compiled = { sql: text, parameters: values, query, queryId: { queryId: `milepost-${++queryCount}` } }
    return (await trx.executeQuery(compiled as never)).rows
  })
}

let queryCount = 0

/** The part of a Knex transaction that is used. */
export type KnexTransaction = {
  readonly isTransaction?: boolean
  raw(text: string, bindings: never): PromiseLike<unknown>
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
  if (trx?.isTransaction !== true) throw invalid('trx', 'is not a Knex transaction; pass the `trx` of transaction()')
  return adapted(trx, async ({ strings, values }) => {
    // Knex writes its parameters as `?`, so a question mark of the statement itself is escaped.
    const text = strings.map(part => part.replaceAll('?', '\\?')).join('?')
    const { rows } = (await trx.raw(text, values as never)) as { readonly rows: readonly unknown[] }
    return rows
  })
}

/** The part of a Prisma transaction client that is used. */
export type PrismaTransaction = { $queryRawUnsafe(text: string, ...values: never[]): PromiseLike<unknown> }

/**
 * Passes the client of an interactive Prisma transaction to a call: what the call writes is committed or rolled back
 * with it. Outside a transaction, omit `db`.
 * @throws INPUT_INVALID if it is not the client of a transaction
 * @example
 * await prisma.$transaction(async tx => {
 *   await tx.order.create({ data: order })
 *   await milestoneService.record(completion, { db: fromPrisma(tx) })
 * })
 */
export function fromPrisma(tx: PrismaTransaction): HostTransaction {
  // Only the client itself can begin a transaction.
  if (typeof tx?.$queryRawUnsafe !== 'function' || typeof Reflect.get(tx, '$transaction') === 'function') {
    throw invalid('tx', 'is not the client of a Prisma transaction; pass the `tx` of $transaction()')
  }
  return adapted(tx, async ({ text, values }) => {
    return (await tx.$queryRawUnsafe(text, ...(values as never[]))) as readonly unknown[]
  })
}

/** The part of a TypeORM entity manager or query runner that is used. */
export type TypeOrmTransaction = {
  readonly queryRunner?: TypeOrmRunner | undefined
}

/** The part of a TypeORM query runner that is used. */
export type TypeOrmRunner = {
  readonly isTransactionActive: boolean
  query(text: string, values: never, isStructured: true): Promise<{ readonly records: unknown[] }>
}

/**
 * Passes a TypeORM transaction to a call, by its entity manager: what the call writes is committed or rolled back with
 * it. Outside a transaction, omit `db`.
 * @throws INPUT_INVALID if it is not the manager of a transaction
 * @example
 * await dataSource.transaction(async manager => {
 *   await manager.save(order)
 *   await milestoneService.record(completion, { db: fromTypeOrm(manager) })
 * })
 */
export function fromTypeOrm(manager: TypeOrmTransaction): HostTransaction {
  const runner = manager?.queryRunner
  if (!runner?.isTransactionActive) {
    throw invalid('manager', 'is not the manager of a TypeORM transaction; pass the `manager` of transaction()')
  }
  return adapted(runner, async ({ text, values }) => {
    return (await runner.query(text, values as never, true)).records
  })
}

function adapted(owner: object, query: (statement: Sql) => ReturnType<Query>): HostTransaction {
  return openTransaction({ owner, query }) as unknown as HostTransaction
}
