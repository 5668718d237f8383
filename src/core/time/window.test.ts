import { describe, expect, test } from 'vitest'
import { calendarOf } from './calendar.js'
import { parseDay } from './period.js'
import { asksForDays, boundsOf, isWithin, parseBound, type TimeWindow } from './window.js'

const kathmandu = calendarOf([{ zone: 'Asia/Kathmandu', since: new Date('2000-01-01T00:00Z') }])
const isInside = (window: TimeWindow, at: string, { dayOf } = kathmandu): boolean =>
  isWithin(boundsOf([window])!, Date.parse(at), dayOf)

describe('an end of a window', () => {
  test('is a day', () => {
    expect(parseBound('2026-12-01')).toEqual({ kind: 'day', at: parseDay('2026-12-01') })
    expect(parseBound('2028-02-29')).toEqual({ kind: 'day', at: parseDay('2028-02-29') })
  })

  test.each([
    ['2026-12-01T00:00Z', '2026-12-01T00:00:00.000Z'],
    ['2026-12-01T00:00:00Z', '2026-12-01T00:00:00.000Z'],
    ['2026-12-01T01:02:03.004Z', '2026-12-01T01:02:03.004Z'],
    ['2026-12-01T05:45:00+05:45', '2026-12-01T00:00:00.000Z'],
    ['2026-11-30T16:00:00-08:00', '2026-12-01T00:00:00.000Z'],
  ])('is the instant %s', (text, at) => {
    expect(parseBound(text)).toEqual({ kind: 'instant', at: Date.parse(at) })
  })

  test.each([
    '',
    'tomorrow',
    '2026',
    '2026-12',
    '2026-12-1',
    '2026-02-29',
    '2026-13-01',
    '2026-12-01T00:00:00',
    '2026-12-01 00:00:00Z',
    '2026-12-01T25:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-12-01T00:00:00+5:45',
    '2026-12-01T00:00:00.0001Z',
    ' 2026-12-01',
    '2026-12-01T00:00:00Z[UTC]',
  ])('is not %j', text => {
    expect(parseBound(text)).toBeUndefined()
  })
})

describe('a window', () => {
  test('of instants holds its first and not its last', () => {
    const window = { from: '2026-12-01T00:00:00Z', until: '2026-12-02T00:00:00Z' }
    const times = [
      '2026-11-30T23:59:59.999Z',
      '2026-12-01T00:00:00Z',
      '2026-12-01T23:59:59.999Z',
      '2026-12-02T00:00:00Z',
    ]
    expect(times.map(at => isInside(window, at))).toEqual([false, true, true, false])
  })

  test('of days holds those of the user, the last one excluded', () => {
    const window = { from: '2026-12-01', until: '2026-12-02' }
    const times = [
      '2026-11-30T18:14:59.999Z',
      '2026-11-30T18:15:00Z',
      '2026-12-01T18:14:59.999Z',
      '2026-12-01T18:15:00Z',
    ]
    expect(times.map(at => isInside(window, at))).toEqual([false, true, true, false])
  })

  test('is open at an end that is omitted', () => {
    expect(isInside({ from: '2026-12-01' }, '2099-01-01T00:00Z')).toBe(true)
    expect(isInside({ until: '2026-12-01' }, '1970-01-01T00:00Z')).toBe(true)
  })

  test('may begin with a day and end with an instant', () => {
    const window = { from: '2026-12-01', until: '2026-12-01T00:00:00Z' }
    const times = ['2026-11-30T18:14Z', '2026-11-30T18:15Z', '2026-11-30T23:59Z', '2026-12-01T00:00Z']
    expect(times.map(at => isInside(window, at))).toEqual([false, true, true, false])
  })

  test('contains a day in the zone the user had', () => {
    const calendar = calendarOf([
      { zone: 'UTC', since: new Date('2026-11-01T00:00Z') },
      { zone: 'Pacific/Kiritimati', since: new Date('2026-11-30T12:00Z') },
    ])
    expect(isInside({ from: '2026-12-01' }, '2026-11-30T11:59Z', calendar)).toBe(false)
    expect(isInside({ from: '2026-12-01' }, '2026-11-30T12:00Z', calendar)).toBe(true)
  })
})

describe('several windows', () => {
  test('contain what is in all of them', () => {
    const bounds = boundsOf([{ from: '2026-12-01T00:00Z' }, undefined, { from: '2026-11-01', until: '2026-12-24' }])!
    const times = ['2026-11-30T23:59Z', '2026-12-01T00:00Z', '2026-12-23T18:14Z', '2026-12-23T18:15Z']
    expect(times.map(at => isWithin(bounds, Date.parse(at), kathmandu.dayOf))).toEqual([false, true, true, false])
  })

  test('have no bounds if there are none', () => {
    expect(boundsOf([])).toBeNull()
    expect(boundsOf([undefined, undefined])).toBeNull()
  })

  test('need days if one of their ends is a day', () => {
    const ask = (...windows: readonly TimeWindow[]): boolean => asksForDays(boundsOf(windows)!)
    expect(ask({ from: '2026-12-01T00:00Z', until: '2026-12-02T00:00Z' })).toBe(false)
    expect(ask({ from: '2026-12-01T00:00Z' }, { until: '2026-12-24' })).toBe(true)
  })
})
