import type { ProblemCode } from '../http/problem/problem-codes.js'
import { revive } from './revive.js'

/**
 * Why a call failed: what the server said, or `NETWORK` (no answer came), `TIMEOUT` (none came in time),
 * `UNEXPECTED_ANSWER` (something else answered, such as a proxy). Servers that are newer may say more.
 */
export type ClientErrorCode = ProblemCode | 'NETWORK' | 'TIMEOUT' | 'UNEXPECTED_ANSWER' | (string & {})

/** Details of a failed call. */
export type ClientFailure = {
  readonly code: ClientErrorCode
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number
  /** What is wrong in the request: a JSON Pointer into the body or the name of a parameter, and why. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
  /** By which the server's log names the request. */
  readonly requestId: string | null
  /** How long the server asks to wait before another try. */
  readonly retryAfterMs: number | null
}

/** A call that failed. Recognise it by `isClientError`, and find its cause in `code`. */
export type MilepostClientError = Error & ClientFailure

const brand = Symbol.for('milepost.client-error')

/** Recognises a failed call by its brand, so that two copies of the package know each other's errors. */
export function isClientError(value: unknown): value is MilepostClientError {
  return brand in Object(value)
}

/** Makes the error of a failed call. */
export function clientError(
  code: ClientErrorCode,
  message: string,
  rest: Partial<ClientFailure> & ErrorOptions = {},
): MilepostClientError {
  const failure: ClientFailure = { code, status: 0, errors: [], requestId: null, retryAfterMs: null, ...rest }
  return Object.assign(new Error(message, rest), { name: 'MilepostClientError', [brand]: true, ...failure })
}

/** Makes the error of an answer that does not come from a Milepost server. */
export function unexpected(message: string, rest: Pick<ClientFailure, 'status'> & ErrorOptions): MilepostClientError {
  return clientError('UNEXPECTED_ANSWER', message, rest)
}

/** Reads the JSON of an answer or event, with instants as dates. @throws MilepostClientError */
export function parsed<Answer>(text: string, status: number): Answer {
  try {
    return revive(JSON.parse(text)) as Answer
  } catch (cause) {
    throw unexpected('The answer is not JSON', { status, cause })
  }
}

/** Reads an answer that is not a success. */
export async function errorOf(response: Response, now: number): Promise<MilepostClientError> {
  const { status, headers } = response
  const problem: Problem | null = await response.json().catch(() => null)
  const code = problem?.code
  const known = {
    status,
    retryAfterMs: retryAfterIn(headers.get('retry-after'), now),
    requestId: problem?.requestId ?? headers.get('x-request-id'),
  }
  if (typeof code !== 'string') return unexpected(`Status ${status}`, known)
  return clientError(code, problem?.detail ?? problem?.title ?? code, { ...known, errors: problem?.errors ?? [] })
}

type Problem = Partial<ClientFailure> & { readonly detail?: string; readonly title?: string }

/** Reads `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */
function retryAfterIn(value: string | null, now: number): number | null {
  const ms = /^\d+$/.test(value!) ? +value! * 1000 : Date.parse(value!) - now
  return ms < 0 ? 0 : ms >= 0 ? ms : null
}
