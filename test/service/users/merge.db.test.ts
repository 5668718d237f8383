import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type CompletionInput, type MilestoneService, parseCatalog } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { tracesOf } from '../../support/traces.js'

const catalog = {
  points: [
    { category: 'lesson', points: 2 },
    { category: 'post', points: 10, cap: { per: 'day', points: 15 } },
  ],
  milestones: [
    {
      id: 'three',
      title: 'Three',
      requirement: { type: 'count', category: 'lesson', target: 3 },
      reward: { points: 10 },
    },
    {
      id: 'pages',
      title: 'Pages',
      requirement: { type: 'total', category: 'lesson', property: 'pages', target: 100 },
      reward: { points: 50 },
    },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 60 } },
    {
      id: 'twice',
      title: 'Twice',
      repeatable: {},
      requirement: { type: 'count', category: 'lesson', target: 2 },
      reward: { points: 1 },
    },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 3 } },
    { id: 'gift', title: 'Gift', requirement: { type: 'count', category: 'never', target: 1 } },
  ],
}
const hand = { reason: 'signed up', by: 'support' }
const lesson = (userId: string, itemKey: string, on = '2026-05-01', metadata = {}): CompletionInput => {
  return { userId, category: 'lesson', itemKey, completedAt: new Date(`${on}T12:00Z`), metadata }
}
const badgesOf = async (service: MilestoneService, userId: string) =>
  Object.fromEntries(
    (await service.getUserBadges(userId)).map(({ id, earnedAt }) => [id, earnedAt.toISOString().slice(0, 10)]),
  )
const merge = (service: MilestoneService, from = 'visitor', into = 'ann') => service.mergeUsers({ from, into }, hand)

