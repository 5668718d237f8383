import { expect, test } from 'vitest'
import { lintCatalog } from './lint.js'

const milestone = (id: string, requirement: object, more: object = {}) => ({ id, title: id, requirement, ...more })
const one = (requirement: object, more: object = {}) => ({ milestones: [milestone('a', requirement, more)] })
const count = (target: number, more: object = {}) => ({ type: 'count', category: 'x', target, ...more })
const named = (ids: readonly string[], target?: number) => ({ type: 'milestones', ids, ...(target && { target }) })
const points = (target: number) => ({ type: 'points', target })
const worth = (amount: number, more: object = {}) => ({ reward: { points: amount }, ...more })
const week = { from: '2026-03-02', until: '2026-03-09' }
const bestOf = (target: number, n: object) => ({ type: 'best', category: 'x', property: 'n', where: { n }, target })
const totalOf = (target: number, n: object, more: object = {}) => ({
  type: 'total',
  category: 'x',
  property: 'n',
  where: { n },
  target,
  ...more,
})
const attempts = { type: 'total', category: 'x', property: 'n', per: 'quizId', take: 'best' }
const streak = (target: number, more: object = {}) => ({ type: 'streak', category: 'x', every: 'day', target, ...more })

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
    'tests that exclude each other',
    one(count(1, { where: { n: { gt: 5, lt: 3 }, m: { eq: 1 } } })),
    [[`${r}.where.n`, 'no value']],
  ],
  [
    'tests that exclude each other, deeper inside',
    one({ type: 'any', of: [count(1), { type: 'all', of: [count(1, { where: { n: { eq: 'a', gte: 1 } } })] }] }),
    [[`${r}.of[1].of[0].where.n`, 'no value']],
  ],
  [
    'tests of a points rule',
    { points: [{ category: 'x', points: 1, where: { n: { in: [1], ne: 1 } } }], milestones: [] },
    [['points[0].where.n', 'no value']],
  ],
  ['a height above what where allows', one(bestOf(95, { lte: 80 })), [[`${r}.target`, 'is 95, but']]],
  ['a height at what where ends before', one(bestOf(80, { lt: 80 })), [[`${r}.target`, 'no "n" of or above 80']]],
  ['a height at what where allows', one(bestOf(80, { lte: 80 })), []],
  ['a sum of a number that where forbids', one(totalOf(1, { in: ['1'] })), [[`${r}.target`, 'no "n" above 0']]],
  [
    'a sum above all items at their highest',
    one(totalOf(31, { lte: 10 }, { items: ['a', 'b', 'c'] })),
    [[`${r}.target`, 'only 3 items can be completed, with at most 10 of "n" each']],
  ],
  ['a sum at all items at their highest, exactly', one(totalOf(2.1, { lte: 0.7 }, { items: ['a', 'b', 'c'] })), []],
  [
    'a sum that all items only come close to',
    one(totalOf(2.1, { lt: 0.7 }, { items: ['a', 'b', 'c'] })),
    [[`${r}.target`, 'with less than 0.7']],
  ],
  ['a sum without end', one(totalOf(1_000, { gte: 10 }, { items: ['a'] })), []],
  [
    'more values than where lets through',
    one(count(2, { distinct: 'n', where: { n: { eq: 1 } } })),
    [[`${r}.target`, 'is 2, but its `where` lets only 1 value of "n" through']],
  ],
  ['as many values as where lets through', one(count(2, { distinct: 'n', where: { n: { in: [1, 2, 2] } } })), []],
  [
    'more values than truth values',
    one(count(3, { distinct: 'n', where: { n: { in: [true, false] } } })),
    [[`${r}.target`, '2 values']],
  ],
  [
    'a sum of best attempts at too few',
    one({ ...attempts, target: 201, where: { quizId: { in: ['a', 'b'] }, n: { lte: 100 } } }),
    [[`${r}.target`, 'only 2 values of "quizId" through, with at most 100 of "n" each']],
  ],
  [
    'a sum that the best attempts reach',
    one({ ...attempts, target: 200, where: { quizId: { in: ['a', 'b'] }, n: { lte: 100 } } }),
    [],
  ],
  ['values of another property than where tests', one(count(2, { distinct: 'n', where: { m: { eq: 1 } } })), []],
  [
    'as many values as items, where where lets one through',
    one({ type: 'count', category: 'x', items: ['a', 'b'], distinct: 'n', where: { n: { eq: 1 } } }),
    [[r, 'is 2, but']],
  ],
  [
    'a streak longer than its items',
    one(streak(8, seven)),
    [[`${r}.target`, 'is 8, but only 7 items can be completed']],
  ],
  ['a streak as long as its items', one(streak(7, seven)), []],
  [
    'a streak whose days take several of its items',
    one(streak(3, { ...seven, atLeast: 3 })),
    [[`${r}.target`, 'is 3, but only 7 items can be completed, which is enough for 2 days']],
  ],
  ['a streak whose days take as many of its items as there are', one(streak(2, { ...seven, atLeast: 3 })), []],
  ['a streak over the items of two categories', one(streak(14, { ...seven, category: ['x', 'y'] })), []],
])('finds targets above what can count: %s', (_, catalog, found) => check(catalog, found))

