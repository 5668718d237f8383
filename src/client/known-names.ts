import { clientError, type MilepostClientError } from './client-error.js'

/** Refuses an object with a name that its call does not know: if it is misspelt, it would be ignored. @throws INPUT_INVALID */
export function checkNames(call: string, given: object, known: Readonly<Record<string, true>>): void {
  const name = Object.keys(given).find(key => !Object.hasOwn(known, key))
  if (name === undefined) return
  const detail = `is not known to ${call}; did you mean one of: ${Object.keys(known).join(', ')}?`
  throw clientError('INPUT_INVALID', `${name} ${detail}`, { errors: [{ pointer: `/${name}`, detail }] })
}

/** Makes the error for an argument that is missing or of another type. */
export function notGiven(name: string, wayOut: string): MilepostClientError {
  const detail = `is missing or not a text; ${wayOut}`
  return clientError('INPUT_INVALID', `${name} ${detail}`, { errors: [{ pointer: `/${name}`, detail }] })
}
