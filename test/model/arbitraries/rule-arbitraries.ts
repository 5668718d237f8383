import fc from 'fast-check'
import type { Boost } from '../../../src/core/catalog/boost.js'
import type { CatalogDefinition } from '../../../src/core/catalog/catalog.js'
import type { MilestoneDefinition } from '../../../src/core/catalog/milestone.js'
import type { CapPeriod, PointsRule } from '../../../src/core/catalog/points-rule.js'
import type { Where } from '../../../src/core/metrics/where.js'
import { category } from './arbitraries.js'

export const rarely = <Value>(arbitrary: fc.Arbitrary<Value>, otherwise: Value): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary })

export const where = fc.oneof(
  fc.constantFrom('gt', 'gte', 'lt', 'lte', 'eq', 'ne').map(operator => ({ n: { [operator]: 1 } })),
  fc.constantFrom('gt', 'lte', 'ne').map(operator => ({ lang: { [operator]: '\ue000' } })),
  fc.constant({ lang: { in: ['ts', '𝒯', true] } }),
  fc.boolean().map(exists => ({ n: { exists } })),
  fc.constant({ quizScore: { gte: 99 }, lang: { exists: true } }),
)

export const categoryOrList = fc.oneof(category, fc.uniqueArray(category, { minLength: 2, maxLength: 5, size: 'max' }))

// Bounds in order, those of either kind at least two days apart, so that no zone turns a window around.
export const from = fc.constantFrom('2026-03-20', '2026-03-24', '2026-03-22T01:00:00Z', '2026-03-26T00:00:00+01:00')
export const until = fc.constantFrom('2026-03-29', '2026-04-02', '2026-03-29T01:00:00Z', '2026-04-04T18:15:00Z')

export const cooldown = fc.constantFrom('PT1H', 'PT12H', 'P1D', 'P3D')

// Of a number, only parts that are exact as doubles.
const rulePoints = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<PointsRule['points']>(1, 4, 10) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, 0.5, 2).map(per => ({ property: 'n', ...(per && { per }) })) },
)
const perItem = fc
  .record({ per: fc.constantFrom('lang', 'n', 'quizScore'), how: fc.constantFrom('once', 'best') })
  .map(({ per, how }) => (how === 'once' ? { per, once: true as const } : { per, take: 'best' as const }))
export const pointsRule: fc.Arbitrary<PointsRule> = fc
  .record({
    category: categoryOrList,
    where: rarely<Where>(where, {}),
    currency: rarely<string | null>(fc.constant('gems'), null),
    points: rulePoints,
    spare: fc.constantFrom(0, 1, 3, 15, null),
    per: fc.constantFrom<CapPeriod>('day', 'day', 'week', 'month', 'ever'),
    items: rarely<object>(perItem, {}),
    cooldown: rarely<object>(
      cooldown.map(time => ({ cooldown: time })),
      {},
    ),
  })
  .map(({ category, where, currency, points, spare, per, items, cooldown }) => ({
    category,
    ...(currency && { currency }),
    ...(Object.keys(where).length > 0 && { where }),
    points,
    ...(spare !== null && { cap: { per, points: (typeof points === 'number' ? points : 1) + spare } }),
    ...items,
    ...cooldown,
  }))

export const boost: fc.Arbitrary<Boost> = fc
  .record({
    from,
    until,
    times: fc.constantFrom(1.5, 2, 3),
    category: rarely(categoryOrList, null),
    where: rarely(where, null),
  })
  .map(({ category, where, ...given }) => ({ ...given, ...(category && { category }), ...(where && { where }) }))

/** Lets only so many users have some of the badges. */
export function withLimits(definitions: fc.Arbitrary<CatalogDefinition>): fc.Arbitrary<CatalogDefinition> {
  const limits = fc.array(fc.constantFrom(undefined, 1, 1, 2), { minLength: 8, maxLength: 8 })
  return fc.tuple(definitions, rarely(limits, [])).map(([definition, limits]) => ({
    ...definition,
    milestones: definition.milestones.map((milestone, i) => withLimit(milestone, limits[i])),
  }))
}

/** Sets the limit of a milestone, if it rests on completions alone and no pause for all users awards it to several at once. */
export function withLimit(milestone: MilestoneDefinition, limit: number | undefined): MilestoneDefinition {
  const { limit: _, ...rest } = milestone
  const { repeatable, after = [], requirement } = milestone
  const isOpen = limit !== undefined && !repeatable && after.length === 0 && restsOnCompletions(requirement)
  return (isOpen ? { ...rest, limit } : rest) as MilestoneDefinition
}

function restsOnCompletions(requirement: MilestoneDefinition['requirement']): boolean {
  if ('of' in requirement) return requirement.of.every(restsOnCompletions)
  return !['points', 'level', 'milestones', 'streak'].includes(requirement.type)
}

/** Takes out what lets a late completion lower the points of others: badges that are held already then stay. */
export function withRisingPoints({ points = [], ...rest }: CatalogDefinition): CatalogDefinition {
  return {
    ...rest,
    points: points.map(({ once, cooldown: _, per, ...rule }) => ({
      ...rule,
      ...(per !== undefined && !once && { per }),
    })),
  }
}
