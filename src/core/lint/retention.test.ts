import { expect, test } from 'vitest'
import { lintCatalog } from './lint.js'

const milestones = [
  {
    id: 'a',
    title: 'A',
    requirement: {
      type: 'all',
      of: [
        { type: 'count', category: 'lesson', target: 1 },
        { type: 'any', of: [{ type: 'best', category: ['quiz', 'test'], property: 'score', target: 1 }] },
      ],
    },
  },
]
const points = [{ category: 'post', points: 1, cap: { per: 'day', points: 5 } }]
const found = (...retention: readonly object[]) =>
  lintCatalog({ milestones, points, retention }).map(({ kind, path, problem }) => `${kind} ${path}: ${problem}`)

test('finds nothing in rules that keep what is counted for long enough', () => {
  expect(found({ category: ['lesson', 'quiz', 'test', 'post'], keep: 'P30D' })).toEqual([])
})

test('warns of a rule that keeps too little', () => {
  expect(found({ category: 'lesson', keep: 'P29D' })).toEqual([
    'retention retention[0].keep: folds completions after P29D. From then on, completions from before that come late are refused, and nothing before can be undone',
  ])
})

test('warns of a category that nothing counts', () => {
  expect(found({ category: ['lesson', 'view'], keep: 'P365D' })).toEqual([
    'retention retention[0]: folds completions of "view", which nothing in the catalog counts. A milestone that is added later cannot count them',
  ])
})
