import { isMilepostError, MilepostError } from './errors.js'

/** Creates the error for a wrong argument. */
export function invalid(field: string, problem: string, value?: unknown, index?: number): MilepostError {
  const place = index === undefined ? '' : `completion ${index}: `
  const shown = typeof value === 'string' ? ` (given: ${JSON.stringify(value.slice(0, 60))})` : ''
  return new MilepostError('INPUT_INVALID', `${place}${field} ${problem}${shown}`, {
    details: index === undefined ? { field, problem } : { field, problem, index },
  })
}

/** Checks a number that must be whole. @throws INPUT_INVALID */
export function checkWhole(field: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw invalid(field, `must be a whole number from 1 to ${most}`)
}

/**
 * Converts an error thrown by a getter, proxy or method of the caller into an INPUT_INVALID error. Our own errors stay
 * unchanged.
 */
export function unreadableInput(error: unknown, field: string, index?: number): MilepostError {
  if (isMilepostError(error)) return error
  return invalid(field, unreadProblem(error), undefined, index)
}

/** Describes that a value of the caller could not be read, and what it threw. */
export function unreadProblem(error: unknown): string {
  return `${unreadWords(error)}; pass plain data`
}

/** Describes what was thrown when a value of the caller was read. */
export function unreadWords(error: unknown): string {
  return `cannot be read: it throws ${shownError(error)}`
}

// Anything can be thrown, even a value that throws again when it is inspected.
function shownError(error: unknown): string {
  try {
    return JSON.stringify(String(error).slice(0, 200))
  } catch {
    return 'something that cannot be shown'
  }
}
