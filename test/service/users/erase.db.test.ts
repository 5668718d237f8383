import { createHmac } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type CompletionInput, type MilestoneService, parseCatalog } from '../../../src/index.js'
import { milepostTables, userProgress } from '../../../src/schema.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { tracesOf } from '../../support/traces.js'

const catalog = {
  currencies: ['gems'],
  points: [{ category: 'lesson', points: 2 }],
  milestones: [
    {
      id: 'one',
      title: 'One',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { points: 10 },
    },
    { id: 'daily', title: 'Daily', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 3 } },
    { id: 'gift', title: 'Gift', requirement: { type: 'count', category: 'never', target: 1 } },
  ],
}
const canary = 'canary-4711 (ann) \\d+$'
const lesson = (userId: string, itemKey: string): CompletionInput => ({ userId, category: 'lesson', itemKey })
const hand = { reason: 'asked for it', by: 'support' }

/** Leaves a row of the user in every table that holds some. */
async function liveThrough(service: MilestoneService, userId: string): Promise<void> {
  await service.updateUserSettings(userId, { timeZone: 'Europe/Berlin' })
  await service.record([
    { ...lesson(userId, `item of ${userId}`), metadata: { of: userId } },
    lesson(userId, 'to be undone'),
  ])
  const coins = { currency: 'gems', reason: `for ${userId}` }
  await service.adjustPoints(userId, { points: 5, key: `coins of ${userId}`, ...coins })
  await service.spend(userId, { amount: 2, key: `order of ${userId}`, ...coins })
  await service.adjustPoints(userId, { points: 5, key: `of ${userId}`, reason: `for ${userId}`, by: userId })
  await service.grantStreakFreeze(userId, { key: `of ${userId}`, reason: `for ${userId}`, by: userId })
  await service.pauseStreaks(userId, {
    from: new Date('2026-05-01'),
    until: new Date('2026-05-03'),
    reason: `${userId} was ill`,
  })
  await service.undo({ userId, category: 'lesson', itemKey: 'to be undone' }, { reason: `${userId} slipped` })
  await service.awardBadge(userId, 'gift', { reason: `for ${userId}`, by: userId })
  await service.markSeen(userId, ['one'])
  await service.updateUserSettings(userId, { attributes: { of: userId } })
}

