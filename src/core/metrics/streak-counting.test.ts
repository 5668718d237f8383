import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Given, inAnyOrder, rowsAfter, stepInto, valueAt } from '../../../test/support/counted.js'
import { scale } from '../../../test/support/scale.js'
import { type Calendar, calendarOf, type Pause, utcCalendar } from '../time/calendar.js'
import { dayMs, periodOf } from '../time/period.js'
import { type MetricRows, wholePart } from './metric.js'
import { streakCounting } from './streak-counting.js'
import { type StreakPlace, streakAt } from './streak-place.js'
import type { StreakRule } from './streak-state.js'

const daily: StreakRule = { every: 'day', grace: 0, repeatEvery: undefined }
const weekly: StreakRule = { ...daily, every: 'week' }
const monthly: StreakRule = { ...daily, every: 'month' }
const ms = (text: string): number => Date.parse(text)
const noonOn = (...days: readonly number[]): readonly Given[] => days.map(day => ({ at: Date.UTC(2026, 3, day, 12) }))
const on = (...texts: readonly string[]): readonly Given[] => texts.map(text => ({ at: ms(text) }))
const pause = (from: string, until: string): Pause => ({ from: new Date(from), until: new Date(until) })
const inZone = (zone: string): Calendar => calendarOf([{ zone, since: new Date('2000-01-01') }])

function streakOf(rule: StreakRule, given: readonly Given[], calendar = utcCalendar): number {
  return valueAt(rowsAfter(streakCounting(rule), given, calendar))
}

function placeAt(rule: StreakRule, given: readonly Given[], now: string, calendar = utcCalendar): StreakPlace {
  const rows = rowsAfter(streakCounting(rule), given, calendar)
  return streakAt(rule, rows.get(wholePart), { now: new Date(now), calendar })
}

/** Checks every period from the first to the last, one by one. */
function naiveStreaks({ every, grace }: StreakRule, given: readonly Given[], calendar: Calendar): readonly number[] {
  const days = given.map(({ at }) => calendar.dayOf(at)).filter(day => !calendar.isPaused(day))
  const done = new Set(days.map(day => periodOf(every, day)))
  if (done.size === 0) return []
  const lengths = [0]
  let missed = 0
  for (let period = Math.min(...done); period <= Math.max(...done); period++) {
    if (done.has(period)) {
      if (missed > grace) lengths.push(0)
      lengths[lengths.length - 1]! += 1
      missed = 0
    } else if (calendar.canBeMissed(every, period)) {
      missed += 1
    }
  }
  return lengths
}

const start = Date.UTC(2026, 0, 1)
const instants = (days: number, maxLength: number, minLength = 1) =>
  fc.array(
    fc.integer({ min: 0, max: days * 8 - 1 }).map(part => ({ at: start + (part * dayMs) / 8 })),
    { minLength, maxLength },
  )
const instant = (days: number) => fc.integer({ min: 0, max: days * 24 }).map(hour => new Date(start + hour * 3_600_000))
const calendars = (days: number): fc.Arbitrary<Calendar> =>
  fc
    .record({
      zones: fc.array(
        fc.record({
          zone: fc.constantFrom('Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Honolulu', 'Europe/Berlin'),
          since: instant(days),
        }),
        // Near a change of time zone only the order in time decides. The reference model tests that.
        { maxLength: 1 },
      ),
      pauses: fc.array(
        fc
          .record({ from: instant(days), hours: fc.integer({ min: 1, max: 100 }) })
          .map(({ from, hours }) => ({ from, until: new Date(from.getTime() + hours * 3_600_000) })),
        { maxLength: 2 },
      ),
    })
    .map(({ zones, pauses }) => calendarOf(zones, pauses))
const rules = fc.record({
  every: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
  grace: fc.integer({ min: 0, max: 3 }),
  repeatEvery: fc.constant(undefined),
})

