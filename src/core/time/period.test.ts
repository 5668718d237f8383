import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { scale } from '../../../test/support/scale.js'
import { dayNumber } from '../../../test/support/wall-clock.js'
import {
  dayLabel,
  firstDayOf,
  type PeriodUnit,
  parseDay,
  periodLabel,
  periodOf,
  periodUnits,
  utcDay,
} from './period.js'

const [firstYear, lastYear] = [scale(2014, 1600), scale(2038, 2600)]
const dates = datesBetween(`${firstYear}-01-01`, `${lastYear}-12-31`)

function datesBetween(from: string, to: string): readonly Temporal.PlainDate[] {
  const first = Temporal.PlainDate.from(from)
  const { days } = first.until(Temporal.PlainDate.from(to))
  return Array.from({ length: days + 1 }, (_, i) => first.add({ days: i }))
}

function naiveLabel(unit: PeriodUnit, date: Temporal.PlainDate): string {
  switch (unit) {
    case 'day':
      return date.toString()
    case 'week':
      return `${date.yearOfWeek}-W${String(date.weekOfYear).padStart(2, '0')}`
    case 'month':
      return date.toPlainYearMonth().toString()
    case 'year':
      return String(date.year)
  }
}

describe.each(periodUnits)('a %s', unit => {
  test('is labelled as ISO 8601 does', () => {
    const faults = dates.filter(date => labelOn(unit, date) !== naiveLabel(unit, date))
    expect(faults.map(String)).toEqual([])
  })

  test('is one higher than the one before', () => {
    for (const [i, date] of dates.entries()) {
      if (i === 0) continue
      const [before, after] = [dates[i - 1]!, date].map(near => periodOf(unit, dayNumber(near)))
      const isNew = naiveLabel(unit, date) !== naiveLabel(unit, dates[i - 1]!)
      if (after !== before! + (isNew ? 1 : 0)) throw new Error(`${date} is in period ${after}, after ${before}`)
    }
  })

  test('begins on its first day', () => {
    const faults = dates.filter(date => {
      const period = periodOf(unit, dayNumber(date))
      const first = firstDayOf(unit, period)
      return periodOf(unit, first) !== period || periodOf(unit, first - 1) !== period - 1
    })
    expect(faults.map(String)).toEqual([])
  })
})

function labelOn(unit: PeriodUnit, date: Temporal.PlainDate): string {
  return periodLabel(unit, periodOf(unit, dayNumber(date)))
}

test.each([
  ['2015-12-31', '2015-W53'],
  ['2016-01-03', '2015-W53'],
  ['2016-01-04', '2016-W01'],
  ['2018-12-31', '2019-W01'],
  ['2020-12-31', '2020-W53'],
  ['2021-01-03', '2020-W53'],
  ['2024-12-30', '2025-W01'],
  ['2026-12-31', '2026-W53'],
  ['2027-01-03', '2026-W53'],
  ['2027-01-04', '2027-W01'],
])('%s falls into the week %s', (text, week) => {
  expect(periodLabel('week', periodOf('week', parseDay(text)!))).toBe(week)
})

test('a week over the turn of the year is one, from Monday to Sunday', () => {
  for (let year = 2015; year <= 2037; year++) {
    const [lastDay, firstDay] = [parseDay(`${year}-12-31`)!, parseDay(`${year + 1}-01-01`)!]
    const isMonday = Temporal.PlainDate.from(`${year + 1}-01-01`).dayOfWeek === 1
    expect(periodOf('week', firstDay) - periodOf('week', lastDay)).toBe(isMonday ? 1 : 0)
  }
})

test('days before 1970 and before the year 1000 have labels too', () => {
  expect([-1, parseDay('0099-03-01')!].map(dayLabel)).toEqual(['1969-12-31', '0099-03-01'])
  expect(periodLabel('month', periodOf('month', -1))).toBe('1969-12')
  expect(periodLabel('week', periodOf('week', -4))).toBe('1969-W52')
})

test.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '26-01-01', '2026-01-01T00:00Z', ''])(
  '%j is no day',
  text => {
    expect(parseDay(text)).toBeUndefined()
  },
)

test('the day of an instant by UTC ends a moment before midnight', () => {
  expect([-1, 0, 86_399_999, 86_400_000].map(utcDay)).toEqual([-1, 0, 0, 1])
})
