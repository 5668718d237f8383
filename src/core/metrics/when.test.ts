import { describe, expect, test } from 'vitest'
import { calendarOf } from '../time/calendar.js'
import type { KindName } from './kinds.js'
import { metricOf } from './metric-of.js'
import { mostDaysInRow, type When } from './when.js'

const metricWith = (when: When) =>
  metricOf(
    { type: 'count' as KindName & 'count', category: 'x', target: 1, when },
    { digest: text => text, available: undefined },
  )

const isCounted = (when: When, at: string, zone = 'UTC'): boolean => {
  const calendar = calendarOf([{ zone, since: new Date(0) }])
  const completion = { category: 'x', itemKey: 'a', metadata: {}, completedAt: new Date(at) }
  const metric = metricWith(when)
  const isCounted = metric.amountOf(completion, calendar) !== undefined
  if (!isCounted) expect(metric.refusalOf(completion, calendar)).toBe('outside-hours')
  return isCounted
}

const night: When = { from: '22:00', until: '05:00' }

test.each<[When, string, boolean]>([
  [{ from: '05:00', until: '07:30' }, '2026-11-27T04:59:59.999Z', false],
  [{ from: '05:00', until: '07:30' }, '2026-11-27T05:00:00Z', true],
  [{ from: '05:00', until: '07:30' }, '2026-11-27T07:29:59.999Z', true],
  [{ from: '05:00', until: '07:30' }, '2026-11-27T07:30:00Z', false],
  [{ from: '22:00' }, '2026-11-27T23:59:59.999Z', true],
  [{ from: '22:00' }, '2026-11-28T00:00:00Z', false],
  [{ until: '07:00' }, '2026-11-27T00:00:00Z', true],
  [{ until: '07:00' }, '2026-11-27T07:00:00Z', false],
  [{ from: '22:00', until: '00:00' }, '2026-11-27T23:00:00Z', true],
  [{ from: '22:00', until: '00:00' }, '2026-11-28T00:00:00Z', false],
  [night, '2026-11-27T21:59:59.999Z', false],
  [night, '2026-11-27T22:00:00Z', true],
  [night, '2026-11-28T00:00:00Z', true],
  [night, '2026-11-28T04:59:59.999Z', true],
  [night, '2026-11-28T05:00:00Z', false],
])('%j at %s counts: %s', (when, at, expected) => {
  expect(isCounted(when, at)).toBe(expected)
})

// 2026-11-27 is a Friday.
test.each<[When, string, boolean]>([
  [{ days: ['sat', 'sun'] }, '2026-11-27T23:59:59Z', false],
  [{ days: ['sat', 'sun'] }, '2026-11-28T00:00:00Z', true],
  [{ days: ['sat', 'sun'] }, '2026-11-29T23:59:59Z', true],
  [{ days: ['sat', 'sun'] }, '2026-11-30T00:00:00Z', false],
  [{ ...night, days: ['fri'] }, '2026-11-27T23:00:00Z', true],
  [{ ...night, days: ['fri'] }, '2026-11-28T04:00:00Z', true],
  [{ ...night, days: ['fri'] }, '2026-11-27T04:00:00Z', false],
  [{ ...night, days: ['fri'] }, '2026-11-28T23:00:00Z', false],
  [{ ...night, days: ['sun'] }, '2026-11-30T01:00:00Z', true],
])('hours belong to the day on which they begin: %j at %s counts: %s', (when, at, expected) => {
  expect(isCounted(when, at)).toBe(expected)
})

describe('the clock of the user', () => {
  test('decides', () => {
    expect(isCounted(night, '2026-11-27T03:30:00Z', 'America/New_York')).toBe(true)
    expect(isCounted({ days: ['thu'] }, '2026-11-27T03:30:00Z', 'America/New_York')).toBe(true)
    expect(isCounted({ from: '05:00', until: '05:30' }, '2026-11-27T23:20:00Z', 'Asia/Kathmandu')).toBe(true)
  })

  test('leaves out an hour in spring, and shows one twice in autumn', () => {
    const twoToThree: When = { from: '02:00', until: '03:00' }
    const berlin = 'Europe/Berlin'
    expect(isCounted(twoToThree, '2026-03-29T00:59:59Z', berlin)).toBe(false)
    expect(isCounted(twoToThree, '2026-03-29T01:00:00Z', berlin)).toBe(false)
    expect(isCounted(twoToThree, '2026-10-25T00:30:00Z', berlin)).toBe(true)
    expect(isCounted(twoToThree, '2026-10-25T01:30:00Z', berlin)).toBe(true)
    expect(isCounted(twoToThree, '2026-10-25T02:00:00Z', berlin)).toBe(false)
  })

  test('is the one that was in force then', () => {
    const calendar = calendarOf([
      { zone: 'UTC', since: new Date('2026-01-01') },
      { zone: 'Asia/Tokyo', since: new Date('2026-11-27T12:00:00Z') },
    ])
    const amountAt = (at: string) =>
      metricWith(night).amountOf({ category: 'x', itemKey: 'a', metadata: {}, completedAt: new Date(at) }, calendar)
    expect(amountAt('2026-11-27T11:59:00Z')).toBeUndefined()
    expect(amountAt('2026-11-27T13:00:00Z')).toBe(1)
  })
})

test('requirements with the same hours share a metric, and others do not', () => {
  const nameOf = (when: When): string => metricWith(when).name
  expect(nameOf({ days: ['sun', 'sat'], from: '00:00' })).toBe(nameOf({ days: ['sat', 'sun', 'sat'] }))
  expect(nameOf({ from: '22:00' })).toBe(nameOf({ from: '22:00', until: '00:00' }))
  const names = [night, { ...night, days: ['fri'] }, { from: '22:00' }, { until: '05:00' }] as const
  expect(new Set(names.map(nameOf)).size).toBe(4)
  expect(metricWith(night)).toMatchObject({ asksForDays: true, tally: null })
})

test.each<[When, number, number]>([
  [{ days: ['sat', 'sun'] }, 0, 2],
  [{ days: ['sun', 'mon'] }, 0, 2],
  [{ days: ['mon', 'wed', 'fri'] }, 0, 1],
  [{ days: ['mon', 'wed', 'fri'] }, 1, 3],
  [{ days: ['mon', 'wed', 'fri'] }, 2, Number.POSITIVE_INFINITY],
  [{ ...night, days: ['fri'] }, 0, 2],
  [night, 0, Number.POSITIVE_INFINITY],
])('%j allows, missing %i, %d days in a row', (when, grace, most) => {
  expect(mostDaysInRow(when, grace)).toBe(most)
})
