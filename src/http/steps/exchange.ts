import type { CallerCredential } from '../auth/credential.js'
import type { Operation } from '../contract/operation.js'
import type { OperationId } from '../contract/operations.js'

/** One request on its way through the steps, which fill in what they find. */
export type Exchange = {
  readonly request: Request
  readonly requestId: string
  readonly operationId: OperationId
  readonly operation: Operation
  /** The parts of the path, percent-decoded, by name. */
  readonly pathParams: Readonly<Record<string, string>>
  /** What stands behind the `?`, without it. */
  readonly search: string
  /** Null for public operations. */
  credential: CallerCredential | null
  /** The body as it came; null before it is read, and where there is none. */
  bytes: Uint8Array | null
}

/** Does its part of every exchange, before or after the ones behind it, or answers by itself. */
export type Step = (exchange: Exchange, next: () => Promise<Response>) => Promise<Response>

/** Puts steps before what answers in the end. */
export function throughSteps(
  steps: readonly Step[],
  answer: (exchange: Exchange) => Promise<Response>,
): (exchange: Exchange) => Promise<Response> {
  type Answer = (exchange: Exchange) => Promise<Response>
  return steps.reduceRight<Answer>((next, step) => exchange => step(exchange, () => next(exchange)), answer)
}
