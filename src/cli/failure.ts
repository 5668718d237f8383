import { isMilepostError } from '../core/values/errors.js'
import { adviceFor } from './advice.js'
import { type ExitCode, exitCodes } from './exit-code.js'

/** Error codes of the command itself. Errors of the library keep their own codes. */
export type FailureCode =
  | 'USAGE'
  | 'CATALOG_MISSING'
  | 'CATALOG_UNREADABLE'
  | 'DATABASE_MISSING'
  | 'DRIVER_MISSING'
  | 'FILE_UNREADABLE'
  | 'KEYS_MISSING'
  | 'ADDRESS_UNUSABLE'
  | 'STUDIO_MISSING'
  | 'INSTALL_FAILED'
  | 'INTERRUPTED'

type Failure = { readonly code: FailureCode; readonly advice: string | null }
type CommandFailure = Error & { readonly failure: Failure }

/** A failure as it is printed: what happened, and what to do about it. */
export type FailureDescription = {
  readonly code: string
  readonly message: string
  readonly advice: string | null
  readonly details: Readonly<Record<string, unknown>>
  readonly exitCode: ExitCode
}

/** Makes an error of the command. `advice`: what to do, if the message does not say it. */
export function failure(code: FailureCode, message: string, advice: string | null = null): CommandFailure {
  return Object.assign(new Error(message), { failure: { code, advice } })
}

/** Makes the error of an invalid command line. */
export function usageError(message: string, advice: string | null = null): CommandFailure {
  return failure('USAGE', message, advice)
}

/** Converts anything that was thrown into one shape. */
export function describeFailure(error: unknown): FailureDescription {
  const message = error instanceof Error ? error.message : String(error)
  if (isMilepostError(error)) {
    const exitCode = error.code === 'INPUT_INVALID' ? exitCodes.usage : exitCodes.failed
    return { code: error.code, message, advice: adviceFor(error), details: error.details, exitCode }
  }
  if (isCommandFailure(error)) {
    const { code, advice } = error.failure
    return { code, message, advice, details: {}, exitCode: exitCodeOf(code) }
  }
  const advice = 'This error was not expected. Pass --debug to see all of it.'
  return { code: 'UNEXPECTED', message, advice, details: {}, exitCode: exitCodes.failed }
}

function isCommandFailure(error: unknown): error is CommandFailure {
  return error instanceof Error && 'failure' in error
}

function exitCodeOf(code: FailureCode): ExitCode {
  if (code === 'USAGE') return exitCodes.usage
  return code === 'INTERRUPTED' ? exitCodes.interrupted : exitCodes.failed
}
