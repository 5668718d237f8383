import { afterEach, expect, test } from 'vitest'
import type { CompletionInput, Requirement } from '../../../src/index.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

type Given = readonly CompletionInput[]

let keyCount = 0
/** Completions at these times, each a key of its own. */
const at = (...times: readonly string[]): Given => times.map(time => lesson(time))
const lesson = (time: string, metadata: CompletionInput['metadata'] = {}): CompletionInput => {
  keyCount += 1
  return { userId: 'ann', category: 'lesson', itemKey: `k${keyCount}`, completedAt: new Date(time), metadata }
}
const april = (day: number, hour = '12:00'): string => `2026-04-${String(day).padStart(2, '0')}T${hour}Z`
const onDays = (...days: readonly number[]): Given => days.map(day => lesson(april(day)))
const measured = (property: string, ...pairs: readonly (readonly [string, unknown])[]): Given =>
  pairs.map(([time, value]) => lesson(time, { [property]: value }))
const streak = { type: 'streak', category: 'lesson', every: 'day', target: 3 } as const
const count = { type: 'count', category: 'lesson', target: 2 } as const
const total = { type: 'total', category: 'lesson', property: 'n', target: 0.3 } as const
const best = { type: 'best', category: 'lesson', property: 'n', target: 10 } as const

