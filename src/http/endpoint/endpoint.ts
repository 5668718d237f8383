import { type CallerCredential, hasScope } from '../auth/credential.js'
import type { Operation } from '../contract/operation.js'
import type { OperationId } from '../contract/operations.js'
import { refusal } from '../problem/problem.js'
import type { Call, Handler } from '../routes/calls.js'
import { parseJson } from '../steps/body.js'
import type { Exchange } from '../steps/exchange.js'
import { checkRequest } from './check-request.js'
import { etagOf, hasAlready } from './etag.js'

/** How deep bodies may be nested if an operation sets no limit of its own. */
const defaultDepth = 16

/** Checks a call, has it handled, and answers it as JSON: the last step of every operation. */
export function answering(handler: Handler<OperationId>): (exchange: Exchange) => Promise<Response> {
  return async exchange => {
    const { operation, bytes, request } = exchange
    const json = bytes === null ? undefined : parseJson(bytes, operation.limits?.depth ?? defaultDepth)
    const call = callOf(exchange, json)
    if (request.method === 'HEAD' && !operation.answer && operation.media) return bare(operation.media)
    const result = await handler(call)
    if (result instanceof Response) return result
    const status = operation.status ?? 200
    if (status === 204) return new Response(null, { status })
    return jsonResponse(exchange, result, status)
  }
}

// What streams is not begun for somebody who wants the headers alone.
function bare(media: string): Response {
  return new Response(null, { headers: { 'content-type': media } })
}

function callOf(exchange: Exchange, json: unknown): Call<OperationId> {
  const { operation, credential, request, requestId } = exchange
  const checked = checkRequest(exchange, json)
  refuseRestricted(operation, checked.query, credential)
  // What the schemas of one operation let through is what its handler takes, which a table of all cannot say.
  return { ...checked, credential, request, requestId } as unknown as Call<OperationId>
}

function refuseRestricted(
  { access, restricted = {} }: Operation,
  query: unknown,
  credential: CallerCredential | null,
): void {
  if (access === 'public' || hasScope(credential, access.scope)) return
  for (const [name, { isRefused, detail }] of Object.entries(restricted)) {
    if (!isRefused((query as Readonly<Record<string, unknown>>)[name])) continue
    throw refusal('FORBIDDEN', { detail: `${name} ${detail}`, errors: [{ pointer: `/${name}`, detail }] })
  }
}

function jsonResponse({ operation, request, search }: Exchange, result: unknown, status: number): Response {
  const text = JSON.stringify(result)
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (operation.isPaged) {
    const { next } = result as { readonly next: string | null }
    if (next !== null) headers.link = nextLink(search, next)
  }
  if (operation.method !== 'get') return new Response(text, { status, headers })
  headers.etag = etagOf(text)
  headers['cache-control'] = operation.access === 'public' ? 'no-cache' : 'private, no-cache'
  if (operation.access !== 'public') headers.vary = 'Authorization'
  return hasAlready(request, headers.etag)
    ? new Response(null, { status: 304, headers })
    : new Response(text, { status, headers })
}

/** Relative, so that it works behind any proxy path. */
function nextLink(search: string, cursor: string): string {
  const query = new URLSearchParams(search)
  query.set('cursor', cursor)
  return `<?${query}>; rel="next"`
}
