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
  const copier = { keyCount: 0, fault: undefined as MetadataFault | undefined }
  const value = copyJson(copier, input, 'metadata', 1) as Metadata
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

type Copier = { keyCount: number; fault: MetadataFault | undefined }

function copyJson(copier: Copier, value: unknown, path: string, depth: number): unknown {
  if (copier.fault) return undefined
  switch (typeof value) {
    case 'string':
      return copyText(copier, value, path)
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : refuse(copier, path, `is ${value}, which JSON cannot hold`)
    case 'object':
      return value === null ? null : copyContainer(copier, value, path, depth)
    default:
      return refuse(copier, path, `is ${kindOf(value)}, which JSON cannot hold`)
  }
}

function copyContainer(copier: Copier, value: object, path: string, depth: number): unknown {
  if (depth > metadataLimits.depth) return refuse(copier, path, `is nested deeper than ${metadataLimits.depth} levels`)
  if (Array.isArray(value)) return value.map((item, i) => copyJson(copier, item, `${path}[${i}]`, depth + 1))
  if (!isPlainObject(value)) return refuse(copier, path, `is ${kindOf(value)}; give plain JSON, dates as ISO strings`)
  return copyObject(copier, value, path, depth)
}

function copyObject(copier: Copier, value: { readonly [key: string]: unknown }, path: string, depth: number): unknown {
  const entries: [string, unknown][] = []
  for (const key of Object.keys(value)) {
    if (value[key] === undefined) continue
    copier.keyCount += 1
    if (copier.keyCount > metadataLimits.keys) {
      return refuse(copier, 'metadata', `has over ${metadataLimits.keys} keys; keep large content elsewhere`)
    }
    copyText(copier, key, `${path}.${key}`)
    entries.push([key, copyJson(copier, value[key], `${path}.${key}`, depth + 1)])
  }
  // `fromEntries` defines own properties, so a key `__proto__` stays plain data.
  return Object.fromEntries(entries)
}

function copyText(copier: Copier, text: string, path: string): string {
  const problem = textFault(text)
  if (problem) refuse(copier, path, problem)
  return text
}

function refuse(copier: Copier, path: string, problem: string): undefined {
  copier.fault ??= { path, problem }
  return undefined
}
