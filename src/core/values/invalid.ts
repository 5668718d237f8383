import { isMilepostError, MilepostError } from './errors.js'

/** Makes the error of a wrong argument. */
export function invalid(field: string, problem: string, value?: unknown, index?: number): MilepostError {
  const place = index === undefined ? '' : `completion ${index}: `
  const shown = typeof value === 'string' ? ` (given: ${JSON.stringify(value.slice(0, 60))})` : ''
  return new MilepostError('INPUT_INVALID', `${place}${field} ${problem}${shown}`, {
    details: index === undefined ? { field, problem } : { field, problem, index },
  })
}

/** Turns what a getter, a proxy or a method of the caller's threw into an error that says so; errors of ours stay as they are. */
export function rethrownUnread(error: unknown, field: string, index?: number): MilepostError {
  if (isMilepostError(error)) return error
  return invalid(field, unreadProblem(error), undefined, index)
}

/** Says that a value of the caller's could not be read, and what it threw. */
export function unreadProblem(error: unknown): string {
  return `${unreadWords(error)}; pass plain data`
}

/** Says what reading a value of the caller's threw. */
export function unreadWords(error: unknown): string {
  return `cannot be read: it throws ${shownError(error)}`
}

// What is thrown may be anything, also what throws again when it is looked at.
function shownError(error: unknown): string {
  try {
    return JSON.stringify(String(error).slice(0, 200))
  } catch {
    return 'something that cannot be shown'
  }
}
