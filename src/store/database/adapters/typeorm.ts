import { invalid } from '../../../core/values/invalid.js'
import type { HostTransaction } from '../hosts.js'
import { adapted } from './adapted.js'

/** The part of a TypeORM entity manager that is used. */
export type TypeOrmTransaction = { readonly queryRunner?: TypeOrmRunner | undefined }

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
    try {
      return (await runner.query(text, values as never, true)).records
    } catch (error) {
      throw driverError(error)
    }
  })
}

// TypeORM's own error also has the statement and its parameters, which are personal data.
function driverError(error: unknown): unknown {
  return (error as { readonly driverError?: unknown }).driverError ?? error
}
