import { type Problem, problemOf, problemResponse } from '../problem/problem.js'
import type { ServerContext } from '../server/server-context.js'
import type { Exchange } from '../steps/exchange.js'
import { type Cors, corsFor } from './cors.js'
import { addHeaders } from './headers.js'
import { createObserver, type Observed } from './observe.js'
import { requestIdOf } from './request-id.js'

/** A request that is being answered. */
export type PendingRequest = {
  readonly requestId: string
  /** Set once the operation is known. */
  exchange: Exchange | null
}

/** What every request goes through, whether or not its address belongs to the API. */
export type Shell = {
  readonly cors: Cors
  /** Answers a request: turns errors into problems, adds the headers of every answer, counts and logs. */
  readonly answer: (
    request: Request,
    place: Pick<Observed, 'operationId' | 'route'>,
    work: (asking: PendingRequest) => Promise<Response>,
  ) => Promise<Response>
}

/** Makes the outermost layer. @throws INPUT_INVALID for a wrong list of origins */
export function createShell({ options, logger, metrics }: ServerContext): Shell {
  const cors = corsFor(options.cors)
  const observe = createObserver(logger, metrics)
  return {
    cors,
    answer: async (request, place, work) => {
      const startedAt = performance.now()
      const asking: PendingRequest = { requestId: requestIdOf(request), exchange: null }
      const { response, problem, error } = await answered(asking, work)
      addHeaders(response.headers, asking.requestId)
      cors.allow(request, response.headers)
      const { status } = response
      const durationMs = performance.now() - startedAt
      const { requestId, exchange } = asking
      const credential = exchange?.credential ?? null
      observe({ ...place, requestId, method: request.method, status, durationMs, problem, credential, error })
      return response
    },
  }
}

type Answered = { readonly response: Response; readonly problem: Problem | null; readonly error: unknown }

async function answered(
  asking: PendingRequest,
  work: (asking: PendingRequest) => Promise<Response>,
): Promise<Answered> {
  try {
    return { response: await work(asking), problem: null, error: null }
  } catch (error) {
    const problem = problemOf(error)
    return { response: problemResponse(problem, asking.requestId), problem, error }
  }
}
