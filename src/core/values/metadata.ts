import { utf8Length } from './code-points.js'
import { unreadProblem } from './invalid.js'

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Free JSON about a completion: at most 16 levels deep, 1,000 keys, 64 KB. */
export type Metadata = { readonly [key: string]: unknown }

const metadataLimits = { depth: 16, keys: 1000, bytes: 65_536 } as const

/** A checked copy of a caller's metadata and its JSON text. Later changes to the caller's object do not affect it. */
export type CheckedMetadata = { readonly value: Metadata; readonly json: string }

/** The place in the metadata and what is wrong there. */
export type MetadataFault = { readonly path: string; readonly problem: string }

/**
 * Copies metadata and checks that Postgres can store them unchanged. `undefined` properties are left out, as in JSON.
 * Depth and number of keys are limited here because the embedded database crashes on deep documents.
 */
export function checkMetadata(input: unknown): CheckedMetadata | MetadataFault {
  if (input === undefined || input === null) return { value: {}, json: '{}' }
  try {
    return checkedMetadata(input)
  } catch (error) {
    // A getter or proxy in the input may throw anything.
    return { path: 'metadata', problem: unreadProblem(error) }
  }
}

function checkedMetadata(input: unknown): CheckedMetadata | MetadataFault {
  if (!isPlainObject(input)) return { path: 'metadata', problem: `is ${kindOf(input)}; pass a plain object` }
  const copier: Copier = { path: [], keyCount: 0, fault: undefined }
  const value = copyJson(copier, input) as Metadata
  if (copier.fault) return copier.fault
  const json = JSON.stringify(value)
  if (json.length * 3 > metadataLimits.bytes && utf8Length(json) > metadataLimits.bytes) {
    return { path: 'metadata', problem: `is over ${metadataLimits.bytes} bytes of JSON; keep large content elsewhere` }
  }
  return { value, json }
}

/** Returns why Postgres cannot store a string unchanged. Undefined if it can. */
export function textFault(text: string): string | undefined {
  if (text.includes('\u0000')) return 'has a NUL character (U+0000), which Postgres cannot store; remove it'
  if (!text.isWellFormed()) return 'has a lone surrogate, which would be stored as another character; remove it'
  return undefined
}

/** Returns the kind of a value, for an error message. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return isPlainObject(value) ? 'an object' : `a ${value.constructor?.name ?? 'object'}`
  return value === undefined ? 'missing' : `a ${typeof value}`
}

export function isPlainObject(value: unknown): value is { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

type Copier = {
  /** The keys and positions that lead to the current value. */
  readonly path: (string | number)[]
  keyCount: number
  fault: MetadataFault | undefined
}

function copyJson(copier: Copier, value: unknown): unknown {
  if (copier.fault) return undefined
  switch (typeof value) {
    case 'string':
      return copyText(copier, value)
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : refuse(copier, `is ${value}, which JSON cannot hold`)
    case 'object':
      return value === null ? null : copyContainer(copier, value)
    default:
      return refuse(copier, `is ${kindOf(value)}, which JSON cannot hold`)
  }
}

function copyContainer(copier: Copier, value: object): unknown {
  const { depth } = metadataLimits
  if (copier.path.length >= depth) return refuse(copier, `is nested deeper than ${depth} levels`)
  if (Array.isArray(value)) return value.map((item, i) => copyInside(copier, item, i))
  if (!isPlainObject(value)) return refuse(copier, `is ${kindOf(value)}; give plain JSON, dates as ISO strings`)
  return copyObject(copier, value)
}

function copyInside(copier: Copier, value: unknown, place: string | number): unknown {
  copier.path.push(place)
  if (typeof place === 'string') copyText(copier, place)
  const copy = copyJson(copier, value)
  copier.path.pop()
  return copy
}

const plainProperty = { configurable: true, enumerable: true, writable: true }

function copyObject(copier: Copier, value: { readonly [key: string]: unknown }): unknown {
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const inside = value[key]
    if (inside === undefined) continue
    copier.keyCount += 1
    if (copier.keyCount > metadataLimits.keys) {
      return refuse(copier, `has over ${metadataLimits.keys} keys; keep large content elsewhere`, 'metadata')
    }
    const own = copyInside(copier, inside, key)
    // Assigning this key would set the prototype.
    if (key === '__proto__') Object.defineProperty(copy, key, { ...plainProperty, value: own })
    else copy[key] = own
  }
  return copy
}

function copyText(copier: Copier, text: string): string {
  const problem = textFault(text)
  if (problem) refuse(copier, problem)
  return text
}

function refuse(copier: Copier, problem: string, path = pathText(copier)): undefined {
  copier.fault ??= { path, problem }
  return undefined
}

function pathText({ path }: Copier): string {
  return `metadata${path.map(place => (typeof place === 'number' ? `[${place}]` : `.${place}`)).join('')}`
}
