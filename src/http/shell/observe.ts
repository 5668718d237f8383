import type { CallerCredential } from '../auth/credential.js'
import type { OperationId } from '../contract/operations.js'
import { faultOf } from '../problem/fault-fields.js'
import type { Problem } from '../problem/problem.js'
import type { Metrics } from '../server/metrics.js'
import type { Logger } from '../server/server-options.js'

/** The result of one request. It contains no user, query or body. */
export type Observed = {
  readonly requestId: string
  /** Null if the address does not belong to the API. */
  readonly operationId: OperationId | null
  readonly method: string
  /** The path as in the contract, with the names of its parameters. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
  readonly problem: Problem | null
  readonly credential: CallerCredential | null
  /** The error, if it is the server's fault. */
  readonly error: unknown
}

/** Counts and logs the results of requests. */
export function createObserver(logger: Logger, metrics: Metrics): (observed: Observed) => void {
  return observed => {
    const { requestId, operationId, method, route, status, durationMs, problem, credential, error } = observed
    metrics.countRequest({ method, route, status: String(status) }, durationMs / 1000)
    const line = {
      requestId,
      method,
      route,
      status,
      durationMs: Math.round(durationMs * 10) / 10,
      ...(operationId && { operationId }),
      ...(credential && { credential: credential.type === 'key' ? credential.keyId : credential.type }),
      ...(problem && { code: problem.code }),
    }
    if (status >= 500) logger.error({ ...faultOf(error), ...line }, 'failed')
    else logger.info(line, status >= 400 ? 'refused' : 'answered')
  }
}
