import { clientError, errorOf, isClientError, type MilepostClientError, parsed } from './client-error.js'
import type { Settled } from './client-options.js'
import { linkedAbort } from './signals.js'

/** One call of the API. */
export type Call = {
  readonly method?: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  readonly idempotencyKey?: string | undefined
}

/**
 * Statuses behind which a second try may find another answer; 0 if none came. A 500 is not among them: it fails the same way
 * again.
 */
export const passing: readonly number[] = [0, 408, 429, 502, 503, 504]
const backoffMs = 200
const longestBackoffMs = 10_000
/** Who is asked to wait longer than that gets the error, with `retryAfterMs`, and not a call that seems to hang. */
const longestWaitMs = 30_000

/**
 * Sends a call and reads its JSON. Whatever is tried again carries the same Idempotency-Key, so nothing happens twice.
 * @throws MilepostClientError; the reason of the caller's signal if it aborts
 */
export async function send<Answer>(settled: Settled, call: Call): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    try {
      return await once<Answer>(settled, call)
    } catch (error) {
      call.signal?.throwIfAborted()
      if (!isClientError(error) || tries >= settled.retries || !isPassing(error)) throw error
      const ms = delayMs(error.retryAfterMs, tries, settled.random)
      if (ms > longestWaitMs) throw error
      await settled.sleep(ms, call.signal)
    }
  }
}

/** Returns how long to wait before the next try: up to twice as long each time, and never less than the server asks for. */
export function delayMs(retryAfterMs: number | null, tries: number, random: () => number): number {
  const spread = random() * Math.min(longestBackoffMs, backoffMs * 2 ** tries)
  return (retryAfterMs ?? backoffMs / 4) + spread
}

/** Sends a request, and sends it again with a new token if the current one is refused. @throws MilepostClientError */
export async function respond(settled: Settled, call: Call): Promise<Response> {
  const { token, now } = settled
  let response = await request(settled, call, false)
  if (response.status === 401 && typeof token === 'function') response = await request(settled, call, true)
  if (!response.ok) throw await errorOf(response, now())
  return response
}

async function once<Answer>(settled: Settled, call: Call): Promise<Answer> {
  const own = linkedAbort(call.signal)
  let isLate = false
  const timer = setTimeout(() => {
    own.abort()
    isLate = true
  }, settled.timeoutMs)
  try {
    const response = await respond(settled, { ...call, signal: own.signal })
    return parsed<Answer>(await response.text().catch(noAnswer), response.status)
  } catch (error) {
    throw isLate ? clientError('TIMEOUT', `No answer in ${settled.timeoutMs} ms`, { cause: error }) : error
  } finally {
    clearTimeout(timer)
    own.abort()
  }
}

async function request(settled: Settled, call: Call, isRefused: boolean): Promise<Response> {
  const { baseUrl, token, key, fetch } = settled
  const { path, query, body, method = body ? 'POST' : 'GET', signal, idempotencyKey } = call
  const secret = (typeof token === 'function' ? await token({ isRefused }) : token) ?? key
  const headers = {
    ...settled.headers,
    accept: 'application/json',
    ...(secret && { authorization: `Bearer ${secret}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...call.headers,
  }
  // Without a body and a signal, both are undefined, which `fetch` reads as missing.
  const init = { method, headers, body: JSON.stringify(body), signal: signal! }
  return fetch(`${baseUrl}${path}${queryText(query)}`, init).catch(noAnswer)
}

function queryText(query: Call['query'] = {}): string {
  // A date that is not valid stays one, for the server to refuse by name.
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(
    given.map(([name, value]) => [name, String((value as Partial<Date>).toJSON?.() ?? value)]),
  ).toString()
  return text && `?${text}`
}

function noAnswer(cause: unknown): never {
  throw clientError('NETWORK', 'No answer came', { cause })
}

function isPassing({ code, status }: MilepostClientError): boolean {
  return code === 'IDEMPOTENCY_IN_FLIGHT' || passing.includes(status)
}
