import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { modelCalendar } from '../../../test/model/reference-calendar.js'
import { isLong, scale } from '../../../test/support/scale.js'
import { awkwardZones, clockChangesIn, dateOn, dayNumber, instantsAround } from '../../../test/support/wall-clock.js'
import { type Calendar, calendarOf, startOfPeriod, utcCalendar, type ZoneSince } from './calendar.js'
import { dayLabel, dayMs, parseDay, periodLabel, periodOf, periodUnits } from './period.js'

const day = (text: string): number => parseDay(text)!
const ms = (text: string): number => Date.parse(text)
const since = (zone: string, text: string): ZoneSince => ({ zone, since: new Date(text) })
const pause = (from: string, until: string) => ({ from: new Date(from), until: new Date(until) })
const inZone = (zone: string): Calendar => calendarOf([since(zone, '0001-01-01T00:00:00Z')])
const labelAt = (calendar: Calendar, at: string): string => dayLabel(calendar.dayOf(ms(at)))

const newYears = Array.from({ length: 23 }, (_, i) => Date.UTC(2015 + i))
describe.each(isLong ? Intl.supportedValuesOf('timeZone') : awkwardZones)('%s', zone => {
  test('has the periods that its clocks show around every change', () => {
    const calendar = inZone(zone)
    const changes = clockChangesIn(zone)
    // Zones that never change are tested at New Year.
    const moments = changes.length === 0 || isLong ? [...changes, ...newYears] : changes
    const probes = moments.flatMap(at => instantsAround(zone, at))
    const faults = probes.filter(at => periodsOf(calendar, at).join() !== naivePeriods(zone, at).join())
    expect(faults.map(at => new Date(at).toISOString())).toEqual([])
  })
})

function periodsOf(calendar: Calendar, at: number): readonly string[] {
  return periodUnits.map(unit => periodLabel(unit, periodOf(unit, calendar.dayOf(at))))
}

function naivePeriods(zone: string, at: number): readonly string[] {
  const date = dateOn(zone, at)
  const week = `${date.yearOfWeek}-W${String(date.weekOfYear).padStart(2, '0')}`
  return [date.toString(), week, date.toPlainYearMonth().toString(), String(date.year)]
}

test('the first zone also holds before it was set, a later one from that moment on', () => {
  const zones = [since('UTC', '2026-03-09T12:00:00Z'), since('Pacific/Kiritimati', '2026-03-10T12:00:00Z')]
  const calendar = calendarOf(zones)
  expect(labelAt(calendar, '2026-03-08T23:00:00Z')).toBe('2026-03-08')
  expect(labelAt(calendar, '2026-03-10T11:59:59.999Z')).toBe('2026-03-10')
  expect(labelAt(calendar, '2026-03-10T12:00:00Z')).toBe('2026-03-11')
  expect(calendar.zoneAt(ms('2026-03-10T11:59:59.999Z'))).toBe('UTC')
  expect(calendar.zoneAt(ms('2026-03-10T12:00:00Z'))).toBe('Pacific/Kiritimati')
})

test('zones apply in order of time, in whatever order they are given', () => {
  const [first, second] = [since('Asia/Tokyo', '2026-03-01T00:00:00Z'), since('UTC', '2026-03-05T00:00:00Z')]
  for (const zones of [
    [first, second],
    [second, first],
  ]) {
    const calendar = calendarOf(zones)
    expect(labelAt(calendar, '2026-03-04T23:00:00Z')).toBe('2026-03-05')
    expect(labelAt(calendar, '2026-03-05T23:00:00Z')).toBe('2026-03-05')
  }
})

test('a calendar without zones uses UTC', () => {
  expect(labelAt(utcCalendar, '2026-03-10T23:59:59.999Z')).toBe('2026-03-10')
  expect(labelAt(utcCalendar, '2026-03-11T00:00:00Z')).toBe('2026-03-11')
})

test('a flight east over the date line leaves out the day that no clock of the user showed', () => {
  const calendar = calendarOf([
    since('Pacific/Honolulu', '2026-01-01T00:00:00Z'),
    since('Pacific/Kiritimati', '2026-03-25T10:00:00Z'),
  ])
  expect(labelAt(calendar, '2026-03-25T09:59:59.999Z')).toBe('2026-03-24')
  expect(labelAt(calendar, '2026-03-25T10:00:00Z')).toBe('2026-03-26')
  expect(calendar.canBeMissed('day', day('2026-03-25'))).toBe(false)
})

test('a day that a change of zone cut short cannot be missed', () => {
  const calendar = calendarOf([
    since('Pacific/Honolulu', '2026-01-01T00:00:00Z'),
    since('Pacific/Kiritimati', '2026-03-25T10:00:00.001Z'),
  ])
  expect(calendar.canBeMissed('day', day('2026-03-25'))).toBe(false)
})