const freezes = { freezes: { every: 7, max: 2 } }
const every = `${r}.freezes.every`

test.each<Case>([
  [
    'after the target',
    one(streak(5, freezes)),
    [[every, 'is 7, so a freeze can never be earned: the streak is complete with 5']],
  ],
  ['with the target', one(streak(7, freezes)), [[every, 'complete with 7']]],
  ['before the target', one(streak(8, freezes)), []],
  ['before the highest of tiers', one(streak(0, { ...freezes, target: undefined }), { tiers: [3, 30] }), []],
  [
    'before the target of another badge over the same streak',
    { milestones: [milestone('a', streak(5, freezes)), milestone('b', streak(30, freezes))] },
    [],
  ],
  ['of a streak that comes again', one(streak(5, freezes), { repeatable: {} }), []],
  [
    'more often than its items can be completed',
    one(streak(3, { ...freezes, items: ['a', 'b', 'c'] }), { repeatable: {} }),
    [
      [every, 'only 3 items can be completed'],
      ['milestones[0].repeatable', 'never comes a second time'],
    ],
  ],
  ['of a retired one', one(streak(5, freezes), { retired: true }), []],
])('finds freezes that can never be earned: %s', (_, catalog, found) => check(catalog, found))

test.each<Case>([
  ['days', one(streak(30), { available: week }), [[`${r}.target`, 'only 7 days can fall into available']]],
  ['as many days', one(streak(7), { available: week }), []],
  ['with grace, which does not count', one(streak(8, { grace: 3 }), { available: week }), [[`${r}.target`, '7 days']]],
  [
    'days of the week',
    one(streak(3, { when: { days: ['sat', 'sun'] } })),
    [[`${r}.target`, 'its `when` lets only 2 days in a row count']],
  ],
  ['as many days of the week', one(streak(2, { when: { days: ['sat', 'sun'] } })), []],
  ['days of the week with enough grace', one(streak(9, { grace: 5, when: { days: ['sat', 'sun'] } })), []],
  ['weeks of one day each', one(streak(9, { every: 'week', when: { days: ['sat'] } })), []],
  ['weeks', one(streak(2, { every: 'week' }), { available: week }), [[`${r}.target`, '1 week']]],
  [
    'days of the week',
    one(streak(3, { on: ['sat', 'sun'] }), { available: week }),
    [[`${r}.target`, 'only 2 days of these days of the week can fall into available']],
  ],
  ['as many days of the week', one(streak(2, { on: ['sat', 'sun'] }), { available: week }), []],
  ['weeks with a day of the week', one(streak(1, { every: 'week', on: ['sat'] }), { available: week }), []],
  [
    'months',
    one(streak(4, { every: 'month' }), { available: { from: '2026-01-31', until: '2026-03-02' } }),
    [[`${r}.target`, '3 months']],
  ],
  [
    'days between instants, by clocks all over the world',
    one(streak(10), { available: { from: '2026-03-02T00:00:00Z', until: '2026-03-09T00:00:00Z' } }),
    [[`${r}.target`, '9 days']],
  ],
  ['an open window', one(streak(30), { available: { from: '2026-03-02' } }), []],
])('finds streaks that do not fit into their window: %s', (_, catalog, found) => check(catalog, found))

test.each<Case>([
  [
    'higher tiers of what is bounded',
    {
      milestones: [
        milestone(
          'a',
          { type: 'streak', category: 'x', every: 'day' },
          { available: week, tiers: [3, 7, { target: 30 }] },
        ),
      ],
    },
    [['milestones[0].tiers[2].target', 'is 30, but']],
  ],
  [
    'tests that exclude each other, once for all tiers',
    {
      milestones: [
        milestone('a', { type: 'count', category: 'x', where: { n: { gt: 1, lt: 1 } } }, { tiers: [1, 2, 3] }),
      ],
    },
    [[`${r}.where.n`, 'no value']],
  ],
  [
    'tiers over points',
    { milestones: [milestone('a', { type: 'points' }, { tiers: [5, 10] }), milestone('b', count(1), worth(5))] },
    [['milestones[0].tiers[1]', 'is 10, but at most 5 points can be earned before it']],
  ],
])('finds tiers: %s', (_, catalog, found) => check(catalog, found))

