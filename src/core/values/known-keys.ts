import { editDistance } from './edit-distance.js'
import { invalid, rethrownUnread } from './invalid.js'

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

/**
 * Reads an object of a call, each known name once, into a plain one: what a getter or a proxy throws later would come from deep inside. Refuses
 * names that the call does not know. What is no object stays as it is. @throws INPUT_INVALID naming what cannot be read
 */
export function readKnown<Given>(call: string, given: Given, known: KnownKeys, place: KeyPlace = {}): Given {
  if (typeof given !== 'object' || given === null) return given
  try {
    checkKnownKeys(call, given, known, place)
  } catch (error) {
    throw rethrownUnread(error, place.field ?? 'options', place.index)
  }
  const names = [...known].filter(name => name in given)
  return Object.fromEntries(names.map(name => [name, readAt(given, name, place)])) as Given
}

function readAt(given: object, name: string, { within = '', index }: KeyPlace): unknown {
  try {
    return Reflect.get(given, name)
  } catch (error) {
    throw rethrownUnread(error, `${within}${name}`, index)
  }
}

/** Where an object stands: in which other one, and at which place of a batch. */
export type KeyPlace = {
  readonly within?: string
  readonly index?: number | undefined
  /** The name of the argument. Default: `options`. */
  readonly field?: string
}

// Each comparison takes the product of both lengths.
const longestCompared = 64

/** Says that a name is not known, and which known one is nearest. */
export function unknownKey(call: string, key: string, known: readonly string[]): string {
  if (known.length === 0) return `is not an option of ${call}, which takes none`
  return `is not an option of ${call}; did you mean ${JSON.stringify(nearest(key, known))}? Valid options: ${known.join(', ')}`
}

function nearest(key: string, known: readonly string[]): string {
  const word = key.slice(0, longestCompared).toLowerCase()
  const distances = known.map(name => editDistance(word, name.toLowerCase()))
  return known[distances.indexOf(Math.min(...distances))]!
}
