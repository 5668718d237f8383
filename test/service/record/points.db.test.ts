import { sql } from 'drizzle-orm'
import { afterEach, describe, expect, test } from 'vitest'
import type { CompletionInput } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const done = (time: string, more: Partial<CompletionInput> = {}): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey: time, completedAt: new Date(time), ...more }
}
const lesson = { category: 'lesson', points: 10 }
const capped = { ...lesson, cap: { per: 'day', points: 25 } }
const counted = (id: string, target: number, more: object = {}) => {
  return { id, title: id, requirement: { type: 'count', category: 'lesson', target }, ...more }
}

describeOnEach(everyDatabase, 'points', database => {
  let service: ClockedService
  const serviceWith = (points: readonly unknown[], milestones: readonly unknown[] = []): ClockedService => {
    service = clockedService(database.host.db, { points, milestones })
    return service
  }
  const pointsOf = async (userId = 'ann'): Promise<number> => (await service.getUserProgress(userId)).totalPoints

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  describe('of completions', () => {
    test('come without a milestone, once for each key', async () => {
      serviceWith([lesson])
      await service.record([done('2026-04-01T01:00Z'), done('2026-04-01T02:00Z', { category: 'quiz' })])
      expect(await pointsOf()).toBe(10)
      await service.record(done('2026-04-01T01:00Z', { completedAt: new Date('2026-05-01T00:00Z') }))
      expect(await pointsOf()).toBe(10)
    })

    test('come by every rule that matches', async () => {
      serviceWith([lesson, { ...lesson, points: 5, where: { score: { gte: 90 } } }])
      await service.record([
        done('2026-04-01T01:00Z', { metadata: { score: 89 } }),
        done('2026-04-01T02:00Z', { metadata: { score: 90 } }),
      ])
      expect(await pointsOf()).toBe(25)
    })

    test('stay as they were fixed when the catalog changes', async () => {
      serviceWith([lesson])
      await service.record(done('2026-04-01T01:00Z'))
      serviceWith([{ ...lesson, points: 1 }])
      await service.record(done('2026-04-01T02:00Z'))
      await service.rebuild()
      expect(await pointsOf()).toBe(11)
      serviceWith([])
      await service.rebuild()
      expect(await pointsOf()).toBe(11)
    })

    test("are none for the host's own rows", async () => {
      serviceWith([lesson], [counted('two', 2)])
      await service.record(done('2026-04-01T01:00Z'))
      const row = {
        userId: 'ann',
        category: 'lesson',
        itemKey: "the host's",
        completedAt: new Date('2026-04-01T02:00Z'),
      }
      await database.db.insert(userProgress).values(row)
      expect(await service.checkAndAwardMilestones('ann')).toMatchObject([{ id: 'two' }])
      expect(await pointsOf()).toBe(10)
    })

    test('add up to levels and to milestones over points, dated by the completion', async () => {
      const goal = { id: 'goal', title: 'Goal', requirement: { type: 'points', target: 30 } }
      const level = { id: 'level', title: 'Level', requirement: { type: 'level', target: 2 } }
      service = clockedService(database.host.db, { levels: { every: 20 }, points: [lesson], milestones: [goal, level] })
      const results = await service.record(['01', '02', '03'].map(hour => done(`2026-04-01T${hour}:00Z`)))
      expect(results.map(({ awarded }) => awarded.map(({ id, earnedAt }) => [id, earnedAt.getUTCHours()]))).toEqual([
        [],
        [['level', 2]],
        [['goal', 3]],
      ])
      expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 30, level: 2, nextLevelPoints: 40 })
    })

    test('that come late date a milestone over points truly', async () => {
      serviceWith([lesson], [{ id: 'goal', title: 'Goal', requirement: { type: 'points', target: 30 } }])
      await service.record([done('2026-04-01T08:00Z'), done('2026-04-01T09:00Z')])
      const result = await service.record(done('2026-04-01T01:00Z'))
      expect(result.awarded).toMatchObject([{ id: 'goal', earnedAt: new Date('2026-04-01T09:00Z') }])
    })

    test('and of badges lead to each other, to the end', async () => {
      const badge = { reward: { points: 15 } }
      const goal = { id: 'goal', title: 'Goal', requirement: { type: 'points', target: 25 }, ...badge }
      serviceWith([lesson], [counted('first', 1, badge), goal])
      const result = await service.record(done('2026-04-01T01:00Z'))
      expect(result.awarded.map(({ id }) => id)).toEqual(['first', 'goal'])
      expect(await pointsOf()).toBe(40)
    })
  })

  describe('under a cap', () => {
    test('are cut at the cap of the day, and then none', async () => {
      serviceWith([capped])
      const totals = []
      for (const hour of ['01', '02', '03', '04']) {
        await service.record(done(`2026-04-01T${hour}:00Z`))
        totals.push(await pointsOf())
      }
      expect(totals).toEqual([10, 20, 25, 25])
    })

    test('are shared out in order of time within a batch, and a badge is of the completion that first reached it', async () => {
      const goal = { id: 'goal', title: 'Goal', requirement: { type: 'points', target: 25 } }
      serviceWith([capped], [goal])
      const results = await service.record(['04', '03', '02', '01'].map(hour => done(`2026-04-01T${hour}:00Z`)))
      expect(await pointsOf()).toBe(25)
      expect(results.map(({ awarded }) => awarded.length)).toEqual([0, 0, 1, 0])
      expect(results[2]?.awarded[0]?.earnedAt).toEqual(new Date('2026-04-01T03:00Z'))
    })

    test('are available again on each local day of the user', async () => {
      serviceWith([capped])
      service.setClock('2026-03-01T00:00Z')
      await service.updateUserSettings('ann', { timeZone: 'Asia/Kathmandu' })
      service.setClock('2026-06-01T00:00Z')
      const times = [
        '2026-03-31T18:14Z',
        '2026-03-31T18:15Z',
        '2026-04-01T01:00Z',
        '2026-04-01T18:14Z',
        '2026-04-01T18:15Z',
      ]
      await service.record(times.map(time => done(time)))
      await service.record(times.map(time => done(time, { userId: 'bob' })))
      expect([await pointsOf('ann'), await pointsOf('bob')]).toEqual([45, 45])
      await service.record(done('2026-04-01T12:00Z'))
      await service.record(done('2026-04-01T23:00Z', { userId: 'bob' }))
      expect([await pointsOf('ann'), await pointsOf('bob')]).toEqual([45, 45])
      await service.record(done('2026-04-02T18:00Z'))
      expect(await pointsOf('ann')).toBe(55)
    })

    test('stay where they were when the zone changes', async () => {
      serviceWith([capped])
      await service.record(['01', '02', '03'].map(hour => done(`2026-06-01T${hour}:00Z`)))
      await service.updateUserSettings('ann', { timeZone: 'Pacific/Kiritimati' })
      expect(await pointsOf()).toBe(25)
      service.setClock('2026-06-01T13:00Z')
      await service.record(done('2026-06-01T12:30Z'))
      expect(await pointsOf()).toBe(35)
    })

    test('are shared by the categories of one rule', async () => {
      serviceWith([{ ...capped, category: ['lesson', 'quiz'] }])
      await service.record([
        done('2026-04-01T01:00Z'),
        done('2026-04-01T02:00Z', { category: 'quiz' }),
        done('2026-04-01T03:00Z'),
      ])
      expect(await pointsOf()).toBe(25)
    })
  })

  describe('on the leaderboard of a period', () => {
    const entriesOf = async (query: Parameters<ClockedService['getLeaderboard']>[0]) =>
      (await service.getLeaderboard(query)).entries.map(({ rank, userId, points }) => [rank, userId, points])
    const by = (userId: string, ...times: readonly string[]) => times.map(time => done(time, { userId }))

    test('are those gained in the week or month, by UTC and in true time', async () => {
      serviceWith([lesson], [counted('two', 2, { reward: { points: 100 } })])
      service.setClock('2026-06-03T12:00Z')
      await service.record([
        ...by('ann', '2026-05-30T12:00Z', '2026-05-31T23:59:59.999Z', '2026-06-01T00:00Z'),
        ...by('bob', '2026-06-01T00:00Z', '2026-06-02T00:00Z'),
        ...by('eve', '2026-04-01T00:00Z'),
      ])
      const week = [
        [1, 'bob', 120],
        [2, 'ann', 10],
      ]
      expect(await entriesOf({ period: 'week' })).toEqual(week)
      expect(await entriesOf({ period: 'month' })).toEqual(week)
      expect(await entriesOf({ period: 'month', at: new Date('2026-05-31T23:59Z') })).toEqual([[1, 'ann', 120]])
      expect(await entriesOf({ period: 'week', at: new Date('2026-05-25T00:00Z') })).toEqual([[1, 'ann', 120]])
      expect(await entriesOf({ period: 'week', at: new Date('2026-05-24T23:59Z') })).toEqual([])
      expect(await entriesOf({})).toEqual([
        [1, 'ann', 130],
        [2, 'bob', 120],
        [3, 'eve', 10],
      ])
    })

    test('go by the week of ISO 8601 over the turn of the year', async () => {
      serviceWith([lesson])
      service.setClock('2027-01-03T23:59Z')
      await service.record(
        by('ann', '2026-12-27T23:59Z', '2026-12-28T00:00Z', '2027-01-01T00:00Z', '2027-01-03T23:00Z'),
      )
      expect(await entriesOf({ period: 'week' })).toEqual([[1, 'ann', 30]])
      expect(await entriesOf({ period: 'month' })).toEqual([[1, 'ann', 20]])
      service.setClock('2027-01-04T00:00Z')
      expect(await entriesOf({ period: 'week' })).toEqual([])
    })

    test('rank ties by the earlier last gain, then by user id', async () => {
      serviceWith([lesson])
      await service.record([
        ...by('late', '2026-06-01T01:00Z', '2026-06-01T09:00Z'),
        ...by('early', '2026-06-01T02:00Z', '2026-06-01T08:00Z'),
        ...by('\ue000', '2026-06-01T01:00Z', '2026-06-01T08:30Z'),
        ...by('𝒯', '2026-06-01T01:00Z', '2026-06-01T08:30Z'),
        ...by('best', '2026-06-01T01:00Z', '2026-06-01T02:00Z', '2026-06-01T03:00Z'),
      ])
      expect(await entriesOf({ period: 'week' })).toEqual([
        [1, 'best', 30],
        [2, 'early', 20],
        [2, '\ue000', 20],
        [2, '𝒯', 20],
        [2, 'late', 20],
      ])
    })

    test('tell when the last of the period was gained, and level and badges by all', async () => {
      serviceWith([lesson], [counted('two', 2, { reward: { points: 100 } })])
      await service.record(by('ann', '2026-05-30T12:00Z', '2026-05-31T12:00Z', '2026-06-01T09:00Z'))
      const [entry] = (await service.getLeaderboard({ period: 'week' })).entries
      expect(entry).toMatchObject({ points: 10, level: 2, badgeCount: 1, reachedAt: new Date('2026-06-01T09:00Z') })
      const [may] = (await service.getLeaderboard({ period: 'month', at: new Date('2026-05-01T00:00Z') })).entries
      expect(may).toMatchObject({ points: 120, reachedAt: new Date('2026-05-31T12:00Z') })
    })

    test('are read page by page, each user once with the rank of the whole', async () => {
      serviceWith([lesson])
      const users = Array.from({ length: 25 }, (_, i) => `user ${String(i).padStart(2, '0')}`)
      const times = ['2026-06-01T01:00Z', '2026-06-01T02:00Z']
      await service.record(users.flatMap((userId, i) => by(userId, ...times.slice(0, 1 + (i % 2)))))
      const whole = await service.getLeaderboard({ period: 'month', limit: 100 })
      const paged = []
      for (let after: string | null | undefined; after !== null; ) {
        const cursor = after === undefined ? {} : { after }
        const page = await service.getLeaderboard({ period: 'month', limit: 4, ...cursor })
        paged.push(...page.entries)
        after = page.next
      }
      expect(paged).toEqual(whole.entries)
      expect(whole.entries.map(({ rank }) => rank)).toEqual([...Array(12).fill(1), ...Array(13).fill(13)])
    })

    test('are read around a user', async () => {
      serviceWith([lesson])
      await service.record(['a', 'b', 'c', 'd', 'e'].flatMap((userId, i) => by(userId, `2026-06-01T0${i}:00Z`)))
      expect(await entriesOf({ period: 'week', around: 'c', limit: 3 })).toEqual([
        [1, 'b', 10],
        [1, 'c', 10],
        [1, 'd', 10],
      ])
      expect(await entriesOf({ period: 'week', at: new Date('2026-05-01T00:00Z'), around: 'c' })).toEqual([])
    })

    test('are corrected if they were changed manually: verify lists each, and a rebuild corrects it', async () => {
      const service = serviceWith([lesson])
      await service.record(['ann', 'bob', 'cyd'].flatMap(userId => by(userId, '2026-06-01T01:00Z')))
      const points = sql`milepost.user_period_points`
      await database.rows(sql`update ${points} set points = 7 where user_id = 'ann' and period = '2026-06'`)
      await database.rows(sql`delete from ${points} where user_id = 'bob' and period = '2026-W23'`)
      await database.rows(sql`insert into ${points} (user_id, period, points) values ('cyd', '2026-05', 3)`)
      const at = '10 at 2026-06-01T01:00:00.000Z'
      const drifted = [
        { userId: 'ann', kind: 'period', name: '2026-06', stored: '7 at 2026-06-01T01:00:00.000Z', counted: at },
        { userId: 'bob', kind: 'period', name: '2026-W23', stored: null, counted: at },
        { userId: 'cyd', kind: 'period', name: '2026-05', stored: '3', counted: null },
      ]
      expect(await service.verify()).toEqual(drifted)
      await service.rebuild()
    })

    test('are refused for another period and for an invalid date', async () => {
      serviceWith([lesson])
      const year = { period: 'year' } as unknown as { period: 'week' }
      await expect(service.getLeaderboard(year)).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        details: { field: 'period' },
      })
      await expect(service.getLeaderboard({ period: 'week', at: new Date(Number.NaN) })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        details: { field: 'at' },
      })
    })
  })
})
