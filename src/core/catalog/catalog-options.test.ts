import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isMilepostError } from '../values/errors.js'
import type { CatalogFault } from '../values/shape-faults.js'
import { parseCatalog } from './catalog.js'
import { catalogJsonSchema } from './catalog-json-schema.js'

const posts = { type: 'count', category: 'post' }
const count = { ...posts, target: 10 }
const points = { type: 'points', target: 100 }
const best = { type: 'best', category: 'post', property: 'n', target: 1 }
const streak = { type: 'streak', category: 'post', every: 'day', target: 7 }

const milestone = (id: string, requirement: unknown, more: object = {}) => ({ id, title: id, requirement, ...more })
const one = (requirement: unknown, more: object = {}) => ({ milestones: [milestone('a', requirement, more)] })
const tiered = (tiers: readonly unknown[], requirement: unknown = posts, more: object = {}) =>
  one(requirement, { tiers, ...more })
/** `a` next to a milestone with two tiers, one without repetition, and one with up to three times. */
const naming = (...after: readonly string[]) => ({
  milestones: [
    milestone('a', count, { after }),
    milestone('posts', posts, { tiers: [1, 2] }),
    milestone('once', count),
    milestone('again', count, { repeatable: { max: 3 } }),
  ],
})
const rules = (...list: readonly unknown[]) => ({ points: list, milestones: [] })

function faultsOf(catalog: unknown): readonly CatalogFault[] {
  try {
    parseCatalog(catalog)
  } catch (error) {
    if (isMilepostError(error) && error.code === 'CATALOG_INVALID') return error.details.faults as CatalogFault[]
    throw error
  }
  return []
}

const m = 'milestones[0]'
const r = `${m}.requirement`

type Faulty = readonly [name: string, catalog: unknown, path: string]

const tierFaults: readonly Faulty[] = [
  ['tiers that do not rise', tiered([1, 5, 5]), `${m}.tiers[2]`],
  ['tiers that fall', tiered([{ target: 5 }, { target: 3 }]), `${m}.tiers[1].target`],
  ['no tiers', tiered([]), `${m}.tiers`],
  ['a tier of 0', tiered([0, 1]), `${m}.tiers[0]`],
  ['half a count as a tier', tiered([1, 1.5]), `${m}.tiers[1]`],
  ['a tier that is a text', tiered([1, '5']), `${m}.tiers[1]`],
  ['a tier without a target', tiered([{ title: 'Gold' }]), `${m}.tiers[0].target`],
  ['an unknown option of a tier', tiered([{ target: 1, titel: 'Gold' }]), `${m}.tiers[0].titel`],
  ['a tier with a bad key', tiered([{ key: 'a b', target: 1 }]), `${m}.tiers[0].key`],
  ['a tier with an empty key', tiered([{ key: '', target: 1 }]), `${m}.tiers[0].key`],
  ['a tier with a key that is a number', tiered([{ key: 1, target: 1 }]), `${m}.tiers[0].key`],
  ['a tier with the sign of a time in its key', tiered([{ key: 'a@2', target: 1 }]), `${m}.tiers[0].key`],
  ['two tiers with one key', tiered([{ key: 'a', target: 1 }, 2, { key: 'a', target: 3 }]), `${m}.tiers[2].key`],
  ['a key that is the target of another', tiered([1, 5, { key: '5', target: 9 }]), `${m}.tiers[2].key`],
  ['a target that gives no key', tiered([1e21], { type: 'total', category: 'x', property: 'n' }), `${m}.tiers[0]`],
  ['a tier beyond the items', tiered([1, 3], { ...posts, items: ['x', 'y'] }), `${m}.tiers[1]`],
  ['a tier of level 1', tiered([1, 2], { type: 'level' }), `${m}.tiers[0]`],
  ['a tier beyond the parts', tiered([1, 3], { type: 'some', of: [points, count] }), `${m}.tiers[1]`],
  ['a target beside tiers', tiered([1, 2], count), `${r}.target`],
  ['tiers on all', tiered([1], { type: 'all', of: [count] }), `${r}.type`],
  ['tiers on any', tiered([1], { type: 'any', of: [count] }), `${r}.type`],
  ['tiers on a tutorial type', tiered([1], { type: 'steps_completed', count: 1 }), `${r}.type`],
  ['tierMode without tiers', one(count, { tierMode: 'replace' }), `${m}.tierMode`],
  ['an unknown tierMode', tiered([1], posts, { tierMode: 'hide' }), `${m}.tierMode`],
  ['an undeclared category beside tiers', { ...tiered([1, 2]), categories: ['x'] }, `${r}.category`],
]

