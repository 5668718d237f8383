import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditLog, streakPauses } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const streak = (target: number, more: object = {}) => ({
  id: 'streak',
  title: 'Streak',
  requirement: { type: 'streak', category: 'lesson', every: 'day', target },
  reward: { points: 10 },
  ...more,
})
const rich = { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 10 } }
const eighth = { from: '2026-05-08', until: '2026-05-09', reason: 'ill', by: 'support' }

describeOnEach(everyDatabase, 'pauses that are listed and taken back', database => {
  let service: ClockedService
  const start = (...milestones: readonly object[]): void => {
    service = clockedService(database.host.db, { milestones })
  }
  const record = (userId: string, ...days: readonly number[]) =>
    service.record(
      days.map(day => {
        const completedAt = new Date(Date.UTC(2026, 4, day, 12))
        return { userId, category: 'lesson', itemKey: `day-${day}`, completedAt }
      }),
    )
  const held = async (userId = 'ann') =>
    (await service.getUserBadges(userId)).map(({ id, earnedAt }) => `${id} ${earnedAt.getUTCDate()}`)

  beforeEach(() => start(streak(4), rich))
  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  test('have an id and are listed with author and reason, for each user and for all users', async () => {
    const own = await service.pauseStreaks('ann', eighth)
    const instants = { from: new Date('2026-05-01T10:00Z'), until: new Date('2026-05-01T12:00Z') }
    const common = await service.pauseStreaks(null, { ...instants, reason: 'outage' })
    expect(own).toEqual({
      ...{ id: expect.any(String), userId: 'ann', ...eighth, recordedAt: new Date('2026-06-01T12:00Z') },
    })
    expect(await service.getStreakPauses('ann')).toEqual([own])
    expect(await service.getStreakPauses(null)).toEqual([common])
    expect(common).toMatchObject({ userId: null, ...instants, reason: 'outage', by: null })
    expect(await service.getStreakPauses('bob')).toEqual([])
  })

  test('entered twice are one, with the first reason', async () => {
    const first = await service.pauseStreaks('ann', eighth)
    expect(await service.pauseStreaks('ann', { ...eighth, reason: 'again' })).toEqual(first)
    expect(await database.db.select().from(streakPauses)).toHaveLength(1)
    expect(await database.db.select().from(auditLog)).toHaveLength(1)
  })

  test('revoke the badges that depended on them, and what followed, when deleted', async () => {
    await record('ann', 6, 7, 9, 10)
    const { id } = await service.pauseStreaks('ann', eighth)
    expect(await held()).toEqual(['rich 10', 'streak 10'])
    const result = await service.deleteStreakPause(id, { reason: 'a mistake', by: 'boss' })
    expect(result).toMatchObject({ status: 'deleted', pause: { id, ...eighth } })
    expect(result.status === 'deleted' && result.revoked.map(badge => badge.id).sort()).toEqual(['rich', 'streak'])
    expect([await held(), (await service.getUserProgress('ann')).totalPoints]).toEqual([[], 0])
    expect(await service.getStreakPauses('ann')).toEqual([])
    expect(await service.deleteStreakPause(id)).toEqual({ status: 'not-found' })
  })

  test('leave badges that hold without them, dated by what is left', async () => {
    const { id } = await service.pauseStreaks('ann', eighth)
    await record('ann', 6, 7, 9, 10, 11, 12)
    expect(await held()).toEqual(['rich 10', 'streak 10'])
    expect(await service.deleteStreakPause(id)).toMatchObject({ revoked: [] })
    expect(await held()).toEqual(['rich 12', 'streak 12'])
  })

  test('count their days again when deleted', async () => {
    await service.pauseStreaks('ann', eighth)
    const [pause] = await service.getStreakPauses('ann')
    await record('ann', 6, 7, 8, 9)
    expect(await held()).toEqual([])
    await service.deleteStreakPause(pause!.id)
    expect(await held()).toEqual(['rich 9', 'streak 9'])
  })

  test('keep a badge whose milestone says so', async () => {
    start(streak(4, { onUndo: 'keep' }))
    await record('ann', 6, 7, 9, 10)
    const { id } = await service.pauseStreaks('ann', eighth)
    expect(await service.deleteStreakPause(id)).toMatchObject({ revoked: [] })
    expect(await held()).toEqual(['streak 10'])
  })

  test('for all users are deleted for every user', async () => {
    const { id } = await service.pauseStreaks(null, eighth)
    await record('ann', 6, 7, 9, 10)
    await record('bob', 6, 7, 9, 10, 11, 12)
    expect([await held('ann'), await held('bob')]).toEqual([
      ['rich 10', 'streak 10'],
      ['rich 10', 'streak 10'],
    ])
    const counts: number[] = []
    const onProgress = (count: number) => void counts.push(count)
    expect(await service.deleteStreakPause(id, {}, { onProgress })).toMatchObject({ status: 'deleted', revoked: [] })
    expect([await held('ann'), await held('bob'), counts]).toEqual([[], ['rich 12', 'streak 12'], [2]])
    expect(await service.deleteStreakPause(id)).toEqual({ status: 'not-found' })
  })

  test('for all users that are replaced reach users on their next write', async () => {
    await record('ann', 6, 7, 9, 10)
    const wrong = await service.pauseStreaks(null, { ...eighth, from: '2026-05-01', until: '2026-05-02' })
    await database.host.transaction(async tx => {
      await service.deleteStreakPause(wrong.id, {}, { db: tx })
      await service.pauseStreaks(null, eighth, { db: tx })
    })
    expect(await held()).toEqual([])
    await record('ann', 20)
    expect(await held()).toEqual(['rich 10', 'streak 10'])
  })

  test('that were deleted can be added again', async () => {
    await record('ann', 6, 7, 9, 10)
    for (const userId of ['ann', null]) {
      const { id } = await service.pauseStreaks(userId, eighth)
      await service.deleteStreakPause(id)
      expect(await held()).toEqual([])
      const again = await service.pauseStreaks(userId, eighth)
      expect(again.id).not.toBe(id)
      expect(await held()).toEqual(['rich 10', 'streak 10'])
      await service.deleteStreakPause(again.id)
    }
  })

  test('are written to the audit log, coming and going', async () => {
    const { id } = await service.pauseStreaks('ann', eighth)
    await service.deleteStreakPause(id, { reason: 'a mistake', by: 'boss' })
    const entries = await database.db.select().from(auditLog).orderBy(auditLog.id)
    const time = { id, from: '2026-05-08', until: '2026-05-09' }
    expect(entries).toMatchObject([
      { userId: 'ann', action: 'pause-streaks', reason: 'ill', doneBy: 'support', details: time },
      {
        ...{ userId: 'ann', action: 'delete-streak-pause', reason: 'a mistake', doneBy: 'boss' },
        details: { ...time, pausedFor: 'ill', revoked: [] },
      },
    ])
  })

  test.each(['', 'x', '0', '-1', '1.5', '99999999999999999999', 'constructor'])('have no id %j', async id => {
    expect(await service.deleteStreakPause(id)).toEqual({ status: 'not-found' })
  })

  test('cannot be named by anything but a text, and do not go for a reason that is none', async () => {
    const { id } = await service.pauseStreaks('ann', eighth)
    const wrong = [service.deleteStreakPause(Number(id) as never), service.deleteStreakPause(id, { reason: '' })]
    for (const call of wrong) await expect(call).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(await service.getStreakPauses('ann')).toHaveLength(1)
  })
})
