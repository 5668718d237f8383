import { failure } from '../failure.js'

/** Makes the error of a file that cannot be read as a catalog. */
export function unreadable(path: string, why: string, hint: string | null = null): Error {
  return failure('CATALOG_UNREADABLE', `${path} cannot be read as a catalog: ${why.replace(/\.$/, '')}.`, hint)
}
