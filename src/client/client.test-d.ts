import { expectTypeOf, test } from 'vitest'
import { createClient } from '../client.js'
import { type BadgeId, defineCatalog } from '../index.js'

const catalog = defineCatalog({
  categories: ['tutorial'],
  milestones: [
    {
      id: 'first',
      title: 'First',
      requirement: { type: 'tutorials_completed', count: 1 },
      reward: { points: 10, unlocks: ['playground'] },
    },
  ],
})
type Id = BadgeId<'first'>
const client = createClient<typeof catalog>({ baseUrl: '/api/milepost', token: 'jwt' })

test('answers name the ids and unlocks of the catalog', () => {
  expectTypeOf<Awaited<ReturnType<typeof client.getUserProgress>>['completedMilestones'][number]>().toEqualTypeOf<Id>()
  expectTypeOf<Awaited<ReturnType<typeof client.getUserUnlocks>>>().toEqualTypeOf<'playground'[]>()
  expectTypeOf<Awaited<ReturnType<typeof client.getUnseenBadges>>[number]['id']>().toEqualTypeOf<Id>()
  expectTypeOf<
    Awaited<ReturnType<typeof client.getUserProgress>>['earnedBadges'][number]['points']
  >().toEqualTypeOf<number>()
})

test('one completion has one result, a list a list', async () => {
  const given = { userId: 'ann', category: 'tutorial', itemKey: 'intro', completedAt: new Date() } as const
  expectTypeOf((await client.record(given)).status).toEqualTypeOf<'recorded' | 'duplicate'>()
  expectTypeOf((await client.record([given]))[0]!.awarded[0]!.unlocks).toEqualTypeOf<'playground'[]>()
})

test('what the catalog does not have does not compile', () => {
  // @ts-expect-error: there is no milestone `frist`
  void client.awardBadge('ann', { milestoneId: 'frist', reason: 'kind' })
  // @ts-expect-error: nor a category `tutorail`
  void client.record({ userId: 'ann', category: 'tutorail', itemKey: 'intro' })
  // @ts-expect-error: nor a setting `zone`
  void client.updateUserSettings('ann', { zone: 'Europe/Berlin' })
  // @ts-expect-error: nor a filter `page`
  void client.getUserBadges('ann', { page: 2 })
})

test('without a catalog, ids are texts', () => {
  const open = createClient({ baseUrl: '' })
  expectTypeOf<Awaited<ReturnType<typeof open.getUserUnlocks>>>().toEqualTypeOf<string[]>()
  void open.awardBadge('ann', { milestoneId: 'anything', reason: 'kind' })
})

test('an event of a stream is told apart by its type', async () => {
  for await (const event of client.stream()) {
    if (event.type === 'progress') expectTypeOf(event.data.unlocks).toEqualTypeOf<'playground'[]>()
    if (event.type === 'badge.awarded') expectTypeOf(event.data.badge.id).toEqualTypeOf<Id>()
  }
})
