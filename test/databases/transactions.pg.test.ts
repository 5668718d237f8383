import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMilestoneService, type Database, type MilestoneService, migrate } from '../../src/index.js'
import { catalog, lesson, lessons, read, write } from '../hazards/schedule-catalogs.js'
import { describeOnEach } from '../support/databases.js'
import { hostsTable } from '../support/host-transactions.js'
import { storedRows } from '../support/stored-rows.js'
import { hostDrivers } from './hosts/drivers.js'
import { type HostLibrary, hostLibraries } from './hosts/libraries.js'

const hosts = { ...hostLibraries, ...hostDrivers }
const hand = { reason: 'thanks', by: 'eve' }

describeOnEach(['pg'], 'a transaction', database => {
  describe.each(Object.keys(hosts))('of %s', name => {
    let host: HostLibrary
    let service: MilestoneService
    beforeAll(async () => {
      await database.rows(hostsTable)
      host = await hosts[name]!(database.url)
    })
    afterAll(() => host.end())
    beforeEach(async () => {
      await database.rows(sql`DELETE FROM orders`)
      service = createMilestoneService({ db: database.db, catalog })
    })
    const orderIds = async () => (await database.rows(sql`SELECT id FROM orders ORDER BY id`)).map(({ id }) => id)
    const rolledBack = (work: Parameters<HostLibrary['transaction']>[0]) =>
      expect(
        host.transaction(async inside => {
          await work(inside)
          throw new Error('the host changed its mind')
        }),
      ).rejects.toThrow('the host changed its mind')

    test('commits what a call wrote', async () => {
      const results = await host.transaction(async ({ db, order }) => {
        await order('a')
        return service.record([read('ann'), write('ann')], { db })
      })
      expect(results.map(({ status }) => status)).toEqual(['recorded', 'recorded'])
      expect((await service.getUserBadges('ann')).map(({ id }) => id)).toEqual(['both'])
      expect(await orderIds()).toEqual(['a'])
      expect(await service.verify()).toEqual([])
    })

    test('rolls back what a call wrote', async () => {
      const before = await storedRows(database)
      await rolledBack(async ({ db, order }) => {
        await order('a')
        await service.record([read('ann'), write('ann')], { db })
        expect(await service.record(read('ann'), { db })).toMatchObject({ status: 'duplicate' })
      })
      expect(await storedRows(database)).toEqual(before)
      expect(await orderIds()).toEqual([])
    })

    test('continues after a call that failed in the database', async () => {
      await database.rows(sql`ALTER TABLE milepost.user_progress ADD CONSTRAINT refused CHECK (item_key <> 'refused')`)
      await host
        .transaction(async ({ db, order }) => {
          await order('a')
          await service.record(lesson('ann', 'before'), { db })
          const refused = service.record([lesson('ann', 'kept out'), lesson('ann', 'refused')], { db })
          await expect(refused).rejects.toMatchObject({
            code: 'DATABASE_FAILED',
            message: expect.stringMatching(/^The database failed: new row .*"refused" \(SQLSTATE 23514\)$/),
            details: { sqlState: '23514' },
          })
          await service.record(lesson('ann', 'after'), { db })
          await order('b')
        })
        .finally(() => database.rows(sql`ALTER TABLE milepost.user_progress DROP CONSTRAINT refused`))
      expect(await orderIds()).toEqual(['a', 'b'])
      const kept = await database.rows(sql`SELECT item_key FROM milepost.user_progress ORDER BY item_key`)
      expect(kept).toEqual([{ item_key: 'after' }, { item_key: 'before' }])
    })

    test('takes calls side by side', async () => {
      await host.transaction(({ db }) =>
        Promise.all([...lessons('ann', 12), read('bob')].map(each => service.record(each, { db }))),
      )
      expect((await service.getUserBadges('ann')).map(({ id }) => id)).toEqual(['ten'])
      expect(await service.verify()).toEqual([])
    })

    test('reads what is not committed yet, the same as afterwards', async () => {
      const at = new Date()
      const service = createMilestoneService({ db: database.db, catalog, now: () => at })
      const reading = async (db?: Database) => [
        await service.getUserProgress('ann', { db }),
        await service.getUserBadges('ann', { db }),
        await service.explain('ann', 'ten', { db }),
        await service.getLeaderboard({}, { db }),
      ]
      const inside = await host.transaction(async ({ db }) => {
        await service.record(lessons('ann', 10), { db })
        return reading(db)
      })
      expect(inside[0]).toMatchObject({ totalPoints: 10, completedMilestones: ['ten'] })
      expect(await reading()).toEqual(inside)
    })

    test('keeps texts, numbers and instants as they are', async () => {
      const completion = {
        ...lesson('who? $1 :name ?? "\\', "it's ?|?& \\? {a,b} 👍"),
        completedAt: new Date('2026-03-04T05:06:07.089Z'),
        metadata: { text: 'a ? b', large: 9_007_199_254_740_991, part: 0.1, list: [null, true] },
      }
      await host.transaction(({ db }) => service.record(completion, { db }))
      const [stored] = await database.rows(sql`SELECT item_key, metadata::text AS metadata,
        date_part('epoch', completed_at) * 1000 AS ms FROM milepost.user_progress`)
      expect({ ...stored, metadata: JSON.parse(stored!.metadata as string), ms: Number(stored!.ms) }).toEqual({
        item_key: completion.itemKey,
        metadata: completion.metadata,
        ms: completion.completedAt.getTime(),
      })
    })

    test('rolls back every call', async () => {
      await service.record([...lessons('ann', 10), read('bob')])
      await service.awardBadge('bob', 'both', hand)
      // The key of erasures is made once, in a transaction of its own.
      await service.eraseUser('zoe', hand)
      const before = await storedRows(database)
      for (const call of everyWrite(service)) {
        await rolledBack(async ({ db, order }) => {
          await order('a')
          await call(db)
        })
        expect(await storedRows(database), String(call)).toEqual(before)
      }
      expect(await database.rows(sql`SELECT to_regclass('other.migrations') AS made`)).toEqual([{ made: null }])
    })

    if (!(name in hostLibraries)) return
    test('is asked for where there is none', () => {
      expect(host.outside).toThrow(
        /is not (a|the (client|manager) of a) (Kysely|Knex|Prisma|TypeORM) transaction; pass/,
      )
    })
  })
})

