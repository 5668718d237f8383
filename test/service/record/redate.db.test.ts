import { afterEach, expect, test } from 'vitest'
import type { CompletionInput } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const post = (itemKey: string, at: string, more: Partial<CompletionInput> = {}): CompletionInput => {
  return { userId: 'ann', category: 'post', itemKey, completedAt: new Date(at), ...more }
}
const posts = { type: 'count', category: 'post', target: 2 } as const
const goal = (id: string, requirement: object, points = 0, more: object = {}) => {
  return { id, title: id, requirement, reward: { points }, ...more }
}
const days = ['2025-03-01', '2025-03-02', '2026-03-01', '2026-03-02']

describeOnEach(everyDatabase, 'what is taken back', database => {
  let service: ClockedService
  const start = (milestones: readonly object[], points: readonly object[] = []): void => {
    service = clockedService(database.host.db, { levels: { every: 10 }, points, milestones })
  }
  const record = (...list: readonly string[]) => service.record(list.map(day => post(day, `${day}T12:00Z`)))
  const undo = async (...keys: readonly string[]) => {
    const lists = []
    for (const itemKey of keys) {
      const result = await service.undo({ userId: 'ann', category: 'post', itemKey }, { reason: 'deleted' })
      lists.push(result.status === 'undone' ? result.revoked.map(({ id }) => id) : result.status)
    }
    return lists.flat()
  }
  const dates = async (userId = 'ann') => {
    const badges = await service.getUserBadges(userId)
    return Object.fromEntries(badges.map(({ id, earnedAt }) => [id, earnedAt.toISOString().slice(0, 10)]))
  }
  const board = async (at: string) => {
    const { entries } = await service.getLeaderboard({ period: 'month', at: new Date(at) })
    return entries.map(({ points }) => points)
  }

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  test('dates a badge that still holds by what is left, with its points and its explanation', async () => {
    start([goal('annual', posts, 50)])
    await record(...days)
    expect([await dates(), await board('2025-03-15'), await board('2026-03-15')]).toEqual([
      { annual: '2025-03-02' },
      [50],
      [],
    ])
    expect(await undo(days[0]!, days[1]!)).toEqual([])
    expect([await dates(), await board('2025-03-15'), await board('2026-03-15')]).toEqual([
      { annual: '2026-03-02' },
      [],
      [50],
    ])
    const explanation = await service.explain('ann', 'annual')
    expect(explanation).toMatchObject({
      decidedBy: { type: 'requirement', completion: { itemKey: days[3]! } },
    })
    expect((await service.getLeaderboard()).entries).toMatchObject([
      { points: 50, reachedAt: new Date('2026-03-02T12:00Z') },
    ])
  })

  test('and comes back dates badges as if it had never been undone, with their points', async () => {
    const over = [
      goal('rich', { type: 'points', target: 50 }, 5),
      goal('both', { type: 'milestones', ids: ['annual'] }),
    ]
    start([goal('annual', posts, 50), ...over, goal('kept', posts, 0, { onUndo: 'keep' })])
    await record(...days)
    const before = [await dates(), await board('2025-03-15'), await board('2026-03-15')]
    const [a, b] = days as [string, string, string, string]
    for (const [undone, redone] of [
      [[a], [a]],
      [
        [a, b],
        [a, b],
      ],
      [
        [a, b],
        [b, a],
      ],
      [[b], [b]],
    ]) {
      await undo(...undone!)
      expect((await dates()).annual).not.toBe(before[0])
      for (const day of redone!) await record(day)
      expect([await dates(), await board('2025-03-15'), await board('2026-03-15')]).toEqual(before)
    }
    await undo(...days)
    await record(days[3]!)
    await record(days[0]!, days[1]!, days[2]!)
    expect([await dates(), await board('2025-03-15'), await board('2026-03-15')]).toEqual(before)
  })

  test('and comes back leaves dates that it does not decide, and those that a hand gave', async () => {
    start([goal('annual', posts), goal('quiz', { ...posts, category: 'quiz' }), goal('given', posts)])
    await record(days[1]!, days[2]!)
    await service.awardBadge('ann', 'given', { reason: 'kind', at: new Date('2026-04-01T00:00Z') })
    await undo(days[2]!)
    await record(days[3]!)
    await record(days[2]!)
    await record(days[0]!)
    expect(await dates()).toEqual({ annual: '2026-03-01', given: '2026-03-01' })
  })

  test('and comes back dates what rests on badges that come with it', async () => {
    const daily = goal('daily', { ...posts, during: 'day', target: 1 }, 10, { repeatable: {} })
    start([daily, goal('high', { type: 'level', target: 3 })])
    await record(...days)
    await undo(days[0]!)
    expect((await dates()).high).toBe('2026-03-01')
    await record(days[0]!)
    expect((await dates()).high).toBe('2025-03-02')
  })

  test('and comes back dates what rests on badges that move to earlier dates', async () => {
    const quiz = (target: number) => goal(`quiz-${target}`, { type: 'count', category: 'quiz', target }, 10)
    start([goal('two', posts, 10), quiz(1), quiz(2), goal('high', { type: 'level', target: 3 })])
    await record(days[0]!, days[1]!, days[2]!)
    await service.record(['2025-06-01', '2025-07-01'].map(day => post(day, `${day}T12:00Z`, { category: 'quiz' })))
    const before = await dates()
    expect(before).toMatchObject({ two: '2025-03-02', high: '2025-06-01' })
    await undo(days[1]!)
    expect(await dates()).toMatchObject({ two: '2026-03-01', high: '2025-07-01' })
    await record(days[1]!)
    expect(await dates()).toEqual(before)
  })

  test('dates what followed: badges over points, levels and other badges', async () => {
    const over = [
      goal('rich', { type: 'points', target: 50 }, 5),
      goal('high', { type: 'level', target: 6 }),
      goal('both', { type: 'milestones', ids: ['annual', 'rich'] }),
      goal('next', { type: 'count', category: 'post', target: 1 }, 0, { after: ['annual'] }),
      goal('first', { type: 'count', category: 'post', target: 1 }),
    ]
    start([goal('annual', posts, 50), ...over])
    await record(...days)
    await undo(days[0]!)
    expect(await dates()).toEqual({
      ...{ annual: '2026-03-01', rich: '2026-03-01', high: '2026-03-01', both: '2026-03-01', next: '2026-03-01' },
      first: '2025-03-02',
    })
  })

  test('leaves a date that something else decided, and what only arrived later', async () => {
    start([goal('annual', posts)])
    await record(days[1]!, days[2]!)
    await record(days[0]!, days[3]!)
    expect(await dates()).toEqual({ annual: '2026-03-01' })
    await undo(days[3]!)
    expect(await dates()).toEqual({ annual: '2026-03-01' })
    await undo(days[2]!)
    expect(await dates()).toEqual({ annual: '2025-03-02' })
  })

  test('dates by what is left what an undone completion decided, also where more had arrived before it', async () => {
    start([goal('one', { ...posts, target: 1 }), goal('two', { type: 'milestones', ids: ['one'] })])
    await record(days[2]!)
    await record(days[0]!)
    expect(await dates()).toEqual({ one: '2026-03-01', two: '2026-03-01' })
    await undo(days[2]!)
    expect(await dates()).toEqual({ one: '2025-03-01', two: '2025-03-01' })
  })

  test('leaves a badge that a hand dated, and one that nothing supported', async () => {
    start([goal('annual', posts), goal('given', posts)])
    service.setClock('2025-03-01T18:00Z')
    await record(days[0]!)
    await service.awardBadge('ann', 'given', { reason: 'early' })
    service.setClock('2026-06-01T12:00Z')
    await record(...days)
    const row = { category: 'milestone_badge', itemKey: 'stray', completedAt: new Date('2025-01-01T00:00Z') }
    await database.db.insert(userProgress).values({ userId: 'ann', ...row })
    await service.checkAndAwardMilestones('ann')
    await undo(days[0]!, days[1]!)
    expect(await dates()).toEqual({ annual: '2026-03-02', given: '2025-03-01', stray: '2025-01-01' })
  })

  test('leaves the date of a badge that is kept: once held, held', async () => {
    start([goal('kept', posts, 0, { onUndo: 'keep' })])
    await record(...days)
    await undo(...days)
    expect(await dates()).toEqual({ kept: '2025-03-02' })
  })

  test('dates what depended on a revoked badge if it still holds for another reason', async () => {
    start([
      goal('first', { ...posts, target: 1 }, 10),
      goal('second', posts, 10),
      goal('third', { ...posts, target: 3 }, 10),
      goal('rich', { type: 'points', target: 20 }),
    ])
    await record(...days)
    expect(await dates()).toMatchObject({ rich: '2025-03-02' })
    await service.revokeBadge('ann', 'second', { reason: 'farmed' })
    expect(await dates()).toEqual({ first: '2025-03-01', third: '2026-03-01', rich: '2026-03-01' })
  })

  test('dates a streak by what a pause entered afterwards leaves of it', async () => {
    start([goal('streak', { type: 'streak', category: 'post', every: 'day', target: 2 }, 5)])
    for (const userId of ['ann', 'bob']) {
      await service.record(days.map(day => post(day, `${day}T12:00Z`, { userId })))
    }
    await service.pauseStreaks('ann', {
      from: new Date('2025-03-02T00:00Z'),
      until: new Date('2025-03-03T00:00Z'),
      reason: 'out of order',
    })
    expect([await dates('ann'), await dates('bob')]).toEqual([{ streak: '2026-03-02' }, { streak: '2025-03-02' }])
    await service.pauseStreaks(null, {
      from: new Date('2025-03-01T00:00Z'),
      until: new Date('2025-03-02T00:00Z'),
      reason: 'out of order',
    })
    expect(await dates('bob')).toEqual({ streak: '2026-03-02' })
    await service.pauseStreaks(null, {
      from: new Date('2026-03-01T00:00Z'),
      until: new Date('2026-03-02T00:00Z'),
      reason: 'out of order',
    })
    expect(await dates('bob')).toEqual({ streak: '2026-03-02' })
  })

  test('lets an unrelated undo revoke nothing and date nothing where badges hold each other up', async () => {
    const rich = goal('rich', { type: 'points', target: 20 }, 5)
    const both = goal('both', { type: 'milestones', ids: ['a', 'b'] })
    start([
      goal('a', { type: 'count', category: 'quiz', target: 1 }, 10),
      goal('b', { type: 'count', category: 'quiz', target: 2 }, 10),
      ...[
        rich,
        both,
        goal('top', {
          type: 'all',
          of: [
            { type: 'milestones', ids: ['rich', 'both'] },
            { type: 'points', target: 25 },
          ],
        }),
      ],
    ])
    await service.record(days.slice(0, 2).map(day => post(day, `${day}T12:00Z`, { category: 'quiz' })))
    await record(...days)
    const before = await dates()
    expect(Object.keys(before)).toHaveLength(5)
    expect(await undo(...days)).toEqual([])
    expect(await dates()).toEqual(before)
  })

  test('announces no new dates', async () => {
    start([goal('annual', posts, 50)])
    const heard: string[] = []
    service.onAwarded(({ badge }) => void heard.push(badge.id))
    await record(...days)
    await service.markSeen('ann', ['annual'])
    await undo(days[0]!)
    expect([heard, await service.getUnseenBadges('ann')]).toEqual([['annual'], []])
  })
})
