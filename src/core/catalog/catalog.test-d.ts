import { assertType, expectTypeOf, test } from 'vitest'
import {
  type BadgeId,
  type Catalog,
  type CatalogDefinition,
  type CatalogTraits,
  createMilestoneService,
  type Database,
  defineCatalog,
  type MilestoneService,
  parseCatalog,
  type Requirement,
} from '../../index.js'

const catalog = defineCatalog({
  categories: ['tutorial', 'commit'],
  milestones: [
    {
      id: 'first',
      title: 'First',
      requirement: { type: 'tutorials_completed', count: 1 },
      reward: { points: 10, unlocks: ['playground', 'themes'] },
    },
    {
      id: 'second',
      title: 'Second',
      requirement: {
        type: 'all',
        of: [
          { type: 'milestones', ids: ['first'] },
          { type: 'count', category: 'commit', target: 3 },
        ],
      },
      reward: { unlocks: ['editor'] },
    },
  ],
})
const service = createMilestoneService({ db: {} as Database, catalog })
declare const anyService: MilestoneService

function serviceOf<Id extends string, Unlock extends string, Category extends string, Traits extends CatalogTraits>(
  given: Catalog<Id, Unlock, Category, Traits>,
): MilestoneService<Id, Unlock, Category, Traits> {
  return createMilestoneService({ db: {} as Database, catalog: given })
}

test('ids, unlocks and categories are literal types', () => {
  expectTypeOf(catalog).toEqualTypeOf<
    Catalog<
      'first' | 'second',
      'playground' | 'themes' | 'editor',
      'tutorial' | 'commit',
      { levels: { readonly every: number }; requirement: 'tutorials_completed' | 'all'; hidden: never }
    >
  >()
  expectTypeOf(service.getAllMilestones()[0]!.id).toEqualTypeOf<BadgeId<'first' | 'second'>>()
  expectTypeOf(service.getUserProgress).returns.resolves.toHaveProperty('completedMilestones')
  expectTypeOf<Awaited<ReturnType<typeof service.getUserProgress>>['completedMilestones'][number]>().toEqualTypeOf<
    BadgeId<'first' | 'second'>
  >()
})

test('a misspelt id in a requirement does not compile', () => {
  defineCatalog({
    milestones: [
      { id: 'first', title: 'First', requirement: { type: 'points', target: 1 } },
      // @ts-expect-error: there is no milestone `frist`
      { id: 'second', title: 'Second', requirement: { type: 'milestones', ids: ['frist'] } },
    ],
  })
  defineCatalog({
    milestones: [
      { id: 'first', title: 'First', requirement: { type: 'points', target: 1 } },
      // @ts-expect-error: nor deeper inside
      { id: 'second', title: 'Second', requirement: { type: 'any', of: [{ type: 'milestones', ids: ['frist'] }] } },
    ],
  })
})

test('a misspelt unlock does not compile', () => {
  service.hasUnlock('ann', 'playground')
  // @ts-expect-error: there is no unlock `plaground`
  service.hasUnlock('ann', 'plaground')
})

test('a misspelt category does not compile where categories are declared', () => {
  service.record({ userId: 'ann', category: 'commit', itemKey: 'a' })
  // @ts-expect-error: there is no category `comit`
  service.record({ userId: 'ann', category: 'comit', itemKey: 'a' })
  // @ts-expect-error: nor in a batch
  service.record([{ userId: 'ann', category: 'comit', itemKey: 'a' }])
  defineCatalog({
    categories: ['commit'],
    milestones: [
      // @ts-expect-error: nor in a requirement
      { id: 'a', title: 'A', requirement: { type: 'count', category: 'comit', target: 1 } },
    ],
  })
})

test('any category can be recorded if none are declared', () => {
  const open = defineCatalog({ milestones: [{ id: 'a', title: 'A', requirement: { type: 'points', target: 1 } }] })
  createMilestoneService({ db: {} as Database, catalog: open }).record({
    userId: 'ann',
    category: 'anything',
    itemKey: 'a',
  })
})

test('wrong shapes do not compile', () => {
  // @ts-expect-error: `tutorials_completed` takes a count or a list, not both
  assertType<Requirement>({ type: 'tutorials_completed', count: 1, tutorialIds: ['x'] })
  // @ts-expect-error: `total` needs a property
  assertType<Requirement>({ type: 'total', category: 'x', target: 1 })
  // @ts-expect-error: there is no such type
  assertType<Requirement>({ type: 'cuont', category: 'x', target: 1 })
})

test('a catalog from JSON works untyped', () => {
  const json = parseCatalog(JSON.parse('{}'))
  expectTypeOf(json).toEqualTypeOf<Catalog>()
  const untyped = createMilestoneService({ db: {} as Database, catalog: json })
  untyped.record({ userId: 'ann', category: 'anything', itemKey: 'a' })
  untyped.hasUnlock('ann', 'anything')
})

test('points have a next level on each level, unless the rule has thresholds', () => {
  const every = serviceOf(defineCatalog({ levels: { every: 50 }, milestones: [] }))
  const thresholds = serviceOf(defineCatalog({ levels: { thresholds: [10, 20] }, milestones: [] }))
  expectTypeOf(every.getUserProgress('ann')).resolves.toHaveProperty('nextLevelPoints').toEqualTypeOf<number>()
  expectTypeOf(service.getUserProgress('ann')).resolves.toHaveProperty('nextLevelPoints').toEqualTypeOf<number>()
  expectTypeOf(thresholds.getUserProgress('ann'))
    .resolves.toHaveProperty('nextLevelPoints')
    .toEqualTypeOf<number | null>()
  expectTypeOf<Awaited<ReturnType<typeof anyService.getUserProgress>>['nextLevelPoints']>().toEqualTypeOf<
    number | null
  >()
})

test('a list of milestones has placeholders only where the catalog has them', () => {
  const masked = serviceOf(
    defineCatalog({
      milestones: [
        { id: 'a', title: 'A', requirement: { type: 'points', target: 1 }, hidden: true },
        { id: 'b', title: 'B', requirement: { type: 'level', target: 2 }, hidden: 'until-earned' },
      ],
    }),
  )
  expectTypeOf(masked.getAllMilestones()[0]!.isHidden).toEqualTypeOf<boolean>()
  expectTypeOf(service.getAllMilestones()[0]!.isHidden).toEqualTypeOf<false>()
  expectTypeOf(service.getAllMilestones()[0]!.requirement.type).toEqualTypeOf<'tutorials_completed' | 'all' | 'any'>()
})

test('one result for one completion, a list for a list', () => {
  expectTypeOf(service.record({ userId: 'a', category: 'commit', itemKey: 'a' })).resolves.toHaveProperty('status')
  expectTypeOf(service.record([])).resolves.toHaveProperty('length')
})

test('a written definition is a CatalogDefinition', () => {
  assertType<CatalogDefinition>({ milestones: [] })
})

test('a retention rule names a category that is declared', () => {
  const rest = { categories: ['view'], milestones: [] } as const
  defineCatalog({ ...rest, retention: [{ category: 'view', keep: 'P365D' }] })
  // @ts-expect-error A misspelt category
  defineCatalog({ ...rest, retention: [{ category: 'veiw', keep: 'P365D' }] })
})
