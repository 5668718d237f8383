import { describe, expect, test } from 'vitest'
import { createMilepostServer } from '../../src/http.js'
import {
  type CompletionInput,
  createMilestoneService,
  type MilestoneService,
  migrate,
  parseCatalog,
} from '../../src/index.js'
import { userProgress } from '../../src/schema.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'

const catalog = parseCatalog({
  milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } }],
})

function revoked<Type extends object>(of: Type): Type {
  const { proxy, revoke } = Proxy.revocable(of, {})
  revoke()
  return proxy
}

/** An object whose property of this name throws when it is read. */
const throwing = <Type = never>(name: string): Type =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get: () => {
      throw new RangeError('not today')
    },
  }) as Type
const none = <Type = never>(): Type => revoked({}) as Type
const lesson = { userId: 'ann', category: 'lesson', itemKey: 'a' }
const mapping = { userId: 'a', category: 'a', itemKey: 'a', completedAt: 'a' }

type Attempt = readonly [name: string, field: string, run: (service: MilestoneService) => unknown]

const attempts: readonly Attempt[] = [
  ['a completion that is gone', 'completion', service => service.record(none())],
  ['one of a list that is gone', 'completion', service => service.record([none<CompletionInput>()])],
  ['a list that is gone', 'completion', service => service.record(revoked([]))],
  ['a field of a completion', 'completion', service => service.record(throwing('userId'))],
  ['a property of metadata', 'metadata', service => service.record({ ...lesson, metadata: throwing('n') })],
  ['the database of a call', 'db', service => service.record(lesson, throwing('db'))],
  ['an option of a read', 'locale', service => service.getUserProgress('ann', throwing('locale'))],
  ['options that are gone', 'options', service => service.getUserBadges('ann', none())],
  ['a reason', 'reason', service => service.awardBadge('ann', 'one', throwing('reason'))],
  ['a hand that is gone', 'options', service => service.revokeBadge('ann', 'one', none())],
  ['a key to undo', 'itemKey', service => service.undo(throwing('itemKey'), { reason: 'x' })],
  ['settings', 'attributes', service => service.updateUserSettings('ann', throwing('attributes'))],
  ['an attribute', 'attributes', service => service.updateUserSettings('ann', { attributes: throwing('team') })],
  ['a query', 'limit', service => service.getLeaderboard(throwing('limit'))],
  ['a group', 'group', service => service.getLeaderboard({ group: throwing('attribute') })],
  ['a policy', 'policy', service => service.apply(catalog, throwing('policy'))],
  ['a list of items', 'items', service => service.setItems('course', revoked([]))],
  ['a freeze', 'key', service => service.grantStreakFreeze('ann', throwing('key'))],
  ['coins', 'amount', service => service.spend('ann', throwing('amount'))],
  ['points', 'points', service => service.adjustPoints('ann', throwing('points'))],
  ['a pause', 'from', service => service.pauseStreaks('ann', throwing('from'))],
  ['a list of badges', 'badgeIds', service => service.markSeen('ann', revoked([]))],
  ['a mapping', 'userId', service => service.importCompletions([], throwing('userId'))],
]