describeOnEach(everyDatabase, 'erasing', database => {
  const newService = () => clockedService(database.host.db, catalog)
  const tables = milepostTables()

  test('leaves nothing of the user in any column of any table', async () => {
    const service = newService()
    await liveThrough(service, canary)
    await database.rows(sql`insert into milepost.retention_runs (categories, until, resume_after, taken_until)
      values ('["lesson"]', now(), ${canary}, now())`)
    await database.rows(sql`insert into milepost.follows (id, table_name, mapping, imported_after)
      values (1, 'gone', '{}', ${JSON.stringify(['2026-05-01', canary, 'lesson', 'a'])})`)
    await service.apply(parseCatalog(catalog))
    await database.rows(
      sql`update milepost.catalog_versions set applied_at = null, resume_after = ${canary}, user_count = 1`,
    )
    expect((await tracesOf(database, canary)).map(place => place.replace(/^milepost\.|\.\w+$/g, ''))).toEqual(
      expect.arrayContaining(
        'audit_log badge_decisions badge_sightings catalog_versions points_ledger retention_runs streak_freezes streak_pauses user_metrics user_attributes user_period_points user_progress user_standings user_time_zones'.split(
          ' ',
        ),
      ),
    )
    const result = await service.eraseUser(canary, { reason: `${canary} asked for it`, by: canary })
    expect(result).toMatchObject({ status: 'erased', rowCount: expect.any(Number) })
    expect(result.rowCount).toBeGreaterThan(9)
    expect(await tracesOf(database, canary)).toEqual([])
    expect(await tracesOf(database, 'canary')).toEqual([])
    // An import that got up to the user goes back to the first row of that time.
    expect(await database.rows(sql`select imported_after from milepost.follows`)).toEqual([
      { imported_after: '["2026-05-01", "", "", ""]' },
    ])
  })

  test('reaches every table that has a user', async () => {
    const service = newService()
    await liveThrough(service, 'ann')
    const owned = await database.rows<{ table_name: string }>(sql`
      SELECT table_name FROM information_schema.columns WHERE table_schema = 'milepost' AND column_name = 'user_id'`)
    await service.eraseUser('ann', hand)
    for (const { table_name } of owned) {
      const left = await database.rows(sql`SELECT FROM milepost.${sql.identifier(table_name)} WHERE user_id = 'ann'`)
      expect([table_name, left.length]).toEqual([table_name, 0])
    }
    expect(owned.length).toBeGreaterThanOrEqual(10)
  })

  test('leaves what others have, and takes the id out of what the user did to them', async () => {
    const service = newService()
    await service.record([lesson('bob', 'a'), lesson(canary, 'a')])
    await service.awardBadge('bob', 'gift', { reason: 'well done', by: canary })
    for (const userId of ['bob', null]) {
      await service.pauseStreaks(userId, { from: '2026-04-01', until: '2026-04-03', reason: 'a holiday', by: canary })
    }
    const before = await service.getUserProgress('bob')
    const { userHash } = await service.eraseUser(canary, hand)
    expect(await service.getUserProgress('bob')).toEqual(before)
    expect((await service.getLeaderboard()).entries.map(({ userId, points }) => [userId, points])).toEqual([
      ['bob', 12],
    ])
    expect((await service.exportUser('bob')).decisions).toMatchObject([{ badgeId: 'gift', by: userHash }])
    for (const userId of ['bob', null]) expect(await service.getStreakPauses(userId)).toMatchObject([{ by: userHash }])
    expect(await tracesOf(database, canary)).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test('is in the audit log by the hash alone, which is HMAC-SHA256 of the id', async () => {
    const service = newService()
    await service.record(lesson(canary, 'a'))
    const { userHash, rowCount } = await service.eraseUser(canary, { reason: `${canary} asked`, by: canary })
    const { auditLog, erasureKeys } = tables
    const [kept] = await database.db.select().from(erasureKeys)
    expect(userHash).toBe(createHmac('sha256', Buffer.from(kept!.key, 'hex')).update(canary).digest('hex'))
    expect(await database.db.select().from(auditLog).where(eq(auditLog.userId, userHash))).toMatchObject([
      { action: 'erase', reason: `${userHash} asked`, doneBy: userHash, details: { rowCount } },
    ])
  })

  test('refuses every later write with a code, and writes nothing', async () => {
    const service = newService()
    await service.record(lesson(canary, 'a'))
    await service.eraseUser(canary, hand)
    const day = new Date('2026-05-01')
    const refused = { code: 'USER_ERASED', details: { userIds: [canary] } }
    const writes = [
      () => service.record(lesson(canary, 'a')),
      () => service.record(lesson(canary, 'b'), { db: database.host.db }),
      () => service.checkAndAwardMilestones(canary),
      () => service.updateUserSettings(canary, { timeZone: 'Europe/Berlin' }),
      () => service.grantStreakFreeze(canary, { key: 'a', reason: 'bought' }),
      () => service.adjustPoints(canary, { points: 5, key: 'a', ...hand }),
      () => service.spend(canary, { currency: 'gems', amount: 5, key: 'a', reason: 'x' }),
      () => service.refund(canary, { key: 'a', ...hand }),
      () => service.pauseStreaks(canary, { from: day, until: new Date('2026-05-02'), reason: 'ill' }),
      () => service.awardBadge(canary, 'gift', hand),
      () => service.revokeBadge(canary, 'gift', hand),
      () => service.updateUserSettings(canary, { visibility: 'quiet' }),
      () => service.rebuild(canary),
    ]
    for (const attempt of writes) await expect(attempt()).rejects.toMatchObject(refused)
    expect(await service.markSeen(canary, ['one'])).toEqual([])
    expect(await service.undo({ userId: canary, category: 'lesson', itemKey: 'a' }, hand)).toEqual({
      status: 'not-found',
    })
    expect(await tracesOf(database, canary)).toEqual([])
  })

  test('refuses a list with its index, and none of it is stored', async () => {
    const service = newService()
    await service.eraseUser('ann', hand)
    const list = [lesson('bob', 'a'), lesson('ann', 'a'), lesson('cy', 'a')]
    const many = [...Array.from({ length: 150 }, (_, i) => lesson('bob', `item ${i}`)), lesson('ann', 'a')]
    const refused = { code: 'USER_ERASED', details: { userIds: ['ann'] } }
    await expect(service.record(list)).rejects.toMatchObject({ ...refused, details: { index: 1 } })
    await expect(service.record(many)).rejects.toMatchObject({ ...refused, details: { index: 150 } })
    const inTransaction = database.host.transaction(tx => service.record(list, { db: tx }))
    await expect(inTransaction).rejects.toMatchObject({ ...refused, details: { index: 1 } })
    expect(await database.db.select().from(userProgress)).toEqual([])
    expect(await service.record([])).toEqual([])
  })

  test('fails the calls for the erased user alone, of those that go together', async () => {
    const service = newService()
    await service.eraseUser('ann', hand)
    const users = ['bob', 'ann', 'cy', 'ann', 'dee', 'bob']
    const settled = await Promise.allSettled(users.map((userId, i) => service.record(lesson(userId, `item ${i}`))))
    expect(settled.map(({ status }) => status)).toEqual(
      users.map(userId => (userId === 'ann' ? 'rejected' : 'fulfilled')),
    )
    expect(settled[3]).toMatchObject({ reason: { code: 'USER_ERASED', details: { userIds: ['ann'] } } })
    expect(await service.verify()).toEqual([])
  })

  test("goes with the caller's transaction", async () => {
    const service = newService()
    await service.record(lesson('ann', 'a'))
    const undecided = database.host.transaction(async tx => {
      expect(await service.eraseUser('ann', hand, { db: tx })).toMatchObject({ status: 'erased' })
      await expect(service.record(lesson('ann', 'b'), { db: tx })).rejects.toMatchObject({ code: 'USER_ERASED' })
      throw new Error('the host changed its mind')
    })
    await expect(undecided).rejects.toThrow('changed its mind')
    expect((await service.record(lesson('ann', 'a'))).status).toBe('duplicate')
    expect((await service.getUserProgress('ann')).totalPoints).toBe(12)
  })

  test('also applies to an unknown user', async () => {
    const service = newService()
    expect(await service.eraseUser('ann', hand)).toMatchObject({ status: 'erased', rowCount: 0 })
    await expect(service.record(lesson('ann', 'a'))).rejects.toMatchObject({ code: 'USER_ERASED' })
  })

  test('done again takes what the host has stored in between, and keeps the rest from it', async () => {
    const service = newService()
    const { userHash } = await service.eraseUser('ann', hand)
    await database.db.insert(userProgress).values([lesson('ann', 'a'), lesson('bob', 'a')])
    expect(await service.rebuild()).toEqual({ userCount: 1, awardedCount: 1 })
    expect(await service.eraseUser('ann', hand)).toEqual({ status: 'already-erased', userHash, rowCount: 1 })
    expect(await service.eraseUser('ann', hand)).toEqual({ status: 'already-erased', userHash, rowCount: 0 })
    expect(await tracesOf(database, 'ann')).toEqual([])
    expect((await service.exportUser(userHash)).audit).toHaveLength(2)
  })

  test('never blocks an apply, whatever the host stores for the user', async () => {
    const service = newService()
    await service.record(lesson('bob', 'a'))
    await service.eraseUser('ann', hand)
    await database.db.insert(userProgress).values([lesson('ann', 'a')])
    const harder = { ...catalog, milestones: catalog.milestones.filter(({ id }) => id !== 'one') }
    for (const policy of ['recompute', 'keep', 'reprice'] as const) {
      expect(await service.apply(parseCatalog(policy === 'recompute' ? harder : catalog), { policy })).toMatchObject({
        status: 'applied',
      })
    }
    expect(await database.rows(sql`SELECT FROM milepost.user_standings WHERE user_id = 'ann'`)).toEqual([])
  })

  test('is over once a return is allowed: the user begins from nothing', async () => {
    const service = newService()
    await service.record(lesson('ann', 'a'))
    const { userHash } = await service.eraseUser('ann', hand)
    expect(await service.allowReturn('ann', { reason: 'signed up again' })).toEqual({ status: 'allowed' })
    expect(await service.allowReturn('ann', { reason: 'signed up again' })).toEqual({ status: 'not-erased' })
    const { status, awarded } = await service.record(lesson('ann', 'a'))
    expect([status, awarded.map(({ id }) => id)]).toEqual(['recorded', ['one']])
    expect((await service.exportUser(userHash)).audit).toMatchObject([{ action: 'erase' }, { action: 'allow-return' }])
    expect(await service.verify()).toEqual([])
  })

  test('leaves the words of a reason that merely hold a short id', async () => {
    const service = newService()
    const { userHash } = await service.eraseUser('a', { reason: 'a wants all data away' })
    expect((await service.exportUser(userHash)).audit).toMatchObject([{ reason: `${userHash} wants all data away` }])
  })

  test('needs a reason', async () => {
    const service = newService()
    await expect(service.eraseUser('ann', { reason: '' })).rejects.toMatchObject({ details: { field: 'reason' } })
    await expect(service.eraseUser('', hand)).rejects.toMatchObject({ details: { field: 'userId' } })
  })
})
