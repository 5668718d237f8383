import { expectTypeOf, test } from 'vitest'
import { createClient, type MilepostClient, type MilestoneReader } from '../client.js'
import { type BadgeId, createMilestoneService, type Database, defineCatalog, type MilestoneService } from '../index.js'
import type { MilestoneSource } from '../react.js'

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
const service = createMilestoneService({ db: {} as Database, catalog })

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
  void client.awardBadge('ann', 'frist', { reason: 'kind' })
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
  void open.awardBadge('ann', 'anything', { reason: 'kind' })
})

test('an event of a stream is told apart by its type', async () => {
  for await (const event of client.stream()) {
    if (event.type === 'progress') expectTypeOf(event.data.unlocks).toEqualTypeOf<'playground'[]>()
    if (event.type === 'badge.awarded') expectTypeOf(event.data.badge.id).toEqualTypeOf<Id>()
  }
})

type Client = typeof client
type Service = typeof service
/** What both have. In the client the milestones of the catalog are read over the network, so that call is not the same. */
type Shared = Exclude<keyof Client & keyof Service, 'getAllMilestones'>
type Answers<Calls extends Record<Shared, (...given: never[]) => unknown>> = {
  [Name in Shared]: Awaited<ReturnType<Calls[Name]>>
}
type Lengths<Calls extends Record<Shared, (...given: never[]) => unknown>> = {
  [Name in Shared]: Parameters<Calls[Name]>['length']
}

/** The names whose types are not the same. */
type Different<A extends Record<Shared, unknown>, B extends Record<Shared, unknown>> = {
  [Name in Shared]: [A[Name], B[Name]] extends [B[Name], A[Name]] ? never : Name
}[Shared]

test("a client and a service take each other's place: names, arguments and answers", () => {
  expectTypeOf<Exclude<keyof Client, keyof Service>>().toEqualTypeOf<'stream' | 'listen'>()
  expectTypeOf<Different<Answers<Client>, Answers<Service>>>().toBeNever()
  expectTypeOf<Lengths<Client>>().toEqualTypeOf<Lengths<Service>>()
  expectTypeOf<Pick<Client, Shared>>().toExtend<Pick<Service, Shared>>()
  expectTypeOf<Awaited<ReturnType<Client['getAllMilestones']>>>().toEqualTypeOf<
    ReturnType<Service['getAllMilestones']>
  >()
})

test('what reads takes a client or a service, with or without the names of a catalog', () => {
  expectTypeOf<MilepostClient>().toExtend<MilestoneReader>()
  expectTypeOf<MilestoneService>().toExtend<MilestoneReader>()
  expectTypeOf<Client>().toExtend<MilestoneReader>()
  expectTypeOf<Service>().toExtend<MilestoneReader>()
  expectTypeOf<Client>().toExtend<MilestoneSource>()
  expectTypeOf<Service>().toExtend<MilestoneSource>()
})

test('the author and the transaction of a change cannot be passed over HTTP', () => {
  // @ts-expect-error: the credential says it
  void client.awardBadge('ann', 'first', { reason: 'kind', by: 'me' })
  // @ts-expect-error: a transaction cannot be sent
  void client.getUserProgress('ann', { db: {} as Database })
})

/** The keys under which answers hold instants; `metadata` is the app's own. */
type InstantKeys<Answer, Depth extends 0[] = []> = Depth['length'] extends 7
  ? never
  : Answer extends Date
    ? never
    : Answer extends readonly (infer Item)[]
      ? InstantKeys<Item, Depth>
      : Answer extends object
        ? {
            [Key in Exclude<keyof Answer, 'metadata'>]-?:
              | (Extract<Answer[Key], Date> extends never ? never : Key)
              | InstantKeys<Answer[Key], [...Depth, 0]>
          }[Exclude<keyof Answer, 'metadata'>]
        : never

test('every instant of an answer has a name by which the client makes it a date', () => {
  type Known = `${string}At` | 'at' | 'asOf' | 'before' | 'by' | 'from' | 'since' | 'until'
  expectTypeOf<InstantKeys<Answers<MilepostClient>[Shared]>>().toExtend<Known>()
})
