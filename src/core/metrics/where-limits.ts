import { compareCodePoints } from '../values/code-points.js'
import { joinPath } from '../values/shape-faults.js'
import { matchesWhere, type Scalar, type Where, type WhereTest } from './where.js'

/** Lists the paths of properties for which no value can match `where`, starting from the path of the filter. */
export function contradictionsIn(where: Where | undefined, path: string): readonly string[] {
  const properties = Object.keys(where ?? {}).filter(property => !canPass([where![property]!]))
  return properties.map(property => joinPath(path, 'where', property))
}

/** Tells whether a property can pass all of these tests, possibly by being absent. */
export function canPass(tests: readonly WhereTest[]): boolean {
  if (tests.some(({ exists }) => exists === false)) return tests.every(({ exists }) => exists === false)
  const values = valuesPassing(tests)
  return values === null ? hasRoom(tests) : values.length > 0
}

/** Lists the values that pass all of these tests, each once. Null if there are too many to list. */
export function valuesPassing(tests: readonly WhereTest[]): readonly Scalar[] | null {
  if (tests.some(({ exists }) => exists === false)) return []
  const candidates = candidatesOf(tests)
  if (candidates === null) return null
  return [...new Set(candidates)].filter(value =>
    tests.every(test => matchesWhere({ property: test }, { property: value })),
  )
}

/** The highest number that passes. `isReached`: whether it passes itself, or only numbers below it. */
export type Highest = { readonly value: number; readonly isReached: boolean }

/** Finds the highest number above 0 that passes all of these tests: 0 if none does, null if there is no limit. */
export function highestPassing(tests: readonly WhereTest[]): Highest | null {
  const positive = [...tests, { gt: 0 }]
  if (!canPass(positive)) return { value: 0, isReached: true }
  const values = valuesPassing(positive)
  if (values) return { value: Math.max(...values.map(Number)), isReached: true }
  const { upper } = endsOf(positive)
  return upper ? { value: upper.value as number, isReached: !upper.isOpen } : null
}

function candidatesOf(tests: readonly WhereTest[]): readonly Scalar[] | null {
  const equal = tests.find(({ eq }) => eq !== undefined)
  if (equal) return [equal.eq!]
  const listed = tests.find(test => test.in !== undefined)
  if (listed) return listed.in!
  if (tests.some(({ ne }) => typeof ne === 'boolean')) return [true, false]
  const { lower, upper } = endsOf(tests)
  return lower && upper && lower.value === upper.value ? [lower.value] : null
}

type End = { readonly value: number | string; readonly isOpen: boolean }
type Ends = { readonly lower: End | undefined; readonly upper: End | undefined }

// Only values of the same type can be compared, so tests of two types leave nothing. Otherwise there is room between
// two different ends.
function hasRoom(tests: readonly WhereTest[]): boolean {
  const { lower, upper } = endsOf(tests)
  const asked = [...tests.flatMap(({ gt, gte, lt, lte, ne }) => [gt, gte, lt, lte, ne])].filter(
    value => value !== undefined,
  )
  if (new Set(asked.map(value => typeof value)).size > 1) return false
  if (upper?.value === '' && upper.isOpen) return false
  return !lower || !upper || order(lower.value, upper.value) < 0
}

function endsOf(tests: readonly WhereTest[]): Ends {
  const lowers = tests.flatMap(({ gt, gte }) => [...endAt(gt, true), ...endAt(gte, false)])
  const uppers = tests.flatMap(({ lt, lte }) => [...endAt(lt, true), ...endAt(lte, false)])
  return { lower: narrowest(lowers, 1), upper: narrowest(uppers, -1) }
}

function endAt(value: number | string | undefined, isOpen: boolean): readonly End[] {
  return value === undefined ? [] : [{ value, isOpen }]
}

function narrowest(ends: readonly End[], sign: 1 | -1): End | undefined {
  return [...ends].sort((a, b) => -sign * order(a.value, b.value) || Number(b.isOpen) - Number(a.isOpen))[0]
}

// Different types are handled elsewhere. Here they only need some order.
function order(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return compareCodePoints(String(a), String(b))
}