const again = (requirement: object, repeatable: object, more: object = {}) => one(requirement, { repeatable, ...more })
const max = 'milestones[0].repeatable.max'
const two = [milestone('b', count(1)), milestone('c', count(1))]

test.each<Case>([
  ['items', again(count(3, seven), { max: 3 }), [[max, 'is 3, but only 7 items can be completed']]],
  ['as many items', again(count(3, seven), { max: 2 }), []],
  [
    'items for one time',
    again(count(4, seven), {}),
    [['milestones[0].repeatable', 'never comes a second time: only 7 items']],
  ],
  [
    'a list of tutorials',
    again({ type: 'tutorials_completed', tutorialIds: ['a', 'b'] }, { max: 2 }),
    [[max, 'only 2 items']],
  ],
  ['values', again(count(1, { distinct: 'n', where: { n: { in: [1, 2] } } }), { max: 3 }), [[max, '2 values']]],
  ['values in each period', again(count(1, { distinct: 'n', where: { n: { eq: 1 } }, during: 'day' }), { max: 3 }), []],
  ['a height', again(bestOf(40, { lte: 100 }), { max: 3 }), [[max, 'no "n" above 100']]],
  [
    'a height that is only come close to',
    again(bestOf(50, { lt: 100 }), { max: 2 }),
    [[max, 'no "n" of or above 100']],
  ],
  ['a height in each period', again({ ...bestOf(60, { lte: 100 }), during: 'week' }, { max: 3 }), []],
  [
    'periods of a window',
    again(count(1, { during: 'month' }), { max: 4 }, { available: { from: '2026-01-01', until: '2026-04-01' } }),
    [[max, 'only 3 months can fall into available']],
  ],
  [
    'as many periods',
    again(count(1, { during: 'month' }), { max: 3 }, { available: { from: '2026-01-01', until: '2026-04-01' } }),
    [],
  ],
  ['a streak', again(streak(3), { max: 3 }, { available: week }), [[max, 'only 7 days']]],
  ['a cooldown', again(count(1), { cooldown: 'P30D', max: 2 }, { available: week }), [[max, 'its cooldown (P30D)']]],
  ['a cooldown that fits', again(count(1), { cooldown: 'P6D', max: 2 }, { available: week }), []],
  [
    'milestones',
    { milestones: [milestone('a', named(['b', 'c'], 1), { repeatable: { max: 3 } }), ...two] },
    [[max, 'only 2 of these milestones can be earned']],
  ],
  [
    'as many milestones',
    { milestones: [milestone('a', named(['b', 'c'], 1), { repeatable: { max: 2 } }), ...two] },
    [],
  ],
  [
    'points',
    { milestones: [milestone('a', points(10), { repeatable: { max: 3 } }), milestone('b', count(1), worth(25))] },
    [[max, 'at most 25 points can be earned']],
  ],
  [
    'points that the times give themselves',
    {
      milestones: [
        milestone('a', points(10), worth(10, { repeatable: { max: 3 } })),
        milestone('b', count(1), worth(10)),
      ],
    },
    [],
  ],
  [
    'levels',
    {
      milestones: [
        milestone('a', { type: 'level', target: 2 }, { repeatable: { max: 2 } }),
        milestone('b', count(1), worth(200)),
      ],
    },
    [[max, 'level 3 is the highest']],
  ],
  [
    'levels that completions lead to',
    {
      points: [{ category: 'x', points: 1 }],
      milestones: [milestone('a', { type: 'level', target: 2 }, { repeatable: { max: 9 } })],
    },
    [],
  ],
  [
    'levels that end',
    {
      levels: { thresholds: [1, 2, 3] },
      points: [{ category: 'x', points: 1 }],
      milestones: [milestone('a', { type: 'level', target: 2 }, { repeatable: { max: 3 } })],
    },
    [[max, 'level 4 is the highest']],
  ],
  ['nothing', again(count(10), { max: 1_000 }), []],
])('finds times that are never reached, limited by %s', (_, catalog, found) => check(catalog, found))

test('says how to mend it', () => {
  const retired = milestone('old', count(1), { retired: true })
  const warnings = lintCatalog({
    milestones: [
      milestone('a', streak(30), { available: week }),
      milestone('b', named(['old'])),
      milestone('c', points(999)),
      milestone('d', count(3, seven), { repeatable: { max: 3 } }),
      retired,
    ],
  })
  expect(warnings.map(({ fix }) => fix)).toEqual([
    'Lower the target, or let available last longer.',
    'Remove it, or retire this milestone too.',
    'Lower it, or give more points for milestones or completions.',
    'Let max be at most 2.',
  ])
})
