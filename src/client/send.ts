import { clientError, errorOf, isClientError, type MilepostClientError } from './client-error.js'
import type { Settled } from './client-options.js'
import { linkedAbort } from './signals.js'

/** One call of the API. */
export type Call = {
  readonly method?: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  readonly idempotencyKey?: string | undefined
}

/** Statuses behind which a second try may find another answer. A 500 is not among them: it fails the same way again. */
const passing = [408, 429, 502, 503, 504]
const backoffMs = 200
const longestBackoffMs = 10_000
/** Who is asked to wait longer than that gets the error, with `retryAfterMs`, and not a call that seems to hang. */
const longestWaitMs = 30_000

/**
 * Sends a call and reads its JSON. Whatever is tried again carries the same Idempotency-Key, so nothing happens twice.
 * @throws MilepostClientError; what the caller's signal says where that aborts
 */
export async function send<Answer>(settled: Settled, call: Call): Promise<Answer> {
  const keyed = call.method ? { ...call, idempotencyKey: call.idempotencyKey ?? settled.newKey() } : call
  for (let tries = 0; ; tries++) {
    try {
      return await once<Answer>(settled, keyed)
    } catch (error) {
      call.signal?.throwIfAborted()
      if (!isClientError(error) || tries >= settled.retries || !isPassing(error)) throw error
      const ms = delayMs(error, tries, settled.random)
      if (ms > longestWaitMs) throw error
      await settled.sleep(ms, call.signal)
    }
  }
}

/** Says how long to wait before the next try: up to twice as long each time, and never less than the server asks for. */
export function delayMs(
  { retryAfterMs }: { readonly retryAfterMs: number | null },
  tries: number,
  random: () => number,
): number {
  const spread = random() * Math.min(longestBackoffMs, backoffMs * 2 ** tries)
  return (retryAfterMs ?? backoffMs / 4) + spread
}

/** Asks for an answer, with a new token where the one at hand is refused. @throws MilepostClientError */
export async function respond(settled: Settled, call: Call): Promise<Response> {
  const { token, now } = settled
  let response = await request(settled, call, false)
  if (response.status === 401 && typeof token === 'function') response = await request(settled, call, true)
  if (!response.ok) throw await errorOf(response, now())
  return response
}

async function once<Answer>(settled: Settled, call: Call): Promise<Answer> {
  const { signal, abort, unlink } = linkedAbort(call.signal)
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    abort()
  }, settled.timeoutMs)
  try {
    const response = await respond(settled, { ...call, signal })
    return await answerIn<Answer>(response)
  } catch (error) {
    throw isLate ? clientError('TIMEOUT', `No answer in ${settled.timeoutMs} ms`, { cause: error }) : error
  } finally {
    clearTimeout(timer)
    unlink()
  }
}

async function answerIn<Answer>(response: Response): Promise<Answer> {
  const text = await response.text().catch(cause => {
    throw noAnswer(cause)
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw clientError('UNEXPECTED_ANSWER', 'The answer is not JSON', { status: response.status, cause })
  }
}

async function request(settled: Settled, call: Call, isRefused: boolean): Promise<Response> {
  const { baseUrl, fetch } = settled
  const { method = 'GET', path, query, body, signal } = call
  const headers = await headersOf(settled, call, isRefused)
  return fetch(`${baseUrl}${path}${queryText(query)}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  }).catch(cause => {
    throw noAnswer(cause)
  })
}

async function headersOf(settled: Settled, call: Call, isRefused: boolean): Promise<Record<string, string>> {
  const { token, key } = settled
  const secret = (typeof token === 'function' ? await token({ isRefused }) : token) ?? key
  return {
    ...settled.headers,
    accept: 'application/json',
    ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
    ...(call.body !== undefined && { 'content-type': 'application/json' }),
    ...(call.idempotencyKey !== undefined && { 'idempotency-key': call.idempotencyKey }),
    ...call.headers,
  }
}

function queryText(query: Call['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text && `?${text}`
}

function noAnswer(cause: unknown): MilepostClientError {
  return clientError('NETWORK', 'No answer came', { cause })
}

function isPassing({ code, status }: MilepostClientError): boolean {
  return code === 'NETWORK' || code === 'TIMEOUT' || code === 'IDEMPOTENCY_IN_FLIGHT' || passing.includes(status)
}