test('a flight west over the date line shows a day twice as one day', () => {
  const calendar = calendarOf([
    since('Pacific/Kiritimati', '2026-01-01T00:00:00Z'),
    since('Pacific/Honolulu', '2026-03-25T12:00:00Z'),
  ])
  const labels = ['2026-03-25T09:00:00Z', '2026-03-25T11:00:00Z', '2026-03-25T13:00:00Z', '2026-03-26T11:00:00Z']
  expect(labels.map(at => labelAt(calendar, at))).toEqual(['2026-03-25', '2026-03-26', '2026-03-25', '2026-03-26'])
  expect(calendar.canBeMissed('day', day('2026-03-25'))).toBe(true)
})

test.each([
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Kiritimati', '1994-12-31'],
])('in %s no user misses %s, but all users can miss the days before and after', (zone, text) => {
  const calendar = inZone(zone)
  expect([-1, 0, 1].map(shift => calendar.canBeMissed('day', day(text) + shift))).toEqual([true, false, true])
})

test('a day that was skipped in one zone is missed by users in other zones', () => {
  const left = day('2011-12-30')
  const livedThere = (until: string): Calendar =>
    calendarOf([since('Pacific/Apia', '2011-01-01T00:00:00Z'), since('UTC', until)])
  expect(livedThere('2012-01-01T00:00:00Z').canBeMissed('day', left)).toBe(false)
  expect(livedThere('2011-12-30T09:00:00Z').canBeMissed('day', left)).toBe(true)
})

test('weeks and months are missed even if one of their days was never shown', () => {
  const calendar = inZone('Pacific/Apia')
  expect(calendar.canBeMissed('week', periodOf('week', day('2011-12-30')))).toBe(true)
  expect(calendar.canBeMissed('month', periodOf('month', day('2011-12-30')))).toBe(true)
})

test('a pause between instants covers each local day from its first instant to its last, and pauses the days that it covers completely', () => {
  const calendar = calendarOf([], [pause('2026-04-02T23:59:59.999Z', '2026-04-05T00:00:00Z')])
  const days = ['2026-04-01', '2026-04-02', '2026-04-03', '2026-04-04', '2026-04-05'].map(day)
  expect(days.map(calendar.isPaused)).toEqual([false, false, true, true, false])
  expect(days.map(near => calendar.canBeMissed('day', near))).toEqual([true, false, false, false, true])
})

test('a pause covers the days in the time zones in effect at its ends', () => {
  const zones = [since('Pacific/Kiritimati', '2026-01-01T00:00:00Z'), since('UTC', '2026-04-04T00:00:00Z')]
  const calendar = calendarOf(zones, [pause('2026-04-02T12:00:00Z', '2026-04-05T12:00:00Z')])
  const touched = ['2026-04-02', '2026-04-03', '2026-04-04', '2026-04-05', '2026-04-06'].map(day)
  expect(touched.map(near => calendar.canBeMissed('day', near))).toEqual([true, false, false, false, true])
  expect(touched.map(calendar.isPaused)).toEqual([false, false, true, false, false])
})

test('weeks and months that a pause partly covers at either end are not missed', () => {
  const calendar = calendarOf([], [pause('2026-03-31T22:00:00Z', '2026-04-06T00:00:01Z')])
  const weeks = ['2026-03-29', '2026-03-30', '2026-04-06', '2026-04-13'].map(text => periodOf('week', day(text)))
  expect(weeks.map(week => calendar.canBeMissed('week', week))).toEqual([true, false, false, true])
  const months = ['2026-02-28', '2026-03-01', '2026-04-30', '2026-05-01'].map(text => periodOf('month', day(text)))
  expect(months.map(month => calendar.canBeMissed('month', month))).toEqual([true, false, false, true])
})

test("a pause for all users covers the days that each user's own clock showed", () => {
  const outage = [pause('2026-04-02T12:00:00Z', '2026-04-02T14:00:00Z')]
  const touchedDays = (zone: string): readonly string[] => {
    const calendar = calendarOf([since(zone, '2026-01-01T00:00:00Z')], outage)
    return ['2026-04-01', '2026-04-02', '2026-04-03'].filter(text => !calendar.canBeMissed('day', day(text)))
  }
  expect(touchedDays('UTC')).toEqual(['2026-04-02'])
  expect(touchedDays('Pacific/Kiritimati')).toEqual(['2026-04-03'])
  expect(touchedDays('Asia/Kolkata')).toEqual(['2026-04-02'])
  expect(touchedDays('Asia/Tokyo')).toEqual(['2026-04-02'])
  expect(touchedDays('Pacific/Chatham')).toEqual(['2026-04-03'])
})

