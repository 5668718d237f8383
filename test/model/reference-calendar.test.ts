import { expect, test } from 'vitest'
import type { StreakRequirement } from '../../src/core/metrics/kinds/streak.js'
import { badgesOf, type Model, newModel } from './reference-model.js'
import { measure } from './reference-progress.js'
import { modelRecord } from './reference-record.js'
import { modelPause } from './reference-undo.js'
import { modelSetZone } from './reference-zones.js'

test('a streak of days follows the user’s clock, also on a day with 23 hours', () => {
  const times = ['2026-03-27T23:30Z', '2026-03-29T21:30Z', '2026-03-29T22:30Z']
  expect(streakOf(completed(times, { zone: 'Europe/Berlin' })).best).toBe(3)
  expect(streakOf(completed(times, { zone: 'UTC' })).best).toBe(1)
})

test('two completions an hour apart can be on two days, and 47 hours apart on consecutive days', () => {
  const model = completed(['2026-03-31T18:14Z', '2026-03-31T18:15Z', '2026-04-02T17:00Z'], { zone: 'Asia/Kathmandu' })
  expect(streakOf(model).best).toBe(3)
})

test('a day that the local calendar skipped breaks nothing', () => {
  const times = ['2011-12-29T22:00Z', '2011-12-30T22:00Z']
  const inApia = { zone: 'Pacific/Apia', since: '2011-12-01T00:00Z', now: '2012-01-01T00:00Z' }
  expect(streakOf(completed(times, inApia)).best).toBe(2)
  const dayBefore = ['2011-12-28T22:00Z', '2011-12-30T22:00Z']
  expect(streakOf(completed(dayBefore, inApia)).best).toBe(1)
})

test('a day that travel skipped or shortened breaks nothing', () => {
  const start = '2026-03-01T00:00Z'
  const flight = (zones: Readonly<Record<string, string>>): Model => {
    const model = newModel(catalog({}))
    for (const [since, zone] of Object.entries({ [start]: 'Pacific/Honolulu', ...zones })) {
      model.now = new Date(since)
      modelSetZone(model, 'ann', zone)
    }
    model.now = new Date('2026-03-25T12:00Z')
    record(model, ['2026-03-24T20:00Z', '2026-03-25T11:00Z'])
    return model
  }
  const [midnight, later, latest] = ['00.000', '00.001', '00.002'].map(seconds => `2026-03-25T10:00:${seconds}Z`)
  expect(streakOf(flight({ [midnight!]: 'Pacific/Kiritimati' })).best).toBe(2)
  expect(streakOf(flight({ [later!]: 'Pacific/Kiritimati' })).best).toBe(2)
  const overTonga = { [start]: 'Pacific/Pago_Pago', [later!]: 'Pacific/Tongatapu', [latest!]: 'Pacific/Kiritimati' }
  expect(streakOf(flight(overTonga)).best).toBe(2)
})

test('a day that a flight west repeats is one day', () => {
  const model = newModel(catalog({}), new Date('2026-03-01T00:00Z'))
  modelSetZone(model, 'ann', 'Pacific/Kiritimati')
  model.now = new Date('2026-03-25T12:00Z')
  record(model, ['2026-03-25T11:00Z'])
  modelSetZone(model, 'ann', 'America/New_York')
  model.now = new Date('2026-03-27T12:00Z')
  record(model, ['2026-03-25T13:00Z', '2026-03-26T13:00Z', '2026-03-27T11:00Z'])
  // Of the 26th of Kiritimati, the 25th of New York brings nothing more.
  expect(streakOf(model)).toEqual({ current: 2, best: 2 })
})

test('a zone counts from the moment at which it is set, never before the one set before it', () => {
  const model = newModel(catalog({}), new Date('2026-03-25T12:00Z'))
  modelSetZone(model, 'ann', 'Europe/Berlin')
  model.now = new Date('2026-03-25T11:00Z')
  modelSetZone(model, 'ann', 'Asia/Kathmandu')
  expect(model.zones.get('ann')).toMatchObject([{ zone: 'Asia/Kathmandu', since: new Date('2026-03-25T12:00Z') }])
  model.now = new Date('2026-04-20T00:00Z')
  record(model, ['2026-03-25T17:00Z', '2026-03-25T20:00Z'])
  expect(streakOf(model).best).toBe(2)
})

test('the first zone also holds for what came before it was set, a later one does not', () => {
  const model = newModel(catalog({}), new Date('2026-04-20T00:00Z'))
  record(model, ['2026-04-10T03:00Z', '2026-04-10T15:00Z'])
  expect(streakOf(model).best).toBe(1)
  modelSetZone(model, 'ann', 'America/Denver')
  expect(streakOf(model).best).toBe(2)
  model.now = new Date('2026-04-21T00:00Z')
  modelSetZone(model, 'ann', 'UTC')
  expect(streakOf(model).best).toBe(2)
})

test('in each gap as many periods may be missed as the grace says, and they do not count', () => {
  const days = (...list: number[]): string[] => list.map(day => `2026-04-0${day}T12:00Z`)
  expect(streakOf(completed(days(1, 3, 5, 6), { grace: 1 })).best).toBe(4)
  expect(streakOf(completed(days(1, 4, 5, 6), { grace: 1 })).best).toBe(3)
  expect(streakOf(completed(days(1, 3), {})).best).toBe(1)
})

test('a streak is alive until more periods than its grace are over without a completion', () => {
  const at = (now: string) => streakOf(completed(['2026-04-01T12:00Z', '2026-04-02T12:00Z'], { grace: 1, now })).current
  expect(at('2026-04-04T23:59:59.999Z')).toBe(2)
  expect(at('2026-04-05T00:00Z')).toBe(0)
})

