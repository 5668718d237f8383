import { parseJson } from './body.js'
import type { Call, Handler } from './calls.js'
import { checkRequest } from './check-request.js'
import type { OperationId } from './contract/operations.js'
import type { Exchange } from './exchange.js'

/** How deep bodies may be nested where an operation does not say otherwise. */
const defaultDepth = 16

/** Checks a call, has it handled, and answers it as JSON: the last step of every operation. */
export function answering(handler: Handler<OperationId>): (exchange: Exchange) => Promise<Response> {
  return async exchange => {
    const { operation, bytes } = exchange
    const json = bytes === null ? undefined : parseJson(bytes, operation.limits?.depth ?? defaultDepth)
    const result = await handler(callOf(exchange, json))
    if (result instanceof Response) return result
    const status = operation.status ?? 200
    if (status === 204) return new Response(null, { status })
    return jsonResponse(exchange, result, status)
  }
}

function callOf(exchange: Exchange, json: unknown): Call<OperationId> {
  const { credential, request, requestId } = exchange
  // What the schemas of one operation let through is what its handler takes, which a table of all cannot say.
  return { ...checkRequest(exchange, json), credential, request, requestId } as unknown as Call<OperationId>
}

function jsonResponse({ search }: Exchange, result: unknown, status: number): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  const { next } = result as { readonly next?: unknown }
  if (typeof next === 'string') headers.link = nextLink(search, next)
  return new Response(JSON.stringify(result), { status, headers })
}

/** Relative, so that it holds whatever stands before this server. */
function nextLink(search: string, cursor: string): string {
  const query = new URLSearchParams(search)
  query.set('cursor', cursor)
  return `<?${query}>; rel="next"`
}