const repeatFaults: readonly Faulty[] = [
  ['repeatable with tiers', tiered([1], posts, { repeatable: {} }), `${m}.repeatable`],
  ['repeatable on all', one({ type: 'all', of: [count] }, { repeatable: {} }), `${m}.repeatable`],
  ['repeatable on any', one({ type: 'any', of: [count] }, { repeatable: {} }), `${m}.repeatable`],
  ['repeatable on some', one({ type: 'some', of: [count], target: 1 }, { repeatable: {} }), `${m}.repeatable`],
  ['repeatable points without max', one(points, { repeatable: {} }), `${m}.repeatable.max`],
  ['a repeatable level without max', one({ type: 'level', target: 2 }, { repeatable: {} }), `${m}.repeatable.max`],
  ['repeatable milestones without max', repeatableMilestones({}), `${m}.repeatable.max`],
  ['points that repeat 1,001 times', one(points, { repeatable: { max: 1_001 } }), `${m}.repeatable.max`],
  ['a max of 0', one(count, { repeatable: { max: 0 } }), `${m}.repeatable.max`],
  ['a bad cooldown', one(count, { repeatable: { cooldown: '1 day' } }), `${m}.repeatable.cooldown`],
  ['a cooldown of a month', one(count, { repeatable: { cooldown: 'P1M' } }), `${m}.repeatable.cooldown`],
  ['a cooldown of nothing', one(count, { repeatable: { cooldown: 'PT0S' } }), `${m}.repeatable.cooldown`],
  ['a cooldown with a streak', one(streak, { repeatable: { cooldown: 'P1D' } }), `${m}.repeatable.cooldown`],
  [
    'a cooldown with distinct',
    one({ ...count, distinct: 'x' }, { repeatable: { cooldown: 'P1D' } }),
    `${m}.repeatable.cooldown`,
  ],
  ['a cooldown with points', one(points, { repeatable: { cooldown: 'P1D', max: 2 } }), `${m}.repeatable.cooldown`],
  ['a repeatable that is no object', one(count, { repeatable: true }), `${m}.repeatable`],
  ['an unknown option of repeatable', one(count, { repeatable: { maximum: 1 } }), `${m}.repeatable.maximum`],
]

function repeatableMilestones(repeatable: object) {
  return { milestones: [milestone('a', { type: 'milestones', ids: ['b'] }, { repeatable }), milestone('b', count)] }
}

const timeFaults: readonly Faulty[] = [
  ['within a month', one({ ...count, within: 'P1M' }), `${r}.within`],
  ['within no duration', one({ ...count, within: 'a week' }), `${r}.within`],
  ['within beside a day', one({ ...count, within: 'P7D', during: 'day' }), `${r}.within`],
  ['within beside distinct', one({ ...count, within: 'P7D', distinct: 'x' }), `${r}.within`],
  ['best within', one({ ...best, within: 'P7D' }), `${r}.within`],
  ['during an hour', one({ ...count, during: 'hour' }), `${r}.during`],
  ['during an empty window', one({ ...count, during: {} }), `${r}.during`],
  ['a streak during a week', one({ ...streak, during: 'week' }), `${r}.during`],
  ['a streak of years', one({ ...streak, every: 'year' }), `${r}.every`],
  ['a negative grace', one({ ...streak, grace: -1 }), `${r}.grace`],
  ['a streak without a target', one({ ...streak, target: undefined }), `${r}.target`],
  ['a distinct total', one({ ...best, type: 'total', distinct: 'x' }), `${r}.distinct`],
  ['an empty distinct', one({ ...count, distinct: '' }), `${r}.distinct`],
]

