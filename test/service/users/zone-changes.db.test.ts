import { afterEach, expect, test } from 'vitest'
import type { CompletionInput } from '../../../src/index.js'
import { userTimeZones } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const done = (time: string): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey: time, completedAt: new Date(time) }
}

describeOnEach(everyDatabase, 'a time zone that is changed', database => {
  let service: ClockedService
  const serviceWith = (target: number, more: object = {}): void => {
    const requirement = { type: 'streak', category: 'lesson', every: 'day', target }
    service = clockedService(database.host.db, {
      milestones: [{ id: 'streak', title: 'Streak', requirement }],
      ...more,
    })
  }
  const bestOf = async () => (await service.getUserProgress('ann')).milestones[0]?.streak?.best

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  const flip = async (zones: readonly string[], times: readonly string[]): Promise<void> => {
    for (const [i, time] of times.entries()) {
      service.setClock(time)
      await service.updateUserSettings('ann', { timeZone: zones[i % zones.length]! })
      await service.record(done(time))
    }
  }
  const farApart = ['Etc/GMT+12', 'Pacific/Kiritimati']

  // With the clock ahead set again, its next day still is the counted day of the clock behind.
  test.each([
    [farApart, 2],
    [[...farApart].reverse(), 1],
  ])('flipped between %j makes one day of one, and one cap', async (zones, onTheNext) => {
    serviceWith(9, { points: [{ category: 'lesson', points: 10, cap: { per: 'day', points: 10 } }] })
    const minutes = Array.from({ length: 12 }, (_, i) => `2026-05-28T23:${String(i + 10)}:00Z`)
    await flip(zones, minutes)
    expect(await bestOf()).toBe(1)
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 10 })
    await flip(zones, ['2026-05-29T23:10:00Z', '2026-05-29T23:11:00Z'])
    expect(await bestOf()).toBe(onTheNext)
    // A day later, without a change of zone, there is one more.
    service.setClock('2026-05-30T23:12:00Z')
    await service.record(done('2026-05-30T23:12:00Z'))
    expect(await bestOf()).toBe(onTheNext + 1)
  })

  test('changed at any hour gives no more days than one clock shows', async () => {
    serviceWith(99)
    const hours = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2026, 4, 28, 23 + i)).toISOString())
    await flip([...farApart, 'Etc/GMT-11'], hours)
    expect(await bestOf()).toBeLessThanOrEqual(3)
  })

  test('gains a day that is neither missed nor counted', async () => {
    serviceWith(9)
    service.setClock('2026-05-20T00:00Z')
    await service.updateUserSettings('ann', { timeZone: 'Pacific/Honolulu' })
    await service.record([done('2026-05-19T20:00Z')])
    await flip(['Pacific/Honolulu'], ['2026-05-24T20:00Z'])
    service.setClock('2026-05-25T06:00Z')
    await service.updateUserSettings('ann', { timeZone: 'Pacific/Kiritimati' })
    service.setClock('2026-05-25T09:00Z')
    await service.record(done('2026-05-25T09:00Z'))
    expect(await bestOf()).toBe(1)
    service.setClock('2026-05-25T11:00Z')
    await service.record(done('2026-05-25T11:00Z'))
    expect(await bestOf()).toBe(2)
  })

  test('under which nothing was completed leaves no row', async () => {
    serviceWith(9)
    await service.record(done('2026-05-30T03:00Z'))
    for (const zone of ['America/Denver', 'Asia/Tokyo', 'Europe/Berlin', 'Asia/Tokyo', 'America/Denver', 'Asia/Tokyo'])
      await service.updateUserSettings('ann', { timeZone: zone })
    const rows = await database.db.select({ zone: userTimeZones.zone }).from(userTimeZones)
    expect(rows.map(({ zone }) => zone).sort()).toEqual(['America/Denver', 'Asia/Tokyo'])
    await service.updateUserSettings('ann', { timeZone: 'America/Denver' })
    expect(await database.db.select().from(userTimeZones)).toHaveLength(1)
  })

  test('counts from a past instant if given', async () => {
    serviceWith(9)
    await service.updateUserSettings('ann', { timeZone: 'UTC' })
    await service.record([done('2026-05-20T03:00Z'), done('2026-05-30T03:00Z'), done('2026-05-30T23:00Z')])
    await service.updateUserSettings('ann', {
      timeZone: 'America/Denver',
      timeZoneSince: new Date('2026-05-25T00:00Z'),
    })
    expect(await bestOf()).toBe(2)
    const ahead = { timeZone: 'UTC', timeZoneSince: new Date('2026-06-09T00:00Z') }
    await expect(service.updateUserSettings('ann', ahead)).rejects.toMatchObject({
      details: { field: 'timeZoneSince' },
    })
  })

  test('that users change themselves changes a few times a day', async () => {
    serviceWith(9)
    const own = (zone: string) => service.updateUserSettings('ann', { timeZone: zone }, { ownZoneChangesPerDay: 2 })
    await own('Asia/Tokyo')
    await own('Asia/Tokyo')
    await own('Europe/Berlin')
    await expect(own('UTC')).rejects.toMatchObject({ code: 'CHANGE_LIMITED', details: { waitSeconds: 43_200 } })
    await service.updateUserSettings('ann', { timeZone: 'UTC' })
    service.setClock('2026-06-02T00:00Z')
    await own('Asia/Tokyo')
  })
})
