import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseCatalog } from '../../../src/index.js'
import { auditLog, streakFreezes } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const streak = (more: object = {}) => ({ type: 'streak', category: 'lesson', every: 'day', target: 4, ...more })
const withFreezes = streak({ freezes: { every: 3, max: 2 } })
const catalogOf = (requirement: object) => ({
  milestones: [{ id: 'streak', title: 'Streak', requirement, reward: { points: 10 } }],
})
const bought = { key: 'order:1', reason: 'bought', by: 'shop' }

describeOnEach(everyDatabase, 'freezes', database => {
  let service: ClockedService
  const start = (requirement: object): void => {
    service = clockedService(database.host.db, catalogOf(requirement))
  }
  const on = (day: number, hour = 12): Date => new Date(Date.UTC(2026, 5, day, hour))
  const record = (...days: readonly number[]) =>
    service.record(
      days.map(day => ({ userId: 'ann', category: 'lesson', itemKey: `day-${day}`, completedAt: on(day) })),
    )
  const held = async () =>
    (await service.getUserBadges('ann')).map(({ id, earnedAt }) => `${id} ${earnedAt.getUTCDate()}`)
  const place = async () => {
    const { milestones } = await service.getUserProgress('ann')
    return milestones[0]!.streak
  }

  beforeEach(() => start(withFreezes))
  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  test('are used for a missed day, and shown in progress', async () => {
    service.setClock('2026-06-06T13:00Z')
    await record(1, 2, 3, 5)
    expect(await held()).toEqual(['streak 5'])
    expect(await place()).toEqual({
      current: 4,
      best: 4,
      endsAt: on(7, 0),
      freezes: { held: 0, used: 1, nextIn: 2, usesAt: null },
    })
  })

  test('that were used come back with a late completion, and are taken by an undo', async () => {
    service.setClock('2026-06-09T13:00Z')
    await record(1, 2, 3, 5, 7)
    expect((await place())!.best).toBe(4)
    await record(4)
    expect(await place()).toMatchObject({ current: 6, best: 6, freezes: { held: 0, used: 2 } })
    expect(await held()).toEqual(['streak 5'])
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: 'day-2' }, { reason: 'a mistake' })
    expect([await held(), (await place())!.best]).toEqual([['streak 7'], 4])
  })

  test('are granted once per key, which the audit log shows', async () => {
    service.setClock('2026-06-01T10:00Z')
    const freeze = { userId: 'ann', key: 'order:1', grantedAt: on(1, 10) }
    expect(await service.grantStreakFreeze('ann', bought)).toEqual({ status: 'granted', freeze })
    service.setClock('2026-06-01T11:00Z')
    expect(await service.grantStreakFreeze('ann', { ...bought, reason: 'again' })).toEqual({
      status: 'duplicate',
      freeze,
    })
    expect(await service.grantStreakFreeze('bob', bought)).toMatchObject({ status: 'granted' })
    expect(await database.db.select().from(streakFreezes)).toHaveLength(2)
    expect(await database.db.select().from(auditLog).orderBy(auditLog.userId)).toMatchObject([
      { userId: 'ann', action: 'grant-streak-freeze', reason: 'bought', doneBy: 'shop', details: { key: 'order:1' } },
      { userId: 'bob' },
    ])
  })

  test('that are granted save the first day that is missed from then on', async () => {
    service.setClock('2026-06-01T13:00Z')
    await record(1)
    await service.grantStreakFreeze('ann', bought)
    expect((await place())!.freezes).toEqual({ held: 1, used: 0, nextIn: 2, usesAt: on(3, 0) })
    service.setClock('2026-06-06T13:00Z')
    await record(3, 4)
    expect(await place()).toMatchObject({ current: 3, freezes: { held: 0, used: 2 } })
    await record(2)
    expect([await held(), await place()]).toMatchObject([['streak 4'], { current: 4, freezes: { held: 1, used: 1 } }])
  })

  test('that are granted by a server whose clock is behind count at once', async () => {
    service.setClock('2026-06-04T13:00Z')
    await record(1, 2, 4)
    service.setClock('2026-06-03T23:00Z')
    await service.grantStreakFreeze('ann', bought)
    expect((await place())!.best).toBe(3)
  })

  test('are counted by a catalog that is applied later, and nothing is left of them without', async () => {
    start(streak())
    service.setClock('2026-06-02T13:00Z')
    await record(1, 2)
    await service.grantStreakFreeze('ann', bought)
    expect(await place()).toEqual({ current: 2, best: 2, endsAt: on(4, 0) })
    service.setClock('2026-06-05T13:00Z')
    await record(4, 5)
    expect([await held(), (await place())!.best]).toEqual([[], 2])
    const frozen = parseCatalog(catalogOf(withFreezes))
    expect((await service.plan(frozen)).badges).toMatchObject([{ id: 'streak', gained: { userCount: 1 } }])
    await service.apply(frozen)
    expect([await held(), await place()]).toMatchObject([['streak 5'], { current: 4, freezes: { used: 1 } }])
    const without = parseCatalog(catalogOf(streak()))
    expect((await service.plan(without, { policy: 'recompute' })).badges).toMatchObject([{ lost: { userCount: 1 } }])
    await service.apply(without, { policy: 'recompute' })
    expect(await held()).toEqual([])
  })

  test.each([
    ['key', { ...bought, key: '' }],
    ['key', { ...bought, key: 'x'.repeat(513) }],
    ['reason', { ...bought, reason: '' }],
  ])('are refused without a valid %s', async (field, wrong) => {
    await expect(service.grantStreakFreeze('ann', wrong)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { field },
    })
    expect(await database.db.select().from(streakFreezes)).toEqual([])
  })
})
