import fc from 'fast-check'
import { expect, test } from 'vitest'
import { earnableOf, isEarnable } from '../../src/core/lint/earnable.js'
import { goalsOf } from '../../src/core/lint/goal.js'
import { type CatalogDefinition, lintCatalog, parseCatalog } from '../../src/index.js'
import { scale } from '../support/scale.js'
import { consistentCompletions, zoneHistory } from './arbitraries/arbitraries.js'
import { catalogDefinition } from './arbitraries/catalog-arbitraries.js'
import { badgesOf, newModel, pointsOf } from './reference-model.js'
import { modelRecord } from './reference-record.js'

const bound = fc.constantFrom(0.2, 1, 2.5, 3)
const narrow = fc.record(
  {
    where: fc.record({
      n: fc.record(
        { gte: bound, gt: bound, lt: bound, lte: bound, in: fc.array(bound, { minLength: 1 }) },
        { requiredKeys: [] },
      ),
    }),
    items: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  },
  { requiredKeys: [] },
)
const window = fc
  .record({
    from: fc.integer({ min: 18, max: 27 }),
    length: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom('', 'T03:00:00Z'),
  })
  .map(({ from, length, kind }) => ({ from: `2026-03-${from}${kind}`, until: `2026-03-${from + length}${kind}` }))

/** Catalogs in which much is bounded, and some out of reach. */
const narrowDefinition: fc.Arbitrary<CatalogDefinition> = fc
  .tuple(
    catalogDefinition,
    fc.array(narrow, { minLength: 7, maxLength: 7 }),
    fc.array(fc.option(window), { minLength: 7, maxLength: 7 }),
    fc.boolean(),
  )
  .map(([definition, filters, windows, hasRules]) => {
    const milestones = definition.milestones.map((milestone, i) => {
      const isMetric = 'category' in milestone.requirement
      const requirement = isMetric ? { ...milestone.requirement, ...filters[i] } : milestone.requirement
      return { ...milestone, requirement, ...(isMetric && windows[i] && { available: windows[i] }) }
    })
    const { points, ...rest } = definition
    return { ...rest, ...(hasRules && points && { points }), milestones } as CatalogDefinition
  })
  .filter(definition => lintCatalog(definition).every(({ kind }) => kind !== 'fault'))

test('no user reaches what lint reports as out of reach', () => {
  fc.assert(
    fc.property(narrowDefinition, zoneHistory, consistentCompletions, (definition, zones, completions) => {
      const model = newModel(definition)
      model.zones.set('ann', zones)
      modelRecord(model, completions)
      const catalog = parseCatalog(definition)
      const earnable = earnableOf(catalog, goalsOf(catalog))
      for (const user of ['ann', 'bob']) {
        const held = badgesOf(model, user).map(({ id }) => id)
        expect(held.filter(id => !isEarnable(id, earnable))).toEqual([])
        expect(pointsOf(model, user)).toBeLessThanOrEqual(earnable.points)
      }
    }),
    { numRuns: scale(100, 10_000) },
  )
})
