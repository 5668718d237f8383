import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Given, rowsAfter, stepInto, valueAt } from '../../../test/support/counted.js'
import { scale } from '../../../test/support/scale.js'
import { type Calendar, calendarOf, utcCalendar } from '../time/calendar.js'
import { dayMs } from '../time/period.js'
import { wholePart } from './metric.js'
import { streakCounting } from './streak-counting.js'
import { type StreakPlace, streakAt } from './streak-place.js'
import type { StreakRule } from './streak-state.js'

const daily: StreakRule = { every: 'day', grace: 0, repeatEvery: undefined }
const weekly: StreakRule = { ...daily, every: 'week' }
const ms = (text: string): number => Date.parse(text)
const noonOn = (...days: readonly number[]): readonly Given[] => days.map(day => ({ at: Date.UTC(2026, 3, day, 12) }))
const on = (...texts: readonly string[]): readonly Given[] => texts.map(text => ({ at: ms(text) }))
const inZone = (zone: string): Calendar => calendarOf([{ zone, since: new Date('2000-01-01') }])

function streakOf(rule: StreakRule, given: readonly Given[], calendar = utcCalendar): number {
  return valueAt(rowsAfter(streakCounting(rule), given, calendar))
}

function placeAt(rule: StreakRule, given: readonly Given[], now: string, calendar = utcCalendar): StreakPlace {
  const rows = rowsAfter(streakCounting(rule), given, calendar)
  return streakAt(rule, rows.get(wholePart), { now: new Date(now), calendar })
}

const start = Date.UTC(2026, 0, 1)
const instants = (days: number, maxLength: number, minLength = 1) =>
  fc.array(
    fc.integer({ min: 0, max: days * 8 - 1 }).map(part => ({ at: start + (part * dayMs) / 8 })),
    { minLength, maxLength },
  )
const instant = (days: number) => fc.integer({ min: 0, max: days * 24 }).map(hour => new Date(start + hour * 3_600_000))

describe('several completions in a period', () => {
  const thrice = { ...weekly, atLeast: 3 }

  test('count it once there are enough, in any order', () => {
    expect([2, 3, 4].map(count => streakOf(thrice, noonOn(6, 7, 9, 12).slice(0, count)))).toEqual([0, 1, 1])
    expect(streakOf(thrice, noonOn(20, 13, 6, 7, 14, 9, 15, 21))).toBe(2)
    expect(streakOf(thrice, noonOn(20, 13, 6, 7, 14, 9, 15, 21, 22))).toBe(3)
  })

  test('may be on one day', () => {
    expect(streakOf({ ...daily, atLeast: 2 }, on('2026-04-01T08:00Z', '2026-04-01T09:00Z', '2026-04-02T08:00Z'))).toBe(
      1,
    )
  })

  test('let a period be missed that has too few', () => {
    expect(streakOf(thrice, noonOn(6, 7, 8, 13, 14, 20, 21, 22))).toBe(1)
    expect(streakOf({ ...thrice, grace: 1 }, noonOn(6, 7, 8, 13, 14, 20, 21, 22))).toBe(2)
  })

  test('are remembered of the latest 64 periods that have too few; an earlier one is in doubt', () => {
    const twice = streakCounting({ ...daily, atLeast: 2 })
    const rows = rowsAfter(
      twice,
      Array.from({ length: 70 }, (_, i) => ({ at: start + i * dayMs })),
    )
    expect(stepInto(twice, rows, { at: start + 5 * dayMs + 1 })).toBe(false)
    expect(stepInto(twice, rows, { at: start + 6 * dayMs + 1 })).toBe(true)
    expect(valueAt(rows)).toBe(1)
  })

  test('keep the time of the latest, also of one that a period did not need', () => {
    const rows = rowsAfter(streakCounting({ ...daily, atLeast: 2 }), noonOn(1, 1, 1))
    stepInto(streakCounting({ ...daily, atLeast: 2 }), rows, { at: ms('2026-04-01T13:00Z') })
    expect(rows.get(wholePart)!.lastAt).toEqual(new Date('2026-04-01T13:00Z'))
  })
})

// 2026-04-01 is a Wednesday. Completions on other days are left out before they come here.
describe('days of the week', () => {
  const workdays = { ...daily, on: new Set(['mon', 'tue', 'wed', 'thu', 'fri'] as const) }

  test('that are left out do not break a streak', () => {
    expect(streakOf(workdays, noonOn(2, 3, 6, 7))).toBe(4)
    expect(streakOf(workdays, noonOn(2, 6))).toBe(1)
    expect(placeAt(workdays, noonOn(2, 3), '2026-04-05T12:00Z')).toEqual({
      current: 2,
      best: 2,
      endsAt: new Date('2026-04-07T00:00Z'),
    })
  })

  test('keep a week from being missed if its only day was never shown', () => {
    const fridays = { ...weekly, on: new Set(['fri'] as const) }
    const given = on('2011-12-23T20:00Z', '2012-01-06T20:00Z')
    expect(streakOf(fridays, given)).toBe(1)
    expect(streakOf(fridays, given, inZone('Pacific/Apia'))).toBe(2)
  })
})

