import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { CompletionInput } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase, everyPostgres } from '../../support/databases.js'

const at = (day: number): Date => new Date(Date.UTC(2026, 3, day))
const milestone = (id: string, points: number, requirement: object) => ({
  id,
  title: id,
  requirement,
  reward: { points },
})
const catalog = {
  milestones: [
    milestone('one', 10, { type: 'count', category: 'lesson', target: 1 }),
    milestone('two', 20, { type: 'count', category: 'lesson', target: 2 }),
    milestone('gift', 30, { type: 'count', category: 'never', target: 1 }),
    milestone('of-gift', 40, { type: 'milestones', ids: ['gift'] }),
  ],
}
const lesson = (day: number): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey: `on ${day}`, completedAt: at(day) }
}
const hand = { reason: 'well done' }

describeOnEach(everyDatabase, 'visibility', database => {
  const newService = () => clockedService(database.host.db, catalog)
  const boardOf = async (query = {}) => (await newService().getLeaderboard(query)).entries.map(entryText)
  const entryText = ({ rank, userId, points }: { rank: number; userId: string; points: number }): string =>
    `${rank} ${userId} ${points}`
  const of = (userId: string, day: number): CompletionInput => ({ ...lesson(day), userId })

  describe.each(['quiet', 'off'] as const)('%s', visibility => {
    test('awards badges and points without announcing them', async () => {
      const service = newService()
      const heard: string[] = []
      service.onAwarded(({ userId, badge }) => void heard.push(`${userId} ${badge.id}`))
      await service.updateUserSettings('ann', { visibility: visibility })
      const results = await service.record([of('ann', 1), of('bob', 1), of('ann', 2)])
      expect(results.flatMap(({ awarded }) => awarded.map(({ id }) => id))).toEqual(['one', 'one', 'two'])
      await service.awardBadge('ann', 'gift', hand)
      expect(await service.getUserProgress('ann')).toMatchObject({ visibility, totalPoints: 100 })
      expect(heard).toEqual(['bob one'])
      expect(await service.getUnseenBadges('ann')).toEqual([])
      expect(await service.getUnseenBadges('ann', { includeBackfilled: true })).toEqual([])
      expect(await service.verify()).toEqual([])
    })

    test('keeps silent what a recount finds', async () => {
      const service = newService()
      const heard: string[] = []
      service.onAwarded(({ badge }) => void heard.push(badge.id))
      await service.updateUserSettings('ann', { visibility: visibility })
      await database.db.insert(userProgress).values([lesson(1)])
      await service.checkAndAwardMilestones('ann')
      await database.db.insert(userProgress).values([lesson(2)])
      await service.rebuild()
      expect((await service.getUserProgress('ann')).completedMilestones).toEqual(['one', 'two'])
      expect(heard).toEqual([])
    })

    test('is left behind by being on again, which celebrates nothing afterwards', async () => {
      const service = newService()
      const heard: string[] = []
      service.onAwarded(({ badge }) => void heard.push(badge.id))
      await service.updateUserSettings('ann', { visibility: visibility })
      await service.record([lesson(1)])
      await service.updateUserSettings('ann', { visibility: 'on' })
      await service.updateUserSettings('ann', { visibility: 'on' })
      expect(await service.getUnseenBadges('ann')).toEqual([])
      await service.record([lesson(2)])
      expect(heard).toEqual(['two'])
      expect((await service.getUnseenBadges('ann')).map(({ id }) => id)).toEqual(['two'])
      expect((await service.getUserProgress('ann')).visibility).toBe('on')
    })
  })

  test('quiet is ranked', async () => {
    const service = newService()
    await service.record([of('ann', 1), of('bob', 1), of('bob', 2)])
    await service.updateUserSettings('bob', { visibility: 'quiet' })
    expect(await boardOf()).toEqual(['1 bob 30', '2 ann 10'])
  })

  test('off is on no leaderboard, and ranks are counted without', async () => {
    const service = newService()
    await service.record([of('ann', 1), of('bob', 1), of('bob', 2), of('cy', 1), of('cy', 2), of('dee', 1)])
    await service.updateUserSettings('bob', { visibility: 'off' })
    await service.updateUserSettings('dee', { visibility: 'off' })
    const board = ['1 cy 30', '2 ann 10']
    for (const period of [undefined, 'week', 'month'] as const) {
      const query = period ? { period, at: at(1) } : {}
      expect([period, await boardOf(query)]).toEqual([period, board])
      expect(await boardOf({ ...query, limit: 1 })).toEqual(['1 cy 30'])
      const { next } = await service.getLeaderboard({ ...query, limit: 1 })
      expect(await boardOf({ ...query, limit: 1, after: next! })).toEqual(['2 ann 10'])
      expect(await boardOf({ ...query, around: 'ann', limit: 5 })).toEqual(board)
      expect(await boardOf({ ...query, around: 'bob' })).toEqual([])
    }
    await service.updateUserSettings('bob', { visibility: 'on' })
    expect(await boardOf()).toEqual(['1 bob 30', '1 cy 30', '3 ann 10'])
    expect(await service.verify()).toEqual([])
  })

  test('off among equal points leaves no gap in the ranks', async () => {
    const service = newService()
    await service.record([of('ann', 1), of('bob', 1), of('cy', 1), of('dee', 1), of('dee', 2)])
    await service.updateUserSettings('ann', { visibility: 'off' })
    await service.updateUserSettings('dee', { visibility: 'off' })
    expect(await boardOf({ around: 'cy', limit: 1 })).toEqual(['1 cy 10'])
    expect(await boardOf({ period: 'month', at: at(1), around: 'cy', limit: 1 })).toEqual(['1 cy 10'])
  })

  test('goes away with an erasure, and is part of an export', async () => {
    const service = newService()
    await service.updateUserSettings('ann', { visibility: 'off' })
    expect((await service.exportUser('ann')).visibility).toBe('off')
    await service.eraseUser('ann', hand)
    await service.allowReturn('ann', hand)
    expect((await service.getUserProgress('ann')).visibility).toBe('on')
  })

  test('is refused if it is invalid', async () => {
    const wrong = newService().updateUserSettings('ann', { visibility: 'hidden' as 'off' })
    await expect(wrong).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'visibility' } })
  })
})

describeOnEach(everyPostgres, 'what visibility costs', database => {
  test('is nothing where points are read: each board is read off an index', async () => {
    await database.rows(sql`INSERT INTO milepost.user_standings (user_id, counted_with, points, reached_at, visibility)
      SELECT 'user ' || n, '', n, now(), CASE WHEN n % 50 = 0 THEN 'off' ELSE 'on' END FROM generate_series(1, 20000) AS n`)
    await database.rows(sql`ANALYZE milepost.user_standings`)
    const plan = await database.rows<{ 'QUERY PLAN': string }>(sql`EXPLAIN SELECT points FROM milepost.user_standings
      WHERE points > 0 AND visibility <> 'off' ORDER BY points DESC, reached_at, user_id COLLATE "C" LIMIT 10`)
    expect(plan.map(row => row['QUERY PLAN']).join('\n')).toContain('user_standings_by_points')
  })
})