test('weeks begin on Monday, also at the turn of the year', () => {
  const now = '2027-02-01T00:00Z'
  const sundayToMonday = ['2027-01-03T23:59Z', '2027-01-04T00:00Z']
  const mondayToSunday = ['2026-12-28T00:00Z', '2027-01-03T23:59Z']
  expect(streakOf(completed(sundayToMonday, { every: 'week', now })).best).toBe(2)
  expect(streakOf(completed(mondayToSunday, { every: 'week', now })).best).toBe(1)
})

test('months are consecutive, independent of their lengths', () => {
  const now = '2027-04-01T00:00Z'
  const times = ['2026-12-01T00:00Z', '2027-01-31T23:59Z', '2027-02-01T00:00Z', '2027-03-31T23:59Z']
  expect(streakOf(completed(times, { every: 'month', now }))).toEqual({ current: 4, best: 4 })
})

test('a paused day neither breaks a streak nor counts, and one that is touched counts', () => {
  const model = completed(['2026-04-01T12:00Z', '2026-04-03T12:00Z'], {})
  modelPause(model, 'bob', { from: new Date('2026-04-02T00:00Z'), to: new Date('2026-04-03T00:00Z') })
  expect(streakOf(model).best).toBe(1)
  modelPause(model, null, { from: new Date('2026-04-02T23:00Z'), to: new Date('2026-04-03T00:00Z') })
  expect(streakOf(model).best).toBe(2)
  modelPause(model, 'ann', { from: new Date('2026-04-01T23:59Z'), to: new Date('2026-04-02T00:00Z') })
  expect(streakOf(model).best).toBe(2)
  modelPause(model, 'ann', { from: new Date('2026-04-01'), to: new Date('2026-04-02'), inDays: true })
  expect(streakOf(model).best).toBe(1)
})

test('a pause for all users pauses days by each user’s own clock', () => {
  const model = completed(['2026-04-01T12:00Z', '2026-04-04T12:00Z'], { zone: 'Pacific/Kiritimati' })
  modelPause(model, null, { from: new Date('2026-04-01T12:00Z'), to: new Date('2026-04-03T10:00Z') })
  expect(streakOf(model).best).toBe(1)
  modelPause(model, null, { from: new Date('2026-04-03T10:00Z'), to: new Date('2026-04-03T10:00:00.001Z') })
  expect(streakOf(model).best).toBe(2)
  record(model, ['2026-04-01T09:00Z'])
  expect(streakOf(model).best).toBe(3)
})

test('a week with a paused day is not missed, and what is done on its other days counts', () => {
  const times = ['2026-04-01T12:00Z', '2026-04-14T12:00Z']
  const model = completed(times, { every: 'week' })
  expect(streakOf(model).best).toBe(1)
  modelPause(model, 'ann', { from: new Date('2026-04-08T12:00Z'), to: new Date('2026-04-08T12:01Z') })
  expect(streakOf(model).best).toBe(2)
  record(model, ['2026-04-09T12:00Z'])
  expect(streakOf(model).best).toBe(3)
})

test('a pause that joins two streaks awards what the joined streak earns, dated by the completions', () => {
  const model = completed(['2026-04-01T12:00Z', '2026-04-03T12:00Z'], { target: 2 })
  modelPause(model, 'ann', { from: new Date('2026-04-02T12:00Z'), to: new Date('2026-04-02T12:01Z') })
  expect(badgesOf(model, 'ann')).toMatchObject([{ id: 'm', earnedAt: new Date('2026-04-03T12:00Z'), by: null }])
})

test('a repeatable streak comes each time that one has grown by its target', () => {
  const days = [1, 2, 3, 4, 5, 7, 8, 10].map(day => `2026-04-${String(day).padStart(2, '0')}T12:00Z`)
  const model = completed(days, { target: 2, now: '2026-04-10T13:00Z' }, true)
  expect(badgesOf(model, 'ann').map(({ id, earnedAt }) => `${id} ${earnedAt.getUTCDate()}`)).toEqual([
    'm@1 2',
    'm@2 4',
    'm@3 8',
  ])
  expect(measure(model, 'ann')).toMatchObject([{ current: 1, target: 2, timesEarned: 3 }])
})

type Given = Partial<Pick<StreakRequirement, 'every' | 'grace' | 'target'>>
type Setting = { readonly zone?: string; readonly since?: string; readonly now?: string }

function catalog(given: Given, isRepeatable = false) {
  const requirement = { type: 'streak' as const, category: 'commit', every: 'day' as const, target: 99, ...given }
  return { milestones: [{ id: 'm', title: 'M', requirement, ...(isRepeatable && { repeatable: {} }) }] }
}

function completed(
  times: readonly string[],
  { zone, since = '2010-01-01T00:00Z', now = '2026-04-20T12:00Z', ...given }: Given & Setting,
  isRepeatable = false,
): Model {
  const model = newModel(catalog(given, isRepeatable), new Date(since))
  if (zone) modelSetZone(model, 'ann', zone)
  model.now = new Date(now)
  record(model, times)
  return model
}

function record(model: Model, times: readonly string[]): void {
  modelRecord(
    model,
    times.map((at, i) => ({
      userId: 'ann',
      category: 'commit',
      itemKey: `c${model.completions.length + i}`,
      metadata: {},
      completedAt: new Date(at),
    })),
  )
}

function streakOf(model: Model): { readonly current: number; readonly best: number } {
  const [entry] = measure(model, 'ann')
  if (entry?.isHidden !== false || !entry.streak) throw new TypeError('The catalog has no streak')
  return entry.streak
}
