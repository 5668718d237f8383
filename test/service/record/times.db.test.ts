import { expect, test } from 'vitest'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const hand = { reason: 'test' }
const count = (target: number, more: object = {}) => ({ type: 'count', category: 'help', target, ...more })
const help = (itemKey: string, at: string) => ({
  userId: 'ann',
  category: 'help',
  itemKey,
  completedAt: new Date(`2026-${at}T12:00Z`),
})

describeOnEach(everyDatabase, 'times of a repeatable milestone', database => {
  const serviceWith = (...milestones: readonly object[]): ClockedService => {
    const catalog = { milestones: milestones.map(given => ({ title: 'M', ...given })) }
    return clockedService(database.host.db, catalog, '2026-11-28T12:00Z')
  }
  const helper = { id: 'helper', requirement: count(1), repeatable: {}, reward: { points: 5, unlocks: ['tips'] } }
  const held = async (service: ClockedService) => (await service.getUserBadges('ann')).map(({ id }) => id)
  const next = async (service: ClockedService) =>
    (await service.whatNext('ann')).map(({ id, current, target, step }) => [id, current, target, step.type])

  test('are numbers, the first one included', async () => {
    const service = serviceWith(helper)
    const { awarded } = await service.record(help('a', '11-01'))
    expect(awarded.map(({ id }) => id)).toEqual(['helper@1'])
    await service.record(help('b', '11-02'))
    expect(await held(service)).toEqual(['helper@1', 'helper@2'])
    expect(await next(service)).toEqual([['helper@3', 2, 3, 'complete']])
  })

  test('that were revoked manually are not due: the next is the lowest one not reached', async () => {
    const service = serviceWith(helper)
    await service.record([help('a', '11-01'), help('b', '11-02')])
    await service.revokeBadge('ann', 'helper@1', hand)
    expect(await held(service)).toEqual(['helper@2'])
    expect(await next(service)).toEqual([['helper@3', 2, 3, 'complete']])
    expect((await service.getUserProgress('ann')).milestones).toMatchObject([
      { id: 'helper', isEarned: true, timesEarned: 1, current: 2, target: 3 },
    ])
    await service.record(help('c', '11-03'))
    expect(await held(service)).toEqual(['helper@2', 'helper@3'])
    expect(await service.verify()).toEqual([])
  })

  test('awarded ahead of time are skipped in what comes next', async () => {
    const service = serviceWith({ ...helper, repeatable: { max: 4 } })
    await service.record(help('a', '11-01'))
    await service.awardBadge('ann', 'helper@2', hand)
    await service.awardBadge('ann', 'helper@3', hand)
    await service.revokeBadge('ann', 'helper@3', { ...hand, lasting: true })
    expect(await next(service)).toEqual([['helper@4', 1, 4, 'complete']])
    await service.record([help('b', '11-02'), help('c', '11-03'), help('d', '11-04')])
    expect(await next(service)).toEqual([])
  })

  test('are named by the id alone wherever one is asked for', async () => {
    const service = serviceWith(
      helper,
      { id: 'friend', requirement: { type: 'milestones', ids: ['helper'] } },
      { id: 'later', requirement: count(2), after: ['helper'] },
    )
    await service.awardBadge('ann', 'helper@3', hand)
    expect(await held(service)).toEqual(['friend', 'helper@3'])
    await service.record([help('a', '11-01'), help('b', '11-02')])
    expect((await held(service)).sort()).toEqual(['friend', 'helper@1', 'helper@2', 'helper@3', 'later'])
    expect(await service.explain('ann', 'helper')).toMatchObject({
      isEarned: true,
      earnedAt: help('a', '11-01').completedAt,
      milestone: { id: 'helper', time: null },
    })
    expect(await service.explain('ann', 'later')).toMatchObject({
      after: { milestones: [{ id: 'helper', isHeld: true }] },
    })
    const { milestones } = await service.getMilestoneStatistics('helper')
    expect(milestones).toMatchObject([{ id: 'helper', holderCount: 1, ofAll: { count: 1, n: 1 } }])
    expect(await service.hasUnlock('ann', 'tips')).toBe(true)
    expect((await service.markSeen('ann', ['helper', 'friend'])).toSorted()).toEqual([
      'friend',
      'helper@1',
      'helper@2',
      'helper@3',
    ])
    expect(await service.markSeen('ann', ['helper'])).toEqual([])
  })

  test('are awarded and revoked manually by the plain id: the next one, the latest one', async () => {
    const service = serviceWith({ ...helper, repeatable: { max: 3 } })
    await service.record(help('a', '11-01'))
    expect(await service.awardBadge('ann', 'helper', hand)).toMatchObject({
      status: 'awarded',
      badge: { id: 'helper@2' },
    })
    expect(await service.awardBadge('ann', 'helper', hand)).toMatchObject({
      status: 'awarded',
      badge: { id: 'helper@3' },
    })
    await expect(service.awardBadge('ann', 'helper', hand)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect((await service.revokeBadge('ann', 'helper', hand)).revoked.map(({ id }) => id)).toEqual(['helper@3'])
    expect(await held(service)).toEqual(['helper@1', 'helper@2'])
    expect(await service.verify()).toEqual([])
  })

  test.each([
    ['day', ['daily@2026-11-01', 'daily@2026-11-02']],
    ['week', ['daily@2026-W44', 'daily@2026-W45']],
    ['month', ['daily@2026-11', 'daily@2026-12']],
    ['year', ['daily@2026', 'daily@2027']],
  ] as const)('are calendar periods where the requirement counts in a %s', async (during, ids) => {
    const at = {
      day: ['11-01', '11-02'],
      week: ['11-01', '11-02'],
      month: ['11-01', '12-01'],
      year: ['11-01', '11-02'],
    }
    const service = serviceWith({ id: 'daily', requirement: count(2, { during }), repeatable: {} })
    service.setClock('2027-12-01T12:00Z')
    const [first, second] = at[during].map(day => new Date(`2026-${day}T12:00Z`))
    const other = during === 'year' ? new Date('2027-01-05T12:00Z') : second!
    const given = [first!, first!, other, other].map((completedAt, i) => {
      return { userId: 'ann', category: 'help', itemKey: `${i}`, completedAt }
    })
    await service.record(given.slice(2))
    await service.record(given.slice(0, 2))
    expect(await held(service)).toEqual(ids)
    expect(await service.explain('ann', ids[0] as 'daily')).toMatchObject({
      isEarned: true,
      milestone: { id: ids[0], time: ids[0].slice(6) },
      requirement: { current: 2, target: 2, holds: true, counted: { count: 2 } },
    })
    await service.undo(given[0]!, hand)
    expect(await held(service)).toEqual([ids[1]])
    expect(await service.verify()).toEqual([])
  })

  test('of a calendar period come in the period that is not held yet', async () => {
    const service = serviceWith({ id: 'daily', requirement: count(2, { during: 'day' }), repeatable: {} })
    expect(await next(service)).toEqual([['daily@2026-11-28', 0, 2, 'complete']])
    await service.record([help('a', '11-28'), help('b', '11-28')])
    const [tomorrow] = await service.whatNext('ann')
    expect(tomorrow).toMatchObject({
      id: 'daily@2026-11-29',
      current: 0,
      target: 2,
      step: { from: new Date('2026-11-29T00:00Z'), by: new Date('2026-11-30T00:00Z') },
    })
    expect((await service.getUserProgress('ann')).milestones).toMatchObject([{ current: 2, target: 2, ratio: 1 }])
    await service.revokeBadge('ann', 'daily', hand)
    expect(await next(service)).toEqual([['daily@2026-11-29', 0, 2, 'complete']])
  })

  test('behind a gate that opens late all come, those of other periods too', async () => {
    const service = serviceWith(
      { id: 'daily', requirement: count(1, { during: 'day' }), repeatable: {}, after: ['gate'] },
      { id: 'gate', requirement: { type: 'count', category: 'gate', target: 1 } },
    )
    await service.record([help('a', '11-01'), help('b', '11-09'), help('c', '11-20')])
    const { awarded } = await service.record({ ...help('d', '11-21'), category: 'gate' })
    expect(awarded.map(({ id }) => id).sort()).toEqual([
      'daily@2026-11-01',
      'daily@2026-11-09',
      'daily@2026-11-20',
      'gate',
    ])
    expect(await service.verify()).toEqual([])
  })

  test('of a calendar period are no more than the max', async () => {
    const service = serviceWith({ id: 'daily', requirement: count(1, { during: 'day' }), repeatable: { max: 2 } })
    await service.record([help('a', '11-01'), help('b', '11-02'), help('c', '11-03')])
    expect(await held(service)).toEqual(['daily@2026-11-01', 'daily@2026-11-02'])
    expect(await next(service)).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test('of days that the first time zone moves follow, without being paid twice', async () => {
    const daily = { id: 'daily', requirement: count(1, { during: 'day' }), repeatable: {}, reward: { points: 5 } }
    const service = serviceWith(daily)
    const evenings = ['11-11', '11-12', '11-13'].map(day => {
      return { ...help(day, day), completedAt: new Date(`2026-${day}T03:00Z`) }
    })
    await service.record(evenings)
    expect(await held(service)).toEqual(['daily@2026-11-11', 'daily@2026-11-12', 'daily@2026-11-13'])
    await service.updateUserSettings('ann', { timeZone: 'America/Denver' })
    expect(await held(service)).toEqual(['daily@2026-11-10', 'daily@2026-11-11', 'daily@2026-11-12'])
    expect((await service.getUserProgress('ann')).totalPoints).toBe(15)
    expect(await service.verify()).toEqual([])
  })

  test('of weeks that the first time zone makes one come once, and leave room under the max', async () => {
    const weekly = { id: 'weekly', requirement: count(1, { during: 'week' }), repeatable: { max: 2 } }
    const service = serviceWith(weekly)
    const sunday = { ...help('a', '11-01'), completedAt: new Date('2026-11-01T18:15Z') }
    await service.record([sunday, help('b', '11-03'), help('c', '11-10')])
    expect(await held(service)).toEqual(['weekly@2026-W44', 'weekly@2026-W45'])
    await service.updateUserSettings('ann', { timeZone: 'Pacific/Kiritimati' })
    expect(await held(service)).toEqual(['weekly@2026-W45', 'weekly@2026-W46'])
    expect(await service.verify()).toEqual([])
  })

  test('do not count within a cooldown', async () => {
    const service = serviceWith({ ...helper, repeatable: { cooldown: 'P2D' } })
    await service.record([help('a', '11-01'), help('b', '11-02'), help('c', '11-03')])
    expect(await held(service)).toEqual(['helper@1', 'helper@2'])
    expect((await service.whatNext('ann')).map(({ id }) => id)).toEqual(['helper@3'])
  })

  test('count completions of one instant in the order of their keys, whichever came first', async () => {
    const total = { type: 'total', category: 'help', property: 'minutes', target: 10, within: 'PT1H' }
    const service = serviceWith({ ...helper, requirement: total })
    const minutes = (itemKey: string, minutes: number) => ({ ...help(itemKey, '11-01'), metadata: { minutes } })
    await service.record(minutes('b', 12))
    await service.record(minutes('a', 5))
    await service.record({ ...minutes('c', 5), completedAt: new Date('2026-11-01T12:01Z') })
    expect(await held(service)).toEqual(['helper@1'])
    expect(await service.verify()).toEqual([])
  })

  test('are all reported by one large batch', async () => {
    const service = serviceWith({ id: 'pair', requirement: count(2), repeatable: {} })
    const batch = Array.from({ length: 404 }, (_, i) => ({ ...help(`${i}`, '11-01'), userId: `u${i % 101}` }))
    const results = await service.record(batch)
    expect(results.flatMap(({ awarded }) => awarded)).toHaveLength(202)
  })
})
