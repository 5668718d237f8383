import type { ErrorCode } from '../../core/values/errors.js'

/** Problems of HTTP itself, in addition to those of Milepost: status and title. */
const httpProblems = {
  REQUEST_INVALID: [400, 'The request is invalid'],
  BODY_INVALID: [400, 'The body is not JSON in UTF-8'],
  IDEMPOTENCY_KEY_INVALID: [400, 'The Idempotency-Key is not 1 to 255 visible ASCII characters'],
  UNAUTHENTICATED: [401, 'Missing or invalid credential'],
  FORBIDDEN: [403, 'The credential does not allow this'],
  NOT_FOUND: [404, 'Not found, or not visible to this credential'],
  METHOD_NOT_ALLOWED: [405, 'This address does not support this method'],
  BODY_INCOMPLETE: [408, 'The body did not arrive in time, or the connection ended before it was complete'],
  IDEMPOTENCY_IN_FLIGHT: [409, 'A call with this Idempotency-Key is still running'],
  BODY_TOO_LARGE: [413, 'The body is too large or nested too deeply'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body must be application/json'],
  IDEMPOTENCY_KEY_REUSED: [422, 'This Idempotency-Key was used with a different request'],
  RATE_LIMITED: [429, 'Too many requests'],
  INTERNAL: [500, 'Something went wrong on the server'],
  STREAMS_FULL: [503, 'This process has too many open streams'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>

const errorProblems = {
  CATALOG_INVALID: [400, 'The catalog has faults'],
  INPUT_INVALID: [400, 'An argument is wrong'],
  MILESTONE_NOT_FOUND: [404, 'The catalog has no such milestone'],
  APPLY_SUPERSEDED: [409, 'Another catalog was applied meanwhile'],
  USER_MERGED: [409, 'The user was merged into another, or renamed'],
  USER_ERASED: [410, 'The user was erased'],
  BADGE_LIMIT_REACHED: [409, 'All badges of this kind are given'],
  HISTORY_FOLDED: [409, 'History was folded'],
  CHANGE_LIMITED: [429, 'The user changed a setting too often today'],
  BATCH_TOO_LARGE: [413, 'Too many completions in one call'],
  TRANSACTION_ISOLATION: [500, 'The transaction is not READ COMMITTED'],
  DRIVER_MISSING: [500, 'A package that the server needs is not installed'],
  DATABASE_FAILED: [500, 'The database failed'],
  USER_BUSY: [503, 'The user is locked by another transaction'],
  CONNECTION_BUSY: [503, 'No database connection became free'],
  CATALOG_UNAPPLIED: [503, 'A catalog other than this server’s is in effect'],
  SERVICE_CLOSED: [503, 'The server is closing'],
  SCHEMA_MISSING: [503, 'The database is not migrated'],
  DATABASE_IN_USE: [503, 'Another process is using the database'],
  DATABASE_ABORTED: [503, 'The database crashed'],
} as const satisfies Readonly<Record<ErrorCode, readonly [status: number, title: string]>>

const problems = { ...httpProblems, ...errorProblems }

/** Every code that a problem can carry. */
export type ProblemCode = keyof typeof problems

export const problemCodes = Object.keys(problems) as readonly ProblemCode[]

/** Returns the HTTP status of a code. */
export function statusOf(code: ProblemCode): number {
  return problems[code][0]
}

/** Returns the title of a code, which is always the same. */
export function titleOf(code: ProblemCode): string {
  return problems[code][1]
}

/** Returns the permanent URI of a code. */
export function typeOf(code: ProblemCode): string {
  return `urn:milepost:problem:${code.toLowerCase().replaceAll('_', '-')}`
}