test('a period starts at midnight in the time zone in effect', () => {
  const calendar = calendarOf([since('America/Sao_Paulo', '2018-01-01T00:00:00Z')])
  const at = ms('2018-10-30T00:00:00Z')
  const startOf = (text: string, unit: 'day' | 'week' | 'month'): string =>
    startOfPeriod(calendar, { unit, period: periodOf(unit, day(text)), ms: at }).toISOString()
  expect(startOf('2018-11-03', 'day')).toBe('2018-11-03T03:00:00.000Z')
  // Midnight of the 4th was skipped.
  expect(startOf('2018-11-04', 'day')).toBe('2018-11-04T03:00:00.000Z')
  expect(startOf('2018-11-05', 'day')).toBe('2018-11-05T02:00:00.000Z')
  expect(startOf('2018-11-04', 'week')).toBe('2018-10-29T03:00:00.000Z')
  expect(startOf('2018-11-30', 'month')).toBe('2018-11-01T03:00:00.000Z')
})

describe('the journeys of a user', () => {
  const start = Date.UTC(2026, 2, 1)
  const journey = fc.array(
    fc.record({
      zone: fc.constantFrom(...awkwardZones, 'UTC'),
      since: fc.integer({ min: 0, max: 40 * 96 }).map(quarters => new Date(start + (quarters * dayMs) / 96)),
    }),
    { maxLength: 6 },
  )
  const zoneAt = (zones: readonly ZoneSince[], at: number): string =>
    zones.reduce<ZoneSince>((last, next) => (next.since.getTime() <= at && next.since >= last.since ? next : last), {
      // The first zone also holds before it was set.
      zone: [...zones].sort((a, b) => a.since.getTime() - b.since.getTime())[0]?.zone ?? 'UTC',
      since: new Date(-8.64e15),
    }).zone

  test('give each instant the day in the zone the user had', () => {
    fc.assert(
      fc.property(journey, fc.integer({ min: start - 5 * dayMs, max: start + 50 * dayMs }), (zones, at) => {
        const calendar = calendarOf(zones)
        const moments = [at, ...zones.flatMap(zone => [zone.since.getTime() - 1, zone.since.getTime()])]
        for (const moment of moments) {
          expect(calendar.dayOf(moment)).toBe(dayNumber(dateOn(zoneAt(zones, moment), moment)))
        }
      }),
      { numRuns: scale(30, 5_000) },
    )
  })

  test('let the same days be missed as the reference calendar', () => {
    fc.assert(
      fc.property(journey, given => {
        const byInstant = new Map(given.map(zone => [zone.since.getTime(), zone]))
        const zones = [...byInstant.values()].sort((a, b) => a.since.getTime() - b.since.getTime())
        const [calendar, reference] = [calendarOf(zones), modelCalendar(zones, [])]
        const near = zones.flatMap(zone => [-1, 0, 1].map(shift => Math.floor(zone.since.getTime() / dayMs) + shift))
        for (const each of new Set(near)) {
          expect(calendar.canBeMissed('day', each)).toBe(reference.canBeMissed('day', dayLabel(each)))
        }
      }),
      { numRuns: scale(25, 2_000) },
    )
  })
})

test('a pause in days covers the local days themselves, in every zone, and joins with pauses between instants', () => {
  const days = { from: new Date('2026-04-02'), until: new Date('2026-04-04'), inDays: true }
  for (const zone of ['UTC', 'Pacific/Kiritimati', 'America/Denver']) {
    const calendar = calendarOf([since(zone, '2026-01-01T00:00:00Z')], [days])
    const near = ['2026-04-01', '2026-04-02', '2026-04-03', '2026-04-04'].map(day)
    expect(near.map(calendar.isPaused)).toEqual([false, true, true, false])
    expect(near.map(each => calendar.canBeMissed('day', each))).toEqual([true, false, false, true])
  }
})

test('pauses between instants that together cover a day pause it, in any order', () => {
  const parts = [
    pause('2026-04-02T12:00:00Z', '2026-04-03T06:00:00Z'),
    pause('2026-04-02T00:00:00Z', '2026-04-02T08:00:00Z'),
    pause('2026-04-02T08:00:00Z', '2026-04-02T12:00:00Z'),
  ]
  expect(calendarOf([], parts).isPaused(day('2026-04-02'))).toBe(true)
  expect(calendarOf([], parts).isPaused(day('2026-04-03'))).toBe(false)
  expect(calendarOf([], parts.slice(0, 2)).isPaused(day('2026-04-02'))).toBe(false)
})

test('a day of 23 or 25 hours is paused if all of it is', () => {
  const berlin = [since('Europe/Berlin', '2026-01-01T00:00:00Z')]
  const short = pause('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z')
  const long = pause('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z')
  expect(calendarOf(berlin, [short]).isPaused(day('2026-03-29'))).toBe(true)
  expect(calendarOf(berlin, [long]).isPaused(day('2026-10-25'))).toBe(true)
  const almost = { ...long, until: new Date(long.until.getTime() - 1) }
  expect(calendarOf(berlin, [almost]).isPaused(day('2026-10-25'))).toBe(false)
})
