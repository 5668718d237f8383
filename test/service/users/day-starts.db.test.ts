import { afterEach, expect, test } from 'vitest'
import { explanationText, parseCatalog } from '../../../src/index.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const done = (time: string) => ({ userId: 'ann', category: 'lesson', itemKey: time, completedAt: new Date(time) })
const streak = {
  id: 'streak',
  title: 'Streak',
  requirement: { type: 'streak', category: 'lesson', every: 'day', target: 2 },
}
const catalogOf = (more: object = {}) => ({ milestones: [streak], ...more })
const late = catalogOf({ dayStartsAt: '04:00' })
const nights = [done('2026-05-01T12:00:00Z'), done('2026-05-03T02:00:00Z')]

describeOnEach(everyDatabase, 'days that start later', database => {
  let service: ClockedService
  const serve = (catalog: object): void => {
    service = clockedService(database.host.db, catalog)
  }
  const badges = async () => (await service.getUserProgress('ann')).completedMilestones
  const bestOf = async () => (await service.getUserProgress('ann')).milestones[0]?.streak?.best

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  test('count the night for the day before, in any order of arrival, and undo takes it back', async () => {
    serve(late)
    for (const completion of [...nights].reverse()) await service.record(completion)
    expect(await badges()).toEqual(['streak'])
    expect(explanationText(await service.explain('ann', 'streak'))).toContain('Days start at 4:00')
    await service.undo(nights[1]!, { reason: 'A test' })
    expect(await badges()).toEqual([])
  })

  test('are planned and applied, both ways', async () => {
    serve(catalogOf())
    await service.record(nights)
    expect(await badges()).toEqual([])
    const plan = await service.plan(parseCatalog(late))
    expect([plan.changes.hasOtherDays, plan.badges.map(({ gained }) => gained.examples)]).toEqual([true, [['ann']]])
    await service.apply(parseCatalog(late))
    expect(await badges()).toEqual(['streak'])
    await service.apply(parseCatalog(catalogOf()), { policy: 'recompute' })
    expect(await badges()).toEqual([])
  })

  test('may be a user’s own, from an instant on, and end with null', async () => {
    serve(catalogOf())
    await service.record(nights)
    expect(await service.getUserSettings('ann')).toMatchObject({ dayStartsAt: null })
    const set = { dayStartsAt: '04:00', dayStartsAtSince: new Date('2026-05-02T12:00Z') }
    expect(await service.updateUserSettings('ann', set)).toMatchObject({ dayStartsAt: '04:00', timeZone: 'UTC' })
    expect(await badges()).toEqual(['streak'])
    await service.updateUserSettings('ann', { dayStartsAt: null })
    service.setClock('2026-06-05T12:00Z')
    await service.record([done('2026-06-03T12:00:00Z'), done('2026-06-05T02:00:00Z')])
    expect([await bestOf(), (await service.getUserSettings('ann')).dayStartsAt]).toEqual([2, null])
    await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin', dayStartsAt: '05:00' })
    expect(await service.getUserSettings('ann')).toMatchObject({ timeZone: 'Europe/Berlin', dayStartsAt: '05:00' })
  })

  test('changed to and fro count no day twice', async () => {
    serve(catalogOf({ points: [{ category: 'lesson', points: 10, cap: { per: 'day', points: 10 } }] }))
    for (const [i, minute] of ['10', '11', '12', '13'].entries()) {
      service.setClock(`2026-05-28T03:${minute}:00Z`)
      await service.updateUserSettings('ann', { dayStartsAt: i % 2 === 0 ? '04:00' : '00:00' })
      await service.record(done(`2026-05-28T03:${minute}:00Z`))
    }
    expect(await bestOf()).toBe(1)
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 10 })
  })

  test('start right after a gap of the clock', async () => {
    serve(catalogOf({ dayStartsAt: '02:30' }))
    await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin' })
    await service.record([done('2026-03-29T00:59:00Z'), done('2026-03-29T01:00:00Z')])
    expect(await bestOf()).toBe(2)
  })

  test.each(['4:00', '13:00', '04:07', '24:00', 4])('cannot start at %j', async dayStartsAt => {
    serve(catalogOf())
    await expect(service.updateUserSettings('ann', { dayStartsAt: dayStartsAt as string })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('dayStartsAt'),
    })
    expect((await service.getUserSettings('ann')).dayStartsAt).toBeNull()
    expect(() => parseCatalog(catalogOf({ dayStartsAt }))).toThrow('dayStartsAt')
  })
})
