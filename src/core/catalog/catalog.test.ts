import { expect, test } from 'vitest'
import { isMilepostError } from '../values/errors.js'
import type { CatalogFault } from '../values/shape-faults.js'
import { parseCatalog } from './catalog.js'
import { catalogJsonSchema } from './catalog-json-schema.js'

const milestone = (id: string, requirement: unknown, more: object = {}) => ({ id, title: id, requirement, ...more })
const one = (requirement: unknown, more: object = {}) => ({ milestones: [milestone('a', requirement)], ...more })
const nested = (depth: number): unknown =>
  depth === 0 ? { type: 'points', target: 1 } : { type: 'all', of: [nested(depth - 1)] }

function faultsOf(catalog: unknown): readonly CatalogFault[] {
  try {
    parseCatalog(catalog)
  } catch (error) {
    if (isMilepostError(error) && error.code === 'CATALOG_INVALID') return error.details.faults as CatalogFault[]
    throw error
  }
  return []
}

const r = 'milestones[0].requirement'

test.each<[string, unknown, string]>([
  ['no object', 7, 'catalog'],
  ['no milestones', {}, 'milestones'],
  ['an unknown option', { milestones: [], milestons: [] }, 'milestons'],
  ['an id with #', { milestones: [milestone('a#1', { type: 'points', target: 1 })] }, 'milestones[0].id'],
  ['an id with @', { milestones: [milestone('a@1', { type: 'points', target: 1 })] }, 'milestones[0].id'],
  ['a missing title', { milestones: [{ id: 'a', requirement: { type: 'points', target: 1 } }] }, 'milestones[0].title'],
  ['a missing requirement', { milestones: [{ id: 'a', title: 'A' }] }, r],
  ['an unknown type', one({ type: 'cuont', category: 'x', target: 1 }), `${r}.type`],
  ['a target of 0', one({ type: 'count', category: 'x', target: 0 }), `${r}.target`],
  ['half a count', one({ type: 'count', category: 'x', target: 1.5 }), `${r}.target`],
  ['a count without target or items', one({ type: 'count', category: 'x' }), `${r}.target`],
  ['more than the items', one({ type: 'count', category: 'x', items: ['a', 'a', 'b'], target: 3 }), `${r}.target`],
  ['no items', one({ type: 'count', category: 'x', items: [] }), `${r}.items`],
  ['the reserved category', one({ type: 'count', category: 'milestone_badge', target: 1 }), `${r}.category`],
  ['a category over 100 bytes', one({ type: 'count', category: 'x'.repeat(101), target: 1 }), `${r}.category`],
  ['an undeclared category', one({ type: 'count', category: 'x', target: 1 }, { categories: ['y'] }), `${r}.category`],
  ['an undeclared tutorial category', one({ type: 'steps_completed', count: 1 }, { categories: ['y'] }), `${r}.type`],
  ['a negative total', one({ type: 'total', category: 'x', property: 'n', target: -1 }), `${r}.target`],
  [
    'an unknown operator',
    one({ type: 'count', category: 'x', target: 1, where: { n: { like: 'a' } } }),
    `${r}.where.n.like`,
  ],
  ['a where without a test', one({ type: 'count', category: 'x', target: 1, where: { n: {} } }), `${r}.where.n`],
  [
    'a missing property with a value',
    one({ type: 'count', category: 'x', target: 1, where: { n: { exists: false, eq: 1 } } }),
    `${r}.where.n`,
  ],
  ['count and tutorialIds', one({ type: 'tutorials_completed', count: 1, tutorialIds: ['a'] }), r],
  ['neither count nor workflowIds', one({ type: 'workflows_completed' }), r],
  ['an empty list of tutorials', one({ type: 'tutorials_completed', tutorialIds: [] }), `${r}.tutorialIds`],
  ['level 1', one({ type: 'level', target: 1 }), `${r}.target`],
  ['a level beyond the thresholds', one({ type: 'level', target: 3 }, { levels: { thresholds: [10] } }), `${r}.target`],
  ['an unknown milestone', one({ type: 'milestones', ids: ['zzz'] }), `${r}.ids`],
  ['more milestones than named', one({ type: 'milestones', ids: ['a'], target: 2 }), `${r}.target`],
  ['itself', one({ type: 'milestones', ids: ['a'] }), r],
  ['no parts', one({ type: 'all', of: [] }), `${r}.of`],
  ['more parts than there are', one({ type: 'some', of: [{ type: 'points', target: 1 }], target: 2 }), `${r}.target`],
  ['9 levels of nesting', one(nested(9)), `${r}${'.of[0]'.repeat(8)}`],
  [
    'points that are negative',
    { milestones: [milestone('a', { type: 'points', target: 1 }, { reward: { points: -1 } })] },
    'milestones[0].reward.points',
  ],
  [
    'an unknown rarity',
    { milestones: [milestone('a', { type: 'points', target: 1 }, { rarity: 'mythic' })] },
    'milestones[0].rarity',
  ],
  [
    'a NUL in a title',
    { milestones: [{ ...milestone('a', { type: 'points', target: 1 }), title: '\u0000' }] },
    'milestones[0].title',
  ],
  ['falling thresholds', { levels: { thresholds: [100, 100] }, milestones: [] }, 'levels.thresholds[1]'],
  ['both level rules', { levels: { every: 1, thresholds: [1] }, milestones: [] }, 'levels'],
  ['more names than levels', { levels: { thresholds: [1], names: ['a', 'b', 'c'] }, milestones: [] }, 'levels.names'],
])('finds %s, says where, and how to mend it', (_, catalog, path) => {
  const faults = faultsOf(catalog)
  expect(faults.map(fault => fault.path)).toContain(path)
  for (const fault of faults) expect(fault.fix).toMatch(/\S.*[.?]$/)
})

