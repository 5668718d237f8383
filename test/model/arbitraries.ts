import fc from 'fast-check'
import type { CatalogDefinition, MilestoneDefinition, Requirement } from '../../src/index.js'
import type { ModelCompletion } from './reference-model.js'

const categories = ['tutorial', 'tutorial_step', 'quiz', 'workflow', 'action'] as const
const items = ['a', 'b', 'c', 'd', 'e', 'f'] as const
const amounts = [0, 0.1, 0.2, 0.3, 1, 2, 2.5, 10, -1, '3', null]
const langs = ['ts', 'js', '𝒯', '\ue000']

const start = Date.UTC(2026, 0, 1)

const category = fc.constantFrom(...categories)
const item = fc.constantFrom(...items)

/** Completions of two users over few keys, so that repeats, ties and targets all happen. */
export const completion: fc.Arbitrary<ModelCompletion> = fc.record({
  userId: fc.constantFrom('ann', 'bob'),
  category,
  itemKey: item,
  metadata: fc.record(
    {
      n: fc.constantFrom(...amounts),
      quizScore: fc.constantFrom(50, 99, 100),
      lang: fc.constantFrom(...langs),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
  completedAt: fc.integer({ min: 0, max: 12 }).map(hour => new Date(start + hour * 3_600_000)),
})

/** One content a key: what a key means is settled by the key, so the order of arrival cannot matter. */
export const consistentCompletions: fc.Arbitrary<ModelCompletion[]> = fc
  .array(completion, { maxLength: 40 })
  .map(list => [...new Map(list.map(c => [`${c.userId} ${c.category} ${c.itemKey}`, c])).values()])

const where = fc.oneof(
  fc.constantFrom('gt', 'gte', 'lt', 'lte', 'eq', 'ne').map(operator => ({ n: { [operator]: 1 } })),
  fc.constantFrom('gt', 'lte', 'ne').map(operator => ({ lang: { [operator]: '\ue000' } })),
  fc.constant({ lang: { in: ['ts', '𝒯'] } }),
  fc.boolean().map(exists => ({ n: { exists } })),
  fc.constant({ quizScore: { gte: 99 }, lang: { exists: true } }),
)

const filter = fc.record(
  {
    category: fc.oneof(category, fc.uniqueArray(category, { minLength: 1, maxLength: 3 })),
    where,
  },
  { requiredKeys: ['category'], noNullPrototype: true },
)

const itemList = fc.uniqueArray(item, { minLength: 1, maxLength: 4 })

function leaf(ids: readonly string[]): fc.Arbitrary<Requirement> {
  const target = fc.integer({ min: 1, max: 5 })
  const leaves: fc.Arbitrary<Requirement>[] = [
    fc.record({ base: filter, target }).map(({ base, target }) => ({ ...base, type: 'count', target })),
    fc.record({ category, items: itemList }).map(part => ({ ...part, type: 'count' })),
    fc
      .record({ base: filter, target: fc.constantFrom(0.1, 0.3, 0.6, 3, 12) })
      .map(({ base, target }) => ({ ...base, type: 'total', property: 'n', target })),
    fc
      .record({ base: filter, target: fc.constantFrom(0.2, 1, 2.5, 10) })
      .map(({ base, target }) => ({ ...base, type: 'best', property: 'n', target })),
    fc.integer({ min: 1, max: 90 }).map(target => ({ type: 'points', target })),
    fc.integer({ min: 2, max: 4 }).map(target => ({ type: 'level', target })),
    target.map(count => ({ type: 'tutorials_completed', count })),
    itemList.map(tutorialIds => ({ type: 'tutorials_completed', tutorialIds })),
    target.map(count => ({ type: 'steps_completed', count })),
    fc.constantFrom(50, 99, undefined).map(minScore => ({ type: 'quiz_perfect', ...(minScore ? { minScore } : {}) })),
    itemList.map(workflowIds => ({ type: 'workflows_completed', workflowIds })),
    target.map(count => ({ type: 'actions_completed', count })),
  ]
  if (ids.length > 0) leaves.push(milestones(ids))
  return fc.oneof(...leaves)
}

function milestones(ids: readonly string[]): fc.Arbitrary<Requirement> {
  return fc
    .uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 })
    .chain(chosen =>
      fc
        .option(fc.integer({ min: 1, max: chosen.length }), { nil: undefined })
        .map(target => ({ type: 'milestones', ids: chosen, ...(target ? { target } : {}) }) as Requirement),
    )
}

function requirement(ids: readonly string[], depth: number): fc.Arbitrary<Requirement> {
  if (depth === 0) return leaf(ids)
  const of = fc.array(requirement(ids, depth - 1), { minLength: 1, maxLength: 3 })
  return fc.oneof(
    { weight: 4, arbitrary: leaf(ids) },
    { weight: 1, arbitrary: of.map(parts => ({ type: 'all', of: parts }) as Requirement) },
    { weight: 1, arbitrary: of.map(parts => ({ type: 'any', of: parts }) as Requirement) },
    {
      weight: 1,
      arbitrary: of.chain(parts =>
        fc.integer({ min: 1, max: parts.length }).map(target => ({ type: 'some', of: parts, target }) as Requirement),
      ),
    },
  )
}

/** Catalogs of up to seven milestones, each free to require those before it. */
export const catalogDefinition: fc.Arbitrary<CatalogDefinition> = fc.integer({ min: 1, max: 7 }).chain(count =>
  fc.record({
    levels: fc.constantFrom({ every: 20 }, { every: 100 }, { thresholds: [10, 40, 70] }),
    milestones: fc.tuple(...Array.from({ length: count }, (_, i) => milestone(i))),
  }),
)

function milestone(i: number): fc.Arbitrary<MilestoneDefinition> {
  const earlier = Array.from({ length: i }, (_, j) => `m${j}`)
  return fc
    .record({ requirement: requirement(earlier, 2), points: fc.constantFrom(0, 5, 10, 30, 50) })
    .map(({ requirement, points }) => ({ id: `m${i}`, title: `M${i}`, requirement, reward: { points } }))
}
