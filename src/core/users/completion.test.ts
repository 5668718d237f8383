import { expect, test } from 'vitest'
import { isMilepostError } from '../values/errors.js'
import { type CompletionInput, checkCompletion } from './completion.js'

const now = new Date('2026-03-01T12:00:00Z')
const good = { userId: 'ann', category: 'tutorial', itemKey: 'intro' }

function refusal(input: unknown, index?: number): { code: string; field: unknown; message: string; index: unknown } {
  try {
    checkCompletion(input as CompletionInput, { now }, index)
  } catch (error) {
    if (isMilepostError(error)) {
      return { code: error.code, field: error.details.field, message: error.message, index: error.details.index }
    }
    throw error
  }
  throw new Error('it was taken')
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : { in: nested(depth - 1) })
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]))

test.each<[string, unknown, string]>([
  ['no object', null, 'completion'],
  ['an empty user id', { ...good, userId: '' }, 'userId'],
  ['a number as user id', { ...good, userId: 7 }, 'userId'],
  ['a missing category', { ...good, category: undefined }, 'category'],
  ['a user id of 256 bytes', { ...good, userId: 'x'.repeat(256) }, 'userId'],
  ['a user id of 128 two-byte letters', { ...good, userId: 'é'.repeat(128) }, 'userId'],
  ['a category of 101 bytes', { ...good, category: 'x'.repeat(101) }, 'category'],
  ['an item key of 513 bytes', { ...good, itemKey: 'x'.repeat(513) }, 'itemKey'],
  ['a user id that no address can hold', { ...good, userId: '.' }, 'userId'],
  ['such a category', { ...good, category: '..' }, 'category'],
  ['such an item key', { ...good, itemKey: '..' }, 'itemKey'],
  ['a NUL in an id', { ...good, itemKey: 'a\u0000b' }, 'itemKey'],
  ['a lone surrogate in an id', { ...good, userId: 'a\ud800' }, 'userId'],
  ['the reserved category', { ...good, category: 'milestone_badge' }, 'category'],
  ['a string as time', { ...good, completedAt: '2026-01-01' }, 'completedAt'],
  ['an invalid Date', { ...good, completedAt: new Date('nonsense') }, 'completedAt'],
  ['a time over 5 minutes ahead', { ...good, completedAt: new Date(now.getTime() + 300_001) }, 'completedAt'],
  ['a time before the year 1', { ...good, completedAt: new Date(Date.UTC(-1, 0)) }, 'completedAt'],
  ['metadata that are a list', { ...good, metadata: [] }, 'metadata'],
  ['metadata that are text', { ...good, metadata: '{}' }, 'metadata'],
  ['metadata 17 levels deep', { ...good, metadata: nested(17) }, `metadata${'.in'.repeat(16)}`],
  ['1,001 keys', { ...good, metadata: keys(1001) }, 'metadata'],
  ['over 64 KB', { ...good, metadata: { text: 'x'.repeat(65_536) } }, 'metadata'],
  ['a NUL in metadata', { ...good, metadata: { a: ['\u0000'] } }, 'metadata.a[0]'],
  ['a lone surrogate in a key', { ...good, metadata: { '\udc00': 1 } }, 'metadata.\udc00'],
  ['NaN', { ...good, metadata: { n: Number.NaN } }, 'metadata.n'],
  ['a bigint', { ...good, metadata: { n: 1n } }, 'metadata.n'],
  ['a Date in metadata', { ...good, metadata: { at: new Date() } }, 'metadata.at'],
  ['a function', { ...good, metadata: { toJSON: () => 1 } }, 'metadata.toJSON'],
])('refuses %s and names the field', (_, input, field) => {
  expect(refusal(input)).toMatchObject({ code: 'INPUT_INVALID', field })
})

test('refuses a cycle in metadata', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  expect(refusal({ ...good, metadata: circle }).code).toBe('INPUT_INVALID')
})

test('names the position in a batch', () => {
  const { message, index } = refusal({ ...good, userId: '' }, 41)
  expect(index).toBe(41)
  expect(message).toContain('completion 41: userId is empty')
})

test('accepts ids and metadata at their limits', () => {
  const input = {
    userId: 'é'.repeat(127),
    category: 'x'.repeat(100),
    itemKey: '😀'.repeat(128),
    metadata: { deep: nested(15), ...keys(900) },
  }
  expect(checkCompletion(input, { now })).toMatchObject(input)
})

test('stores a time up to 5 minutes ahead as now, and keeps one in the past', () => {
  const ahead = checkCompletion({ ...good, completedAt: new Date(now.getTime() + 300_000) }, { now })
  expect(ahead.completedAt).toEqual(now)
  const past = new Date('1969-07-20T20:17:40Z')
  expect(checkCompletion({ ...good, completedAt: past }, { now }).completedAt).toEqual(past)
})

test('copies what it is given, so that later changes do not reach it', () => {
  const metadata = { tags: ['a'] }
  const completedAt = new Date('2026-01-01T00:00:00Z')
  const checked = checkCompletion({ ...good, metadata, completedAt }, { now })
  metadata.tags.push('b')
  completedAt.setFullYear(1999)
  expect(checked.metadata).toEqual({ tags: ['a'] })
  expect(checked.completedAt.getUTCFullYear()).toBe(2026)
})

test('keeps a key `__proto__` as data', () => {
  const { metadata, metadataJson } = checkCompletion(
    { ...good, metadata: JSON.parse('{"__proto__":{"x":1}}') },
    { now },
  )
  expect(Object.keys(metadata)).toEqual(['__proto__'])
  expect(metadataJson).toBe('{"__proto__":{"x":1}}')
})

test('refuses a category that the catalog does not declare', () => {
  const categories = new Set(['tutorial'])
  expect(() => checkCompletion({ ...good, category: 'tutorail' }, { now, categories })).toThrow(
    /not declared.*tutorial/,
  )
})