const windowFaults: readonly Faulty[] = [
  ['an empty window', one(count, { available: {} }), `${m}.available`],
  ['a window backwards', one(count, { available: { from: '2026-12-24', until: '2026-12-01' } }), `${m}.available`],
  ['a window of no day', one(count, { available: { from: '2026-12-01', until: '2026-12-01' } }), `${m}.available`],
  [
    'a window of no instant',
    one(count, { available: { from: '2026-12-01T00:00Z', until: '2026-12-01T01:00+01:00' } }),
    `${m}.available`,
  ],
  [
    'a day and an instant that never meet',
    one(count, { available: { from: '2026-12-02', until: '2026-12-01T10:00Z' } }),
    `${m}.available`,
  ],
  ['a day that does not exist', one(count, { available: { from: '2026-02-29' } }), `${m}.available.from`],
  [
    'an instant without its offset',
    one(count, { available: { until: '2026-12-01T00:00:00' } }),
    `${m}.available.until`,
  ],
  ['a date that is a number', one(count, { available: { from: 2026 } }), `${m}.available.from`],
  ['an unknown end of a window', one(count, { available: { to: '2026-12-01' } }), `${m}.available.to`],
  ['a bad date of during', one({ ...count, during: { from: 'today' } }), `${r}.during.from`],
  ['a backward during', one({ ...best, during: { from: '2026-02-01', until: '2026-01-01' } }), `${r}.during`],
  ['available points', one(points, { available: { from: '2026-12-01' } }), `${m}.available`],
  ['an available level', one({ type: 'level', target: 2 }, { available: { from: '2026-12-01' } }), `${m}.available`],
  [
    'available points among the parts',
    one({ type: 'all', of: [count, { type: 'any', of: [points] }] }, { available: { from: '2026-12-01' } }),
    `${m}.available`,
  ],
]

const formerlyFaults: readonly Faulty[] = [
  ['a former id that is still there', one(count, { formerly: ['a'] }), `${m}.formerly[0]`],
  [
    'a former id of another milestone',
    { milestones: [milestone('b', count), milestone('a', count, { formerly: ['b'] })] },
    'milestones[1].formerly[0]',
  ],
  [
    'two that were each other',
    { milestones: [milestone('b', count, { formerly: ['a'] }), milestone('a', count, { formerly: ['b'] })] },
    `${m}.formerly[0]`,
  ],
  [
    'a former id of a tier that is there',
    tiered([1, { key: 'x', target: 2, formerly: ['a#1'] }]),
    `${m}.tiers[1].formerly[0]`,
  ],
  [
    'a former id claimed twice',
    tiered([
      { target: 1, formerly: ['old'] },
      { target: 2, formerly: ['old'] },
    ]),
    `${m}.tiers[1].formerly[0]`,
  ],
  ['a former id given twice', one(count, { formerly: ['old', 'old'] }), `${m}.formerly[1]`],
  ['the own id on a milestone with tiers', tiered([1, 2], posts, { formerly: ['a'] }), `${m}.formerly[0]`],
  ['no former id', one(count, { formerly: [] }), `${m}.formerly`],
  ['a former id that is a number', one(count, { formerly: [1] }), `${m}.formerly[0]`],
  ['an empty former id of a tier', tiered([{ target: 1, formerly: [''] }]), `${m}.tiers[0].formerly[0]`],
]

const afterFaults: readonly Faulty[] = [
  ['after nothing', one(count, { after: [] }), `${m}.after`],
  ['after an unknown milestone', naming('zzz'), `${m}.after[0]`],
  ['after a milestone with tiers', naming('once', 'posts'), `${m}.after[1]`],
  ['after a tier that does not exist', naming('posts#4'), `${m}.after[0]`],
  ['after a tier of one that has none', naming('once#1'), `${m}.after[0]`],
  ['after a second time of one that comes once', naming('once@2'), `${m}.after[0]`],
  ['after a time beyond the last', naming('again@4'), `${m}.after[0]`],
  ['after time 0', naming('again@0'), `${m}.after[0]`],
  ['after a period of one whose times are numbers', naming('again@2026-11'), `${m}.after[0]`],
  ['after a time of a milestone with tiers', naming('posts@2'), `${m}.after[0]`],
  ['itself after itself', one(count, { after: ['a'] }), `${m}.after`],
  ['its tier after its tier', tiered([1, 2], posts, { after: ['a#1'] }), `${m}.after`],
  ['two after each other', twoAfterEachOther(), `${m}.after`],
  ['a circle of after and ids', circleOfAfterAndIds(), `${m}.after`],
  ['a milestone with tiers among the ids', idsOf('posts'), `${r}.ids`],
  ['an unknown tier among the ids', idsOf('posts#3'), `${r}.ids`],
  ['a time that is never reached among the ids', idsOf('once@2'), `${r}.ids`],
]

