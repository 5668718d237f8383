import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMilestoneService, type Database, type MilestoneService, migrate } from '../../src/index.js'
import { catalog, lesson, lessons, nextCatalog, read, write } from '../hazards/schedule-catalogs.js'
import { describeOnEach, type TestDatabase } from '../support/databases.js'

import { embeddedHosts, type HostConnection, hostsTable, postgresHosts } from '../support/host-transactions.js'
import { storedRows } from '../support/stored-rows.js'

const hand = { reason: 'thanks', by: 'eve' }

describeOnEach(['pg', 'pglite'], "a BEGIN of the host's own", database => {
  const hosts = database.kind === 'pg' ? Object.keys(postgresHosts) : Object.keys(embeddedHosts)
  const open = async (name: string): Promise<HostConnection> =>
    database.kind === 'pg'
      ? postgresHosts[name]!(database.url as string)
      : embeddedHosts[name]!((database as TestDatabase<'pglite'>).client)

  describe.each(hosts)('sent through %s', name => {
    let host: HostConnection
    let service: MilestoneService
    let announced: string[]
    beforeAll(async () => {
      host = await open(name)
      await database.rows(hostsTable)
    })
    afterAll(() => host.end())
    beforeEach(async () => {
      await database.rows(sql`DELETE FROM orders`)
      announced = []
      service = createMilestoneService({ db: database.db, catalog })
      service.onAwarded(({ badge }) => void announced.push(badge.id))
    })
    const orderCount = async () => (await database.rows(sql`SELECT id FROM orders`)).length
    const badgesOf = async (userId: string) => (await service.getUserBadges(userId)).map(({ id }) => id)
    const order = () => host.send("INSERT INTO orders VALUES ('a')")

    test('takes a recording back with it', async () => {
      const before = await storedRows(database)
      await host.send('BEGIN')
      await order()
      const [result] = await service.record([read('ann'), write('ann')], { db: host.db })
      expect(result!.awarded).toHaveLength(0)
      expect(await service.record(read('ann'), { db: host.db })).toMatchObject({ status: 'duplicate' })
      await host.send('ROLLBACK')
      expect(await storedRows(database)).toEqual(before)
      expect(await orderCount()).toBe(0)
      expect(announced).toEqual([])
    })

    // Knex, Kysely and PGlite do not send a statement at once, so the call would come before it.
    if (/^(pg|a |postgres)/.test(name))
      test('takes a recording back with it even if the call came before the BEGIN was answered', async () => {
        const before = await storedRows(database)
        const [, { status }] = await Promise.all([host.send('BEGIN'), service.record(read('ann'), { db: host.db })])
        expect(status).toBe('recorded')
        await host.send('ROLLBACK')
        expect(await storedRows(database)).toEqual(before)
      })

    test('commits a recording with it', async () => {
      await host.send('BEGIN')
      await order()
      await service.record([read('ann'), write('ann')], { db: host.db })
      await host.send('COMMIT')
      expect(await badgesOf('ann')).toEqual(['both'])
      expect(await orderCount()).toBe(1)
      expect(announced).toEqual([])
      expect(await service.verify()).toEqual([])
    })

    test('continues after an error of a call', async () => {
      await host.send('BEGIN')
      await order()
      await expect(service.awardBadge('ann', 'nobody', hand, { db: host.db })).rejects.toMatchObject({
        code: 'MILESTONE_NOT_FOUND',
      })
      await service.record(lesson('ann', 'x'), { db: host.db })
      await host.send('COMMIT')
      expect(await orderCount()).toBe(1)
      expect(await database.rows(sql`SELECT FROM milepost.user_standings`)).toHaveLength(1)
    })

    test('is refused if it is not READ COMMITTED, and can continue', async () => {
      await host.send('BEGIN ISOLATION LEVEL REPEATABLE READ')
      await order()
      await expect(service.record(lesson('ann', 'x'), { db: host.db })).rejects.toMatchObject({
        code: 'TRANSACTION_ISOLATION',
      })
      await host.send('COMMIT')
      expect(await orderCount()).toBe(1)
      expect(await database.rows(sql`SELECT FROM milepost.user_progress`)).toHaveLength(0)
    })

    test('lets calls side by side all take effect', async () => {
      await host.send('BEGIN')
      await Promise.all([...lessons('ann', 12), read('bob')].map(each => service.record(each, { db: host.db })))
      await host.send('COMMIT')
      expect(await badgesOf('ann')).toEqual(['ten'])
      expect(await service.verify()).toEqual([])
    })

    // Drizzle's proxy does not know which connection a statement goes to, and begins nothing.
    const canBegin = name !== 'Kysely'
    if (canBegin)
      test('outside it, a call on the same connection commits by itself', async () => {
        await service.record([read('ann'), write('ann')], { db: host.db })
        expect(announced).toEqual(['both'])
        await host.send('ROLLBACK')
        expect(await badgesOf('ann')).toEqual(['both'])
      })

    const isOfOwnKind = ['pg', 'Kysely', 'postgres.js with one connection', 'PGlite'].includes(name)
    if (isOfOwnKind)
      test('rolls back everything a service or a migration did in it', async () => {
        const own = createMilestoneService({ db: host.db, catalog, whenUnapplied: 'warn', onWarning: () => {} })
        await service.record([...lessons('ann', 10), read('bob')])
        await service.awardBadge('bob', 'both', hand)
        const before = await storedRows(database)
        for (const call of everyWrite(own, host.db)) {
          await host.send('BEGIN')
          await order()
          await call()
          await host.send('ROLLBACK')
          expect(await storedRows(database), String(call)).toEqual(before)
          expect(await orderCount()).toBe(0)
        }
        expect(await database.rows(sql`SELECT to_regclass('other.migrations') AS made`)).toEqual([{ made: null }])
      })
  })
})

