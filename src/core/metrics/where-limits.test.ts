import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesWhere, type Scalar, type WhereTest } from './where.js'
import { canPass, contradictionsIn, highestPassing, valuesPassing } from './where-limits.js'

test.each<[string, WhereTest]>([
  ['eq beside an in without it', { eq: 'a', in: ['b', 'c'] }],
  ['ne of what eq asks for', { eq: 3, ne: 3 }],
  ['ne of the only value in', { in: [3], ne: 3 }],
  ['eq below gt', { eq: 3, gt: 3 }],
  ['eq above lte', { eq: 'c', lte: 'b' }],
  ['nothing of in within the bounds', { in: [1, 9], gt: 1, lt: 9 }],
  ['gt above lt', { gt: 9, lt: 3 }],
  ['gte at lt', { gte: 3, lt: 3 }],
  ['gt at lte', { gt: 'b', lte: 'b' }],
  ['gte and lte at what ne excludes', { gte: 3, lte: 3, ne: 3 }],
  ['a number and a text as bounds', { gte: 3, lt: '9' }],
  ['a text as eq, a number as bound', { eq: '3', gte: 1 }],
  ['ne of a truth value, a number as bound', { ne: true, gte: 1 }],
  ['ne of a text, a number as bound', { ne: 'a', gte: 1 }],
  ['a text below the empty one', { lt: '' }],
])('%s excludes everything', (_, where) => {
  expect(canPass([where])).toBe(false)
  expect(contradictionsIn({ fine: { gte: 1 }, 'my key': where }, 'r')).toEqual(['r.where["my key"]'])
})

test.each<[string, WhereTest]>([
  ['a missing property', { exists: false }],
  ['one that is there', { exists: true }],
  ['eq among in', { eq: 'b', in: ['a', 'b'] }],
  ['gte and lte at one number', { gte: 3, lte: 3 }],
  ['gt just below lt', { gt: 3, lt: 3.5 }],
  ['the empty text', { lte: '' }],
  ['ne beside bounds', { ne: 3, gte: 3, lt: 4 }],
  ['ne of one truth value', { ne: true }],
  ['an in of several types', { in: [1, 2, 'a'], ne: 1 }],
])('%s can be', (_, where) => {
  expect(canPass([where])).toBe(true)
})

test.each<[string, WhereTest[], readonly Scalar[] | null]>([
  ['of eq, one', [{ eq: 3 }], [3]],
  ['of in, each once', [{ in: ['a', 'b', 'a'] }], ['a', 'b']],
  ['of in, those within bounds', [{ in: [1, 2, 3], gt: 1 }], [2, 3]],
  ['of ends that meet, one', [{ gte: 3, lte: 3 }], [3]],
  ['of truth values, the other', [{ ne: true }], [false]],
  ['of a missing property, none', [{ exists: false }], []],
  ['of a range, no list', [{ gte: 1, lt: 3 }], null],
  ['of no tests, no list', [], null],
])('lists what passes: %s', (_, tests, values) => {
  expect(valuesPassing(tests)).toEqual(values)
})

test.each<[string, WhereTest[], ReturnType<typeof highestPassing>]>([
  ['up to lte', [{ lte: 80 }], { value: 80, isReached: true }],
  ['close to lt', [{ lt: 80 }], { value: 80, isReached: false }],
  ['close to the lower of two', [{ lt: 80, lte: 90 }], { value: 80, isReached: false }],
  ['up to the highest in', [{ in: [5, 7, '9'] }], { value: 7, isReached: true }],
  ['none where texts are asked for', [{ in: ['5'] }], { value: 0, isReached: true }],
  ['none where it is missing', [{ exists: false }], { value: 0, isReached: true }],
  ['none where it is not above 0', [{ lte: 0 }], { value: 0, isReached: true }],
  ['without end', [{ gte: 80 }], null],
])('finds the highest number that passes: %s', (_, tests, highest) => {
  expect(highestPassing(tests)).toEqual(highest)
})

test('agrees with trying every value', () => {
  const bound = fc.constantFrom<number | string>(-1, 0, 1, 2, 'a', 'b')
  const scalar = fc.oneof(bound, fc.boolean())
  const whereTest = fc.record(
    { eq: scalar, ne: scalar, gt: bound, gte: bound, lt: bound, lte: bound, in: fc.array(scalar, { minLength: 1 }) },
    { requiredKeys: [] },
  )
  const values = [-2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, '', '0', 'a', 'ab', 'b', 'c', true, false]
  fc.assert(
    fc.property(fc.array(whereTest, { minLength: 1, maxLength: 2 }), tests => {
      const passing = values.filter(value => tests.every(given => matchesWhere({ p: given }, { p: value })))
      expect(canPass(tests)).toBe(passing.length > 0)
      const listed = valuesPassing(tests)
      if (listed) expect([...listed].sort()).toEqual([...passing].sort())
    }),
    { numRuns: 5_000 },
  )
})
