import { expect, test } from 'vitest'
import { z } from 'zod'
import { isMilepostError } from '../values/errors.js'
import type { CatalogFault } from '../values/shape-faults.js'
import { parseCatalog } from './catalog.js'
import { catalogJsonSchema } from './catalog-json-schema.js'

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

type Faulty = readonly [name: string, catalog: unknown, path: string]

const paying = (coins: object) => {
  return { id: 'a', title: 'A', requirement: { type: 'count', category: 'x', target: 1 }, reward: { coins } }
}
const weekend = { from: '2026-12-05', until: '2026-12-07', times: 2 }
const boosts = (...list: readonly unknown[]) => ({ ...rules({ category: 'x', points: 1 }), boosts: list })

const pointsFaults: readonly Faulty[] = [
  ['points that are no list', { points: {}, milestones: [] }, 'points'],
  ['a rule without points', rules({ category: 'x' }), 'points[0].points'],
  ['a rule of 0 points', rules({ category: 'x', points: 0 }), 'points[0].points'],
  ['a rule of half a point', rules({ category: 'x', points: 0.5 }), 'points[0].points'],
  ['a rule of no category', rules({ points: 1 }), 'points[0].category'],
  ['a rule of the reserved category', rules({ category: 'milestone_badge', points: 1 }), 'points[0].category'],
  ['a rule whose test is none', rules({ category: 'x', points: 1, where: { n: {} } }), 'points[0].where.n'],
  ['a cap by the year', rules({ category: 'x', points: 1, cap: { per: 'year', points: 5 } }), 'points[0].cap.per'],
  ['points by a number of no name', rules({ category: 'x', points: { property: '' } }), 'points[0].points.property'],
  ['points per 0', rules({ category: 'x', points: { property: 'n', per: 0 } }), 'points[0].points.per'],
  ['points by an unknown option', rules({ category: 'x', points: { property: 'n', pre: 1 } }), 'points[0].points.pre'],
  ['coins of no currency', rules({ category: 'x', points: 1, currency: 'gems' }), 'points[0].currency'],
  ['a currency of no name', { currencies: [''], milestones: [] }, 'currencies[0]'],
  ['currencies without one', { currencies: [], milestones: [] }, 'currencies'],
  [
    'a badge with coins of no currency',
    { currencies: ['gems'], milestones: [paying({ stars: 5 })] },
    'milestones[0].reward.coins.stars',
  ],
  [
    'a badge with half a coin',
    { currencies: ['gems'], milestones: [paying({ gems: 0.5 })] },
    'milestones[0].reward.coins.gems',
  ],
  ['a cooldown of months', rules({ category: 'x', points: 1, cooldown: 'P1M' }), 'points[0].cooldown'],
  ['items that say nothing', rules({ category: 'x', points: 1, per: 'quizId' }), 'points[0].per'],
  ['the best of no item', rules({ category: 'x', points: 1, take: 'best' }), 'points[0].take'],
  ['once, of no item', rules({ category: 'x', points: 1, once: true }), 'points[0].once'],
  ['both once and best', rules({ category: 'x', points: 1, per: 'n', once: true, take: 'best' }), 'points[0].once'],
  ['once that is false', rules({ category: 'x', points: 1, per: 'n', once: false }), 'points[0].once'],
  ['boosts that are no list', { boosts: {}, milestones: [] }, 'boosts'],
  ['a boost without an end', boosts({ from: '2026-12-01', times: 2 }), 'boosts[0].until'],
  ['a boost that ends before it begins', boosts({ ...weekend, until: '2026-12-01' }), 'boosts[0]'],
  ['a boost from no day', boosts({ ...weekend, from: '2026-12' }), 'boosts[0].from'],
  ['a boost of once as much', boosts({ ...weekend, times: 1 }), 'boosts[0].times'],
  ['a boost of a thousand times', boosts({ ...weekend, times: 1_000 }), 'boosts[0].times'],
  ['a boost of the reserved category', boosts({ ...weekend, category: 'milestone_badge' }), 'boosts[0].category'],
  ['a boost whose test is none', boosts({ ...weekend, where: { n: {} } }), 'boosts[0].where.n'],
  [
    'a cap below the points',
    rules({ category: 'x', points: 5, cap: { per: 'day', points: 4 } }),
    'points[0].cap.points',
  ],
  ['two rules of one category', rules({ category: 'x', points: 1 }, { category: ['x'], points: 2 }), 'points[1]'],
  [
    'two rules that look at the same completions',
    rules(
      { category: ['y', 'x'], points: 1, where: { a: { eq: 1 }, b: { gt: 1 } } },
      { category: 'z', points: 1 },
      { category: ['x', 'y'], points: 2, where: { b: { gt: 1 }, a: { eq: 1 } } },
    ),
    'points[2]',
  ],
  [
    'an undeclared category of a rule',
    { categories: ['x'], ...rules({ category: ['x', 'y'], points: 1 }) },
    'points[0].category',
  ],
]

test.each(pointsFaults)('finds %s, says where, and how to mend it', (_, catalog, path) => {
  const faults = faultsOf(catalog)
  expect(faults.map(fault => fault.path)).toContain(path)
  for (const fault of faults) expect(fault.fix).toMatch(/\S.*[.?]$/)
})

const good: readonly (readonly [what: string, catalog: unknown])[] = [
  [
    'limits of points',
    rules(
      { category: 'a', points: { property: 'score', per: 0.5 }, per: 'quizId', take: 'best' },
      { category: 'b', points: 5, per: 'lessonId', once: true, cap: { per: 'ever', points: 50 } },
      { category: 'c', points: { property: 'n' }, cooldown: 'PT60S', cap: { per: 'week', points: 1 } },
    ),
  ],
  ['boosts', boosts(weekend, { ...weekend, from: '2026-12-05T08:00:00Z', category: ['x'], where: { n: { gt: 1 } } })],
]
const schema = z.fromJSONSchema(catalogJsonSchema() as Parameters<typeof z.fromJSONSchema>[0])

test.each(good)('a catalog may have %s', (_, catalog) => {
  expect(faultsOf(catalog)).toEqual([])
  expect(schema.safeParse(JSON.parse(JSON.stringify(catalog))).error?.issues).toBeUndefined()
})

test.each([
  ['a boost of nothing', boosts({ from: '2026-12-05', until: '2026-12-07' })],
  ['a rule without points', rules({ category: 'x' })],
  ['points by no property', rules({ category: 'x', points: { per: 5 } })],
])('a catalog with %s is not valid by the JSON Schema', (_, catalog) => {
  expect(schema.safeParse(catalog).success).toBe(false)
})
