import { editDistance } from './edit-distance.js'
import { invalid } from './invalid.js'

/** The names that an object of a call may have. */
export type KnownKeys = ReadonlySet<string>

type KeyOf<Given> = Given extends object ? keyof Given & string : never

/** Every name that an object of this type may have, written out: the compiler finds the one that is missing. */
export type KeyTable<Given> = { readonly [Key in KeyOf<Given>]-?: true }

/** Makes the set of names that objects of a type may have. */
export function keysOf<Given>(table: KeyTable<Given>): KnownKeys {
  return new Set(Object.keys(table))
}

/**
 * Refuses an object with a name that its call does not know: if it is misspelt, it would be ignored. `within` stands before the name,
 * such as `limits.`. @throws INPUT_INVALID naming it and the nearest known one
 */
export function checkKnownKeys(call: string, given: unknown, known: KnownKeys, place: KeyPlace = {}): void {
  if (typeof given !== 'object' || given === null) return
  for (const key in given) {
    // An enumerable property of Object.prototype is none of the caller's.
    if (known.has(key) || !Object.hasOwn(given, key)) continue
    throw invalid(`${place.within ?? ''}${key}`, unknownKey(call, key, [...known]), undefined, place.index)
  }
}

/** Where an object stands: in which other one, and at which place of a batch. */
export type KeyPlace = { readonly within?: string; readonly index?: number | undefined }

// Each comparison takes the product of both lengths.
const longestCompared = 64

/** Says that a name is not known, and which known one is nearest. */
export function unknownKey(call: string, key: string, known: readonly string[]): string {
  if (known.length === 0) return `is not known to ${call}, which takes no options`
  return `is not known to ${call}; did you mean ${JSON.stringify(nearest(key, known))}? It knows: ${known.join(', ')}`
}

function nearest(key: string, known: readonly string[]): string {
  const word = key.slice(0, longestCompared).toLowerCase()
  const distances = known.map(name => editDistance(word, name.toLowerCase()))
  return known[distances.indexOf(Math.min(...distances))]!
}
