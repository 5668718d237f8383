import { editDistance } from './edit-distance.js'
import { invalid, unreadableInput } from './invalid.js'

/** The names that an object passed to a call may have. */
export type KnownKeys = ReadonlySet<string>

type KeyOf<Given> = Given extends object ? keyof Given & string : never

/** All names that an object of this type may have. If one is missing, it does not compile. */
export type KeyTable<Given> = { readonly [Key in KeyOf<Given>]-?: true }

/** Creates the set of names that objects of a type may have. */
export function keysOf<Given>(table: KeyTable<Given>): KnownKeys {
  return new Set(Object.keys(table))
}

/**
 * Refuses an object with a name that its call does not know, since a misspelt name would be ignored. `within`: a prefix
 * of the name, such as `limits.`. @throws INPUT_INVALID with the name and the closest known one
 */
export function checkKnownKeys(call: string, given: unknown, known: KnownKeys, place: KeyPlace = {}): void {
  if (typeof given !== 'object' || given === null) return
  for (const key in given) {
    // An enumerable property of Object.prototype does not come from the caller.
    if (known.has(key) || !Object.hasOwn(given, key)) continue
    throw invalid(`${place.within ?? ''}${key}`, unknownKey(call, key, [...known]), undefined, place.index)
  }
}

/**
 * Copies an object passed to a call into a plain one and reads each known name once, because a getter or proxy could
 * throw later, deep inside. Refuses names that the call does not know. A value that is not an object stays unchanged.
 * @throws INPUT_INVALID naming what cannot be read
 */
export function readKnown<Given>(call: string, given: Given, known: KnownKeys, place: KeyPlace = {}): Given {
  if (typeof given !== 'object' || given === null) return given
  try {
    checkKnownKeys(call, given, known, place)
  } catch (error) {
    throw unreadableInput(error, place.field ?? 'options', place.index)
  }
  const names = [...known].filter(name => name in given)
  return Object.fromEntries(names.map(name => [name, readAt(given, name, place)])) as Given
}

function readAt(given: object, name: string, { within = '', index }: KeyPlace): unknown {
  try {
    return Reflect.get(given, name)
  } catch (error) {
    throw unreadableInput(error, `${within}${name}`, index)
  }
}

/** Where an object is: inside which other object, and at which position of a batch. */
export type KeyPlace = {
  readonly within?: string
  readonly index?: number | undefined
  /** The name of the argument. Default: `options`. */
  readonly field?: string
}

// The cost of a comparison is the product of both lengths.
const longestCompared = 64

/** Describes an unknown name and suggests the closest known one. */
export function unknownKey(call: string, key: string, known: readonly string[]): string {
  if (known.length === 0) return `is not an option of ${call}, which takes none`
  return `is not an option of ${call}; did you mean ${JSON.stringify(nearest(key, known))}? Valid options: ${known.join(', ')}`
}

function nearest(key: string, known: readonly string[]): string {
  const word = key.slice(0, longestCompared).toLowerCase()
  const distances = known.map(name => editDistance(word, name.toLowerCase()))
  return known[distances.indexOf(Math.min(...distances))]!
}