describe('any order of completions', () => {
  test('gives the longest streak that a walk over the calendar finds', () => {
    fc.assert(
      fc.property(rules, inAnyOrder(instants(120, 40)), calendars(120), (rule, given, calendar) => {
        expect(streakOf(rule, given, calendar)).toBe(Math.max(0, ...naiveStreaks(rule, given, calendar)))
      }),
      { numRuns: scale(80, 20_000) },
    )
  })

  test('remembers the same runs as sorted order, and is counted at least as far', () => {
    fc.assert(
      fc.property(rules, inAnyOrder(instants(120, 40)), calendars(120), (rule, given, calendar) => {
        const sorted = given.toSorted((a, b) => a.at - b.at)
        const [row, inOrder] = [given, sorted].map(list =>
          rowsAfter(streakCounting(rule), list, calendar).get(wholePart),
        )
        expect(row?.state).toEqual(inOrder?.state)
        expect(row?.lastAt.getTime() ?? 0).toBeGreaterThanOrEqual(inOrder?.lastAt.getTime() ?? 0)
      }),
      { numRuns: scale(80, 20_000) },
    )
  })

  test('gives as many times as the streaks contain whole lengths', () => {
    const every = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(rules, every, inAnyOrder(instants(80, 40)), calendars(80), (rule, repeatEvery, given, calendar) => {
        const times = naiveStreaks(rule, given, calendar).map(length => Math.floor(length / repeatEvery))
        expect(streakOf({ ...rule, repeatEvery }, given, calendar)).toBe(times.reduce((sum, count) => sum + count, 0))
      }),
      { numRuns: scale(80, 20_000) },
    )
  })

  test('has the same state at every instant as a walk over the calendar', () => {
    fc.assert(
      fc.property(rules, inAnyOrder(instants(60, 25)), calendars(60), instant(80), (rule, given, calendar, now) => {
        const past = given.filter(({ at }) => at <= now.getTime())
        const rows = rowsAfter(streakCounting(rule), past, calendar)
        const today = { at: now.getTime() }
        // A completion now makes a running streak longer, or starts a new one.
        const days = past.map(({ at }) => periodOf(rule.every, calendar.dayOf(at)))
        const thisPeriod = periodOf(rule.every, calendar.dayOf(today.at))
        fc.pre(!calendar.isPaused(calendar.dayOf(today.at)) && days.every(day => day < thisPeriod))
        const { current, best } = streakAt(rule, rows.get(wholePart), { now, calendar })
        expect(current + 1).toBe(naiveStreaks(rule, [...past, today], calendar).at(-1))
        expect(best).toBe(Math.max(0, ...naiveStreaks(rule, past, calendar)))
      }),
      { numRuns: scale(80, 10_000) },
    )
  })
})

