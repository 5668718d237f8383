import { expect, test } from 'vitest'
import { userProgress } from '../../../src/schema.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const catalog = {
  points: [{ category: 'lesson', points: 2 }],
  milestones: [
    {
      id: 'one',
      title: 'One',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { points: 10, unlocks: ['door'] },
    },
    { id: 'gift', title: 'Gift', requirement: { type: 'count', category: 'never', target: 1 } },
  ],
}
const start = '2026-06-01T12:00:00.000Z'

describeOnEach(everyDatabase, 'an export', database => {
  const newService = () => clockedService(database.host.db, catalog, start)

  test('contains what a points rule took of the metadata', async () => {
    const points = [{ category: 'quiz', points: 5, per: 'quizId', once: true as const }]
    const service = clockedService(database.host.db, { ...catalog, points }, start)
    await service.record({ userId: 'ann', category: 'quiz', itemKey: 'try 1', metadata: { quizId: 'algebra' } })
    expect(JSON.stringify((await service.exportUser('ann')).ledger)).toContain('algebra')
  })

  test('contains everything stored about the user, and nothing about others', async () => {
    const service = newService()
    const completedAt = new Date('2026-05-31T08:00:00.123Z')
    const lesson = { userId: 'ann', category: 'lesson', itemKey: 'intro', completedAt, metadata: { score: 0.1 } }
    await service.record([lesson, { ...lesson, userId: 'bob' }, { ...lesson, itemKey: 'slip' }])
    await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' })
    await service.pauseStreaks('ann', { from: new Date('2026-04-01'), until: new Date('2026-04-03'), reason: 'ill' })
    await service.grantStreakFreeze('ann', { key: 'order:1', reason: 'bought' })
    await service.pauseStreaks(null, { from: new Date('2026-03-01'), until: new Date('2026-03-03'), reason: 'outage' })
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: 'slip' }, { reason: 'a slip', by: 'support' })
    await service.awardBadge('ann', 'gift', { reason: 'well done' })
    await service.markSeen('ann', ['one'])
    await service.updateUserSettings('ann', { visibility: 'quiet' })
    const exported = await service.exportUser('ann')
    const gain = { gainedAt: completedAt.toISOString(), recordedAt: start }
    expect(JSON.parse(JSON.stringify(exported))).toEqual(exported)
    expect(exported).toMatchObject({
      format: 'milepost-user',
      version: 1,
      exportedAt: start,
      userId: 'ann',
      visibility: 'quiet',
      standing: { points: 12, badgeCount: 2, reachedAt: completedAt.toISOString(), completionPoints: 2 },
      completions: [
        {
          category: 'lesson',
          itemKey: 'intro',
          completedAt: completedAt.toISOString(),
          recordedAt: start,
          metadata: { score: 0.1 },
        },
      ],
      badges: [
        { id: 'one', earnedAt: completedAt.toISOString(), metadata: { points: 10, unlocks: ['door'] } },
        { id: 'gift', earnedAt: start },
      ],
      metrics: [{ metric: 'count:lesson', part: '', value: 1 }],
      timeZones: [{ zone: 'Europe/Berlin', sinceAt: start }],
      freezes: [{ key: 'order:1', grantedAt: '2026-06-01T12:00:00.000Z' }],
      pauses: [{ fromAt: '2026-04-01T00:00:00.000Z', untilAt: '2026-04-03T00:00:00.000Z', reason: 'ill' }],
      decisions: [{ badgeId: 'gift', decision: 'awarded', reason: 'well done', by: null, decidedAt: start }],
      sightings: [{ badgeId: 'one', seenAt: start }],
      ledger: [
        { itemKey: 'intro', category: 'lesson', points: 2, ...gain },
        { itemKey: 'slip', points: 2, ...gain },
        { itemKey: 'slip', points: -2, ...gain },
        { itemKey: 'one', category: 'milestone_badge', points: 10, ...gain },
      ],
      periodPoints: [
        { period: '2026-05', points: 12 },
        { period: '2026-W22', points: 12 },
      ],
      audit: [
        { action: 'pause-streaks', by: null, reason: 'ill' },
        { action: 'grant-streak-freeze', by: null, reason: 'bought', details: { key: 'order:1' } },
        { action: 'undo', reason: 'a slip', by: 'support', details: { itemKey: 'slip' } },
        { action: 'award', reason: 'well done', by: null },
      ],
    })
    for (const list of ['completions', 'metrics', 'pauses', 'audit'] as const)
      expect([list, exported[list].length]).toEqual([list, { completions: 1, metrics: 1, pauses: 1, audit: 4 }[list]])
  })

  test('of an unknown user is empty', async () => {
    expect(await newService().exportUser('nobody')).toMatchObject({ standing: null, visibility: 'on', completions: [] })
  })

  test('is in order of time over many pages', async () => {
    const day = (i: number): Date => new Date(Date.UTC(2020, 0, 1) + i * 60_000)
    const rows = Array.from({ length: 12_000 }, (_, i) => {
      return { userId: 'ann', category: 'lesson', itemKey: `item ${i}`, completedAt: day((i * 7919) % 12_000) }
    })
    for (let i = 0; i < rows.length; i += 4_000) await database.db.insert(userProgress).values(rows.slice(i, i + 4_000))
    const { completions } = await newService().exportUser('ann')
    expect(completions.map(({ completedAt }) => completedAt)).toEqual(rows.map((_, i) => day(i).toISOString()))
  })

  test("shows what the caller's transaction has written", async () => {
    const service = newService()
    const undecided = database.host.transaction(async tx => {
      await service.record({ userId: 'ann', category: 'lesson', itemKey: 'intro' }, { db: tx })
      expect((await service.exportUser('ann', { db: tx })).completions).toHaveLength(1)
      throw new Error('the host changed its mind')
    })
    await expect(undecided).rejects.toThrow('changed its mind')
    expect((await service.exportUser('ann')).completions).toEqual([])
  })

  test('is refused for an unknown user', async () => {
    await expect(newService().exportUser('')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})
