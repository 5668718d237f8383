import { expect, test } from 'vitest'
import { lintCatalog } from './lint.js'

const milestone = (id: string, requirement: object, more: object = {}) => ({ id, title: id, requirement, ...more })
const count = (target: number, more: object = {}) => ({ type: 'count', category: 'x', target, ...more })
const named = (ids: readonly string[], target?: number) => ({ type: 'milestones', ids, ...(target && { target }) })
const points = (target: number) => ({ type: 'points', target })
const worth = (amount: number, more: object = {}) => ({ reward: { points: amount }, ...more })
const week = { from: '2026-03-02', until: '2026-03-09' }
const bestOf = (target: number, n: object) => ({ type: 'best', category: 'x', property: 'n', where: { n }, target })

const r = 'milestones[0].requirement'
const seven = { items: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }

type Found = readonly [path: string, problem: string]
type Case = readonly [behaviour: string, catalog: object, found: readonly Found[]]

function check(catalog: object, found: readonly Found[]): void {
  const warnings = lintCatalog(catalog).filter(({ kind }) => kind !== 'farmable')
  expect(warnings.map(({ kind, path }) => [kind, path])).toEqual(found.map(([path]) => ['unreachable', path]))
  for (const [i, [, problem]] of found.entries()) expect(warnings[i]!.problem).toContain(problem)
}

test.each<Case>([
  [
    'points above all others',
    { milestones: [milestone('a', points(11)), milestone('b', count(1), worth(10))] },
    [[`${r}.target`, 'at most 10 points can be earned']],
  ],
  ['points at all others', { milestones: [milestone('a', points(10)), milestone('b', count(1), worth(10))] }, []],
  [
    'points that only they give themselves',
    { milestones: [milestone('a', points(10), worth(10))] },
    [[`${r}.target`, '0 points']],
  ],
  [
    'points that depend on each other',
    {
      milestones: [
        milestone('a', points(10), worth(5)),
        milestone('b', points(5), worth(5)),
        milestone('c', count(1), worth(5)),
      ],
    },
    [],
  ],
  [
    'points of tiers, each its own',
    {
      milestones: [
        milestone('a', points(31)),
        milestone(
          'b',
          { type: 'count', category: 'x' },
          worth(10, { tiers: [1, { target: 2, reward: { points: 20 } }] }),
        ),
      ],
    },
    [[`${r}.target`, '30 points']],
  ],
  [
    'points of times, as often as they come',
    { milestones: [milestone('a', points(31)), milestone('b', count(1), worth(10, { repeatable: { max: 3 } }))] },
    [[`${r}.target`, '30 points']],
  ],
  [
    'points of times without end',
    { milestones: [milestone('a', points(1_000_000)), milestone('b', count(1), worth(1, { repeatable: {} }))] },
    [],
  ],
  [
    'no points of times without end',
    { milestones: [milestone('a', points(1)), milestone('b', count(1), { repeatable: {} })] },
    [[`${r}.target`, '0 points']],
  ],
  [
    'points from completions',
    { points: [{ category: 'x', points: 1 }], milestones: [milestone('a', points(1_000_000))] },
    [],
  ],
  [
    'points of retired milestones',
    { milestones: [milestone('a', points(10)), milestone('b', count(1), worth(10, { retired: true }))] },
    [[`${r}.target`, '0 points']],
  ],
  [
    'points of what is out of reach itself',
    { milestones: [milestone('a', points(10)), milestone('b', bestOf(9, { lt: 1 }), worth(10))] },
    [
      [`${r}.target`, '0 points'],
      ['milestones[1].requirement.target', 'is 9'],
    ],
  ],
  [
    'a level',
    {
      levels: { every: 10 },
      milestones: [milestone('a', { type: 'level', target: 3 }), milestone('b', count(1), worth(19))],
    },
    [[`${r}.target`, 'is 3, which begins at 20 points']],
  ],
  [
    'a level that can be reached',
    {
      levels: { thresholds: [5, 20] },
      milestones: [milestone('a', { type: 'level', target: 3 }), milestone('b', count(1), worth(20))],
    },
    [],
  ],
  ['a retired one, of which that is meant', { milestones: [milestone('a', points(11), { retired: true })] }, []],
])('finds points and levels above all that can be earned: %s', (_, catalog, found) => check(catalog, found))

