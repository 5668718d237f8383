import fc from 'fast-check'
import type { DocumentedCall } from '../../src/http/docs/document.js'
import type { Shape } from '../../src/http/docs/shape-text.js'

/** A request that may be right, nearly right, or wrong. */
export type FuzzedRequest = { readonly path: string; readonly body: unknown }

type Shapes = Readonly<Record<string, Shape & Bounds>>
type Bounds = {
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly example?: unknown
}

/** Words that the test's users, milestones and categories go by, so that requests meet something. */
const words = [
  'ann',
  'bob',
  'cem',
  'first-steps',
  't2',
  'posts#1',
  'tutorial',
  'action',
  'intro',
  'a/b',
  'ä😀',
  ' ',
  '..',
  '%00',
  'a\0b',
  '__proto__',
]

// What nobody was given: parts of every type, as a list would write them.
const cursorPart = fc.oneof(
  fc.constantFrom<unknown>(0, 1, 2 ** 31, -8.64e15, 8.64e15, '', 'a', '\0', '0', '9'.repeat(18), null),
  fc.maxSafeInteger(),
  fc.string({ maxLength: 8 }),
)
const cursor = fc
  .array(cursorPart, { minLength: 1, maxLength: 6 })
  .map(parts => Buffer.from(JSON.stringify(parts)).toString('base64url'))

/** Draws requests of one operation from its description: three in four as it says, the rest off in some place. */
export function requestArbitrary(path: string, call: DocumentedCall, shapes: Shapes): fc.Arbitrary<FuzzedRequest> {
  const { schema: body, example } = call.requestBody?.content['application/json'] ?? {}
  const parameters = (call.parameters ?? []).filter(({ in: place }) => place !== 'header')
  const values = parameters.map(({ name, in: place, required, schema }) => {
    const value = fc
      .oneof(
        { weight: 15, arbitrary: name === 'cursor' ? cursor : fromShape(schema, shapes) },
        { weight: 1, arbitrary: text },
      )
      .map(String)
    const given =
      place === 'path' || required
        ? value.map(v => (v === '' ? 'x' : v))
        : seldom(value, undefined, name === 'cursor' ? 8 : 3)
    return given.map(v => ({ name, place, value: v }))
  })
  const stray = seldom(fc.constantFrom('userId=bob', 'limit=1&limit=2', 'x', '__proto__=1'), '')
  const anyBody = body
    ? fc.oneof(
        { weight: 4, arbitrary: fromShape(body, shapes) },
        { weight: 1, arbitrary: bent(body, shapes) },
        ...(example === undefined ? [] : [{ weight: 1, arbitrary: fc.constant(example) }]),
      )
    : seldom(fc.constant({ userId: 'bob' }), undefined)
  return fc
    .tuple(fc.tuple(...values), stray, anyBody)
    .map(([given, more, drawn]) => ({ path: addressOf(path, given, more), body: drawn }))
}

/** The request that the description of an operation gives as its example, with everything else at its plainest. */
export function documentedRequest(path: string, call: DocumentedCall, shapes: Shapes): FuzzedRequest {
  const { schema, example } = call.requestBody?.content['application/json'] ?? {}
  const given = (call.parameters ?? [])
    .filter(({ in: place, required }) => place === 'path' || (place !== 'header' && required))
    .map(({ name, in: place, schema: shape }) => ({ name, place, value: String(plainest(shape, shapes)) }))
  return { path: addressOf(path, given, ''), body: example ?? (schema && plainest(schema, shapes)) }
}

function plainest(shape: Shape & Bounds, shapes: Shapes): unknown {
  if (shape.example !== undefined) return shape.example
  if (shape.$ref !== undefined) return plainest(referred(shape.$ref, shapes), shapes)
  if (shape.enum) return shape.enum[0]
  const parts = shape.anyOf ?? shape.oneOf
  if (parts) return plainest(parts[0]!, shapes)
  switch (shape.type) {
    case 'object':
      return Object.fromEntries((shape.required ?? []).map(name => [name, plainest(shape.properties![name]!, shapes)]))
    case 'array':
      return [plainest(shape.items ?? {}, shapes)]
    case 'integer':
    case 'number':
      return shape.minimum ?? 0
    case 'boolean':
      return false
    default:
      return 'x'
  }
}

