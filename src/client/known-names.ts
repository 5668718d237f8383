import { clientError, type MilepostClientError } from './client-error.js'

/** Refuses an object with a name that its call does not know: if it is misspelt, it would be ignored. @throws INPUT_INVALID */
export function checkNames(call: string, given: object, known: object): void {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name))
      throw refused(name, `is not known to ${call}; use: ${Object.keys(known).join(', ')}`)
  }
}

/** Makes the error for an argument that cannot be sent. */
export function refused(name: string, detail: string): MilepostClientError {
  return clientError('INPUT_INVALID', `${name} ${detail}`, { errors: [{ pointer: `/${name}`, detail }] })
}
