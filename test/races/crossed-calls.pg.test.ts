import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { createKey, rotateKey } from '../../src/service/server/api-keys.js'
import { createFeed } from '../../src/service/server/feed.js'
import { changeWebhook, createWebhook, fanOut, removeWebhook, testWebhook } from '../../src/service/server/webhooks.js'
import { sessionOf } from '../../src/store/database/session-of.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { openGatedPool } from '../faults/gated-pool.js'
import { describeOnEach } from '../support/databases.js'
import { openTransaction, until, untilBlocked, untilSettled } from './interleaving.js'

const limited = (...ids: string[]) =>
  parseCatalog({
    milestones: ids.map(id => ({
      id,
      title: id,
      requirement: { type: 'count' as const, category: 'lesson', target: 2 },
      limit: 1,
    })),
  })
const lesson = (userId: string, itemKey: string) => ({ userId, category: 'lesson', itemKey })
const hand = { reason: 'a test' }
const days = { from: '2026-03-01', until: '2026-03-03', ...hand }

// Two calls that meet between the statement of one and its commit, other than two recordings.
describeOnEach(['pg'], 'of two calls that meet,', database => {
  let service: MilestoneService
  const contextOf = (db = database.session) => ({ db, tables: tablesIn(), now: () => new Date() })
  const newWebhook = async () => (await createWebhook(contextOf(), { url: 'https://a.example/' })).webhook
  const countDeliveries = async () =>
    (await database.rows<{ count: number }>(sql`select count(*)::int as count from milepost.webhook_deliveries`))[0]!
      .count
  const merging = async () => {
    const host = await openTransaction(database.db)
    await service.mergeUsers({ from: 'ann', into: 'bob' }, hand, { db: host.tx })
    return host
  }

  beforeEach(async () => {
    service = createMilestoneService({ db: database.db, catalog: limited('first') })
    await service.record([lesson('ann', 'a'), lesson('bob', 'b')])
  })

  test('an undo finds what a merge moves to the other user', async () => {
    const host = await merging()
    const undoing = service.undo(lesson('ann', 'a'), hand)
    await untilBlocked(database)
    await host.commit()
    expect(await undoing).toMatchObject({ status: 'undone', completion: { userId: 'bob', itemKey: 'a' } })
  })

  test('one that deletes a pause finds it with the user into whom a merge moves it', async () => {
    const { id } = await service.pauseStreaks('ann', days)
    const host = await merging()
    const deleting = service.deleteStreakPause(id, hand)
    await untilBlocked(database)
    await host.commit()
    expect(await deleting).toMatchObject({ status: 'deleted', pause: { userId: 'bob' } })
    expect(await service.getStreakPauses('bob')).toEqual([])
  })

  test('one enters a pause again that the other deletes at this moment', async () => {
    const { pool, setGate } = openGatedPool(database.url, 2)
    onTestFinished(() => pool.end())
    const { id } = await service.pauseStreaks(null, days)
    let isDeleted = false
    setGate(async statement => {
      if (isDeleted || !statement.startsWith('insert into "milepost"."streak_pauses"')) return undefined
      isDeleted = true
      return () => service.deleteStreakPause(id, hand)
    })
    const again = await createMilestoneService({ db: drizzle(pool), catalog: limited('first') }).pauseStreaks(
      null,
      days,
    )
    expect(again.id).not.toBe(id)
    expect(await service.getStreakPauses(null)).toEqual([again])
  })

  test('a deleted webhook takes deliveries with it that a worker creates meanwhile', async () => {
    const { id } = await newWebhook()
    const worker = await openTransaction(database.db)
    await worker.tx.execute(sql`select from milepost.webhook_endpoints where id = ${id} for update`)
    await worker.tx.execute(sql`insert into milepost.webhook_deliveries
      (id, endpoint_id, message_id, type, body, next_attempt_at, created_at) values ('d', ${id}, 'm', 't', '', now(), now())`)
    const removing = removeWebhook(contextOf(), id)
    await untilBlocked(database)
    await worker.commit()
    expect(await removing).toBe(true)
    expect(await countDeliveries()).toBe(0)
  })

  test('an erasure deletes deliveries that a worker creates of the user meanwhile', async () => {
    const feed = createFeed(contextOf())
    await feed.keep()
    await newWebhook()
    await service.record(lesson('ann', 'b'))
    // Also transactions in other databases of the server hold the feed back.
    await untilSettled(feed)
    const worker = await openTransaction(database.db)
    await fanOut(contextOf(sessionOf(worker.tx)))
    const erasing = service.eraseUser('ann', hand)
    await Promise.race([untilBlocked(database), erasing])
    await worker.commit()
    expect(await erasing).toMatchObject({ status: 'erased' })
    expect(await countDeliveries()).toBe(0)
    await service.record([lesson('bob', 'c'), lesson('eva', 'a'), lesson('eva', 'b')])
    await untilSettled(feed)
    await fanOut(contextOf())
    expect(await countDeliveries()).toBe(1)
  })

  test('a test message to a webhook that is deleted meanwhile is not stored', async () => {
    const { id } = await newWebhook()
    const remover = await openTransaction(database.db)
    await remover.tx.execute(sql`delete from milepost.webhook_endpoints where id = ${id}`)
    const testing = testWebhook(contextOf(), id)
    await Promise.race([untilBlocked(database), testing])
    await remover.commit()
    expect(await testing).toBeNull()
    expect(await countDeliveries()).toBe(0)
  })

  test('each is tried again if the other holds its row for long, whether or not it is about users', async () => {
    // Waits for locks are half as long as this.
    const pool = new pg.Pool({ connectionString: database.url, options: '-c deadlock_timeout=20ms' })
    onTestFinished(() => pool.end())
    const impatient = createMilestoneService({ db: pool, catalog: limited('first') })
    const context = contextOf(sessionOf(pool))
    await impatient.apply(limited('first'))
    const { key } = await createKey(context, { name: 'app', scopes: ['read'] })
    const { id } = await newWebhook()
    const host = await openTransaction(database.db)
    await host.tx.execute(sql`select from milepost.api_keys for update`)
    await host.tx.execute(sql`select from milepost.webhook_endpoints for update`)
    await host.tx.execute(sql`insert into milepost.badge_places values ('second', 0)`)
    const calls = [
      rotateKey(context, { id: key.id }),
      changeWebhook(context, id, { isEnabled: false }),
      impatient.apply(limited('first', 'second')),
    ]
    await untilTriedAgain(calls)
    await host.commit()
    expect(await Promise.all(calls)).toMatchObject([
      { key: { id: key.id } },
      { id, isEnabled: false },
      { version: 2, status: 'applied' },
    ])
  })

  // Until each call has given up its wait and begun another one, or one of them has ended.
  const untilTriedAgain = async (calls: readonly Promise<unknown>[]): Promise<void> => {
    const waits = new Set<string>()
    let isAnyOver = false
    for (const call of calls) {
      call
        .catch(() => {})
        .finally(() => {
          isAnyOver = true
        })
    }
    await until(async () => {
      const rows = await database.rows<{
        wait: string
      }>(sql`select pid || ' ' || query_start as wait from pg_stat_activity
        where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`)
      for (const { wait } of rows) waits.add(wait)
      return isAnyOver || waits.size >= 3 * calls.length
    })
  }
})