describe('a streak', () => {
  test('counts a day once, however much is done on it', () => {
    expect(streakOf(daily, on('2026-04-01T00:00Z', '2026-04-01T23:59Z', '2026-04-02T00:00Z'))).toBe(2)
  })

  test('does not change its row if the day is already there', () => {
    const rows = rowsAfter(streakCounting(daily), noonOn(1, 2))
    const row = rows.get(wholePart)
    stepInto(streakCounting(daily), rows, { at: ms('2026-04-01T23:00Z') })
    expect(rows.get(wholePart)).toBe(row)
  })

  test('is as long as the longest so far', () => {
    expect(streakOf(daily, noonOn(1, 2, 3, 5, 6))).toBe(3)
  })

  test('is joined by a late completion between two', () => {
    expect(streakOf(daily, noonOn(1, 2, 4, 5, 3))).toBe(5)
  })

  test('forgives as many missed periods in each gap as the grace allows, without counting them', () => {
    expect(streakOf({ ...daily, grace: 1 }, noonOn(1, 3, 5, 6))).toBe(4)
    expect(streakOf({ ...daily, grace: 1 }, noonOn(1, 4, 5, 6))).toBe(3)
    expect(streakOf({ ...daily, grace: 2 }, noonOn(1, 4, 5, 6))).toBe(4)
  })

  test('uses weeks from Monday, even across the end of the year', () => {
    expect(streakOf(weekly, on('2026-12-28T00:00Z', '2027-01-03T23:59Z'))).toBe(1)
    expect(streakOf(weekly, on('2026-12-27T23:59Z', '2026-12-28T00:00Z', '2027-01-04T00:00Z'))).toBe(3)
  })

  test('uses months of any length', () => {
    const given = on('2026-12-01T00:00Z', '2027-01-31T23:59Z', '2027-02-01T00:00Z', '2027-03-31T23:59Z')
    expect(streakOf(monthly, given)).toBe(4)
  })

  test('counts days of 23 and 25 hours as days', () => {
    const berlin = inZone('Europe/Berlin')
    expect(streakOf(daily, on('2026-03-27T23:30Z', '2026-03-28T23:30Z', '2026-03-29T22:30Z'), berlin)).toBe(3)
    expect(streakOf(daily, on('2026-10-23T22:30Z', '2026-10-24T22:30Z', '2026-10-25T23:30Z'), berlin)).toBe(3)
    expect(streakOf(daily, on('2026-10-24T22:00Z', '2026-10-25T22:59Z'), berlin)).toBe(1)
  })

  test('is not broken by a day that no clock showed', () => {
    expect(streakOf(daily, on('2011-12-29T20:00Z', '2011-12-30T20:00Z'), inZone('Pacific/Apia'))).toBe(2)
    expect(streakOf(daily, on('2011-12-28T20:00Z', '2011-12-30T20:00Z'), inZone('Pacific/Apia'))).toBe(1)
  })

  test('is not broken by a flight east over the date line', () => {
    const calendar = calendarOf([
      { zone: 'Pacific/Honolulu', since: new Date('2026-01-01T00:00Z') },
      { zone: 'Pacific/Kiritimati', since: new Date('2026-03-25T10:00Z') },
    ])
    expect(streakOf(daily, on('2026-03-24T20:00Z', '2026-03-25T11:00Z'), calendar)).toBe(2)
  })

  test('counts a day once that a flight west shows twice', () => {
    const calendar = calendarOf([
      { zone: 'Pacific/Kiritimati', since: new Date('2026-01-01T00:00Z') },
      { zone: 'Pacific/Honolulu', since: new Date('2026-03-25T12:00Z') },
    ])
    const twice = on('2026-03-24T20:00Z', '2026-03-25T11:00Z', '2026-03-25T20:00Z', '2026-03-26T20:00Z')
    expect(streakOf(daily, twice, calendar)).toBe(2)
  })
})

describe('a pause', () => {
  const paused = calendarOf([], [pause('2026-04-08T00:00Z', '2026-04-10T00:00Z')])

  test('paused days neither break a streak nor count', () => {
    expect(streakOf(daily, noonOn(7, 8, 9, 10), paused)).toBe(2)
    expect(streakOf(daily, noonOn(7, 10), paused)).toBe(2)
    expect(streakOf(daily, noonOn(7, 11), paused)).toBe(1)
  })

  test('lets a day count that it only partly covers, and does not let it be missed', () => {
    const touching = calendarOf([], [pause('2026-04-08T12:00Z', '2026-04-09T12:00Z')])
    expect(streakOf(daily, noonOn(7, 8, 9, 10), touching)).toBe(4)
    expect(streakOf(daily, noonOn(7, 10), touching)).toBe(2)
  })

  test('ignores completions on its days', () => {
    expect(rowsAfter(streakCounting(daily), noonOn(8, 9), paused).size).toBe(0)
  })

  test('keeps a week from being missed that it partly covers', () => {
    expect(streakOf(weekly, noonOn(1, 14))).toBe(1)
    expect(streakOf(weekly, noonOn(1, 14), paused)).toBe(2)
  })

  test('lets the other days of a week count that it partly covers', () => {
    expect(streakOf(weekly, noonOn(1, 8, 14), paused)).toBe(2)
    expect(streakOf(weekly, noonOn(1, 10, 14), paused)).toBe(3)
  })

  test('keeps a month from being missed that it partly covers', () => {
    expect(streakOf(monthly, on('2026-03-31T12:00Z', '2026-05-01T12:00Z'), paused)).toBe(2)
  })

  test('uses nothing of the grace', () => {
    expect(streakOf({ ...daily, grace: 1 }, noonOn(6, 10), paused)).toBe(2)
    expect(streakOf({ ...daily, grace: 1 }, noonOn(6, 11), paused)).toBe(1)
  })
})