function twoAfterEachOther() {
  return { milestones: [milestone('a', count, { after: ['b'] }), milestone('b', count, { after: ['a'] })] }
}

function circleOfAfterAndIds() {
  return {
    milestones: [
      milestone('a', count, { after: ['b'] }),
      milestone('b', { type: 'any', of: [count, { type: 'milestones', ids: ['a'] }] }),
    ],
  }
}

function idsOf(...ids: readonly string[]) {
  return { milestones: [milestone('a', { type: 'milestones', ids }), ...naming().milestones.slice(1)] }
}

const textFaults: readonly Faulty[] = [
  [
    'a title without the fallback locale',
    { milestones: [{ ...milestone('a', count), title: { de: 'A' } }] },
    `${m}.title`,
  ],
  [
    "a title without the catalog's own locale",
    { locale: 'pt-BR', milestones: [{ ...milestone('a', count), title: { en: 'A' } }] },
    `${m}.title`,
  ],
  ['no title in any locale', { milestones: [{ ...milestone('a', count), title: {} }] }, `${m}.title`],
  ['an empty title in a locale', { milestones: [{ ...milestone('a', count), title: { en: '' } }] }, `${m}.title.en`],
  ['a title that is a list', { milestones: [{ ...milestone('a', count), title: ['A'] }] }, `${m}.title`],
  ['a bad tag', one(count, { description: { en: 'A', en_US: 'B' } }), `${m}.description.en_US`],
  ['a badge without the fallback locale', one(count, { reward: { badge: { de: 'A' } } }), `${m}.reward.badge`],
  ['a tier titled in another locale only', tiered([{ target: 1, title: { de: 'A' } }]), `${m}.tiers[0].title`],
  [
    'a tier whose badge has a bad tag',
    tiered([{ target: 1, reward: { badge: { en: 'A', '?': 'B' } } }]),
    `${m}.tiers[0].reward.badge["?"]`,
  ],
  ['a bad locale of the catalog', { locale: 'en_US', milestones: [] }, 'locale'],
  ['an empty locale of the catalog', { locale: '', milestones: [] }, 'locale'],
  ['hidden by another word', one(count, { hidden: 'always' }), `${m}.hidden`],
  ['retired by a date', one(count, { retired: '2026-12-01' }), `${m}.retired`],
]

test.each([
  ...tierFaults,
  ...formerlyFaults,
  ...repeatFaults,
  ...timeFaults,
  ...windowFaults,
  ...afterFaults,
  ...textFaults,
])('finds %s, says where, and how to mend it', (_, catalog, path) => {
  const faults = faultsOf(catalog)
  expect(faults.map(fault => fault.path)).toContain(path)
  for (const fault of faults) expect(fault.fix).toMatch(/\S.*[.?]$/)
})

test('reports a fault of all tiers once', () => {
  const faults = faultsOf(tiered([1, 2, 3], { ...posts, category: 'milestone_badge' }))
  expect(faults.map(({ path }) => path)).toEqual([`${r}.category`])
})

test('shows a cycle of after', () => {
  const [fault, ...others] = faultsOf(twoAfterEachOther())
  expect(fault?.problem).toContain('a → b → a')
  expect(others).toEqual([])
})

test('proposes the milestone that was meant', () => {
  expect(faultsOf(naming('onse'))[0]?.fix).toBe('Did you mean "once"?')
})

