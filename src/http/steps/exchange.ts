import type { CallerCredential } from '../auth/credential.js'
import type { Operation } from '../contract/operation.js'
import type { OperationId } from '../contract/operations.js'

/** One request on its way through the steps. The steps add what they find. */
export type Exchange = {
  readonly request: Request
  readonly requestId: string
  readonly operationId: OperationId
  readonly operation: Operation
  /** The parts of the path, percent-decoded, by name. */
  readonly pathParams: Readonly<Record<string, string>>
  /** The text after the `?`. */
  readonly search: string
  /** Null for public operations. */
  credential: CallerCredential | null
  /** The body as it arrived; null before it is read, and if there is none. */
  bytes: Uint8Array | null
}

/** Handles one part of every exchange, before or after the following steps, or answers it. */
export type Step = (exchange: Exchange, next: () => Promise<Response>) => Promise<Response>

/** Runs steps before the final handler. */
export function throughSteps(
  steps: readonly Step[],
  answer: (exchange: Exchange) => Promise<Response>,
): (exchange: Exchange) => Promise<Response> {
  type Answer = (exchange: Exchange) => Promise<Response>
  return steps.reduceRight<Answer>((next, step) => exchange => step(exchange, () => next(exchange)), answer)
}