function referred($ref: string, shapes: Shapes): Shape & Bounds {
  return shapes[$ref.slice($ref.lastIndexOf('/') + 1)]!
}

/** Draws something once in so many times more than nothing. */
function seldom<Value, None>(value: fc.Arbitrary<Value>, none: None, times = 12): fc.Arbitrary<Value | None> {
  return fc.oneof({ weight: times, arbitrary: fc.constant(none) }, { weight: 1, arbitrary: value })
}

type Given = { readonly name: string; readonly place: string; readonly value: string | undefined }

function addressOf(path: string, given: readonly Given[], more: string): string {
  const inPath = given.filter(({ place }) => place === 'path')
  const address = inPath.reduce((text, { name, value }) => text.replace(`{${name}}`, () => encoded(value!)), path)
  const query = given.filter(({ place, value }) => place === 'query' && value !== undefined)
  const search = [...query.map(({ name, value }) => `${name}=${encoded(value!)}`), ...(more ? [more] : [])].join('&')
  return search === '' ? address : `${address}?${search}`
}

function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed())
}

const text = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 12 }))
const anything = fc.jsonValue({ maxDepth: 2 })

function fromShape(shape: Shape & Bounds, shapes: Shapes, depth = 0): fc.Arbitrary<unknown> {
  if (shape.example !== undefined && typeof shape.example === 'object') return fc.constant(shape.example)
  if (shape.$ref !== undefined) return fromShape(referred(shape.$ref, shapes), shapes, depth)
  if (shape.enum) return fc.constantFrom(...shape.enum)
  const parts = shape.anyOf ?? shape.oneOf
  if (parts) return fc.oneof(...parts.map(part => fromShape(part, shapes, depth)))
  switch (shape.type) {
    case 'object':
      return objectFrom(shape, shapes, depth)
    case 'array':
      return fc.array(fromShape(shape.items ?? {}, shapes, depth + 1), { maxLength: 4 })
    case 'integer':
    case 'number':
      return fc.integer({ min: shape.minimum ?? 0, max: Math.min(shape.maximum ?? 100, 40_000) })
    case 'boolean':
      return fc.boolean()
    case 'string':
      return textFrom(shape)
    default:
      return anything
  }
}

function textFrom({ format, example, minLength = 0 }: Shape & Bounds): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc.date({ min: new Date(0), max: new Date('2027-01-01'), noInvalidDate: true }).map(at => at.toISOString())
  const drawn = text.map(given => (given.length < minLength ? 'x' : given))
  if (format === 'date') return fc.constantFrom('2026-09-25', '2026-09-28', '2026-02-28')
  return typeof example === 'string'
    ? fc.oneof({ weight: 2, arbitrary: fc.constant(example) }, { weight: 3, arbitrary: drawn })
    : drawn
}

function objectFrom(
  { properties = {}, required = [], additionalProperties }: Shape,
  shapes: Shapes,
  depth: number,
): fc.Arbitrary<unknown> {
  const known = Object.fromEntries(
    Object.entries(properties).map(([name, shape]) => [name, fromShape(shape, shapes, depth + 1)]),
  )
  const own = fc.record(known, { requiredKeys: [...required] })
  if (typeof additionalProperties !== 'object' || depth > 3) return own
  return fc.tuple(own, fc.dictionary(text, anything, { maxKeys: 3 })).map(([a, b]) => ({ ...b, ...a }))
}

/** Wrong in one place: an extra field, one of another type, or a missing one. */
function bent(shape: Shape, shapes: Shapes): fc.Arbitrary<unknown> {
  const right = fromShape(shape, shapes)
  const extra = fc.constantFrom('userId', 'points', 'earnedAt', 'scopes', 'constructor')
  const more = fc
    .tuple(right, extra, anything)
    .map(([value, name, odd]) => (isObject(value) ? { ...value, [name]: odd } : odd))
  const other = fc.tuple(right, fc.nat(), anything).map(([value, place, odd]) => {
    const keys = isObject(value) ? Object.keys(value) : []
    return keys.length === 0 ? odd : { ...(value as object), [keys[place % keys.length]!]: odd }
  })
  return fc.oneof(more, other, anything)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
