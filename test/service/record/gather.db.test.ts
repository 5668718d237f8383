import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type Award, type CompletionInput, createMilestoneService, defineCatalog } from '../../../src/index.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { clusterUrl } from '../../support/migrated-database.js'

const catalog = defineCatalog({
  milestones: [
    { id: 'one', title: 'One', requirement: { type: 'tutorials_completed', count: 1 }, reward: { points: 10 } },
    { id: 'five', title: 'Five', requirement: { type: 'tutorials_completed', count: 5 } },
  ],
})
const lesson = (userId: string, itemKey: string): CompletionInput => ({ userId, category: 'tutorial', itemKey })

describeOnEach(everyDatabase, 'calls side by side', database => {
  const newService = () => createMilestoneService({ db: database.host.db, catalog })
  const transactionCount = async (): Promise<number> => {
    const rows = await database.rows<{ count: number }>(
      sql`select count(distinct xmin::text)::int as count from milepost.user_progress where category = 'tutorial'`,
    )
    return rows[0]!.count
  }

  test('go together while a batch is under way, each with its own answer', async () => {
    const service = newService()
    const userOf = (i: number): string => (i === 0 ? 'first' : `user ${i % 32}`)
    const calls = Array.from({ length: 64 }, (_, i) => service.record(lesson(userOf(i), `item ${i}`)))
    const results = await Promise.all(calls)
    results.forEach((result, i) => {
      expect(result.completion).toMatchObject(lesson(userOf(i), `item ${i}`))
      expect(result.awarded.map(({ id }) => id)).toEqual(i <= 32 ? ['one'] : [])
    })
    // A cluster has few users in a transaction.
    if (!clusterUrl) expect(await transactionCount()).toBe(2)
  })

  test('a batch as a call keeps its results together', async () => {
    const service = newService()
    const [single, batch] = await Promise.all([
      service.record(lesson('ann', 'a')),
      service.record([lesson('ann', 'b'), lesson('bob', 'a'), lesson('ann', 'b')]),
    ])
    expect(single.status).toBe('recorded')
    expect(batch.map(({ status, completion }) => [status, completion.userId])).toEqual([
      ['recorded', 'ann'],
      ['recorded', 'bob'],
      ['duplicate', 'ann'],
    ])
  })

  test('one bad row fails its own call alone', async () => {
    const service = newService()
    await database.db.execute(sql`alter table milepost.user_progress
      add constraint host_rule check (item_key <> 'forbidden')`)
    const calls = ['a', 'b', 'forbidden', 'c'].map(key => service.record(lesson('ann', key)))
    const settled = await Promise.allSettled(calls)
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(settled[2]).toMatchObject({ reason: { code: 'DATABASE_FAILED', details: { sqlState: '23514' } } })
    await database.db.execute(sql`alter table milepost.user_progress drop constraint host_rule`)
    expect((await service.getUserProgress('ann')).milestones[0]?.current).toBe(3)
    expect(await service.verify()).toEqual([])
  })

  test('close waits for what is under way, then refuses', async () => {
    const service = newService()
    const calls = Array.from({ length: 20 }, (_, i) => service.record(lesson('ann', `item ${i}`)))
    const big = service.record(Array.from({ length: 500 }, (_, i) => lesson('bob', `item ${i}`)))
    await service.close()
    const current = async (userId: string) => (await service.getUserProgress(userId)).milestones[0]?.current
    expect([await current('ann'), await current('bob')]).toEqual([20, 500])
    await Promise.all([...calls, big])
    await expect(service.record(lesson('ann', 'late'))).rejects.toMatchObject({ code: 'SERVICE_CLOSED' })
    await expect(service.checkAndAwardMilestones('ann')).rejects.toMatchObject({ code: 'SERVICE_CLOSED' })
  })

  test('listeners are called once per award, after commit, and not for repeats', async () => {
    const service = newService()
    const heard: Award[] = []
    const visible: Promise<number>[] = []
    const stop = service.onAwarded(award => {
      heard.push(award)
      visible.push(
        service.getUserBadges(award.userId).then(badges => badges.filter(({ id }) => id === award.badge.id).length),
      )
    })
    await Promise.all(Array.from({ length: 10 }, (_, i) => service.record(lesson('ann', `item ${i % 5}`))))
    await service.checkAndAwardMilestones('ann')
    expect(heard.map(({ userId, badge }) => [userId, badge.id])).toEqual([
      ['ann', 'one'],
      ['ann', 'five'],
    ])
    expect(await Promise.all(visible)).toEqual([1, 1])
    stop()
    await service.record(lesson('bob', 'a'))
    expect(heard).toHaveLength(2)
  })

  test("listeners are not called for awards in a caller's transaction", async () => {
    const service = newService()
    const heard: Award[] = []
    service.onAwarded(award => void heard.push(award))
    await database.host.transaction(async tx => {
      const { awarded } = await service.record(lesson('ann', 'a'), { db: tx })
      expect(awarded).toHaveLength(1)
    })
    expect(heard).toEqual([])
  })

  test("a listener's fault does not reach the recording", async () => {
    const faults: unknown[] = []
    const service = createMilestoneService({
      db: database.host.db,
      catalog,
      onListenerError: fault => faults.push(fault),
    })
    service.onAwarded(() => {
      throw new Error('thrown')
    })
    service.onAwarded(() => Promise.reject(new Error('rejected')))
    expect((await service.record(lesson('ann', 'a'))).status).toBe('recorded')
    expect(faults.map(fault => (fault as Error).message)).toEqual(['thrown', 'rejected'])
  })
})
