import { eq } from 'drizzle-orm'
import { afterEach, expect, test } from 'vitest'
import type { CompletionInput, MilestoneDefinition } from '../../../src/index.js'
import { pointsLedger } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const april = (day: number, hour = '12:00'): Date => new Date(`2026-04-${String(day).padStart(2, '0')}T${hour}Z`)
const done = (itemKey: string, completedAt: Date, more: Partial<CompletionInput> = {}): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey, completedAt, ...more }
}
const mistake = { reason: 'entered twice', by: 'support' }
const count = (target: number) => ({ type: 'count', category: 'lesson', target }) as const
type Goal = Partial<MilestoneDefinition> & Pick<MilestoneDefinition, 'id' | 'requirement'>
const points = (target: number) => ({ type: 'points', target }) as const
const worth = (points: number) => ({ reward: { points } })
const goal = (given: Goal): unknown => ({ title: given.id, ...given })

describeOnEach(everyDatabase, 'undo of points', database => {
  let service: ClockedService
  const totalPoints = async (): Promise<number> => (await service.getUserProgress('ann')).totalPoints
  const undo = async (itemKey: string) => {
    const result = await service.undo({ userId: 'ann', category: 'lesson', itemKey }, mistake)
    return result.status === 'undone' ? result.revoked.map(({ id }) => id) : result.status
  }

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  const capped = { category: 'lesson', points: 10, cap: { per: 'day', points: 25 } }
  const serviceWithPoints = (...goals: Goal[]): ClockedService => {
    service = clockedService(database.host.db, { points: [capped], milestones: goals.map(goal) }, '2026-04-08T12:00Z')
    return service
  }
  const hours = (...keys: readonly string[]) => keys.map((itemKey, i) => done(itemKey, april(1, `0${i}:00`)))

  test('leaves the room under a cap to what it cut, and to what comes later', async () => {
    serviceWithPoints()
    await service.record(hours('a', 'b', 'c', 'd'))
    expect(await totalPoints()).toBe(25)
    await undo('a')
    expect(await totalPoints()).toBe(25)
    await undo('c')
    expect(await totalPoints()).toBe(20)
    await undo('d')
    expect(await totalPoints()).toBe(10)
    await service.record(hours('c', 'e'))
    expect(await totalPoints()).toBe(25)
    await service.record(hours('a'))
    expect(await totalPoints()).toBe(25)
  })

  test('notes every coming and going in the ledger, each with its cause', async () => {
    serviceWithPoints({ id: 'one', requirement: count(1), ...worth(3) })
    for (const day of [1, 1, 2]) {
      await service.record(done('a', april(day)))
      await undo('a')
    }
    const entries = await database.db
      .select()
      .from(pointsLedger)
      .where(eq(pointsLedger.category, 'lesson'))
      .orderBy(pointsLedger.period, pointsLedger.entry)
    expect(entries.map(({ period, entry, points, at }) => [period, Number(entry), Number(points), at])).toEqual([
      ['2026-04-01', 0, 10, april(1)],
      ['2026-04-01', 1, -10, april(1)],
      ['2026-04-01', 2, 10, april(1)],
      ['2026-04-01', 3, -10, april(1)],
      ['2026-04-02', 0, 10, april(2)],
      ['2026-04-02', 1, -10, april(2)],
    ])
    expect(await totalPoints()).toBe(0)
  })

  test('takes a badge over points, dated by the completion that comes again', async () => {
    serviceWithPoints({ id: 'twenty', requirement: points(20) })
    await service.record(hours('a', 'b'))
    expect(await undo('a')).toEqual(['twenty'])
    const again = await service.record(done('a', april(3)))
    expect(again.awarded).toMatchObject([{ id: 'twenty', earnedAt: april(3) }])
  })

  test('moves the leaderboards of the week and the month in which they were gained', async () => {
    serviceWithPoints({ id: 'two', requirement: count(2), ...worth(50) })
    await service.record([done('a', april(1)), done('b', april(7)), done('c', april(8))])
    await service.record(done('x', april(7), { userId: 'bob' }))
    const board = async (period: 'week' | 'month' | undefined, at = april(8)) => {
      const { entries } = await service.getLeaderboard(period && { period, at })
      return entries.map(({ userId, points, reachedAt }) => [userId, points, reachedAt])
    }
    const week = [
      ['ann', 70, april(8)],
      ['bob', 10, april(7)],
    ]
    expect(await board('week')).toEqual(week)
    await undo('c')
    expect(await board('week')).toEqual([
      ['ann', 60, april(7)],
      ['bob', 10, april(7)],
    ])
    await undo('b')
    expect(await board('week')).toEqual([['bob', 10, april(7)]])
    expect(await board('week', april(1))).toEqual([['ann', 10, april(1)]])
    expect(await board('month')).toEqual([
      ['ann', 10, april(1)],
      ['bob', 10, april(7)],
    ])
    expect(await board(undefined)).toEqual(await board('month'))
    await service.record([done('b', april(7)), done('c', april(8))])
    expect(await board('week')).toEqual(week)
    await undo('a')
    await undo('b')
    await undo('c')
    expect(await board('week')).toEqual([['bob', 10, april(7)]])
    expect(await board('month')).toEqual([['bob', 10, april(7)]])
  })

  test('takes the points of a badge from the week in which it was earned last', async () => {
    const one = goal({ id: 'one', requirement: count(1), ...worth(50) })
    service = clockedService(database.host.db, { milestones: [one] }, '2026-04-08T12:00Z')
    await service.record(done('late', april(8)))
    await undo('late')
    await service.record(done('early', april(1)))
    await undo('early')
    for (const at of [april(1), april(8)]) {
      expect((await service.getLeaderboard({ period: 'week', at })).entries).toEqual([])
    }
    await service.record(done('late', april(8)))
    const points = async (at: Date) => (await service.getLeaderboard({ period: 'week', at })).entries[0]?.points
    expect([await points(april(1)), await points(april(8))]).toEqual([undefined, 50])
  })
})
