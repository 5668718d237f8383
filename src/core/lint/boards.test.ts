import { expect, test } from 'vitest'
import type { Board } from '../catalog/board.js'
import { lintCatalog } from './lint.js'

const milestone = { id: 'm', title: 'M', requirement: { type: 'count', category: 'run', target: 1 } }
const linesOf = (catalog: object, options?: Parameters<typeof lintCatalog>[1]) =>
  lintCatalog({ milestones: [milestone], ...catalog }, options).map(({ path, problem }) => `${path} ${problem}`)
const warningsOf = (by: Board['by'], more: object = {}, time: object = {}) =>
  linesOf({ ...more, boards: [{ id: 'b', title: 'B', by, ...time }] })

test('finds boards on which nobody can be', () => {
  expect(warningsOf('points')).toEqual(['boards[0].by ranks by points, but nothing gives any'])
  expect(warningsOf('badges', { milestones: [] })).toEqual(['boards[0].by ranks by badges, but there are none to earn'])
  const where = { km: { lt: 0 } }
  expect(warningsOf({ type: 'best', category: 'run', property: 'km', where })).toEqual([
    'boards[0].by counts nothing: its `where` lets no "km" above 0 through',
  ])
  expect(warningsOf({ type: 'count', category: 'run', where: { km: { gt: 5, lt: 4 } } })).toEqual([
    'boards[0].by.where.km asks for what no value can be: its tests exclude each other',
  ])
})

test('finds nothing wrong with others', () => {
  expect(warningsOf('badges')).toEqual([])
  expect(warningsOf('points', { milestones: [{ ...milestone, reward: { points: 5 } }] })).toEqual([])
  expect(warningsOf({ type: 'lowest', category: 'lap', property: 's', where: { s: { gt: 10 } } })).toEqual([])
  expect(warningsOf({ type: 'streak', category: 'run', every: 'day' })).toEqual([])
})

test('finds boards of a list that does not exist, if the lists are known', () => {
  const boards = [{ id: 'b', title: 'B', by: { type: 'count', category: 'run', items: { list: 'course' } } }]
  expect(linesOf({ boards })).toEqual([])
  expect(linesOf({ boards }, { lists: {} })).toEqual([
    'boards[0].by.items.list "course" has no items, so nobody can be on it',
  ])
  expect(linesOf({ boards }, { lists: { course: ['a'] } })).toEqual([])
})

test('finds days that are not those of the hours', () => {
  const by = { type: 'streak', category: 'run', every: 'day', on: ['mon'], when: { days: ['sun'] } } as const
  expect(warningsOf(by)).toEqual(['boards[0].by counts nothing: `when` lets nothing count on the days that are `on`'])
})

const frozen = (every: 'day' | 'week' | 'month', freezes: number): Board['by'] =>
  ({ type: 'streak', category: 'run', every, freezes: { every: freezes, max: 1 } }) as const
const winter = { seasons: [{ name: 'Winter', from: '2026-12-01', until: '2026-12-11' }] }

test.each<[Board['by'], object, boolean]>([
  // A week can touch eight days of a user in another zone.
  [frozen('day', 8), { period: 'week' }, false],
  [frozen('day', 9), { period: 'week' }, true],
  [frozen('week', 3), { period: 'day' }, true],
  [frozen('week', 2), { period: 'day' }, false],
  [frozen('month', 16), { period: 'year' }, true],
  [frozen('month', 12), { period: 'year' }, false],
  [frozen('day', 11), winter, false],
  [frozen('day', 12), winter, true],
  [frozen('day', 366), {}, false],
])('finds freezes that no streak can earn in a period: %j in %j', (by, time, isWarned) => {
  const path = 'boards[0].by.freezes.every'
  expect(warningsOf(by, {}, time)).toEqual(isWarned ? [expect.stringContaining(path)] : [])
})

test('a category that only a board counts is one that retention may fold', () => {
  const more = { milestones: [], retention: [{ category: 'run', keep: 'P90D' }] }
  expect(warningsOf({ type: 'count', category: 'run' }, more)).toEqual([])
})