describe('freezes', () => {
  const frozen = { ...daily, freezes: { every: 3, max: 2 } }
  const days = (from: number, to: number): readonly Given[] =>
    noonOn(...Array.from({ length: to - from + 1 }, (_, i) => from + i))
  const granted = (...texts: readonly string[]): Calendar =>
    calendarOf([], [], { freezes: texts.map(text => new Date(text)) })

  test('are used for missed periods, which do not count', () => {
    expect(streakOf(frozen, [...days(1, 3), ...days(5, 6)])).toBe(5)
    expect(streakOf(frozen, [...days(1, 2), ...days(4, 5)])).toBe(2)
    expect(streakOf(frozen, [...days(1, 6), ...days(9, 10)])).toBe(8)
    expect(streakOf(frozen, [...days(1, 5), ...days(8, 10)])).toBe(5)
  })

  test('are earned up to the most; while so many are held, nothing is collected for the next', () => {
    const after = (count: number) => placeAt(frozen, days(1, count), `2026-04-${String(count).padStart(2, '0')}T13:00Z`)
    expect([2, 3, 6, 8].map(count => after(count).freezes)).toMatchObject([
      { held: 0, nextIn: 1 },
      { held: 1, nextIn: 3 },
      { held: 2, nextIn: null },
      { held: 2, nextIn: null },
    ])
    expect(placeAt(frozen, [...days(1, 8), ...days(10, 11)], '2026-04-11T13:00Z').freezes).toMatchObject({
      held: 1,
      used: 1,
      nextIn: 1,
    })
  })

  test('come after the grace', () => {
    expect(placeAt({ ...frozen, grace: 1 }, days(1, 3), '2026-04-05T12:00Z').freezes).toMatchObject({
      held: 1,
      used: 0,
    })
    expect(placeAt({ ...frozen, grace: 1 }, days(1, 3), '2026-04-06T12:00Z').freezes).toMatchObject({
      held: 0,
      used: 1,
    })
  })

  test('let a streak end later, and say when the next is used', () => {
    expect(placeAt(frozen, days(1, 3), '2026-04-03T13:00Z')).toEqual({
      current: 3,
      best: 3,
      endsAt: new Date('2026-04-06T00:00Z'),
      freezes: { held: 1, used: 0, nextIn: 3, usesAt: new Date('2026-04-05T00:00Z') },
    })
    expect(placeAt(frozen, days(1, 3), '2026-04-05T13:00Z')).toEqual({
      current: 3,
      best: 3,
      endsAt: new Date('2026-04-06T00:00Z'),
      freezes: { held: 0, used: 1, nextIn: 3, usesAt: null },
    })
    expect(placeAt(frozen, days(1, 3), '2026-04-06T00:00Z')).toEqual({
      current: 0,
      best: 3,
      endsAt: null,
      freezes: { held: 0, used: 0, nextIn: 3, usesAt: null },
    })
  })

  test('that were not needed come back with a late completion', () => {
    expect(streakOf(frozen, [...days(1, 3), ...days(5, 5), ...days(7, 7)])).toBe(4)
    expect(streakOf(frozen, [...days(1, 3), ...days(5, 5), ...days(7, 7), ...days(4, 4)])).toBe(6)
  })

  test('that are granted are used for the first period missed from then on, and no more are earned beyond the most', () => {
    const calendar = granted('2026-04-02T12:00Z', '2026-04-02T13:00Z', '2026-04-02T14:00Z')
    expect(streakOf(frozen, [...days(1, 2), ...days(6, 6)], calendar)).toBe(3)
    expect(placeAt(frozen, days(1, 4), '2026-04-04T13:00Z', calendar).freezes).toMatchObject({ held: 3, nextIn: null })
    expect(streakOf(frozen, [...days(1, 1), ...days(3, 3)], granted('2026-04-02T23:59Z'))).toBe(2)
    expect(streakOf(frozen, [...days(1, 1), ...days(3, 3)], granted('2026-04-03T00:00Z'))).toBe(1)
  })

  test('that are granted without a streak are used for missed periods too', () => {
    const calendar = granted('2026-04-02T12:00Z')
    expect(placeAt(frozen, days(2, 2), '2026-04-02T13:00Z', calendar).freezes).toMatchObject({ held: 1 })
    expect(placeAt(frozen, days(3, 3), '2026-04-03T13:00Z', calendar).freezes).toMatchObject({ held: 0 })
  })

  test('never make a streak shorter for a completion more', () => {
    const rule = fc.record({
      every: fc.constantFrom('day' as const, 'week' as const),
      grace: fc.integer({ min: 0, max: 1 }),
      freezes: fc.record({ every: fc.integer({ min: 1, max: 4 }), max: fc.integer({ min: 1, max: 3 }) }),
      repeatEvery: fc.constantFrom(undefined, 2, 3),
    })
    const freezes = fc.array(instant(60), { maxLength: 4 })
    fc.assert(
      fc.property(rule, instants(60, 40), freezes, instants(60, 1), (rule, given, freezes, more) => {
        const calendar = calendarOf([], [], { freezes })
        expect(streakOf(rule, [...given, ...more], calendar)).toBeGreaterThanOrEqual(streakOf(rule, given, calendar))
      }),
      { numRuns: scale(200, 50_000) },
    )
  })
})