describeOnEach(everyDatabase, 'requirements over time', database => {
  let service: ClockedService
  const serviceWith = (...requirements: Requirement[]): ClockedService => {
    const milestones = requirements.map((requirement, i) => ({ id: `m${i}`, title: `M${i}`, requirement }))
    service = clockedService(database.host.db, { milestones })
    return service
  }
  const awardedIds = async (given: Given): Promise<string[]> =>
    (await service.record(given)).flatMap(({ awarded }) => awarded.map(({ id }) => id))
  const currentOf = async (userId = 'ann'): Promise<number | undefined> =>
    (await service.getUserProgress(userId)).milestones[0]?.current

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  const types: readonly (readonly [name: string, Requirement, below: Given, reaching: Given, beyond: Given])[] = [
    ['a streak of days', streak, onDays(1, 2, 4), onDays(5, 6), onDays(7, 8)],
    ['a streak joined by a late day', streak, onDays(1, 3), onDays(2), onDays(4)],
    ['a streak with grace', { ...streak, grace: 1 }, onDays(1, 3, 6), onDays(8, 10), onDays(12)],
    [
      'a streak of weeks',
      { ...streak, every: 'week' },
      at('2026-03-30T00:00Z', '2026-04-05T23:59Z', '2026-04-06T00:00Z'),
      at('2026-04-19T23:59Z'),
      at('2026-04-20T00:00Z'),
    ],
    [
      'a streak of months',
      { ...streak, every: 'month' },
      at('2026-01-31T23:59Z', '2026-02-01T00:00Z'),
      at('2026-03-31T23:59Z'),
      at('2026-04-01T00:00Z'),
    ],
    [
      'a count during a day',
      { ...count, during: 'day' },
      at('2026-04-01T23:59Z', '2026-04-02T00:00Z'),
      at('2026-04-02T23:59Z'),
      at('2026-04-01T00:00Z'),
    ],
    [
      'a count during a week',
      { ...count, during: 'week' },
      at('2026-04-05T23:59Z', '2026-04-06T00:00Z'),
      at('2026-04-12T23:59Z'),
      at('2026-04-13T00:00Z', '2026-04-14T00:00Z'),
    ],
    [
      'a count during a month',
      { ...count, during: 'month' },
      at('2026-03-31T23:59Z', '2026-04-01T00:00Z'),
      at('2026-04-30T23:59Z'),
      at('2026-04-02T00:00Z'),
    ],
    [
      'a count during a year',
      { ...count, during: 'year' },
      at('2025-12-31T23:59Z', '2026-01-01T00:00Z'),
      at('2026-05-31T23:59Z'),
      at('2026-04-02T00:00Z'),
    ],
    [
      'a count during a window',
      { ...count, during: { from: '2026-04-02', until: '2026-04-03T12:00:00Z' } },
      at('2026-04-01T23:59Z', '2026-04-02T00:00Z', '2026-04-03T12:00Z'),
      at('2026-04-03T11:59Z'),
      at('2026-04-02T12:00Z'),
    ],
    [
      'a count within a week',
      { ...count, within: 'P7D' },
      at('2026-04-01T12:00Z', '2026-04-08T12:00Z'),
      at('2026-04-15T11:59:59.999Z'),
      at('2026-04-15T12:00Z'),
    ],
    [
      'a total during a day',
      { ...total, during: 'day' },
      measured('n', ['2026-04-01T12:00Z', 0.2], ['2026-04-02T12:00Z', 0.1], ['2026-04-02T12:00Z', '9']),
      measured('n', ['2026-04-01T23:00Z', 0.1]),
      measured('n', ['2026-04-01T22:00Z', 7]),
    ],
    [
      'a total within an hour',
      { ...total, within: 'PT1H' },
      measured('n', ['2026-04-01T12:00Z', 0.1], ['2026-04-01T13:00Z', 0.1], ['2026-04-01T13:30Z', 0.1]),
      measured('n', ['2026-04-01T13:59Z', 0.1]),
      measured('n', ['2026-04-01T14:00Z', 7]),
    ],
    [
      'the best during a window',
      { ...best, during: { from: '2026-04-02' } },
      measured('n', ['2026-04-01T12:00Z', 50], ['2026-04-02T12:00Z', 9.99]),
      measured('n', ['2026-04-02T12:00Z', 10]),
      measured('n', ['2026-04-03T12:00Z', 11]),
    ],
    [
      'the best during a day',
      { ...best, during: 'day' },
      measured('n', ['2026-04-01T12:00Z', 9], ['2026-04-01T13:00Z', 9.99]),
      measured('n', ['2026-04-02T12:00Z', 10]),
      measured('n', ['2026-04-03T12:00Z', 11]),
    ],
    [
      'a distinct count',
      { ...count, distinct: 'lang' },
      measured('lang', ['2026-04-01T12:00Z', 'ts'], ['2026-04-02T12:00Z', 'ts'], ['2026-04-03T12:00Z', null]),
      measured('lang', ['2026-04-01T12:00Z', 'js']),
      measured('lang', ['2026-04-01T12:00Z', 'sql']),
    ],
    [
      'a distinct count during a day',
      { ...count, distinct: 'lang', during: 'day' },
      measured('lang', ['2026-04-01T12:00Z', 'ts'], ['2026-04-01T13:00Z', 'ts'], ['2026-04-02T12:00Z', 'js']),
      measured('lang', ['2026-04-02T13:00Z', 1]),
      measured('lang', ['2026-04-02T14:00Z', '1']),
    ],
  ]

  test.each(types)('%s: not just below, at the target, and once only beyond', async (_, requirement, ...steps) => {
    serviceWith(requirement)
    const [below, reaching, beyond] = steps
    expect(await awardedIds(below)).toEqual([])
    expect(await awardedIds(reaching)).toEqual(['m0'])
    expect(await awardedIds(beyond)).toEqual([])
  })

  test.each(types)(
    '%s: is awarded once to a user who skips past it, in any order',
    async (_, requirement, ...steps) => {
      serviceWith(requirement)
      const of = (userId: string): Given => steps.flat().map(given => ({ ...given, userId }))
      expect(await awardedIds(of('jumping'))).toEqual(['m0'])
      expect(await awardedIds(of('backwards').toReversed())).toEqual(['m0'])
      const ids: string[] = []
      for (const given of of('stepping back').toReversed()) ids.push(...(await awardedIds([given])))
      expect(ids).toEqual(['m0'])
    },
  )

  test.each<[string, Requirement, Given, Given, string]>([
    ['a streak', streak, onDays(2, 3, 6, 7), onDays(4), april(4)],
    [
      'a streak with a day done twice',
      streak,
      [...onDays(6), ...at('2026-04-06T08:00Z'), ...onDays(4)],
      onDays(5),
      april(6, '08:00'),
    ],
    ['a count during a day', { ...count, during: 'day' }, onDays(2, 5), at('2026-04-02T09:00Z'), april(2)],
    ['a count within a week', { ...count, within: 'P7D' }, onDays(1, 10), onDays(3), april(3)],
  ])('%s is dated by the completion at which it first held', async (_, requirement, before, late, date) => {
    serviceWith(requirement)
    await service.record(before)
    const [result] = await service.record(late)
    expect(result?.awarded.map(({ earnedAt }) => earnedAt)).toEqual([new Date(date)])
  })

  test('progress of a period shows its current value', async () => {
    serviceWith({ ...count, during: 'week' })
    await service.record(at('2026-05-31T23:59Z', '2026-06-01T00:00Z', '2026-06-01T11:00Z', '2026-06-01T11:30Z'))
    expect(await currentOf()).toBe(3)
    service.setClock('2026-06-07T23:59:59.999Z')
    expect(await currentOf()).toBe(3)
    service.setClock('2026-06-08T00:00Z')
    expect(await currentOf()).toBe(0)
  })

  test('progress of a rolling window shows its current value', async () => {
    serviceWith({ ...count, within: 'PT1H' })
    await service.record(at('2026-06-01T11:00Z', '2026-06-01T11:30Z', '2026-06-01T11:59Z'))
    expect(await currentOf()).toBe(2)
    service.setClock('2026-06-01T12:29:59.999Z')
    expect(await currentOf()).toBe(2)
    service.setClock('2026-06-01T12:30Z')
    expect(await currentOf()).toBe(1)
  })

  test('progress of a streak shows its length, its best and when it ends', async () => {
    serviceWith({ ...streak, grace: 1, target: 9 })
    await service.record(at('2026-05-20T00:00Z', '2026-05-21T00:00Z', '2026-05-22T00:00Z', '2026-05-30T12:00Z'))
    const [alive] = (await service.getUserProgress('ann')).milestones
    const endsAt = new Date('2026-06-02T00:00Z')
    expect(alive).toMatchObject({ current: 1, target: 9, streak: { current: 1, best: 3, endsAt } })
    service.setClock('2026-06-02T00:00Z')
    const [over] = (await service.getUserProgress('ann')).milestones
    expect(over).toMatchObject({ current: 0, streak: { current: 0, best: 3, endsAt: null } })
  })

  test('requirements over time are parts like others', async () => {
    serviceWith({ type: 'all', of: [streak, { ...count, during: 'day' }] })
    expect(await awardedIds(onDays(1, 2, 3))).toEqual([])
    const [result] = await service.record(at('2026-04-02T18:00Z'))
    expect(result?.awarded).toMatchObject([{ id: 'm0', earnedAt: new Date(april(3)) }])
  })

  test('hundreds of separate days are counted as they come and as they come late', async () => {
    serviceWith({ ...streak, target: 5 })
    const start = Date.parse('2024-01-01T12:00Z')
    const everySecond = Array.from({ length: 300 }, (_, i) => start + i * 2 * 86_400_000)
    await service.record(at(...everySecond.map(ms => new Date(ms).toISOString())))
    expect(await awardedIds(at('2024-01-02T12:00Z'))).toEqual([])
    expect(await awardedIds(at('2024-01-04T12:00Z'))).toEqual(['m0'])
  })
})
