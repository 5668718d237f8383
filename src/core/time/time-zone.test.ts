import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLong, scale } from '../../../test/support/scale.js'
import {
  awkwardZones,
  clockChangesIn,
  dateOn,
  dayNumber,
  everyDays,
  instantsAround,
  offsetMsIn,
  quartersAround,
} from '../../../test/support/wall-clock.js'
import { dayMs, parseDay } from './period.js'
import { type Clock, endOfDay, localDay, startOfDay, timeZoneNamed } from './time-zone.js'

const zones: readonly string[] = isLong ? Intl.supportedValuesOf('timeZone') : awkwardZones
const newYears = Array.from({ length: 23 }, (_, i) => Date.UTC(2015 + i))
// Zones that never change are tested at New Year.
const moments = zones.map(zone => {
  const changes = clockChangesIn(zone)
  return [zone, changes.length > 0 ? changes : newYears] as const
})

/** A clock whose days start at midnight, or so many hours later. */
const clockIn = (zone: string, hours = 0): Clock => ({ zone, dayStartMs: hours * 3_600_000 })
const dayOn = (zone: string, ms: number): number => dayNumber(dateOn(zone, ms))
const dayNamed = (text: string): number => parseDay(text)!
const shown = (ms: number): string => new Date(ms).toISOString()

test('40 zones are tested, or all that exist', () => {
  expect(new Set(zones).size).toBeGreaterThanOrEqual(40)
})

describe.each(moments)('%s', (zone, instants) => {
  const probes = instants.flatMap(at => instantsAround(zone, at)).map(ms => ({ ms, day: dayOn(zone, ms) }))
  const daysAround = [...new Set(instants.flatMap(ms => [-1, 0, 1].map(shift => dayOn(zone, ms) + shift)))]

  test('shows the day that its clocks show around every change', () => {
    expect(probes.filter(({ ms, day }) => localDay(clockIn(zone), ms) !== day).map(({ ms }) => shown(ms))).toEqual([])
  })

  test('moves to the next day at midnight all year round', () => {
    const midnights = everyDays(isLong ? 1 : 31).map(ms => ms - offsetMsIn(zone, ms))
    const around = midnights.flatMap(ms => [ms - 1, ms])
    expect(around.filter(ms => localDay(clockIn(zone), ms) !== dayOn(zone, ms)).map(shown)).toEqual([])
  })

  test('begins a day at the first instant that shows it', () => {
    const earlierMs = [1, dayMs / 96, dayMs / 48, dayMs / 24, dayMs / 12, dayMs]
    const isFirst = (day: number): boolean => {
      const start = startOfDay(clockIn(zone), day)
      return dayOn(zone, start) === day && earlierMs.every(ms => dayOn(zone, start - ms) < day)
    }
    expect(daysAround.filter(day => !isFirst(day)).map(day => shown(day * dayMs))).toEqual([])
  })

  test('ends a day at the first instant that shows a later one', () => {
    const laterMs = [1, dayMs / 96, dayMs / 48]
    const isLast = (day: number): boolean => {
      const end = endOfDay(clockIn(zone), day)
      return dayOn(zone, end) > day && laterMs.every(ms => dayOn(zone, end - ms) <= day)
    }
    expect(daysAround.filter(day => !isLast(day)).map(day => shown(day * dayMs))).toEqual([])
  })

  test('skips no day, however its clocks change', () => {
    const isSeen = (day: number): boolean => quartersAround(day).some(ms => dayOn(zone, ms) === day)
    const shownDays = daysAround.filter(day => isShown(zone, day))
    expect(shownDays).toEqual(daysAround.filter(isSeen))
    expect(shownDays).toEqual(daysAround)
  })
})

test.each([
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Fakaofo', '2011-12-30'],
  ['Pacific/Kiritimati', '1994-12-31'],
  ['Pacific/Kanton', '1994-12-31'],
  ['Pacific/Kwajalein', '1993-08-21'],
])('%s never showed %s, but the days before and after', (zone, text) => {
  const day = dayNamed(text)
  expect([day - 1, day, day + 1].map(near => isShown(zone, near))).toEqual([true, false, true])
})

