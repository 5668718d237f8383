import { expect, test } from 'vitest'
import { type CompletionInput, parseCatalog } from '../../../src/index.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const catalog = {
  points: [
    { category: 'quiz', points: 10, per: 'quizId', once: true },
    { category: 'exam', points: { property: 'score' }, per: 'quizId', take: 'best' },
    { category: 'post', points: 10, cap: { per: 'ever', points: 35 } },
    { category: 'chat', points: 1, cooldown: 'PT60S' },
  ],
  milestones: [
    {
      id: 'days',
      title: 'Days',
      requirement: { type: 'streak', category: 'lesson', every: 'day', freezes: { every: 7, max: 2 }, target: 3 },
    },
    {
      id: 'valid',
      title: 'Valid',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { unlocks: ['lab'] },
      expiresAfter: 'P7D',
    },
  ],
}
const hand = { reason: 'one person', by: 'support' }
const done = (userId: string, category: string, itemKey: string, at: string, metadata = {}): CompletionInput => {
  return { userId, category, itemKey, completedAt: new Date(`2026-05-${at}Z`), metadata }
}

describeOnEach(everyDatabase, 'merging two users by rules with limits and freezes', database => {
  const newService = (definition: object = catalog) => clockedService(database.host.db, definition, '2026-05-10T12:00Z')

  test('gives points as if one user had done everything, and after an undo too', async () => {
    const service = newService()
    const ofAnn = [
      done('ann', 'quiz', 'a1', '02T10:00', { quizId: 'q1' }),
      done('ann', 'exam', 'e1', '02T10:00', { quizId: 'q1', score: 40 }),
      done('ann', 'post', 'p1', '02T10:00'),
      done('ann', 'post', 'p2', '04T10:00'),
      done('ann', 'chat', 'c1', '02T10:00:30'),
      done('ann', 'quiz', 'same', '05T10:00', { quizId: 'q2' }),
    ]
    const ofVisitor = [
      done('visitor', 'quiz', 'v1', '01T10:00', { quizId: 'q1' }),
      done('visitor', 'exam', 'e2', '03T10:00', { quizId: 'q1', score: 70 }),
      done('visitor', 'post', 'p3', '03T10:00'),
      done('visitor', 'post', 'p4', '05T10:00'),
      done('visitor', 'chat', 'c2', '02T10:00:00'),
      done('visitor', 'quiz', 'same', '06T10:00', { quizId: 'q3' }),
    ]
    await service.record([...ofAnn, ...ofVisitor])
    await service.record([...ofAnn, ...ofVisitor.slice(0, -1)].map(given => ({ ...given, userId: 'one' })))
    const { duplicateCount } = await service.mergeUsers({ from: 'visitor', into: 'ann' }, hand)
    expect(duplicateCount).toBe(1)
    const shown = async (userId: string) => {
      const { entries } = await service.getLeaderboard({ period: 'week', at: new Date('2026-05-03') })
      const { totalPoints } = await service.getUserProgress(userId)
      return [totalPoints, entries.find(entry => entry.userId === userId)?.points]
    }
    expect((await shown('ann'))[0]).toBe(20 + 70 + 35 + 1)
    expect(await shown('ann')).toEqual(await shown('one'))
    expect(await service.verify()).toEqual([])
    for (const [category, itemKey] of [
      ['quiz', 'v1'],
      ['post', 'p1'],
      ['chat', 'c2'],
      ['exam', 'e2'],
    ] as const)
      for (const userId of ['visitor', 'one']) await service.undo({ userId, category, itemKey }, hand)
    expect((await shown('ann'))[0]).toBe(20 + 40 + 30 + 1)
    expect(await shown('ann')).toEqual(await shown('one'))
    // What the limits leave is known again.
    for (const userId of ['visitor', 'one']) await service.record(done(userId, 'post', 'p9', '09T10:00'))
    expect(await shown('ann')).toEqual(await shown('one'))
    expect(await service.verify()).toEqual([])
  })

  test('leaves no limit of a completion that did not stay', async () => {
    const plain = newService({ milestones: catalog.milestones })
    await plain.record(done('visitor', 'quiz', 'a', '01T10:00', { quizId: 'q1' }))
    const service = newService()
    await service.apply(parseCatalog(catalog), { policy: 'keep' })
    await service.record(done('ann', 'quiz', 'a', '02T10:00', { quizId: 'q1' }))
    expect((await service.getUserProgress('ann')).totalPoints).toBe(10)
    await service.mergeUsers({ from: 'visitor', into: 'ann' }, hand)
    expect((await service.getUserProgress('ann')).totalPoints).toBe(0)
    expect(await service.verify()).toEqual([])
    await service.record(done('ann', 'quiz', 'b', '03T10:00', { quizId: 'q1' }))
    expect((await service.getUserProgress('ann')).totalPoints).toBe(10)
    expect(await service.verify()).toEqual([])
  })

  test('lets the streak of both use the freezes of both, of each key the first', async () => {
    const service = newService()
    service.setClock('2026-05-01T08:00Z')
    await service.grantStreakFreeze('visitor', { ...hand, key: 'welcome' })
    service.setClock('2026-05-03T12:00Z')
    await service.grantStreakFreeze('visitor', { ...hand, key: 'order:1' })
    service.setClock('2026-05-10T12:00Z')
    await service.grantStreakFreeze('ann', { ...hand, key: 'welcome' })
    await service.record([done('ann', 'lesson', 'a', '05T10:00'), done('ann', 'lesson', 'b', '06T10:00')])
    await service.record(done('visitor', 'lesson', 'c', '03T10:00'))
    const { awarded } = await service.mergeUsers({ from: 'visitor', into: 'ann' }, hand)
    expect(awarded).toMatchObject([{ id: 'days', earnedAt: new Date('2026-05-06T10:00Z') }])
    const { freezes, audit } = await service.exportUser('ann')
    expect(freezes.map(({ key, grantedAt }) => [key, grantedAt])).toEqual([
      ['welcome', '2026-05-01T08:00:00.000Z'],
      ['order:1', '2026-05-03T12:00:00.000Z'],
    ])
    expect(audit.map(({ action }) => action)).toEqual([...Array(3).fill('grant-streak-freeze'), 'merge'])
    expect(await service.grantStreakFreeze('visitor', { ...hand, key: 'order:1' })).toMatchObject({
      status: 'duplicate',
      freeze: { userId: 'ann' },
    })
    expect(await service.verify()).toEqual([])
  })

  test('keeps the highest level of either, if levels stay', async () => {
    const levels = { every: 10, keep: true }
    for (const [from, into] of [
      ['visitor', 'ann'],
      ['bob', 'zoe'],
    ] as const) {
      const service = newService({ ...catalog, levels })
      const [high, low] = from === 'visitor' ? [from, into] : [into, from]
      await service.record(done(high, 'exam', 'a', '02T10:00', { quizId: 'q1', score: 35 }))
      await service.record(done(low, 'exam', 'a', '01T10:00', { quizId: 'q1', score: 5 }))
      await service.mergeUsers({ from, into }, hand)
      const { totalPoints, level } = await service.getUserProgress(into)
      expect([into, totalPoints, level]).toEqual([into, 5, 4])
      expect(await service.verify()).toEqual([])
    }
  })

  test('keeps the earlier date of a badge that both have, and so its expiry, also for the former id', async () => {
    const service = newService()
    await service.record([done('visitor', 'lesson', 'a', '02T10:00'), done('ann', 'lesson', 'b', '08T10:00')])
    expect([await service.hasUnlock('visitor', 'lab'), await service.hasUnlock('ann', 'lab')]).toEqual([false, true])
    await service.mergeUsers({ from: 'visitor', into: 'ann' }, hand)
    for (const userId of ['visitor', 'ann']) {
      expect(await service.hasUnlock(userId, 'lab')).toBe(false)
      expect(await service.getUserBadges(userId)).toMatchObject([
        { id: 'valid', expiresAt: new Date('2026-05-09T10:00Z') },
      ])
    }
    expect(await service.verify()).toEqual([])
  })
})