describe('more than 64 separate runs', () => {
  const everySecondDay = (count: number): readonly Given[] =>
    Array.from({ length: count }, (_, i) => ({ at: start + 2 * i * dayMs }))
  const counting = streakCounting(daily)
  const rows = (): MetricRows => rowsAfter(counting, everySecondDay(70))

  test('are counted in order of time without a doubt', () => {
    expect(valueAt(rowsAfter(counting, everySecondDay(1_000)))).toBe(1)
  })

  test('leave a completion before the earliest one kept in doubt, and the rows as they are', () => {
    const counted = rows()
    const before = new Map(counted)
    expect(stepInto(counting, counted, { at: start + dayMs })).toBe(false)
    expect(counted).toEqual(before)
  })

  test('give the result of a completion after the earliest one kept', () => {
    const counted = rows()
    expect(stepInto(counting, counted, { at: start + 137 * dayMs })).toBe(true)
    expect(valueAt(counted)).toBe(3)
  })

  test('keep the longest streak after its days are no longer kept', () => {
    const given = [...noonOn(1, 2, 3), ...everySecondDay(70).map(({ at }) => ({ at: at + 300 * dayMs }))]
    expect(streakOf(daily, given)).toBe(3)
  })

  test('keep how often a streak was as long as its target', () => {
    const long = Array.from({ length: 6 }, (_, i) => ({ at: start - (20 - i) * dayMs }))
    const given = [...long, ...everySecondDay(70), { at: start + 139 * dayMs }]
    expect(streakOf({ ...daily, repeatEvery: 2 }, given)).toBe(4)
  })

  test('are all kept if they form one chain', () => {
    const graceful = streakCounting({ ...daily, grace: 1 })
    const counted = rowsAfter(graceful, everySecondDay(200))
    expect(valueAt(counted)).toBe(200)
    expect(stepInto(graceful, counted, { at: start - 2 * dayMs })).toBe(true)
    expect(valueAt(counted)).toBe(201)
  })

  test('have the same result in any order, if a doubt is resolved by counting again', () => {
    const rule = fc.constantFrom(daily, { ...daily, grace: 1 }, { ...daily, repeatEvery: 2 })
    fc.assert(
      fc.property(rule, inAnyOrder(instants(400, 250, 120)), (each, given) => {
        const seen: Given[] = []
        let counted: MetricRows = new Map()
        for (const next of given) {
          seen.push(next)
          if (stepInto(streakCounting(each), counted, next)) continue
          counted = rowsAfter(
            streakCounting(each),
            seen.toSorted((a, b) => a.at - b.at),
          )
        }
        const lengths = naiveStreaks(each, given, utcCalendar)
        const { repeatEvery } = each
        const times = lengths.map(length => Math.floor(length / (repeatEvery ?? 1)))
        const expected = repeatEvery === undefined ? Math.max(...lengths) : times.reduce((sum, count) => sum + count)
        expect(valueAt(counted)).toBe(expected)
      }),
      { numRuns: scale(10, 400) },
    )
  })
})

describe('a repeatable streak', () => {
  const everyTwo = { ...daily, repeatEvery: 2 }

  test('is reached at each further multiple of its target', () => {
    expect([1, 2, 3, 4, 5].map(count => streakOf(everyTwo, noonOn(...[1, 2, 3, 4, 5].slice(0, count))))).toEqual([
      0, 1, 1, 2, 2,
    ])
  })

  test('is reached again after it was broken', () => {
    expect(streakOf(everyTwo, noonOn(1, 2, 3, 5, 6))).toBe(2)
  })

  test('is never reached less often for a day that joins two streaks', () => {
    expect(streakOf(everyTwo, noonOn(1, 2, 3, 5, 6, 7))).toBe(2)
    expect(streakOf(everyTwo, noonOn(1, 2, 3, 5, 6, 7, 4))).toBe(3)
  })
})

