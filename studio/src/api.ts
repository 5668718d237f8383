import { createBlockReader } from '../../src/client/event-blocks.js'
import type { Answered, GivenBody, GivenQuery, OperationId } from '../../src/http/contract/operations.js'
import { currentKey, keepKey } from './session.js'

export type { Answered, GivenBody, OperationId }

/** What the server refused, in its own words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

type CallInput<Id extends OperationId> = {
  readonly query?: Partial<GivenQuery<Id>> | undefined
  readonly body?: GivenBody<Id>
  readonly signal?: AbortSignal | undefined
  readonly key?: string
  /** A status that is an answer like any other here. */
  readonly alsoTakes?: number
}

/** The address of the API, relative to Studio. */
const apiRoot = new URL('../', document.baseURI)

/** Calls an operation: `GET /v1/catalog`. {@link at} escapes the values in a route. @throws Refused */
export async function call<Id extends OperationId>(route: string, input: CallInput<Id> = {}): Promise<Answered<Id>> {
  const response = await send(route, input)
  return (response.status === 204 ? undefined : await response.json()) as Answered<Id>
}

/** Puts values into a path, escaped. */
export function at(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((path, part, i) => path + encodeURIComponent(values[i - 1] ?? '') + part)
}

type RequestInput = {
  readonly query?: object | undefined
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  readonly key?: string
  readonly accept?: string
  readonly alsoTakes?: number
}

async function send(route: string, { query, body, signal, key, accept, alsoTakes }: RequestInput): Promise<Response> {
  const [method, path] = route.split(' ') as [string, string]
  const url = new URL(path.slice(1), apiRoot)
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, value)
  const headers: Record<string, string> = { authorization: `Bearer ${key ?? currentKey()}` }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (accept) headers.accept = accept
  // With a key, events would come all at once at the end.
  if (method !== 'GET' && !accept) headers['idempotency-key'] = randomKey()
  const response = await fetch(url, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  })
  if (!response.ok && response.status !== alsoTakes) throw await refusedBy(response, key !== undefined)
  return response
}

async function refusedBy(response: Response, isTrial: boolean): Promise<Refused> {
  const problem: { code?: string; title?: string; detail?: string } = await response.json().catch(() => ({}))
  if (response.status === 401 && !isTrial) keepKey(null)
  const words = problem.detail || problem.title || `The server answered ${response.status}.`
  return new Refused(response.status, problem.code ?? 'UNKNOWN', words)
}

// crypto.randomUUID is missing where a page does not come by https.
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}

/** An event of a stream. `data`: empty if the event only says where the stream is. */
export type StreamedEvent = { readonly event: string; readonly data: string }

/** Reads server-sent events of a call until they end. EventSource would send no key. @throws Refused */
export async function* events(route: string, input: Omit<RequestInput, 'accept'> = {}): AsyncGenerator<StreamedEvent> {
  const response = await send(route, { ...input, accept: 'text/event-stream' })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const blocks = createBlockReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    for (const { event, data } of blocks.read(value)) yield { event, data: data ?? '' }
  }
}