function everyWrite(service: MilestoneService): readonly ((db: Database) => Promise<unknown>)[] {
  const mapping = { userId: 'user', category: { value: 'read' }, itemKey: 'item', completedAt: 'at' }
  return [
    db => service.record(lessons('cleo', 120), { db }),
    db => service.checkAndAwardMilestones('ann', { db }),
    db => service.updateUserSettings('ann', { timeZone: 'Asia/Tokyo', attributes: { team: 'red' } }, { db }),
    db => service.grantStreakFreeze('ann', { key: 'a', reason: 'bought' }, { db }),
    db => service.adjustPoints('ann', { points: 5, key: 'a', ...hand }, { db }),
    db => service.adjustPoints('ann', { points: 5, currency: 'gems', key: 'b', ...hand }, { db }),
    db => service.spend('ann', { currency: 'gems', amount: 5, key: 'a', reason: 'a hint' }, { db }),
    db => service.refund('ann', { key: 'a', ...hand }, { db }),
    db => service.pauseStreaks('ann', { from: new Date(0), until: new Date(1e9), reason: 'ill' }, { db }),
    db => service.undo(lesson('ann', 'lesson 1'), hand, { db }),
    db => service.awardBadge('ann', 'both', hand, { db }),
    db => service.revokeBadge('bob', 'both', hand, { db }),
    db => service.markSeen('ann', ['ten'], { db }),
    db => service.mergeUsers({ from: 'bob', into: 'ann' }, hand, { db }),
    db => service.renameUser('ann', 'anna', {}, { db }),
    db => service.eraseUser('ann', hand, { db }),
    db =>
      createMilestoneService({ db, catalog }).importCompletions([{ user: 'dan', item: 'a', at: new Date(0) }], mapping),
    db => migrate(db, { schema: 'other' }),
  ]
}