describe('the state of a streak', () => {
  test('is 0 before the first completion', () => {
    expect(placeAt(daily, [], '2026-04-02T00:00Z')).toEqual({ current: 0, best: 0, endsAt: null })
  })

  test('is alive to the end of the day after the last one', () => {
    const endsAt = new Date('2026-04-04T00:00Z')
    expect(placeAt(daily, noonOn(1, 2), '2026-04-02T12:00Z')).toEqual({ current: 2, best: 2, endsAt })
    expect(placeAt(daily, noonOn(1, 2), '2026-04-03T23:59:59.999Z')).toEqual({ current: 2, best: 2, endsAt })
    expect(placeAt(daily, noonOn(1, 2), '2026-04-04T00:00Z')).toEqual({ current: 0, best: 2, endsAt: null })
  })

  test('is alive as many days longer as the grace allows', () => {
    const graceful = { ...daily, grace: 2 }
    const endsAt = new Date('2026-04-06T00:00Z')
    expect(placeAt(graceful, noonOn(1, 2), '2026-04-05T23:59:59.999Z')).toEqual({ current: 2, best: 2, endsAt })
    expect(placeAt(graceful, noonOn(1, 2), '2026-04-06T00:00Z')).toEqual({ current: 0, best: 2, endsAt: null })
  })

  test('includes the best in addition to a shorter one that is alive', () => {
    expect(placeAt(daily, noonOn(1, 2, 3, 5), '2026-04-05T13:00Z')).toMatchObject({ current: 1, best: 3 })
  })

  test('ends later by the length of a pause', () => {
    const calendar = calendarOf([], [pause('2026-04-03T00:00Z', '2026-04-08T00:00Z')])
    const endsAt = new Date('2026-04-09T00:00Z')
    expect(placeAt(daily, noonOn(1, 2), '2026-04-05T12:00Z', calendar)).toEqual({ current: 2, best: 2, endsAt })
    expect(placeAt(daily, noonOn(1, 2), '2026-04-08T23:59Z', calendar)).toMatchObject({ current: 2 })
    expect(placeAt(daily, noonOn(1, 2), '2026-04-09T00:00Z', calendar)).toMatchObject({ current: 0 })
  })

  test('ends at midnight in the zone, even if it is skipped', () => {
    const given = on('2018-11-02T12:00Z')
    expect(placeAt(daily, given, '2018-11-02T13:00Z', inZone('America/Sao_Paulo')).endsAt).toEqual(
      new Date('2018-11-04T03:00Z'),
    )
  })

  test('ends a day later if the day between was never shown', () => {
    const place = placeAt(daily, on('2011-12-29T20:00Z'), '2011-12-29T21:00Z', inZone('Pacific/Apia'))
    expect(place.endsAt).toEqual(new Date('2011-12-31T10:00Z'))
  })

  test.each([
    [weekly, '2026-04-19T23:59:59.999Z', '2026-04-20T00:00Z'],
    [monthly, '2026-05-31T23:59:59.999Z', '2026-06-01T00:00Z'],
  ])('of $every ends with the one after the last', (rule, alive, over) => {
    expect(placeAt(rule, noonOn(8), alive)).toEqual({ current: 1, best: 1, endsAt: new Date(over) })
    expect(placeAt(rule, noonOn(8), over)).toEqual({ current: 0, best: 1, endsAt: null })
  })

  test('is alive if a flight west has made the day start again', () => {
    const calendar = calendarOf([
      { zone: 'Pacific/Kiritimati', since: new Date('2026-01-01T00:00Z') },
      { zone: 'Pacific/Honolulu', since: new Date('2026-03-25T12:00Z') },
    ])
    const place = placeAt(daily, on('2026-03-25T11:00Z'), '2026-03-25T13:00Z', calendar)
    expect(place).toEqual({ current: 1, best: 1, endsAt: new Date('2026-03-28T10:00Z') })
  })
})
