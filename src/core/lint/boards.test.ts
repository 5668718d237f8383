import { expect, test } from 'vitest'
import type { Board } from '../catalog/board.js'
import { lintCatalog } from './lint.js'

const milestone = { id: 'm', title: 'M', requirement: { type: 'count', category: 'run', target: 1 } }
const warningsOf = (by: Board['by'], more: object = { milestones: [milestone] }) =>
  lintCatalog({ ...more, boards: [{ id: 'b', title: 'B', by }] }).map(({ path, problem }) => `${path} ${problem}`)

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

test('a category that only a board counts is one that retention may fold', () => {
  const more = { milestones: [], retention: [{ category: 'run', keep: 'P90D' }] }
  expect(warningsOf({ type: 'count', category: 'run' }, more)).toEqual([])
})
