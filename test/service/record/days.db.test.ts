import { afterEach, describe, expect, test } from 'vitest'
import type { CompletionInput, Database } from '../../../src/index.js'
import {
  pointsLedger,
  streakPauses,
  userPeriodPoints,
  userProgress,
  userStandings,
  userTimeZones,
} from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const done = (time: string, userId = 'ann'): CompletionInput => {
  return { userId, category: 'lesson', itemKey: time, completedAt: new Date(time) }
}
const noons = (userId: string, ...days: readonly number[]): CompletionInput[] =>
  days.map(day => done(`2026-05-${String(day).padStart(2, '0')}T12:00Z`, userId))
const instants = (from: string, until: string) => ({ from: new Date(from), until: new Date(until) })
const daily = { type: 'streak', category: 'lesson', every: 'day' }
const catalogWith = (target: number, more: object = {}) => {
  return { milestones: [{ id: 'streak', title: 'Streak', requirement: { ...daily, target } }], ...more }
}
const eighth = { from: '2026-05-08', until: '2026-05-09' }

describeOnEach(everyDatabase, 'the days of users', database => {
  let service: ClockedService
  const serviceWith = (target: number, more: object = {}): ClockedService => {
    service = clockedService(database.host.db, catalogWith(target, more))
    return service
  }
  const entryOf = async (userId = 'ann') => (await service.getUserProgress(userId)).milestones[0]
  const bestOf = async (userId = 'ann') => (await entryOf(userId))?.streak?.best
  const heldBy = async (userId: string): Promise<string[]> =>
    (await service.getUserBadges(userId)).map(({ id, earnedAt }) => `${id} ${earnedAt.toISOString().slice(0, 16)}`)

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  describe('a time zone', () => {
    test('is UTC until one is set, and then that', async () => {
      serviceWith(9)
      expect((await service.getUserProgress('ann')).timeZone).toBe('UTC')
      await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' })
      expect((await service.getUserProgress('ann')).timeZone).toBe('Europe/Berlin')
      expect((await service.getUserProgress('bob')).timeZone).toBe('UTC')
    })

    test.each(['Mars/Olympus', '+02:00', '', 'UTC+1', 7])('%j is refused, and nothing is written', async zone => {
      serviceWith(9)
      await expect(service.updateUserSettings('ann', { timeZone: zone as string })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        details: { field: 'timeZone' },
      })
      expect(await database.db.select().from(userTimeZones)).toEqual([])
    })

    test('is refused for no user', async () => {
      serviceWith(9)
      const refused = { code: 'INPUT_INVALID', details: { field: 'userId' } }
      await expect(service.updateUserSettings('', { timeZone: 'UTC' })).rejects.toMatchObject(refused)
    })

    test('that holds already changes nothing', async () => {
      serviceWith(9)
      await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' })
      service.setClock('2026-06-02T12:00Z')
      await service.updateUserSettings('ann', { timeZone: 'europe/berlin' })
      expect(await database.db.select().from(userTimeZones)).toMatchObject([{ since: new Date('2026-06-01T12:00Z') }])
    })

    test('that was set first also holds for what came before it', async () => {
      serviceWith(8)
      // Eight evenings and mornings in Denver, some of them on one day of UTC.
      const hours = ['01T03', '02T04', '02T15', '03T16', '05T01', '05T14', '07T02', '08T03']
      await service.record(hours.map(hour => done(`2026-05-${hour}:00Z`)))
      expect(await bestOf()).toBe(3)
      await service.updateUserSettings('ann', { timeZone: 'America/Denver' })
      expect(await bestOf()).toBe(8)
      expect(await heldBy('ann')).toEqual(['streak 2026-05-08T03:00'])
    })

    test('that was set later moves nothing that was completed before', async () => {
      serviceWith(9)
      await service.updateUserSettings('ann', { timeZone: 'UTC' })
      await service.record([done('2026-05-30T23:30Z'), done('2026-05-31T00:30Z')])
      service.setClock('2026-06-02T00:00Z')
      await service.updateUserSettings('ann', { timeZone: 'Asia/Kathmandu' })
      expect(await bestOf()).toBe(2)
    })

    test('is that of the service if none is set, and other users are recalculated when it changes', async () => {
      const catalog = catalogWith(2)
      const evenings = [done('2026-05-30T03:00Z'), done('2026-05-30T23:00Z')]
      service = clockedService(database.host.db, catalog)
      await service.record([...evenings, ...evenings.map(evening => ({ ...evening, userId: 'bob' }))])
      await service.updateUserSettings('bob', { timeZone: 'UTC' })
      expect(await heldBy('ann')).toEqual([])
      service = clockedService(database.host.db, catalog, undefined, { defaultTimeZone: 'america/denver' })
      expect(await service.getUserSettings('ann')).toMatchObject({ timeZone: 'America/Denver' })
      expect(await service.getUserProgress('ann')).toMatchObject({
        timeZone: 'America/Denver',
        milestones: [{ streak: { best: 2 } }],
      })
      await service.record({ userId: 'ann', category: 'other', itemKey: 'x' })
      expect([await heldBy('ann'), await heldBy('bob')]).toEqual([['streak 2026-05-30T23:00'], []])
      await service.record(done('2026-05-31T12:00Z', 'cem'))
      const counted = await database.db.select().from(userStandings)
      expect(new Set(counted.map(({ countedWith }) => countedWith.split('@')[1]))).toEqual(
        new Set(['America/Denver', undefined]),
      )
      await service.rebuild()
    })

    test.each(['Mars/Olympus', '+02:00', '', 7])('%j as that of the service is refused', zone => {
      serviceWith(9)
      const make = () =>
        clockedService(database.host.db, catalogWith(9), undefined, { defaultTimeZone: zone as string })
      expect(make).toThrow(
        expect.objectContaining({
          code: 'INPUT_INVALID',
          details: expect.objectContaining({ field: 'defaultTimeZone' }),
        }),
      )
    })

    test('makes days of what is completed from then on', async () => {
      serviceWith(3)
      service.setClock('2026-03-01T00:00Z')
      await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' })
      service.setClock('2026-06-01T00:00Z')
      const times = ['2026-04-10T21:59Z', '2026-04-10T22:00Z', '2026-04-11T22:00Z']
      await service.record([...times.map(time => done(time)), ...times.map(time => done(time, 'bob'))])
      expect([await bestOf('ann'), await bestOf('bob')]).toEqual([3, 2])
      expect(await heldBy('ann')).toEqual(['streak 2026-04-11T22:00'])
    })

    test('goes along on a journey around the world without breaking or doubling a day', async () => {
      serviceWith(7)
      const stops: readonly [zone: string, arrival: string, ...lessons: string[]][] = [
        ['Europe/Berlin', '2026-04-01T00:00Z', '2026-04-01T06:00Z', '2026-04-02T06:00Z'],
        ['America/New_York', '2026-04-02T20:00Z', '2026-04-02T22:00Z', '2026-04-04T03:30Z'],
        ['Pacific/Honolulu', '2026-04-04T12:00Z', '2026-04-04T20:00Z', '2026-04-06T09:00Z'],
        ['Pacific/Kiritimati', '2026-04-06T10:00Z', '2026-04-06T11:00Z', '2026-04-07T11:00Z'],
      ]
      for (const [zone, arrival, ...times] of stops) {
        service.setClock(arrival)
        await service.updateUserSettings('ann', { timeZone: zone })
        for (const time of times) {
          service.setClock(time)
          await service.record(done(time))
        }
      }
      // The 1st, the 2nd twice, the 3rd, 4th and 5th, then, since no clock showed the 6th, the 7th and 8th.
      expect(await bestOf()).toBe(7)
      expect(await heldBy('ann')).toEqual(['streak 2026-04-07T11:00'])
      expect((await entryOf())?.streak?.endsAt).toEqual(new Date('2026-04-09T10:00Z'))
    })

    test('shows a day twice on a flight west and counts it once', async () => {
      serviceWith(3)
      service.setClock('2026-03-01T00:00Z')
      await service.updateUserSettings('ann', { timeZone: 'Pacific/Kiritimati' })
      service.setClock('2026-03-25T12:00Z')
      await service.record([done('2026-03-25T08:00Z'), done('2026-03-25T11:00Z')])
      await service.updateUserSettings('ann', { timeZone: 'Pacific/Honolulu' })
      service.setClock('2026-03-27T12:00Z')
      await service.record([done('2026-03-25T20:00Z'), done('2026-03-26T20:00Z')])
      expect(await bestOf()).toBe(2)
      await service.record(done('2026-03-27T11:00Z'))
      expect(await heldBy('ann')).toEqual(['streak 2026-03-27T11:00'])
    })

    test('holds from the change before on where the clock has gone back', async () => {
      serviceWith(9)
      await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' })
      service.setClock('2026-06-01T10:00Z')
      await service.updateUserSettings('ann', { timeZone: 'Asia/Tokyo' })
      const rows = await database.db.select().from(userTimeZones)
      expect(rows).toMatchObject([{ zone: 'Asia/Tokyo', since: new Date('2026-06-01T12:00Z') }])
    })

    test('moves what a server with a fast clock recorded under it', async () => {
      serviceWith(2)
      service.setClock('2026-06-01T22:03Z')
      await service.record([done('2026-06-01T20:00Z'), done('2026-06-01T22:02Z')])
      expect(await heldBy('ann')).toEqual([])
      service.setClock('2026-06-01T22:01Z')
      await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' })
      expect(await heldBy('ann')).toEqual(['streak 2026-06-01T22:02'])
    })
  })

  describe('a pause', () => {
    test('added later for one user joins the days around it, and awards what that earns', async () => {
      serviceWith(4)
      await service.record([...noons('ann', 6, 7, 9, 10), ...noons('bob', 6, 7, 9, 10)])
      const heard: string[] = []
      service.onAwarded(({ userId, badge }) => void heard.push(`${userId} ${badge.id}`))
      await service.pauseStreaks('ann', { ...eighth, reason: 'ill' })
      expect(await heldBy('ann')).toEqual(['streak 2026-05-10T12:00'])
      expect((await service.getUserBadges('ann'))[0]?.awardedBy).toBeNull()
      expect(await heldBy('bob')).toEqual([])
      expect(heard).toEqual(['ann streak'])
    })

    test('for all users after an outage reaches every user', async () => {
      serviceWith(4)
      await service.record([
        ...noons('ann', 6, 7, 9, 10),
        ...noons('bob', 5, 6, 7, 9, 10),
        ...noons('eve', 5, 7, 9, 10),
      ])
      const userCounts: number[] = []
      await service.pauseStreaks(null, { ...eighth, reason: 'outage' }, { onProgress: count => userCounts.push(count) })
      expect(await heldBy('ann')).toEqual(['streak 2026-05-10T12:00'])
      expect(await heldBy('bob')).toEqual(['streak 2026-05-09T12:00'])
      expect([await heldBy('eve'), await bestOf('eve')]).toEqual([[], 3])
      expect(userCounts).toEqual([3])
    })

    test('reaches users who join later', async () => {
      serviceWith(2)
      await service.pauseStreaks(null, { ...eighth, reason: 'outage' })
      await service.record(noons('new', 7, 9))
      expect(await heldBy('new')).toEqual(['streak 2026-05-09T12:00'])
    })

    test('neither breaks a streak nor counts, whatever is recorded on its days', async () => {
      serviceWith(9)
      await service.pauseStreaks('ann', { from: '2026-05-08', until: '2026-05-10', reason: 'holiday' })
      await service.record(noons('ann', 7, 8, 9, 10))
      expect(await bestOf()).toBe(2)
    })

    test('keeps a partly paused day from breaking a streak, and counts its completions', async () => {
      serviceWith(9)
      await service.pauseStreaks('ann', { ...instants('2026-05-08T12:00Z', '2026-05-10T00:00Z'), reason: 'trip' })
      await service.record(noons('ann', 7, 9, 10))
      expect(await bestOf()).toBe(2)
      await service.record(noons('ann', 8))
      expect(await bestOf()).toBe(3)
    })

    test('of instants that together take a whole day is a pause of that day', async () => {
      serviceWith(9)
      await service.pauseStreaks('ann', { ...instants('2026-05-08T00:00Z', '2026-05-08T12:00Z'), reason: 'trip' })
      await service.pauseStreaks('ann', { ...instants('2026-05-08T12:00Z', '2026-05-09T00:00Z'), reason: 'trip' })
      await service.record(noons('ann', 7, 8, 9))
      expect(await bestOf()).toBe(2)
    })

    test('of days means each user’s own local days, also for all users', async () => {
      serviceWith(2)
      const evening = (userId: string, day: number) =>
        ({ userId, category: 'lesson', itemKey: `e${day}`, completedAt: new Date(`2026-05-0${day}T05:30Z`) }) as const
      for (const userId of ['ann', 'bob']) {
        await service.updateUserSettings(userId, { timeZone: userId === 'ann' ? 'America/Denver' : 'Asia/Tokyo' })
        await service.record([8, 9].map(day => evening(userId, day)))
      }
      // In Denver these are evenings of the 7th and 8th, in Tokyo afternoons of the 8th and 9th.
      expect([await bestOf('ann'), await bestOf('bob')]).toEqual([2, 2])
      await service.pauseStreaks(null, { from: '2026-05-09', until: '2026-05-10', reason: 'outage' })
      expect([await bestOf('ann'), await bestOf('bob')]).toEqual([2, 1])
    })

    test('takes days away that had counted, and no badge', async () => {
      serviceWith(3)
      await service.record(noons('ann', 7, 8, 9))
      await service.pauseStreaks('ann', { ...eighth, reason: 'a mistake' })
      expect(await bestOf()).toBe(2)
      expect(await heldBy('ann')).toEqual(['streak 2026-05-09T12:00'])
    })

    test('keeps a streak alive while it lasts', async () => {
      serviceWith(9)
      await service.record(noons('ann', 30, 31))
      service.setClock('2026-06-04T12:00Z')
      expect((await entryOf())?.current).toBe(0)
      await service.pauseStreaks('ann', { ...instants('2026-06-01T00:00Z', '2026-06-05T00:00Z'), reason: 'holiday' })
      const endsAt = new Date('2026-06-06T00:00Z')
      expect(await entryOf()).toMatchObject({ current: 2, streak: { current: 2, best: 2, endsAt } })
    })

    test('that is set twice is one', async () => {
      serviceWith(9)
      for (const userId of ['ann', 'ann', null, null]) await service.pauseStreaks(userId, { ...eighth, reason: 'ill' })
      expect(await database.db.select().from(streakPauses)).toHaveLength(2)
    })

    test.each<[string, string, unknown, object]>([
      ['no user', 'userId', '', {}],
      ['a text that is no date', 'from', 'ann', { from: '8 May 2026' }],
      ['a day that no calendar has', 'from', 'ann', { from: '2026-02-30' }],
      ['no end', 'until', 'ann', { until: undefined }],
      ['an invalid date', 'until', 'ann', { until: new Date(Number.NaN) }],
      ['a day and an instant', 'until', 'ann', { until: new Date('2026-05-09T00:00Z') }],
      ['an end that is its beginning', 'until', 'ann', { until: eighth.from }],
      ['eleven years', 'until', 'ann', { until: '2037-05-09' }],
      ['no reason', 'reason', 'ann', { reason: '' }],
      ['a number for who entered it', 'by', 'ann', { by: 1 }],
    ])('with %s is refused, and nothing is written', async (_, field, userId, wrong) => {
      serviceWith(9)
      const call = service.pauseStreaks(userId as string, { ...eighth, reason: 'ill', ...wrong })
      await expect(call).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field } })
      expect(await database.db.select().from(streakPauses)).toEqual([])
    })
  })

  describe("in a caller's transaction", () => {
    const points = [{ category: 'lesson', points: 10, cap: { per: 'day', points: 10 } }]
    const rolledBack = async (work: (tx: Database) => Promise<unknown>): Promise<void> => {
      const failing = database.host.transaction(async tx => {
        await work(tx)
        throw new Error('the order failed')
      })
      await expect(failing).rejects.toThrow('the order failed')
    }

    test('zones, pauses, completions and their effects are gone after a rollback', async () => {
      serviceWith(2, { points })
      await rolledBack(async tx => {
        await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' }, { db: tx })
        await service.record(noons('ann', 7, 9), { db: tx })
        await service.pauseStreaks('ann', { ...eighth, reason: 'ill' }, { db: tx })
        const { completedMilestones, totalPoints, timeZone } = await service.getUserProgress('ann', { db: tx })
        expect([completedMilestones, totalPoints, timeZone]).toEqual([['streak'], 20, 'Europe/Berlin'])
      })
      for (const table of [userTimeZones, streakPauses, pointsLedger, userPeriodPoints, userProgress]) {
        expect(await database.db.select().from(table)).toEqual([])
      }
      expect((await service.getUserProgress('ann')).timeZone).toBe('UTC')
    })

    test('zones, pauses, completions and their effects stay after a commit', async () => {
      serviceWith(2, { points })
      const heard: string[] = []
      service.onAwarded(({ badge }) => void heard.push(badge.id))
      await database.host.transaction(async tx => {
        await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' }, { db: tx })
        await service.record(noons('ann', 7, 9), { db: tx })
        await service.pauseStreaks('ann', { ...eighth, reason: 'ill' }, { db: tx })
      })
      expect(await heldBy('ann')).toEqual(['streak 2026-05-09T12:00'])
      expect((await service.getUserProgress('ann')).totalPoints).toBe(20)
      expect(heard).toEqual([])
    })

    test('a pause for all users reaches each user on the next write, and reads at once', async () => {
      serviceWith(4)
      await service.record(noons('ann', 6, 7, 9, 10))
      await database.host.transaction(tx => service.pauseStreaks(null, { ...eighth, reason: 'outage' }, { db: tx }))
      expect([await bestOf(), await heldBy('ann')]).toEqual([4, []])
      const [result] = await service.record([done('2026-05-20T12:00Z')])
      expect(result?.awarded).toMatchObject([{ id: 'streak', earnedAt: new Date('2026-05-10T12:00Z') }])
    })

    test('a pause for all users that rolls back reaches no user', async () => {
      serviceWith(4)
      await service.record(noons('ann', 6, 7, 9, 10))
      await rolledBack(tx => service.pauseStreaks(null, { ...eighth, reason: 'outage' }, { db: tx }))
      await service.record(done('2026-05-20T12:00Z'))
      expect([await bestOf(), await heldBy('ann')]).toEqual([2, []])
    })
  })
})
