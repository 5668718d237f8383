import { isObject } from './canonical-json.js'
import { editDistance } from './edit-distance.js'
import { assertNever } from './errors.js'
import { isPlainObject, kindOf } from './metadata.js'
import type { Shape } from './shape.js'

/** One fault of a catalog: where it is, what is wrong, and how to fix it. */
export type CatalogFault = { path: string; problem: string; fix: string }

/** Checks a value against a shape and returns every mismatch as a fault below `path`. */
export function shapeFaults(shape: Shape, value: unknown, path: string): CatalogFault[] {
  return mismatches(shape, value, path).map(({ path: at, problem, fix }) => ({ path: at || 'catalog', problem, fix }))
}

/** Writes a path as in code: `milestones[2].reward.points`. */
export function joinPath(base: string, ...keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`
    const name = String(key)
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`
    return path === '' ? name : `${path}.${name}`
  }, base)
}

/** Suggests the known word that was probably meant, or lists all known words. */
export function suggest(word: string, known: readonly string[]): string {
  const near = (word.length > longestSuggested ? [] : known.slice(0, mostCompared)).find(candidate =>
    isNear(word, candidate),
  )
  if (near !== undefined) return `Did you mean "${near}"?`
  if (known.length === 0) return 'There are none to choose from.'
  const shown = known.slice(0, 12).join(', ')
  return `Use one of: ${shown}${known.length > 12 ? ', …' : ''}.`
}

// The cost of a comparison is the product of both lengths, and a catalog can have thousands of unknown words.
const longestSuggested = 64
const mostCompared = 200

/** A fault of a value. `isSlight`: the value is of the right type. */
type Mismatch = CatalogFault & { readonly isSlight?: boolean }

function mismatches(shape: Shape, value: unknown, path: string): readonly Mismatch[] {
  const { anyOf, type, const: only, enum: known = only === undefined ? undefined : [only] } = shape
  const fault = (fix: string): Mismatch[] => [{ path, problem: shown(value), fix }]
  if (anyOf) return unionMismatches(anyOf, value, path)
  if (known) return known.includes(value) ? [] : fault(suggest(isObject(value) ? '' : String(value), known.map(String)))
  switch (type) {
    case undefined:
      return []
    case 'string':
      return typeof value === 'string' ? textMismatches(shape, value, path) : fault('Give a text.')
    case 'number':
    case 'integer':
      if (typeof value !== 'number' || !Number.isFinite(value)) return fault('Give a number.')
      if (type === 'integer' && !Number.isInteger(value)) return fault('Give a whole number.')
      return numberMismatches(shape, value, path)
    case 'boolean':
      return typeof value === 'boolean' ? [] : fault('Give true or false.')
    case 'array':
      return Array.isArray(value) ? listMismatches(shape, value, path) : fault('Give a list.')
    case 'object':
      return isObject(value) && (shape.properties || isPlainObject(value))
        ? objectMismatches(shape, value, path)
        : fault('Give an object.')
    default:
      return assertNever(type)
  }
}

// Of several shapes, that of the right type tells what is wrong.
function unionMismatches(shapes: readonly Shape[], value: unknown, path: string): readonly Mismatch[] {
  const all = shapes.map(shape => mismatches(shape, value, path))
  if (all.some(found => found.length === 0)) return []
  const near = all.filter(found => found.every(({ isSlight }) => isSlight))
  if (near.length === 1) return near[0]!
  return [
    { path, problem: shown(value), fix: 'Give a text, a list of texts, a number or true/false, as the option asks.' },
  ]
}

const empty = { problem: 'is empty', fix: 'Add at least one, or remove the option if it is optional.', isSlight: true }

function textMismatches(
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: Shape,
  value: string,
  path: string,
): readonly Mismatch[] {
  const wrong = (fix: string): Mismatch => ({ path, problem: shown(value), fix, isSlight: true })
  return [
    ...(value.length < minLength ? [{ path, ...empty }] : []),
    ...(value.length > maxLength ? [wrong(`Give at most ${maxLength} characters.`)] : []),
    ...(pattern !== undefined && !new RegExp(pattern).test(value)
      ? [wrong('Use letters, digits, "-", "_", "." and ":" only.')]
      : []),
  ]
}

function numberMismatches(
  { minimum, exclusiveMinimum, maximum }: Shape,
  value: number,
  path: string,
): readonly Mismatch[] {
  const wrong = (fix: string): Mismatch[] => [{ path, problem: shown(value), fix, isSlight: true }]
  if (minimum !== undefined && value < minimum) return wrong(`Give a number of at least ${minimum}.`)
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    return wrong(`Give a number above ${exclusiveMinimum}.`)
  return maximum !== undefined && value > maximum ? wrong(`Give at most ${maximum}.`) : []
}

function listMismatches({ items, minItems = 0 }: Shape, value: readonly unknown[], path: string): readonly Mismatch[] {
  if (value.length < minItems) return [{ path, ...empty }]
  return items ? [...value].flatMap((item, i) => mismatches(items, item, joinPath(path, i))) : []
}

function objectMismatches(
  { properties = {}, required = [], propertyNames = {}, additionalProperties }: Shape,
  value: Readonly<Record<string, unknown>>,
  path: string,
): readonly Mismatch[] {
  const known = Object.keys(properties)
  const others = Object.keys(value).filter(key => !Object.hasOwn(properties, key))
  return [
    ...known.flatMap(key => {
      const at = joinPath(path, key)
      if (value[key] !== undefined) return mismatches(properties[key]!, value[key], at)
      return required.includes(key) ? missing(properties[key]!, at) : []
    }),
    ...others.flatMap((key): readonly Mismatch[] => {
      const at = joinPath(path, key)
      if (!additionalProperties) {
        return [{ path: at, problem: 'is not an option that exists here', fix: suggest(key, known), isSlight: true }]
      }
      return mismatches(propertyNames, key, at).length > 0
        ? [{ path: at, problem: shown(key), fix: 'Give it a name.' }]
        : mismatches(additionalProperties, value[key], at)
    }),
  ]
}

function missing(shape: Shape, path: string): readonly Mismatch[] {
  const found = mismatches(shape, undefined, path)
  return found.length > 0 ? found : [{ path, problem: shown(undefined), fix: 'Add it.' }]
}

function shown(value: unknown): string {
  if (value === undefined) return 'is missing'
  const text = typeof value === 'object' ? undefined : JSON.stringify(value)
  return text === undefined ? `is ${kindOf(value)}` : `is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`
}

// At most two edits apart, or one for short words.
function isNear(a: string, b: string): boolean {
  const limit = Math.min(a.length, b.length) < 5 ? 1 : 2
  return Math.abs(a.length - b.length) <= limit && editDistance(a.toLowerCase(), b.toLowerCase()) <= limit
}
