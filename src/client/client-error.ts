import type { ProblemCode } from '../http/problem/problem-codes.js'

/**
 * Why a call failed: what the server said, or `NETWORK` (no answer came), `TIMEOUT` (none came in time),
 * `UNEXPECTED_ANSWER` (something else answered, such as a proxy). Servers that are newer may say more.
 */
export type ClientErrorCode = ProblemCode | 'NETWORK' | 'TIMEOUT' | 'UNEXPECTED_ANSWER' | (string & {})

/** What a failed call tells. */
type ClientFailure = {
  readonly code: ClientErrorCode
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number
  /** What is wrong in the request: a JSON Pointer into the body or the name of a parameter, and why. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
  /** By which the server's log names the request. */
  readonly requestId: string | null
  /** How long the server asks to wait before another try. */
  readonly retryAfterMs: number | null
}

/** A call that failed. Recognise it by `isClientError`, and tell its cause by `code`. */
export type MilepostClientError = Error & ClientFailure

const brand = Symbol.for('milepost.client-error')

/** Recognises a failed call by its brand, so that two copies of the package know each other's errors. */
export function isClientError(value: unknown): value is MilepostClientError {
  return typeof value === 'object' && value !== null && brand in value
}

/** Makes the error of a failed call. */
export function clientError(
  code: ClientErrorCode,
  message: string,
  { cause, ...rest }: Partial<ClientFailure> & { readonly cause?: unknown } = {},
): MilepostClientError {
  const error = new Error(message, cause === undefined ? undefined : { cause })
  const failure: ClientFailure = { code, status: 0, errors: [], requestId: null, retryAfterMs: null, ...rest }
  return Object.assign(error, { name: 'MilepostClientError', [brand]: true }, failure)
}

/** Reads an answer that is no success. */
export async function errorOf(response: Response, now: number): Promise<MilepostClientError> {
  const { status, headers } = response
  const text = await response.text().catch(() => '')
  const problem = problemIn(text)
  const retryAfterMs = retryAfterIn(headers.get('retry-after'), now)
  const requestId = problem?.requestId ?? headers.get('x-request-id')
  if (!problem)
    return clientError('UNEXPECTED_ANSWER', `${status}, and no problem`, { status, retryAfterMs, requestId })
  const { code, detail, title, errors = [] } = problem
  return clientError(code, detail ?? title ?? code, { status, errors, requestId, retryAfterMs })
}

type Problem = Partial<ClientFailure> & { readonly code: string; readonly detail?: string; readonly title?: string }

function problemIn(text: string): Problem | null {
  try {
    const value = JSON.parse(text)
    return typeof value?.code === 'string' ? value : null
  } catch {
    return null
  }
}

/** Reads `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */
function retryAfterIn(value: string | null, now: number): number | null {
  if (value === null) return null
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
