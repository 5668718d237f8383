import { expect, test } from 'vitest'
import { lintCatalog } from './lint.js'

const milestone = (id: string, requirement: object, more: object = {}) => ({ id, title: id, requirement, ...more })
const count = (target: number) => ({ type: 'count', category: 'x', target })
const named = (ids: readonly string[], target?: number) => ({ type: 'milestones', ids, ...(target && { target }) })

type Case = readonly [behaviour: string, milestones: readonly object[], paths: readonly string[]]

test.each<Case>([
  ['a badge that all can have', [milestone('a', count(1), { after: ['b'] }), milestone('b', count(2))], []],
  [
    'a badge that only some can have, before it',
    [milestone('a', count(1), { after: ['b'] }), milestone('b', count(2), { limit: 10 })],
    ['milestones[0].after[0]'],
  ],
  [
    'such a badge among all that are needed',
    [
      milestone('a', { type: 'all', of: [count(1), named(['c', 'b'])] }),
      milestone('b', count(2), { limit: 10 }),
      milestone('c', count(3)),
    ],
    ['milestones[0].requirement.of[1].ids[1]'],
  ],
  [
    'such a badge among others that are enough',
    [milestone('a', named(['b', 'c'], 1)), milestone('b', count(2), { limit: 10 }), milestone('c', count(3))],
    [],
  ],
  [
    'a badge that more can have',
    [milestone('a', named(['b']), { limit: 10 }), milestone('b', count(2), { limit: 10 })],
    [],
  ],
  [
    'a badge that fewer can have',
    [milestone('a', named(['b']), { limit: 11 }), milestone('b', count(2), { limit: 10 })],
    ['milestones[0].requirement.ids[0]'],
  ],
])('lint looks at what a milestone needs: %s', (_, milestones, paths) => {
  const warnings = lintCatalog({ milestones })
  expect(warnings.map(({ kind, path }) => [kind, path])).toEqual(paths.map(path => ['unreachable', path]))
  for (const { problem } of warnings)
    expect(problem).toBe('needs "b", which only 10 users can have, so nobody else can ever earn this')
})
