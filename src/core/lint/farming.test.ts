import { expect, test } from 'vitest'
import { lintCatalog } from './lint.js'

const count = (target: number, more: object = {}) => ({ type: 'count', category: 'answer', target, ...more })
const total = { type: 'total', category: ['run', 'ride'], property: 'km', target: 100 }
const again = (requirement: object, repeatable: object, more: object = {}) => ({
  currencies: ['gems'],
  milestones: [{ id: 'a', title: 'A', requirement, repeatable, ...more }],
})
const rule = (more: object = {}) => ({
  currencies: ['gems'],
  points: [{ category: 'lesson', points: 10, ...more }],
  milestones: [],
})
const path = 'milestones[0].repeatable'

const farmable = (catalog: object) => lintCatalog(catalog).filter(({ kind }) => kind === 'farmable')

test.each<[string, object, string, string]>([
  [
    'a count without end',
    again(count(10), {}),
    path,
    'gives a badge for every 10 completions of "answer", without end',
  ],
  ['a total without end', again(total, {}), path, 'every 100 of "km" of "run", "ride", without end'],
  ['with points', again(count(10), {}, { reward: { points: 5 } }), path, 'gives a badge and 5 points'],
  ['within a rolling time', again(count(10, { within: 'P7D' }), {}), path, 'without end'],
  ['within a window', again(count(10, { during: { from: '2026-01-01' } }), {}), path, 'without end'],
  ['each single one', again(count(1), {}), path, 'for every single completion of "answer", without end'],
  ['each single one, up to max', again(count(1), { max: 100 }), path, '100 times, as fast as one can'],
  ['a shorthand', again({ type: 'actions_completed', count: 5 }, {}), path, 'every 5 completions of "action"'],
  ['points without a cap', rule(), 'points[0]', 'gives 10 points for each completion of "lesson", without a limit'],
  ['coins', rule({ currency: 'gems' }), 'points[0]', 'gives 10 gems for each completion of "lesson", without a limit'],
  ['coins of badges', again(count(9), {}, { reward: { coins: { gems: 5 } } }), path, 'gives a badge and 5 gems for'],
  ['points by a number', rule({ points: { property: 'score' } }), 'points[0]', 'gives points by "score" for each'],
  ['a point under a test', rule({ points: 1, where: { n: { gt: 1 } } }), 'points[0]', 'gives 1 point for'],
])('finds what can be collected without limit: %s', (_, catalog, place, problem) => {
  expect(farmable(catalog)).toMatchObject([{ path: place, problem: expect.stringContaining(problem) }])
})

test.each<[string, object]>([
  ['with a cooldown', again(count(1), { cooldown: 'PT1H' })],
  ['points with a cooldown', rule({ cooldown: 'PT60S' })],
  ['points per item', rule({ per: 'quizId', once: true })],
  ['with a max', again(count(10), { max: 5 })],
  ['once in each period', again(count(1, { during: 'day' }), {})],
  ['of items', again(count(1, { items: ['a', 'b'] }), {})],
  ['of distinct values', again(count(5, { distinct: 'country' }), {})],
  ['a height', again({ type: 'best', category: 'x', property: 'n', target: 10 }, {})],
  ['a streak', again({ type: 'streak', category: 'x', every: 'day', target: 7 }, {})],
  ['over points', again({ type: 'points', target: 10 }, { max: 2 })],
  ['a retired one', again(count(1), {}, { retired: true })],
  ['one that nothing counts for', again(count(1, { where: { n: { gt: 1, lt: 1 } } }), {})],
  ['one that is not repeatable', { milestones: [{ id: 'a', title: 'A', requirement: count(1) }] }],
  ['points with a cap', rule({ cap: { per: 'day', points: 10 } })],
  ['points that nothing brings', rule({ where: { n: { gt: 1, lt: 1 } } })],
])('finds nothing to be collected without limit: %s', (_, catalog) => {
  expect(farmable(catalog)).toEqual([])
})

test('says how to mend it', () => {
  const fixes = [again(count(10), {}), again(count(1), { max: 9 }), rule()].flatMap(farmable).map(({ fix }) => fix)
  expect(fixes).toEqual([
    'Give it a cooldown (such as "P1D"), a max, a `during` period, or the items that count.',
    'Give it a cooldown (such as "P1D"), a `during` period, the items that count, or a higher target.',
    'Give it a cap, such as { "per": "day", "points": 50 }.',
  ])
})