describe('a good catalog', () => {
  const schema = z.fromJSONSchema(catalogJsonSchema() as Parameters<typeof z.fromJSONSchema>[0])
  const good: readonly (readonly [name: string, catalog: unknown])[] = [
    ['tiers as numbers', tiered([1, 5, 10])],
    [
      'tiers as objects',
      tiered([1, { target: 5, title: 'Gold', reward: { points: 5 } }], posts, { tierMode: 'replace' }),
    ],
    ['tiers of a total', tiered([0.5, 1.5], { type: 'total', category: 'post', property: 'n' })],
    ['tiers of a streak', tiered([7, 30], { ...streak, target: undefined })],
    ['tiers of points', tiered([100, 200], { type: 'points' })],
    ['tiers of levels', tiered([2, 5], { type: 'level' })],
    ['tiers of parts', tiered([1, 2], { type: 'some', of: [points, count] })],
    ['repeatable', one(count, { repeatable: {} })],
    ['repeatable with both options', one(count, { repeatable: { cooldown: 'P1DT12H', max: 3 } })],
    ['a repeatable streak', one(streak, { repeatable: { max: 3 } })],
    ['a repeatable distinct count a day', one({ ...count, distinct: 'x', during: 'day' }, { repeatable: {} })],
    ['a repeatable window with a cooldown', one({ ...count, within: 'P7D' }, { repeatable: { cooldown: 'P7D' } })],
    ['points that repeat 1,000 times', one(points, { repeatable: { max: 1_000 } })],
    ['repeatable tutorials', one({ type: 'steps_completed', count: 3 }, { repeatable: { cooldown: 'PT1H' } })],
    ['a former id of before there were tiers', tiered([{ target: 1, formerly: ['a', 'a#old'] }, 2])],
    ['a former id of before it came again', one(count, { repeatable: {}, formerly: ['a'] })],
    ['after a tier, a time and a plain one', naming('posts#2', 'again@3', 'again@1', 'again', 'once')],
    ['ids of a tier and a time', idsOf('posts#1', 'again@2', 'once')],
    ['available to the end', one(count, { available: { until: '2026-12-01' } })],
    [
      'available from a day to an instant',
      one(count, { available: { from: '2026-12-01', until: '2026-12-01T10:30Z' } }),
    ],
    ['retired and hidden', one(count, { retired: true, hidden: true })],
    ['hidden until earned', one(count, { hidden: 'until-earned' })],
    [
      'during each unit',
      { milestones: ['day', 'week', 'month', 'year'].map(during => milestone(during, { ...best, during })) },
    ],
    ['during a window', one({ ...count, during: { from: '2026-12-01T00:00:00Z' }, within: 'P7D' })],
    ['a streak with grace', one({ ...streak, grace: 2, where: { n: { gte: 1 } } })],
    [
      'texts by locale',
      one(count, {
        title: { 'pt-BR': 'A', en: 'A' },
        description: { EN: '' },
        reward: { badge: { en: 'A', de: 'B' } },
      }),
    ],
    ["texts in the catalog's own locale", { locale: 'de', ...one(count, { title: { de: 'A' } }) }],
    [
      'points of completions',
      rules({ category: ['x', 'y'], points: 10, cap: { per: 'day', points: 10 } }, { category: 'x', points: 1 }),
    ],
    ['a points milestone that brings points', one(points, { reward: { points: 10 }, repeatable: { max: 5 } })],
  ]

  test.each(good)('may have %s', (_, catalog) => {
    expect(faultsOf(catalog)).toEqual([])
  })

  test.each(good)('with %s is valid by the JSON Schema', (_, catalog) => {
    expect(schema.safeParse(JSON.parse(JSON.stringify(catalog))).error?.issues).toBeUndefined()
  })

  test.each([
    ['a tier that is a text', tiered([1, '5'])],
    ['a tier without a target', tiered([{ title: 'Gold' }])],
    ['tiers on all', tiered([1], { type: 'all', of: [count] })],
    ['a target beside tiers', tiered([1, 2], count)],
    ['repeatable with tiers', tiered([1], posts, { repeatable: {} })],
    ['an unknown option', one(count, { hiden: true })],
    ['hidden by another word', one(count, { hidden: 'always' })],
    ['a cap by the year', rules({ category: 'x', points: 1, cap: { per: 'year', points: 5 } })],
    ['within on best', one({ ...best, within: 'P7D' })],
  ])('with %s is not valid by the JSON Schema', (_, catalog) => {
    expect(schema.safeParse(catalog).success).toBe(false)
  })
})