const retired = milestone('old', count(1), { retired: true })

test.each<Case>([
  [
    'a retired one',
    { milestones: [milestone('a', named(['old'])), retired] },
    [[`${r}.ids[0]`, '"old" is retired, so no new user can earn it']],
  ],
  [
    'a retired one in after',
    { milestones: [milestone('a', count(1), { after: ['b', 'b', 'old'] }), milestone('b', count(1)), retired] },
    [['milestones[0].after[2]', 'retired']],
  ],
  [
    'enough others besides a retired one',
    { milestones: [milestone('a', named(['old', 'b'], 1)), milestone('b', count(1)), retired] },
    [],
  ],
  [
    'too few others besides a retired one',
    {
      milestones: [
        milestone('a', named(['old', 'b', 'c', 'old'], 3)),
        milestone('b', count(1)),
        milestone('c', named(['old'], 1)),
        retired,
      ],
    },
    [
      [`${r}.ids[0]`, 'retired'],
      [`${r}.ids[2]`, '"c" cannot be earned'],
      ['milestones[2].requirement.ids[0]', 'retired'],
    ],
  ],
  [
    'some of too few',
    {
      milestones: [
        milestone('a', named(['old', 'b', 'c'], 2)),
        milestone('b', count(1)),
        milestone('c', points(9)),
        retired,
      ],
    },
    [
      [
        `${r}.ids`,
        'takes 2 of these, but only 1 can be earned: "old" is retired, so no new user can earn it; "c" cannot be earned',
      ],
      ['milestones[2].requirement.target', 'is 9'],
    ],
  ],
  [
    'a tier out of reach',
    {
      milestones: [
        milestone('a', count(1), { after: ['b#8'] }),
        milestone('b', { type: 'streak', category: 'x', every: 'day' }, { available: week, tiers: [3, 8] }),
      ],
    },
    [
      ['milestones[0].after[0]', '"b#8" cannot be earned'],
      ['milestones[1].tiers[1]', 'is 8'],
    ],
  ],
  [
    'a tier within reach',
    {
      milestones: [
        milestone('a', count(1), { after: ['b#3'] }),
        milestone('b', { type: 'count', category: 'x' }, { tiers: [3, 8] }),
      ],
    },
    [],
  ],
  [
    'a time that does not come',
    { milestones: [milestone('a', named(['b@4'])), milestone('b', count(2, seven), { repeatable: {} })] },
    [[`${r}.ids[0]`, '"b@4" cannot be earned: "b" is reached at most 3 times']],
  ],
  [
    'the last time that comes',
    { milestones: [milestone('a', named(['b@3'])), milestone('b', count(2, seven), { repeatable: {} })] },
    [],
  ],
  [
    'any of two, one of which is out of reach',
    { milestones: [milestone('a', named(['b'])), milestone('b', { type: 'any', of: [points(1), count(1)] })] },
    [['milestones[1].requirement.of[0].target', 'is 1']],
  ],
  [
    'some of three, two of which are out of reach',
    {
      milestones: [
        milestone('a', named(['b'])),
        milestone('b', { type: 'some', of: [points(1), count(1), points(2)], target: 2 }),
      ],
    },
    [
      [`${r}.ids[0]`, '"b" cannot be earned'],
      ['milestones[1].requirement.of[0].target', 'is 1'],
      ['milestones[1].requirement.of[2].target', 'is 2'],
    ],
  ],
])('finds milestones that depend on what cannot be earned: %s', (_, catalog, found) => check(catalog, found))