function everyWrite(own: MilestoneService, db: Database): readonly (() => Promise<unknown>)[] {
  const mapping = { userId: 'user', category: { value: 'read' }, itemKey: 'item', completedAt: 'at' }
  return [
    () => own.record(write('bob')),
    () => own.record(lessons('cleo', 120)),
    () => own.record(write('bob'), { db }),
    () => own.checkAndAwardMilestones('ann'),
    () => own.updateUserSettings('ann', { timeZone: 'Asia/Tokyo' }),
    () => own.grantStreakFreeze('ann', { key: 'a', reason: 'bought' }),
    () => own.adjustPoints('ann', { points: 5, key: 'a', ...hand }),
    async () => {
      await own.adjustPoints('ann', { points: 5, currency: 'gems', key: 'a', ...hand })
      await own.spend('ann', { currency: 'gems', amount: 5, key: 'a', reason: 'a hint' })
      await own.refund('ann', { key: 'a', ...hand })
    },
    () => own.pauseStreaks('ann', { from: new Date(0), until: new Date(1e9), reason: 'ill' }),
    () => own.pauseStreaks(null, { from: new Date(0), until: new Date(1e9), reason: 'an outage' }),
    () => own.undo(lesson('ann', 'lesson 1'), hand),
    () => own.awardBadge('ann', 'both', hand),
    () => own.revokeBadge('bob', 'both', hand),
    () => own.markSeen('ann', ['ten']),
    () => own.updateUserSettings('ann', { visibility: 'quiet' }),
    () => own.updateUserSettings('ann', { attributes: { team: 'red' } }),
    () => own.mergeUsers({ from: 'bob', into: 'ann' }, hand),
    () => own.renameUser('ann', 'anna'),
    () => own.eraseUser('ann', hand),
    () => own.allowReturn('ann', hand),
    () => own.rebuild(),
    () => own.importCompletions([{ user: 'dan', item: 'a', at: new Date(0) }], mapping),
    () => own.plan(nextCatalog),
    () => own.apply(nextCatalog),
    () => own.planItems('course', ['a']),
    () => own.setItems('course', ['a']),
    () => own.verify(),
    () => own.explain('ann', 'ten'),
    () => migrate(db, { schema: 'other' }),
  ]
}
