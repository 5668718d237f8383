import { invalid } from '../../../core/values/invalid.js'
import type { HostTransaction } from '../hosts.js'
import { hasMethods } from '../methods.js'
import { adapted } from './adapted.js'

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
  // Only the client outside a transaction can connect.
  if (!hasMethods(tx, '$queryRawUnsafe') || hasMethods(tx, '$connect')) {
    throw invalid('tx', 'is not the client of a Prisma transaction; pass the `tx` of $transaction()')
  }
  return adapted(tx, async ({ text, values }) => {
    try {
      return (await tx.$queryRawUnsafe(text, ...(values as never[]))) as readonly unknown[]
    } catch (error) {
      throw driverError(error)
    }
  })
}

// Prisma's own codes look like SQLSTATEs, and its messages quote code of the host.
function driverError(error: unknown): unknown {
  const { message, meta } = error as PrismaError
  const { originalCode, originalMessage = message } = meta?.driverAdapterError?.cause ?? {}
  return Object.assign(new Error(originalMessage, { cause: error }), { code: originalCode })
}

type PrismaError = {
  readonly message: string
  readonly meta?: {
    readonly driverAdapterError?: {
      readonly cause?: { readonly originalCode?: string; readonly originalMessage?: string }
    }
  }
}