test('reports every fault at once', () => {
  const faults = faultsOf({
    levels: { every: 0 },
    milestones: [
      milestone('a', { type: 'points', target: 0 }),
      milestone('a', { type: 'all', of: [{ type: 'cont' }, { type: 'milestones', ids: ['b'] }] }),
      { id: '', title: 3 },
    ],
  })
  expect(faults.map(({ path }) => path)).toEqual([
    'levels.every',
    'milestones[0].requirement.target',
    'milestones[1].id',
    'milestones[1].requirement.of[0].type',
    'milestones[1].requirement.of[1].ids',
    'milestones[2].id',
    'milestones[2].title',
    'milestones[2].requirement',
  ])
})

test('proposes the word that was meant', () => {
  const [fault] = faultsOf(one({ type: 'cuont', category: 'x', target: 1 }))
  expect(fault?.fix).toBe('Did you mean "count"?')
})

test('finds a cycle of several milestones and shows it', () => {
  const requires = (...ids: string[]) => ({
    type: 'any',
    of: [
      { type: 'milestones', ids },
      { type: 'points', target: 5 },
    ],
  })
  const faults = faultsOf({
    milestones: [milestone('a', requires('b')), milestone('b', requires('c')), milestone('c', requires('a'))],
  })
  expect(faults).toHaveLength(1)
  expect(faults[0]?.problem).toContain('a → b → c → a')
})

test('takes a chain of 2,000 milestones', () => {
  const milestones = Array.from({ length: 2_000 }, (_, i) =>
    milestone(`m${i}`, i === 0 ? { type: 'points', target: 1 } : { type: 'milestones', ids: [`m${i - 1}`] }),
  )
  expect(faultsOf({ milestones })).toEqual([])
})

test('a milestone for points may give points', () => {
  expect(faultsOf({ milestones: [milestone('a', { type: 'points', target: 1 }, { reward: { points: 10 } })] })).toEqual(
    [],
  )
})

test('fills in what is omitted', () => {
  const catalog = parseCatalog({
    milestones: [
      { ...milestone('a', { type: 'points', target: 1 }), icon: '🎯', reward: { points: 50, unlocks: ['x', 'x'] } },
    ],
  })
  expect(catalog.milestones[0]).toMatchObject({
    description: '',
    category: 'milestone',
    rarity: 'epic',
    reward: { badge: 'a', badgeIcon: '🎯', points: 50, unlocks: ['x'] },
  })
  expect(catalog.levels).toEqual({ every: 100 })
})

test('survives JSON', () => {
  const catalog = parseCatalog(one({ type: 'quiz_perfect' }))
  expect(parseCatalog(JSON.parse(JSON.stringify(catalog.definition)))).toEqual(catalog)
})

test('describes catalogs as JSON Schema', () => {
  expect(catalogJsonSchema()).toMatchObject({ title: 'Milepost catalog', type: 'object', required: ['milestones'] })
  expect(JSON.stringify(catalogJsonSchema())).toContain('tutorials_completed')
})