test('a day that was never shown begins with the one after it', () => {
  const [left, next] = [dayNamed('2011-12-30'), dayNamed('2011-12-31')]
  expect(startOfDay(clockIn('Pacific/Apia'), left)).toBe(startOfDay(clockIn('Pacific/Apia'), next))
})

test('a day whose midnight is skipped begins after the gap', () => {
  expect(shown(startOfDay(clockIn('America/Sao_Paulo'), dayNamed('2018-11-04')))).toBe('2018-11-04T03:00:00.000Z')
  expect(shown(startOfDay(clockIn('Asia/Beirut'), dayNamed('2026-03-29')))).toBe('2026-03-28T22:00:00.000Z')
})

test('a day to which the clock went back over midnight begins the first time', () => {
  const zone = 'America/St_Johns'
  const first = Date.parse('2010-11-07T02:30:00Z')
  const days = [-1, 0, 60_000, 3_600_000].map(ms => localDay(clockIn(zone), first + ms) - dayNamed('2010-11-07'))
  expect(days).toEqual([-1, 0, -1, 0])
  expect(startOfDay(clockIn(zone), dayNamed('2010-11-07'))).toBe(first)
})

test('any instant of two centuries shows the same day, independent of earlier reads', () => {
  const ms = fc.integer({ min: Date.UTC(1900), max: Date.UTC(2100) })
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.array(ms, { minLength: 1, maxLength: 20 }), (zone, instants) => {
      expect(instants.map(at => localDay(clockIn(zone), at))).toEqual(instants.map(at => dayOn(zone, at)))
    }),
    { numRuns: scale(50, 20_000) },
  )
})

describe('a day that starts at 04:00', () => {
  const berlin = clockIn('Europe/Berlin', 4)

  test('begins at 04:00 of the clock and ends at 04:00 of the next day, also where an hour is left out or comes twice', () => {
    const begins = ['2026-03-28', '2026-03-29', '2026-10-25', '2026-10-26'].map(text =>
      startOfDay(berlin, dayNamed(text)),
    )
    expect(begins.map(shown)).toEqual([
      '2026-03-28T03:00:00.000Z',
      '2026-03-29T02:00:00.000Z',
      '2026-10-25T03:00:00.000Z',
      '2026-10-26T03:00:00.000Z',
    ])
    for (const begin of begins) expect(localDay(berlin, begin) - localDay(berlin, begin - 1)).toBe(1)
  })

  test('begins after the gap if 02:30 is skipped', () => {
    const clock = { zone: 'Europe/Berlin', dayStartMs: 2.5 * 3_600_000 }
    expect(shown(startOfDay(clock, dayNamed('2026-03-29')))).toBe('2026-03-29T01:00:00.000Z')
  })
})

test.each(['Europe/Berlin', 'UTC', 'Etc/GMT+5', 'Asia/Calcutta', 'Asia/Kolkata', 'Europe/Kiev', 'EST', 'GMT'])(
  '%s is the name of a zone',
  zone => {
    expect(timeZoneNamed(zone)).toBe(zone)
  },
)

test('the name of a zone is known in upper or lower case, and returned in its official spelling', () => {
  expect(timeZoneNamed('europe/BERLIN')).toBe('Europe/Berlin')
})

test.each([
  '',
  'PST',
  'ist',
  'Mars/Olympus',
  '+02:00',
  '-05',
  'UTC+1',
  'Europe/Berlin ',
  '[UTC]',
  'Z',
  'Europe/Berlin\u0000',
])('%j is the name of no zone', text => {
  expect(timeZoneNamed(text)).toBeUndefined()
})

function isShown(zone: string, day: number): boolean {
  return localDay(clockIn(zone), endOfDay(clockIn(zone), day) - 1) === day
}
