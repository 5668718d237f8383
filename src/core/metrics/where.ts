import { compareCodePoints } from '../values/code-points.js'
import type { Metadata } from '../values/metadata.js'

/** A value that conditions compare with. */
export type Scalar = string | number | boolean

/**
 * Tests one metadata property. All given tests must hold. Only values of the same type are compared: numbers as
 * numbers, strings by code points. A missing or null property can only pass `exists`: even `ne` is false for it.
 */
export type WhereTest = {
  readonly eq?: Scalar
  readonly ne?: Scalar
  readonly gt?: number | string
  readonly gte?: number | string
  readonly lt?: number | string
  readonly lte?: number | string
  readonly in?: readonly Scalar[]
  readonly exists?: boolean
}

/** Filters completions by top-level metadata properties; all of them must match. */
export type Where = { readonly [property: string]: WhereTest }

/** Lists the operators of {@link WhereTest} in the order in which they appear in a metric's name. */
export const whereOperators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'exists'] as const

/** Tells whether metadata match every test of a `where`. */
export function matchesWhere(where: Where, metadata: Metadata): boolean {
  for (const property of Object.keys(where)) {
    const value = Object.hasOwn(metadata, property) ? metadata[property] : undefined
    if (!passes(where[property]!, value)) return false
  }
  return true
}

function passes(test: WhereTest, value: unknown): boolean {
  if (value === undefined || value === null) return test.exists === false && Object.keys(test).length === 1
  if (test.exists === false) return false
  if (test.eq !== undefined && value !== test.eq) return false
  if (test.ne !== undefined && (typeof value !== typeof test.ne || value === test.ne)) return false
  if (test.in !== undefined && !test.in.some(option => option === value)) return false
  return passesOrder(test, value)
}

function passesOrder(test: WhereTest, value: unknown): boolean {
  if (test.gt !== undefined && !(order(value, test.gt) > 0)) return false
  if (test.gte !== undefined && !(order(value, test.gte) >= 0)) return false
  if (test.lt !== undefined && !(order(value, test.lt) < 0)) return false
  return test.lte === undefined || order(value, test.lte) <= 0
}

// NaN for different types: every comparison with it is false.
function order(value: unknown, bound: number | string): number {
  if (typeof value === 'number' && typeof bound === 'number') return value - bound
  if (typeof value === 'string' && typeof bound === 'string') return compareCodePoints(value, bound)
  return Number.NaN
}
