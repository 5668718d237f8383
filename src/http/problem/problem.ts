import { type ErrorCode, isMilepostError, type MilepostError } from '../../core/values/errors.js'
import { isConnectionLost, sqlStateOfFailure } from '../../store/database/failure.js'
import { type ProblemCode, statusOf, titleOf, typeOf } from './problem-codes.js'

/** One error in a request: a JSON Pointer into the body, or the name of a parameter, and what is wrong. */
export type ProblemPlace = { readonly pointer: string; readonly detail: string }

/** A refusal, before it becomes an answer. */
export type Problem = {
  readonly code: ProblemCode
  readonly detail: string
  readonly status: number
  readonly errors?: readonly ProblemPlace[]
  readonly headers: Readonly<Record<string, string>>
}

const brand = Symbol.for('milepost.http.refusal')

/** Carries a problem through a throw. */
export type Refusal = Error & { readonly [brand]: Problem }

type RefusalOptions = Partial<Pick<Problem, 'detail' | 'errors' | 'headers'>>

/** Makes an error that refuses a request. */
export function refusal(code: ProblemCode, options: RefusalOptions = {}): Refusal {
  const { detail = titleOf(code), errors, headers = {} } = options
  const problem: Problem = { code, detail, status: statusOf(code), headers, ...(errors && { errors }) }
  return Object.assign(new Error(detail), { [brand]: problem } as const)
}

/** Makes an error that refuses one part of a request. */
export function refusedPlace(pointer: string, detail: string): Refusal {
  return refusal('REQUEST_INVALID', { detail: `${pointer || 'the body'}: ${detail}`, errors: [{ pointer, detail }] })
}

/** Converts any thrown value into a problem. Unknown errors become INTERNAL, and nothing of them is revealed. */
export function problemOf(error: unknown): Problem {
  if (typeof error === 'object' && error !== null && brand in error) return (error as Refusal)[brand]
  if (isMilepostError(error)) return fromError(error)
  return { code: 'INTERNAL', detail: titleOf('INTERNAL'), status: 500, headers: {} }
}

/** Writes a problem as an RFC 9457 response. */
export function problemResponse(problem: Problem, requestId: string): Response {
  const { status, headers } = problem
  return new Response(JSON.stringify(problemBody(problem, requestId)), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  })
}

/** Writes the body of a problem. */
export function problemBody({ code, status, detail, errors }: Problem, requestId: string): Record<string, unknown> {
  return { type: typeOf(code), title: titleOf(code), status, detail, code, ...(errors && { errors }), requestId }
}

/** Codes whose message is about the caller's input. For all others, only the title is sent. */
const tellable: readonly ErrorCode[] = [
  'INPUT_INVALID',
  'CATALOG_INVALID',
  'MILESTONE_NOT_FOUND',
  'BATCH_TOO_LARGE',
  'USER_ERASED',
  'HISTORY_FOLDED',
  'BADGE_LIMIT_REACHED',
  'APPLY_SUPERSEDED',
  'CHANGE_LIMITED',
]

function fromError(error: MilepostError): Problem {
  const { code, message } = error
  const isPassing = code === 'DATABASE_FAILED' && isPassingFailure(error)
  const status = isPassing ? 503 : statusOf(code)
  const errors = placesOf(error)
  return {
    code,
    status,
    detail: tellable.includes(code) ? message : titleOf(code),
    headers: waitHeaders(error, status),
    ...(errors && { errors }),
  }
}

function waitHeaders({ code, details }: MilepostError, status: number): Readonly<Record<string, string>> {
  if (code === 'CHANGE_LIMITED') return { 'retry-after': String(details.waitSeconds) }
  return status === 503 ? { 'retry-after': String(retryAfterSeconds(code)) } : {}
}

function retryAfterSeconds(code: ErrorCode): number {
  return code === 'USER_BUSY' || code === 'CONNECTION_BUSY' ? 1 : 5
}

/** Classes of SQLSTATE that are temporary: connection, resources, operator, and a cancelled statement (57014). */
const passingStates = ['08', '53', '57', '40', '55']

function isPassingFailure(error: MilepostError): boolean {
  const sqlState = sqlStateOfFailure(error)
  if (sqlState !== undefined) return passingStates.includes(sqlState.slice(0, 2))
  const said = error.cause instanceof Error ? error.cause.message : ''
  return isConnectionLost(error) || /timeout|terminated|connect|closed|ended/i.test(said)
}

function placesOf({ code, details, message }: MilepostError): readonly ProblemPlace[] | undefined {
  const { field, problem, index, faults } = details as Details
  if (code === 'CATALOG_INVALID' && faults) {
    return faults.map(fault => ({
      pointer: pointerTo(`catalog.${fault.path}`),
      detail: `${fault.problem}. ${fault.fix}`,
    }))
  }
  if (code === 'USER_ERASED' && index !== undefined) return [{ pointer: `/${index}/userId`, detail: message }]
  if (field === undefined) return undefined
  const place = index === undefined ? '' : `/${index}`
  return [{ pointer: `${place}${pointerTo(field)}`, detail: problem ?? message }]
}

type Details = {
  readonly field?: string
  readonly problem?: string
  readonly index?: number
  readonly faults?: readonly { readonly path: string; readonly problem: string; readonly fix: string }[]
}

/**
 * Turns `metadata.a[0].b` into `/metadata/a/0/b`. Keys that contain such characters themselves are split, which only
 * affects the reader.
 */
function pointerTo(path: string): string {
  const parts = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.')
  return pointerOf(parts.filter(part => part !== ''))
}

/** Writes a JSON Pointer (RFC 6901). */
export function pointerOf(parts: readonly PropertyKey[]): string {
  return parts.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
