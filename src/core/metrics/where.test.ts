import { expect, test } from 'vitest'
import { matchesWhere, type WhereTest } from './where.js'

const matches = (test: WhereTest, value: unknown): boolean => matchesWhere({ p: test }, { p: value })

test.each<[WhereTest, unknown, boolean]>([
  [{ eq: 'ts' }, 'ts', true],
  [{ eq: 1 }, '1', false],
  [{ ne: 'ts' }, 'js', true],
  [{ ne: 'ts' }, 'ts', false],
  [{ ne: 'ts' }, 5, false],
  [{ gt: 5 }, 5, false],
  [{ gt: 5 }, 5.1, true],
  [{ gte: 5 }, 5, true],
  [{ lt: 5 }, 5, false],
  [{ lte: 5 }, 5, true],
  [{ gte: 1, lt: 3 }, 2, true],
  [{ gte: 1, lt: 3 }, 3, false],
  [{ gte: 5 }, '7', false],
  [{ lt: 'b' }, 'a', true],
  [{ lt: '𝒯' }, '\ue000', true],
  [{ in: ['a', 2, true] }, 2, true],
  [{ in: ['a', 2, true] }, '2', false],
  [{ exists: true }, false, true],
  [{ exists: false }, 0, false],
  [{ eq: true }, true, true],
])('%j on %j is %s', (test, value, expected) => {
  expect(matches(test, value)).toBe(expected)
})

test.each([undefined, null])('a property that is %s only passes `exists`', value => {
  expect(matches({ exists: false }, value)).toBe(true)
  expect(matches({ exists: true }, value)).toBe(false)
  for (const test of [{ ne: 'x' }, { eq: 0 }, { lt: 9 }, { in: ['x'] }]) expect(matches(test, value)).toBe(false)
})

test('every property must match', () => {
  const where = { score: { gte: 50 }, lang: { eq: 'ts' } }
  expect(matchesWhere(where, { score: 60, lang: 'ts' })).toBe(true)
  expect(matchesWhere(where, { score: 60, lang: 'js' })).toBe(false)
})

test('does not see what metadata inherit', () => {
  expect(matchesWhere({ constructor: { exists: true } }, {})).toBe(false)
  expect(matchesWhere({ toString: { exists: false } }, {})).toBe(true)
})