describeOnEach(everyDatabase, 'what cannot be read', database => {
  test.each(attempts)('%s is refused by name, and nothing is written', async (_, field, run) => {
    const service = createMilestoneService({ db: database.host.db, catalog })
    await expect((async () => run(service))()).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { field, problem: expect.stringContaining('cannot be read: it throws') },
    })
    expect(await database.db.select().from(userProgress)).toEqual([])
    await service.close()
  })

  test('in a row of an import refuses that row', async () => {
    const service = createMilestoneService({ db: database.host.db, catalog })
    const hostile = new Proxy({}, { getPrototypeOf: () => throwing<object>('x') && revoked({}).constructor })
    const rows = [throwing<Record<string, unknown>>('a'), hostile]
    const { refused } = await service.importCompletions(rows, mapping)
    expect(refused.first.map(({ row, field }) => [row, field])).toEqual([
      [1, 'category'],
      [2, 'row'],
    ])
  })

  test('gives what a getter said first', async () => {
    const service = createMilestoneService({ db: database.host.db, catalog })
    const answers = ['de', 7]
    const options = Object.defineProperty({}, 'locale', { enumerable: true, get: () => answers.shift() })
    expect((await service.getUserProgress('ann', options)).totalPoints).toBe(0)
    expect(answers).toEqual([7])
  })

  test('names a database that is none, in reads as in writes', async () => {
    const service = createMilestoneService({ db: database.host.db, catalog })
    const refused = { code: 'INPUT_INVALID', details: { field: 'db' } }
    await expect(service.getUserProgress('ann', { db: {} as DrizzleDatabase })).rejects.toMatchObject(refused)
    await expect(service.undo(lesson, { reason: 'x' }, { db: 'pg' as never })).rejects.toMatchObject(refused)
    await database.host.transaction(async (tx, send) => {
      expect((await service.getUserProgress('ann', { db: tx })).totalPoints).toBe(0)
      await send('select 1')
    })
  })
})

describe('before there is a service', () => {
  const db = {} as DrizzleDatabase
  const serverWith = (options: object) => createMilepostServer({ service: {} as MilestoneService, db, ...options })
  test.each<Attempt>([
    ['the options of a service', 'options', () => createMilestoneService(none())],
    ['one of them', 'catalog', () => createMilestoneService(throwing('catalog'))],
    ['the options of a server', 'options', () => createMilepostServer(none())],
    ['the database of a server', 'db', () => createMilepostServer(throwing('db'))],
    ['a limit of a server', 'limits.bodyBytes', () => serverWith({ limits: throwing('bodyBytes') })],
    ['limits that are gone', 'limits', () => serverWith({ limits: none() })],
    ['a rate within them', 'limits.perUser.burst', () => serverWith({ limits: { perUser: throwing('burst') } })],
    ['the timing of streams', 'stream.pollMs', () => serverWith({ stream: throwing('pollMs') })],
    ['a database that is gone', 'db', () => createMilestoneService({ db: none(), catalog })],
    ['a database to migrate', 'db', () => migrate(none())],
    ['the schema to migrate', 'schema', () => migrate(db, throwing('schema'))],
  ])('%s that cannot be read is refused by name', async (_, field, run) => {
    await expect((async () => run(undefined as never))()).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { field },
    })
  })

  test.each([
    ['milestones', throwing('milestones')],
    ['a milestone', { milestones: [throwing('title')] }],
    ['all of it', none()],
  ])('a catalog is refused where %s cannot be read', (_, given) => {
    expect(() => parseCatalog(given)).toThrow(expect.objectContaining({ code: 'CATALOG_INVALID' }))
    expect(() => parseCatalog(given)).toThrow('cannot be read: it throws')
  })

  test.each([
    ['a pool of another database', { query: () => {}, getConnection: () => {} }, 'pass a pool or client of pg'],
    ['an address', 'postgres://host/db', 'is a string; pass a pool or client of pg'],
    ['nothing', undefined, 'is missing; pass a pool or client of pg'],
    ['Kysely', { executeQuery: () => {}, selectFrom: () => {} }, '{ db: fromKysely(trx) }'],
    ['Knex', Object.assign(() => {}, { raw: () => {}, schema: {}, client: {} }), '{ db: fromKnex(trx) }'],
    ['Prisma', { $queryRawUnsafe: () => {} }, '{ db: fromPrisma(tx) }'],
    ['TypeORM', { createQueryRunner: () => {} }, '{ db: fromTypeOrm(manager) }'],
  ])('migrate says what to give instead of %s', async (_, given, words) => {
    await expect(migrate(given as never)).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'db' } })
    await expect(migrate(given as never)).rejects.toThrow(words)
  })
})
