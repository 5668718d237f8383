/** All codes of {@link MilepostError}, with their meaning. */
export const errorCodes = {
  CATALOG_INVALID: 'the catalog has faults; `details.faults` lists all of them',
  INPUT_INVALID: 'an argument is wrong; `details.field` names it; nothing was written',
  BATCH_TOO_LARGE: 'too many completions in one call; nothing was written',
  TRANSACTION_ISOLATION: "the caller's transaction is not READ COMMITTED; nothing was written",
  USER_BUSY: "a user's row stayed locked by another transaction; nothing was written, call again",
  CONNECTION_BUSY: 'no database connection became available; nothing was written',
  MILESTONE_NOT_FOUND: 'the catalog has no milestone with this id; `details.known` lists the ids it has',
  BADGE_LIMIT_REACHED: 'as many users have this badge as its limit allows; nothing was written',
  CATALOG_UNAPPLIED: 'a different catalog was applied last, and the service is set to refuse it',
  APPLY_SUPERSEDED: 'another catalog was applied at the same time; what was written before that is kept',
  CHANGE_LIMITED:
    'a user changed a setting too often today; nothing was written; `details.waitSeconds` says when to try again',
  USER_MERGED:
    'a user was merged into another, or renamed; nothing was written; `details.users` has the new id of each',
  USER_ERASED:
    'a user was erased; nothing was written; `details.userIds` lists the users, `details.index` is the position in a list',
  HISTORY_FOLDED:
    'completions were folded, and what happened before `details.until` cannot change or be counted in another way; nothing was written',
  SERVICE_CLOSED: 'the service was closed; nothing was written',
  SCHEMA_MISSING: "Milepost's tables are not in this database, or are older than the package; migrate first",
  DRIVER_MISSING: 'a required package is not installed; `details.package` names it',
  DATABASE_FAILED: 'the database failed or refused; `cause` is its own error; whether a write took place is unknown',
  DATABASE_IN_USE: 'another process is using the folder of the embedded database',
  DATABASE_ABORTED: 'the embedded database crashed and must be opened again',
} as const

/** The kind of error, for programs. `errorCodes` has a description of each. */
export type ErrorCode = keyof typeof errorCodes

const brand = Symbol.for('milepost.error')

/** The error of every failed call: a stable `code`, machine-readable `details`, and the underlying error as `cause`. */
export class MilepostError extends Error {
  /** Always `MilepostError`. */
  override readonly name = 'MilepostError'
  /** What went wrong. */
  readonly code: ErrorCode
  /** More information by name, such as `field` or `index`. */
  readonly details: Readonly<Record<string, unknown>>
  /** Marks errors of every copy of the package, for `isMilepostError`. */
  readonly [brand] = true

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly details?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}

/**
 * Recognizes a {@link MilepostError} by its brand, so that errors from another copy of the package are recognized too.
 */
export function isMilepostError(value: unknown): value is MilepostError {
  return typeof value === 'object' && value !== null && brand in value
}

/** Makes the compiler prove that a switch covers every case of a union. @throws TypeError if it does not */
export function assertNever(value: never): never {
  throw new TypeError(`Unexpected value: ${JSON.stringify(value)}`)
}
