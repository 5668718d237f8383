import { expect, test } from 'vitest'
import { lintCatalog } from './lint.js'

const rule = (more: object = {}) => ({ category: 'lesson', points: 10, cap: { per: 'week', points: 50 }, ...more })
const weekend = { from: '2026-12-05', until: '2026-12-07', times: 2 }
const instants = { from: '2026-12-01T00:00:00Z', until: '2027-01-01T00:00:00Z' }
const warnings = (rules: readonly object[], boosts: readonly object[] = [], milestones: readonly object[] = []) =>
  lintCatalog({ currencies: ['gems'], points: rules, boosts, milestones }).map(({ kind, path, problem }) => [
    kind,
    path,
    problem,
  ])

test('finds a cooldown that is longer than the period of its cap', () => {
  expect(warnings([rule({ cooldown: 'P8D' })])).toEqual([
    ['window', 'points[0].cooldown', 'is longer than a week, so the cap per week is for one completion at most'],
  ])
  expect(warnings([rule({ cooldown: 'P6D' })])).toEqual([])
  expect(warnings([rule({ cooldown: 'PT24H', cap: { per: 'day', points: 10 } })])).toEqual([])
  expect(warnings([rule({ cooldown: 'PT25H', cap: { per: 'day', points: 10 } })])).toHaveLength(1)
  expect(warnings([rule({ cooldown: 'P90D', cap: { per: 'ever', points: 100 } })])).toEqual([])
})

test.each<[string, readonly object[], object, string, string]>([
  ['no rule', [], weekend, 'boosts[0]', 'no rule in `points` gives points for its categories'],
  ['coins', [rule({ currency: 'gems' })], weekend, 'boosts[0]', 'no rule in `points` gives points'],
  ['another category', [rule()], { ...weekend, category: ['quiz'] }, 'boosts[0]', 'no rule in `points`'],
  [
    'other metadata than the rule',
    [rule({ where: { level: { gte: 3 } } })],
    { ...weekend, where: { level: { lt: 3 } } },
    'boosts[0].where',
    'excludes what the rules for its categories ask for',
  ],
  [
    'what no value can be',
    [rule()],
    { ...weekend, where: { level: { gt: 3, lt: 3 } } },
    'boosts[0].where.level',
    'its tests exclude each other',
  ],
])('finds a boost of %s', (_, rules, boost, path, problem) => {
  expect(warnings(rules, [boost])).toEqual([['unreachable', path, expect.stringContaining(problem)]])
})

const day = rule({ cap: { per: 'day', points: 10 } })
const small = rule({ points: 1 })

test.each<[string, readonly object[], readonly object[], string | undefined]>([
  ['rounded down to nothing', [small], [{ ...weekend, times: 1.5 }], 'boosts[0].times'],
  ['cut by the cap', [day], [weekend], 'boosts[0].times'],
  ['that one rule takes', [day, rule({ category: 'quiz' })], [weekend], undefined],
  [
    'of what the metadata say',
    [small, rule({ category: 'quiz', points: { property: 'score' } })],
    [{ ...weekend, times: 1.5 }],
    undefined,
  ],
  ['within a larger one', [rule()], [weekend, { from: '2026-12-01', until: '2027-01-01', times: 3 }], 'boosts[0]'],
  ['like one before it', [rule()], [weekend, weekend], 'boosts[1]'],
  [
    'longer than a larger one',
    [rule()],
    [
      { ...weekend, until: '2026-12-08' },
      { ...weekend, times: 3 },
    ],
    undefined,
  ],
  ['beside a larger one for a category', [rule()], [weekend, { ...weekend, times: 3, category: 'lesson' }], undefined],
  ['beside a larger one by instants', [rule()], [weekend, { ...instants, times: 3 }], undefined],
  [
    'beside a larger one with a test',
    [rule()],
    [weekend, { ...weekend, times: 3, where: { n: { gte: 1 } } }],
    undefined,
  ],
])('finds whether a boost %s changes anything', (_, rules, boosts, path) => {
  expect(warnings(rules, boosts).map(([, found]) => found)).toEqual(path === undefined ? [] : [path])
})

test('finds nothing in boosts that apply', () => {
  const rules = [rule({ where: { level: { gte: 3 } } }), rule({ category: 'quiz' })]
  expect(warnings(rules, [weekend, { ...weekend, times: 3, category: 'quiz', where: { level: { lt: 3 } } }])).toEqual(
    [],
  )
})

test('knows the most points that rules give in all', () => {
  const level = { id: 'a', title: 'A', requirement: { type: 'points', target: 101 } }
  const ever = rule({ cap: { per: 'ever', points: 60 } })
  expect(warnings([ever, rule({ category: 'quiz', cap: { per: 'ever', points: 40 } })], [], [level])).toEqual([
    ['unreachable', 'milestones[0].requirement.target', 'is 101, but at most 100 points can be earned before it'],
  ])
  expect(warnings([ever, rule({ category: 'quiz' })], [], [level])).toEqual([])
})
