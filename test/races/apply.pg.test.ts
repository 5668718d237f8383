import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { describeOnEach, everyPostgres } from '../support/databases.js'
import { recordByTurns } from './both-paths.js'
import { openTransaction, until, untilBlocked } from './interleaving.js'

const lesson = (userId: string, itemKey = 'a') => ({ userId, category: 'lesson', itemKey })
const catalogOf = (target: number, points = 0) =>
  parseCatalog({
    milestones: [
      {
        id: 'lessons',
        title: 'Lessons',
        requirement: { type: 'count', category: 'lesson', target },
        reward: { points },
      },
    ],
  })
const limitedTo = (limit: number) => {
  const [lessons] = catalogOf(1).definition.milestones
  return parseCatalog({ milestones: [{ ...lessons, limit }] })
}
const [easy, hard, dear] = [catalogOf(1), catalogOf(5), catalogOf(1, 20)]

recordByTurns()

// Applies that meet transactions which began before them, each order brought about by what one waits for.
describeOnEach(everyPostgres, 'an apply', database => {
  let service: MilestoneService
  const serviceWith = (more: object = {}): MilestoneService =>
    createMilestoneService({ db: database.db, catalog: easy, onWarning: () => {}, ...more })
  const idsOf = async (userId: string) => (await service.getUserBadges(userId)).map(({ id }) => id)
  const governs = (version: number) =>
    until(async () => (await service.getCatalogVersions({ limit: 1 }))[0]?.version === version)
  // Time enough for an apply that waits for nobody to come to its end.
  const severalReads = async (): Promise<void> => {
    for (let i = 0; i < 30; i++) await service.getCatalogVersions()
  }
  /** Holds the rows of users until it is committed. */
  const holding = async (...userIds: string[]) => {
    const host = await openTransaction(database.db)
    await host.tx.execute(
      sql`SELECT FROM milepost.user_standings WHERE user_id = any(${sql.param(userIds)}::text[]) FOR UPDATE`,
    )
    return host
  }

  beforeEach(async () => {
    service = serviceWith()
    await service.apply(easy)
  })

  test('counts a new user whose first completion was in a transaction that was still open', async () => {
    const host = await openTransaction(database.db)
    expect((await service.record(lesson('new'), { db: host.tx })).awarded).toHaveLength(1)
    const applying = service.apply(hard, { policy: 'recompute' })
    await governs(2)
    await severalReads()
    await host.commit()
    const { userCount } = await applying
    expect(await applying).toMatchObject({ version: 2, revokedCount: 1 })
    expect(await service.getCatalogVersions()).toMatchObject([{ version: 2, userCount }, { version: 1 }])
    expect(await idsOf('new')).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test('gives the places of a new limit only once such transactions have ended, to those who came first', async () => {
    const host = await openTransaction(database.db)
    expect((await service.record(lesson('open'), { db: host.tx })).awarded).toHaveLength(1)
    const applying = service.apply(limitedTo(2))
    await governs(2)
    const at = (day: string) => new Date(`2026-01-${day}T09:00:00Z`)
    for (const completion of [
      { ...lesson('second'), completedAt: at('02') },
      { ...lesson('first'), completedAt: at('01') },
    ])
      expect((await service.record(completion)).awarded).toEqual([])
    await host.commit()
    expect(await applying).toMatchObject({ awardedCount: 1 })
    expect([await idsOf('open'), await idsOf('first'), await idsOf('second')]).toEqual([['lessons'], ['lessons'], []])
    expect((await service.record(lesson('third'))).awarded).toEqual([])
    await service.undo(lesson('open'), { reason: 'a mistake' })
    expect((await service.record(lesson('fourth'))).awarded).toHaveLength(1)
  })

  test('the first apply of all counts such a user too', async () => {
    await database.clear()
    const fresh = serviceWith()
    const host = await openTransaction(database.db)
    await fresh.record(lesson('new'), { db: host.tx })
    const applying = fresh.apply(hard, { policy: 'recompute' })
    await governs(1)
    await severalReads()
    await host.commit()
    expect(await applying).toMatchObject({ version: 1, userCount: 1, revokedCount: 1 })
    expect(await idsOf('new')).toEqual([])
  })

  test('reports a transaction that does not end; the user is counted on the next write, and apply continues when called again', async () => {
    const host = await openTransaction(database.db)
    await service.record([lesson('ann'), lesson('bob')], { db: host.tx })
    const hasty = serviceWith({ patienceMs: 400 })
    await expect(hasty.apply(hard, { policy: 'recompute' })).rejects.toMatchObject({ code: 'USER_BUSY' })
    await host.commit()
    expect((await service.record(lesson('ann', 'b'))).awarded).toEqual([])
    expect(await idsOf('ann')).toEqual([])
    await service.checkAndAwardMilestones('ann')
    expect(await service.verify({ userId: 'ann' })).toEqual([])
    expect(await idsOf('bob')).toEqual(['lessons'])
    expect(await service.apply(hard, { policy: 'recompute' })).toMatchObject({ version: 2, status: 'applied' })
    expect(await idsOf('bob')).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test.each(['updateUserSettings', 'awardBadge', 'undo', 'rebuild'] as const)(
    'a user whom it left is counted by its policy first, when touched by %s',
    async call => {
      const host = await openTransaction(database.db)
      await service.record([lesson('ann'), lesson('ann', 'b')], { db: host.tx })
      await expect(serviceWith({ patienceMs: 400 }).apply(hard, { policy: 'recompute' })).rejects.toThrow()
      await host.commit()
      const hand = { reason: 'thanks', by: 'eve' }
      if (call === 'updateUserSettings') await service.updateUserSettings('ann', { timeZone: 'Asia/Tokyo' })
      if (call === 'rebuild') await service.rebuild('ann')
      if (call === 'undo') await service.undo(lesson('ann', 'b'), hand)
      if (call === 'awardBadge') {
        expect(await service.awardBadge('ann', 'lessons', hand)).toMatchObject({ status: 'awarded' })
        await service.revokeBadge('ann', 'lessons', hand)
      }
      expect(await idsOf('ann')).toEqual([])
      expect(await service.verify({ userId: 'ann' })).toEqual([])
    },
  )

  // A statement that waits for a lock reads the version as it was when the wait began.
  test('that came in while a recording waited for a known user is what this recording counts by', async () => {
    await service.updateUserSettings('ann', { visibility: 'on' })
    const [host, writer] = [await openTransaction(database.db), await openTransaction(database.db)]
    const inHost = serviceWith({ db: host.tx, patienceMs: 400 })
    await inHost.updateUserSettings('ann', { visibility: 'on' })
    const recording = service.record(lesson('ann'), { db: writer.tx })
    await untilBlocked(database)
    await expect(inHost.apply(hard, { policy: 'recompute' })).rejects.toMatchObject({ code: 'USER_BUSY' })
    await host.commit()
    expect((await recording).awarded).toEqual([])
    await writer.commit()
    await service.apply(hard, { policy: 'recompute' })
    expect(await idsOf('ann')).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test.each([
    { policy: 'recompute', next: hard, left: [] },
    { policy: 'reprice', next: dear, left: [{ points: 20 }] },
  ] as const)(
    'that came in while a recording waited for a new user counts that user by $policy',
    async ({ policy, next, left }) => {
      const [host, writer] = [await openTransaction(database.db), await openTransaction(database.db)]
      await service.record(lesson('new'), { db: host.tx })
      const recording = service.record(lesson('new', 'b'), { db: writer.tx })
      await untilBlocked(database)
      const applying = service.apply(next, { policy })
      await governs(2)
      await severalReads()
      await host.rollback()
      await recording
      await writer.commit()
      await applying
      expect(await service.getUserBadges('new')).toMatchObject(left)
      expect(await service.verify()).toEqual([])
    },
  )

  test('ends if another one began: the later one takes effect', async () => {
    await service.record(lesson('ann'))
    const host = await holding('ann')
    const first = service.apply(hard, { policy: 'recompute' }).catch((error: unknown) => error)
    await untilBlocked(database, 1)
    const second = service.apply(dear, { policy: 'reprice' })
    await untilBlocked(database, 2)
    await host.commit()
    expect(await first).toMatchObject({ code: 'APPLY_SUPERSEDED', details: { version: 2 } })
    expect(await second).toMatchObject({ version: 3, status: 'applied' })
    expect(await service.getUserBadges('ann')).toMatchObject([{ points: 20 }])
    expect(await service.getCatalogVersions()).toMatchObject([{ version: 3 }, { version: 2, appliedAt: null }, {}])
    expect(await service.verify()).toEqual([])
  })

  test('ends where another one has begun while it waited for a transaction of before', async () => {
    const host = await openTransaction(database.db)
    await service.record(lesson('new'), { db: host.tx })
    const first = service.apply(hard, { policy: 'recompute' }).catch((error: unknown) => error)
    await governs(2)
    const second = service.apply(dear, { policy: 'reprice' })
    await governs(3)
    await host.commit()
    expect(await first).toMatchObject({ code: 'APPLY_SUPERSEDED' })
    await second
    expect(await service.getUserBadges('new')).toMatchObject([{ points: 20 }])
  })

  test('at the start of a service gives way to one that begins later, and the first call succeeds', async () => {
    await service.record(lesson('ann'))
    const host = await holding('ann')
    const starting = serviceWith({ catalog: hard, whenUnapplied: 'apply' })
    const recording = starting.record(lesson('bob'))
    await untilBlocked(database, 1)
    const second = service.apply(dear)
    await untilBlocked(database, 2)
    await host.commit()
    expect(await recording).toMatchObject({ status: 'recorded', awarded: [{ points: 20 }] })
    expect(await second).toMatchObject({ version: 3, status: 'applied' })
    expect(await starting.getCatalog()).toMatchObject({ version: 3, own: 'superseded' })
  })

  test('that was stopped is a new version under another policy', async () => {
    await service.record([lesson('ann'), lesson('ann', 'b')])
    const host = await holding('ann')
    await expect(serviceWith({ patienceMs: 400 }).apply(hard, { policy: 'keep' })).rejects.toThrow()
    await host.commit()
    expect(await service.apply(hard, { policy: 'recompute' })).toMatchObject({ version: 3, revokedCount: 1 })
    expect(await service.getCatalogVersions()).toMatchObject([
      { version: 3, policy: 'recompute' },
      { version: 2, policy: 'keep', appliedAt: null },
      { version: 1 },
    ])
    expect(await idsOf('ann')).toEqual([])
  })
})
