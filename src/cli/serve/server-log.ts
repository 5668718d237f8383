import { type Logger, pino, stdTimeFunctions } from 'pino'
import { isMilepostError } from '../../core/values/errors.js'
import { sqlStateOfFailure } from '../../store/database/failure.js'
import type { LogLevel } from './serve-settings.js'

/** Makes a log of JSON lines without personal data. For errors it logs what they are, but not what a driver quotes. */
export function serverLog(level: LogLevel, write: (line: string) => void): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: loggedError, error: loggedError },
  }
  return pino(options, { write })
}

type LoggedError = {
  readonly type: string
  readonly code?: string
  readonly sqlState?: string
  readonly stack?: string
}

// A stack begins with the message, and Drizzle's message contains the parameters.
function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code } = error as { readonly code?: unknown }
  const sqlState = sqlStateOfFailure(error)
  const frames = error.stack?.split('\n').filter(line => /^\s+at /.test(line))
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    ...(sqlState !== undefined && { sqlState }),
    ...(!isMilepostError(error) && frames && { stack: frames.join('\n') }),
  }
}
