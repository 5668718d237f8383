import { isMilepostError, MilepostError } from '../../core/values/errors.js'

/** SQLSTATEs after which our own transaction is rolled back and tried again. */
export const retryable = { serialization: '40001', deadlock: '40P01', lockTimeout: '55P03' } as const

// A prepared statement is gone, or already there.
const staleStatement: ReadonlySet<string | undefined> = new Set(['26000', '42P05'])

/** Checks whether a prepared statement was not as expected, because a pooler gave us another connection. */
export function isStale(error: unknown): boolean {
  return staleStatement.has(sqlStateOfFailure(error))
}

const missingTable = '42P01'
const missingSchema = '3F000'
const missingFunction = '42883'
const noPermission = '42501'
const ownFunction = /\b(?:record|record_user|settled|is_folded)_\d+\b/

/**
 * Wraps an error of a driver, once. It leaves out Drizzle's own message, because that quotes the parameters, which are
 * personal data.
 */
export function databaseFailure(error: unknown): MilepostError {
  const cause = driverError(error)
  if (isMilepostError(cause)) return cause
  const sqlState = sqlStateOf(cause)
  const said = cause instanceof Error ? cause.message : String(cause)
  if (isMissing(sqlState, said)) {
    const message = `${said}. Run migrate(db) first, with the same schema name as the service.`
    return new MilepostError('SCHEMA_MISSING', message, { details: { sqlState }, cause })
  }
  const state = sqlState ? ` (SQLSTATE ${sqlState})` : ''
  const advice = sqlState === noPermission && ownFunction.test(said) ? grantAdvice : ''
  const message = `The database failed: ${said}${state}${advice}`
  return new MilepostError('DATABASE_FAILED', message, { details: { sqlState }, cause })
}

const grantAdvice = '. Run GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA <the schema of Milepost> TO <the role of your app>.'

function isMissing(sqlState: string | undefined, said: string): boolean {
  if (sqlState === missingFunction) return ownFunction.test(said)
  return sqlState === missingTable || sqlState === missingSchema
}

/** Returns the SQLSTATE of a wrapped failure, if the error came from the server itself. */
export function sqlStateOfFailure(error: unknown): string | undefined {
  return isMilepostError(error) ? (error.details.sqlState as string | undefined) : sqlStateOf(driverError(error))
}

const callersFailures = new WeakSet<object>()

/** Marks a failure as one inside the caller's transaction: only the caller can run it again. */
export function leaveToCaller(error: unknown): void {
  if (typeof error === 'object' && error !== null) callersFailures.add(error)
}

/** Checks whether a failure was marked by {@link leaveToCaller}. */
export function isLeftToCaller(error: unknown): boolean {
  return typeof error === 'object' && error !== null && callersFailures.has(error)
}

/** Checks whether a failure can go away when we run the transaction again. */
export function isRetryable(error: unknown): boolean {
  if (isLeftToCaller(error)) return false
  const sqlState = sqlStateOfFailure(error)
  return isStale(error) || Object.values(retryable).some(code => code === sqlState)
}

/** Checks whether a statement found a table, index or function changed by somebody else at the same moment. */
export function isMadeByTwo(error: unknown): boolean {
  const cause = isMilepostError(error) ? error.cause : driverError(error)
  // Postgres never translates this message, and has no code of its own for it.
  return sqlStateOf(cause) === 'XX000' && /^tuple concurrently /.test((cause as Error).message)
}

/** Checks whether the connection itself is gone: the socket failed, or the server closed it with its last message. */
export function isConnectionLost(error: unknown): boolean {
  const cause = isMilepostError(error) ? error.cause : driverError(error)
  const { code, severity } = (cause ?? {}) as { readonly code?: unknown; readonly severity?: unknown }
  return severity === 'FATAL' || (typeof code === 'string' && /^(CONNECTION_|E[A-Z]{4,}$)/.test(code))
}

function driverError(error: unknown): unknown {
  let current = error
  while (current instanceof Error && current.name === 'DrizzleQueryError' && current.cause) current = current.cause
  if (current instanceof Error && current.message.startsWith('Failed query:') && current.cause) return current.cause
  return current
}

function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}