describeOnEach(everyDatabase, 'merging two users', database => {
  const newService = (definition: object = catalog): ClockedService => clockedService(database.host.db, definition)
  const rowsOf = (userId: string) =>
    database
      .rows<{ table_name: string }>(
        sql`select table_name from information_schema.columns where table_schema = 'milepost' and column_name = 'user_id'`,
      )
      .then(async tables => {
        const found: string[] = []
        for (const { table_name } of tables) {
          const rows = await database.rows(
            sql`select from milepost.${sql.identifier(table_name)} where user_id = ${userId}`,
          )
          if (rows.length > 0) found.push(table_name)
        }
        return found.sort()
      })

  test('moves completions, and awards what both together earn, at its true date', async () => {
    const service = newService()
    const heard: string[] = []
    service.onAwarded(({ userId, badge }) => void heard.push(`${userId} ${badge.id}`))
    await service.record([lesson('ann', 'a', '2026-05-01'), lesson('ann', 'b', '2026-05-04')])
    await service.record([lesson('visitor', 'c', '2026-05-02'), lesson('visitor', 'd', '2026-05-03')])
    heard.length = 0
    const result = await merge(service)
    expect(result).toMatchObject({
      status: 'merged',
      userId: 'ann',
      completionCount: 2,
      duplicateCount: 0,
      revoked: [],
    })
    expect(result.awarded.map(({ id }) => id)).toEqual(['three', 'days', 'twice@2'])
    expect(await badgesOf(service, 'ann')).toEqual({
      days: '2026-05-03',
      three: '2026-05-03',
      // Both earned it, the visitor first.
      'twice@1': '2026-05-03',
      'twice@2': '2026-05-04',
    })
    expect((await service.getUserProgress('ann')).totalPoints).toBe(4 * 2 + 10 + 2)
    expect(heard.sort()).toEqual(['ann days', 'ann three', 'ann twice@2'])
    expect(await service.verify()).toEqual([])
    expect(await service.rebuild()).toEqual({ userCount: 1, awardedCount: 0 })
  })

  test('leaves nothing under the former id but the id itself', async () => {
    const service = newService()
    await service.updateUserSettings('visitor', { timeZone: 'Asia/Tokyo', attributes: { team: 'red' } })
    await service.record([lesson('visitor', 'a'), lesson('visitor', 'b'), lesson('visitor', 'gone')])
    await service.undo({ userId: 'visitor', category: 'lesson', itemKey: 'gone' }, hand)
    await service.awardBadge('visitor', 'gift', hand)
    await service.markSeen('visitor', ['gift'])
    await service.pauseStreaks('visitor', { from: '2026-04-01', until: '2026-04-03', reason: 'ill' })
    await merge(service)
    expect(await rowsOf('visitor')).toEqual(['user_standings'])
    const { decisions, sightings, attributes, timeZones, pauses, audit, formerIds } = await service.exportUser('ann')
    expect(decisions).toMatchObject([{ badgeId: 'gift', decision: 'awarded' }])
    expect(sightings).toMatchObject([{ badgeId: 'gift' }])
    expect(attributes).toEqual([{ name: 'team', value: 'red' }])
    expect(timeZones).toMatchObject([{ zone: 'Asia/Tokyo' }])
    expect(pauses).toMatchObject([{ reason: 'ill' }])
    expect(audit.map(({ action, details }) => [action, (details as { formerUserId?: string }).formerUserId])).toEqual([
      ['undo', 'visitor'],
      ['award', 'visitor'],
      ['pause-streaks', 'visitor'],
      ['merge', undefined],
    ])
    expect(audit.at(-1)).toMatchObject({ reason: 'signed up', by: 'support', details: { from: 'visitor' } })
    expect(formerIds).toEqual(['visitor'])
    expect(await service.verify()).toEqual([])
  })

  test('of two completions with one key the earlier stays, and what rested on the other goes', async () => {
    const service = newService()
    await service.record(lesson('ann', 'a', '2026-05-01', { pages: 1 }))
    await service.record(lesson('visitor', 'a', '2026-05-02', { pages: 100 }))
    await service.record(lesson('visitor', 'b', '2026-05-02', { pages: 3 }))
    expect(Object.keys(await badgesOf(service, 'visitor'))).toEqual(['pages', 'twice@1'])
    await service.awardBadge('ann', 'gift', hand)
    const { completionCount, duplicateCount, revoked } = await merge(service)
    expect([completionCount, duplicateCount, revoked]).toEqual([1, 1, []])
    expect(Object.keys(await badgesOf(service, 'ann'))).toEqual(['twice@1', 'gift'])
    const { completions, ledger } = await service.exportUser('ann')
    expect(completions.map(({ itemKey, metadata }) => [itemKey, metadata])).toEqual([
      ['a', { pages: 1 }],
      ['b', { pages: 3 }],
    ])
    expect(ledger.reduce((sum, { points }) => sum + Number(points), 0)).toBe(5)
    expect((await service.getUserProgress('ann')).totalPoints).toBe(5)
    expect(await service.verify()).toEqual([])
  })

  test('takes the points of a later completion back, and gives the earlier one its own week', async () => {
    const service = newService()
    await service.record(lesson('ann', 'a', '2026-05-20', { pages: 100 }))
    await service.record(lesson('visitor', 'a', '2026-05-02'))
    const { revoked } = await merge(service)
    expect(revoked.map(({ id }) => id)).toEqual(['pages'])
    expect((await service.getLeaderboard()).entries).toMatchObject([{ userId: 'ann', points: 2 }])
    const board = async (at: string) => (await service.getLeaderboard({ period: 'week', at: new Date(at) })).entries
    expect(await board('2026-05-20')).toEqual([])
    expect(await board('2026-05-02')).toMatchObject([{ userId: 'ann', points: 2 }])
    expect(await service.verify()).toEqual([])
  })

  test('shares the cap of a day between what both had done', async () => {
    const service = newService()
    const post = (userId: string, itemKey: string, hour: string) => {
      return { userId, category: 'post', itemKey, completedAt: new Date(`2026-05-01T${hour}:00Z`) }
    }
    await service.record([post('ann', 'a', '10'), post('ann', 'b', '11')])
    await service.record([post('visitor', 'c', '09'), post('visitor', 'd', '12')])
    await merge(service)
    expect((await service.getUserProgress('ann')).totalPoints).toBe(15)
    expect(await service.verify()).toEqual([])
    await service.undo({ userId: 'ann', category: 'post', itemKey: 'c' }, hand)
    expect((await service.getUserProgress('ann')).totalPoints).toBe(15)
    expect(await service.verify()).toEqual([])
  })

  test('keeps decisions, attributes and the stricter visibility of both', async () => {
    const service = newService()
    await service.record([lesson('ann', 'a'), lesson('visitor', 'b')])
    await service.updateUserSettings('ann', { attributes: { team: 'red', town: 'Bonn' }, visibility: 'quiet' })
    await service.updateUserSettings('visitor', { attributes: { team: 'blue', plan: 'pro' }, visibility: 'off' })
    await service.awardBadge('visitor', 'gift', hand)
    await service.awardBadge('ann', 'rich', hand)
    await service.revokeBadge('ann', 'rich', { ...hand, lasting: true })
    await service.awardBadge('visitor', 'rich', hand)
    await merge(service)
    expect(await service.getUserSettings('ann')).toMatchObject({
      timeZone: 'UTC',
      visibility: 'off',
      attributes: { team: 'red', town: 'Bonn', plan: 'pro' },
    })
    expect(Object.keys(await badgesOf(service, 'ann')).sort()).toEqual(['gift', 'twice@1'])
    expect((await service.getLeaderboard()).entries).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test('puts the time zones of both in order, each from when it was set', async () => {
    const service = newService()
    await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' })
    await service.record(lesson('ann', 'a', '2026-06-01'))
    service.setClock('2026-06-03T12:00Z')
    await service.updateUserSettings('visitor', { timeZone: 'America/New_York' })
    await service.record({ userId: 'visitor', category: 'lesson', itemKey: 'b' })
    service.setClock('2026-06-05T12:00Z')
    await service.updateUserSettings('ann', { timeZone: 'Europe/Paris' })
    await merge(service)
    expect((await service.exportUser('ann')).timeZones.map(({ zone }) => zone)).toEqual([
      'Europe/Berlin',
      'America/New_York',
      'Europe/Paris',
    ])
    expect(await service.verify()).toEqual([])
  })

  test('lets late calls for the former id count for the user', async () => {
    const service = newService()
    await service.record(lesson('visitor', 'a'))
    await merge(service)
    expect(await service.record(lesson('visitor', 'b'))).toMatchObject({
      status: 'recorded',
      completion: { userId: 'ann' },
      awarded: [{ id: 'twice@1' }],
    })
    expect(await service.record(lesson('visitor', 'a'))).toMatchObject({ status: 'duplicate' })
    const both = await service.record([lesson('ann', 'c'), lesson('visitor', 'c'), lesson('bob', 'c')])
    expect(both.map(({ status, completion: { userId } }) => [status, userId])).toEqual([
      ['recorded', 'ann'],
      ['duplicate', 'ann'],
      ['recorded', 'bob'],
    ])
    const together = ['visitor', 'ann', 'bob', 'visitor'].map((userId, i) => service.record(lesson(userId, `d${i}`)))
    expect((await Promise.all(together)).map(({ completion: { userId } }) => userId)).toEqual([
      'ann',
      'ann',
      'bob',
      'ann',
    ])
    await database.host.transaction(async tx => {
      expect((await service.record(lesson('visitor', 'e'), { db: tx })).completion.userId).toBe('ann')
    })
    await service.awardBadge('visitor', 'gift', hand)
    await service.updateUserSettings('visitor', { attributes: { team: 'red' } })
    await service.pauseStreaks('visitor', { from: '2026-04-01', until: '2026-04-03', reason: 'ill' })
    expect(await service.markSeen('visitor', ['gift'])).toEqual(['gift'])
    expect(await service.undo({ userId: 'visitor', category: 'lesson', itemKey: 'e' }, hand)).toMatchObject({
      status: 'undone',
      completion: { userId: 'ann' },
    })
    expect(await service.revokeBadge('visitor', 'gift', hand)).toMatchObject({ status: 'revoked' })
    expect(await service.checkAndAwardMilestones('visitor')).toEqual([])
    expect(await service.rebuild('visitor')).toEqual({ userCount: 1, awardedCount: 0 })
    expect(await service.verify({ userId: 'visitor' })).toEqual([])
    expect(await rowsOf('visitor')).toEqual(['user_standings'])
    expect(await service.verify()).toEqual([])
  })

  test('answers reads for the former id with what the user has', async () => {
    const service = newService({
      milestones: [
        {
          id: 'one',
          title: 'One',
          requirement: { type: 'count', category: 'lesson', target: 1 },
          reward: { points: 5, unlocks: ['lab'] },
        },
      ],
    })
    await service.record(lesson('ann', 'a'))
    await service.updateUserSettings('ann', { attributes: { team: 'red' } })
    await service.pauseStreaks('ann', { from: '2026-04-01', until: '2026-04-03', reason: 'ill' })
    await merge(service)
    const reads: readonly ((userId: string) => Promise<unknown>)[] = [
      userId => service.getUserProgress(userId),
      userId => service.getUserBadges(userId),
      userId => service.hasUnlock(userId, 'lab'),
      userId => service.getUserUnlocks(userId),
      userId => service.whatNext(userId),
      userId => service.explain(userId, 'one'),
      userId => service.getUnseenBadges(userId),
      userId => service.getUserSettings(userId),
      userId => service.getStreakPauses(userId),
      userId => service.exportUser(userId),
      userId => service.getLeaderboard({ around: userId }),
    ]
    for (const read of reads) expect(await read('visitor')).toEqual(await read('ann'))
    expect(await service.getUserUnlocks('visitor')).toEqual(['lab'])
    expect((await service.getLeaderboard({ around: 'visitor' })).entries).toMatchObject([{ userId: 'ann' }])
  })

  test('done again changes nothing, and follows users who were merged on', async () => {
    const service = newService()
    await service.record([lesson('a', '1'), lesson('b', '2'), lesson('c', '3')])
    await merge(service, 'a', 'b')
    expect(await merge(service, 'a', 'b')).toMatchObject({ status: 'already-merged', completionCount: 0 })
    await merge(service, 'b', 'c')
    expect((await service.exportUser('c')).formerIds).toEqual(['a', 'b'])
    expect((await service.record(lesson('a', '4'))).completion.userId).toBe('c')
    // To who was merged on: the same user.
    expect(await merge(service, 'd', 'a')).toMatchObject({ status: 'merged', userId: 'c' })
    expect(await merge(service, 'a', 'b')).toMatchObject({ status: 'already-merged', userId: 'c' })
    await expect(merge(service, 'c', 'a')).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'into' } })
    await expect(merge(service, 'a', 'e')).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'from' } })
    await expect(merge(service, 'a', 'a')).rejects.toMatchObject({ details: { field: 'into' } })
    await expect(service.mergeUsers({ from: 'a', into: 'c' }, { reason: '' })).rejects.toMatchObject({
      details: { field: 'reason' },
    })
    expect((await service.getUserProgress('c')).totalPoints).toBe(4 * 2 + 10 + 2)
    expect(await service.verify()).toEqual([])
  })

  test('erases the former ids with the user, and refuses late calls for any of them', async () => {
    const service = newService()
    await service.record([lesson('canary-visitor', 'a'), lesson('canary-ann', 'b'), lesson('bob', 'a')])
    await service.awardBadge('bob', 'gift', { reason: 'kind', by: 'canary-visitor' })
    await merge(service, 'canary-visitor', 'canary-ann')
    expect(await service.eraseUser('canary-visitor', hand)).toMatchObject({
      status: 'merged',
      rowCount: 0,
      mergedInto: 'canary-ann',
    })
    expect((await service.getUserProgress('canary-ann')).totalPoints).toBe(5)
    const why = { reason: 'canary-visitor, now canary-ann, asked for it' }
    expect(await service.eraseUser('canary-ann', why)).toMatchObject({ status: 'erased' })
    expect(await tracesOf(database, 'canary')).toEqual([])
    for (const userId of ['canary-visitor', 'canary-ann']) {
      await expect(service.record(lesson(userId, 'c'))).rejects.toMatchObject({ code: 'USER_ERASED' })
      await expect(merge(service, userId, 'bob')).rejects.toMatchObject({ code: 'USER_ERASED' })
      await expect(merge(service, 'bob', userId)).rejects.toMatchObject({ code: 'USER_ERASED' })
      expect(await service.allowReturn(userId, hand)).toEqual({ status: 'allowed' })
    }
    expect((await service.record(lesson('canary-visitor', 'c'))).completion.userId).toBe('canary-visitor')
    expect((await service.getUserProgress('canary-ann')).totalPoints).toBe(0)
    expect(await service.verify()).toEqual([])
  })

  test("goes with the caller's transaction", async () => {
    const service = newService()
    await service.record([lesson('visitor', 'a'), lesson('ann', 'b')])
    const before = await service.exportUser('visitor')
    const undecided = database.host.transaction(async tx => {
      await service.mergeUsers({ from: 'visitor', into: 'ann' }, hand, { db: tx })
      expect((await service.getUserProgress('visitor', { db: tx })).userId).toBe('ann')
      throw new Error('the host changed its mind')
    })
    await expect(undecided).rejects.toThrow('changed its mind')
    expect({ ...(await service.exportUser('visitor')), exportedAt: 0 }).toEqual({ ...before, exportedAt: 0 })
    expect((await service.record(lesson('visitor', 'c'))).completion.userId).toBe('visitor')
  })

  test('gives what the app stores under a former id by itself to the user, when it is looked at', async () => {
    const service = newService()
    await service.record(lesson('ann', 'a'))
    await merge(service)
    await database.db.insert(userProgress).values([lesson('visitor', 'b') as typeof userProgress.$inferInsert])
    expect((await service.checkAndAwardMilestones('visitor')).map(({ id }) => id)).toEqual(['twice@1'])
    await database.db.insert(userProgress).values([lesson('visitor', 'c') as typeof userProgress.$inferInsert])
    await service.rebuild()
    expect(Object.keys(await badgesOf(service, 'ann')).sort()).toEqual(['three', 'twice@1'])
    await database.db.insert(userProgress).values([lesson('visitor', 'd') as typeof userProgress.$inferInsert])
    expect(await merge(service)).toMatchObject({ status: 'already-merged', completionCount: 1 })
    expect(await rowsOf('visitor')).toEqual(['user_standings'])
    expect(await service.verify()).toEqual([])
  })

  test('imports rows of the former id for the user', async () => {
    const service = newService()
    await service.record(lesson('ann', 'a'))
    await merge(service)
    const rows = [lesson('visitor', 'a'), lesson('visitor', 'b'), lesson('ann', 'b'), lesson('bob', 'b')]
    const mapping = { userId: 'userId', category: 'category', itemKey: 'itemKey', completedAt: 'completedAt' }
    const given = rows.map(row => ({ ...row, completedAt: row.completedAt!.toISOString(), metadata: undefined }))
    for (const dryRun of [true, false]) {
      const report = await service.importCompletions(given, mapping, { dryRun })
      expect(report).toMatchObject({ completionCount: 2, duplicates: { inSourceCount: 0, storedCount: 2 } })
    }
    expect((await service.exportUser('ann')).completions.map(({ itemKey }) => itemKey)).toEqual(['a', 'b'])
    expect(await rowsOf('visitor')).toEqual(['user_standings'])
    expect(await service.verify()).toEqual([])
  })

  test('counts by the catalog that was applied, also users counted by another', async () => {
    const service = newService()
    await service.record([lesson('ann', 'a'), lesson('visitor', 'b'), lesson('visitor', 'c')])
    const other = {
      milestones: [
        {
          id: 'thrice',
          title: 'T',
          formerly: ['three'],
          requirement: { type: 'count', category: 'lesson', target: 3 },
        },
      ],
    }
    await service.apply(parseCatalog(other), { policy: 'keep' })
    await merge(service)
    expect(Object.keys(await badgesOf(service, 'ann')).sort()).toEqual(['thrice', 'twice@1'])
    expect(await service.verify()).toEqual([])
  })
})
