import * as z from 'zod/mini'
import { editDistance } from './edit-distance.js'
import { kindOf } from './metadata.js'

/** One fault of a catalog: where it is, what is wrong, and how to fix it. */
export type CatalogFault = { path: string; problem: string; fix: string }

/** Checks a value against a shape and returns every mismatch as a fault below `path`. */
export function shapeFaults(shape: z.ZodMiniType, value: unknown, path: string): CatalogFault[] {
  const result = z.safeParse(shape, value, { reportInput: true })
  return result.success ? [] : result.error.issues.flatMap(issue => faultsOf(issue as Issue, path, shape))
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

type Issue = z.core.$ZodIssue

function faultsOf(issue: Issue, base: string, shape: z.ZodMiniType): CatalogFault[] {
  const path = joinPath(base, ...issue.path) || 'catalog'
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(shapeAt(shape, issue.path))
    return issue.keys.map(key => ({
      path: joinPath(path === 'catalog' ? '' : path, key),
      problem: 'is not an option that exists here',
      fix: known.length > 0 ? suggest(key, known) : 'Remove it.',
    }))
  }
  return [{ path, ...wordsFor(issue) }]
}

function wordsFor(issue: Issue): { readonly problem: string; readonly fix: string } {
  const given = shown(issue.input)
  switch (issue.code) {
    case 'invalid_type':
      return { problem: given, fix: `Give ${expectedWords[issue.expected] ?? issue.expected}.` }
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? { problem: 'is empty', fix: 'Add at least one, or remove the option if it is optional.' }
        : { problem: given, fix: `Give a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}.` }
    case 'too_big':
      return { problem: given, fix: `Give at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}.` }
    case 'invalid_format':
      return { problem: given, fix: 'Use letters, digits, "-", "_", "." and ":" only.' }
    case 'invalid_value':
      return { problem: given, fix: suggest(String(issue.input), issue.values.map(String)) }
    case 'invalid_union':
      return { problem: given, fix: 'Give a text, a list of texts, a number or true/false, as the option asks.' }
    case 'invalid_key':
      return { problem: given, fix: 'Invalid key in record.' }
    default:
      return { problem: given, fix: `${issue.message}.` }
  }
}

const expectedWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

function shown(value: unknown): string {
  if (value === undefined) return 'is missing'
  const text = typeof value === 'object' ? undefined : JSON.stringify(value)
  return text === undefined ? `is ${kindOf(value)}` : `is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`
}

// What a shape says about what is inside: of an optional part, of a list, of a record by any key.
function shapeAt(shape: z.ZodMiniType | undefined, path: readonly PropertyKey[]): z.ZodMiniType | undefined {
  const { innerType, element, shape: fields, valueType } = (shape?._zod.def ?? {}) as InsideShape
  if (innerType) return shapeAt(innerType, path)
  const [key, ...rest] = path
  if (key === undefined) return shape
  const inside = fields?.[String(key)] ?? element ?? valueType
  return inside && shapeAt(inside, rest)
}

type InsideShape = {
  readonly innerType?: z.ZodMiniType
  readonly element?: z.ZodMiniType
  readonly valueType?: z.ZodMiniType
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>
}

function keysOf(shape: z.ZodMiniType | undefined): readonly string[] {
  return shape && 'shape' in shape ? Object.keys(shape.shape as object) : []
}

// At most two edits apart, or one for short words.
function isNear(a: string, b: string): boolean {
  const limit = Math.min(a.length, b.length) < 5 ? 1 : 2
  return Math.abs(a.length - b.length) <= limit && editDistance(a.toLowerCase(), b.toLowerCase()) <= limit
}
