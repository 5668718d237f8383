import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Given, inAnyOrder, rowsAfter, valueAt } from '../../../test/support/counted.js'
import { scale } from '../../../test/support/scale.js'
import { awkwardZones } from '../../../test/support/wall-clock.js'
import { type Calendar, calendarOf, utcCalendar } from '../time/calendar.js'
import { dayMs, type PeriodUnit, periodLabel, periodOf, periodUnits } from '../time/period.js'
import { addDecimals, compareDecimals, decimalFromNumber, decimalToNumber, maxDecimal } from '../values/decimal.js'
import { groupBy } from '../values/group-by.js'
import { type MetricRows, wholePart } from './metric.js'
import { type Division, isDistinctValue, labelsAround, partCounting } from './part-counting.js'

const digest = (text: string): string => `digest of ${text.length}`
const langs = { property: 'lang', take: 'first' } as const
const whole: Division = { unit: undefined, values: undefined, fold: 'sum', reach: undefined, digest }
const by = (unit: PeriodUnit, more: Partial<Division> = {}) => partCounting({ ...whole, unit, ...more })
const distinct = partCounting({ ...whole, values: langs })
const on = (...texts: readonly string[]): readonly Given[] => texts.map(text => ({ at: Date.parse(text) }))
const worded = (...values: readonly unknown[]): readonly Given[] =>
  values.map((lang, i) => ({ at: i, metadata: { lang } as { readonly [key: string]: unknown } }))

function presentAt(counting: ReturnType<typeof partCounting>, rows: MetricRows, now: string, calendar = utcCalendar) {
  const view = { whole: rows.get(wholePart), partAt: (part: string) => rows.get(part)?.value ?? 0, calendar }
  return counting.present({ ...view, now: new Date(now) })
}

describe('counting the best of each value', () => {
  const best = { property: 'quiz', take: 'best' } as const
  const attempts = (...list: readonly (readonly [quiz: unknown, amount: number])[]): readonly Given[] =>
    list.map(([quiz, amount], i) => ({
      at: i * dayMs,
      amount,
      metadata: { quiz } as { readonly [key: string]: unknown },
    }))
  const counting = partCounting({ ...whole, values: best })

  test.each<[number, readonly (readonly [unknown, number])[]]>([
    [5, [['a', 5]]],
    [
      8,
      [
        ['a', 5],
        ['b', 3],
      ],
    ],
    [
      9,
      [
        ['a', 5],
        ['b', 3],
        ['a', 6],
      ],
    ],
    [
      8,
      [
        ['a', 5],
        ['b', 3],
        ['a', 4],
      ],
    ],
    [
      8,
      [
        ['a', 5],
        ['b', 3],
        ['b', 3],
      ],
    ],
    [
      8,
      [
        ['1', 5],
        [1, 3],
      ],
    ],
  ])('comes to %d', (sum, list) => {
    expect(valueAt(rowsAfter(counting, attempts(...list)))).toBe(sum)
    expect(valueAt(rowsAfter(counting, attempts(...list).toReversed()))).toBe(sum)
  })

  test('adds exactly what is better', () => {
    const tenths = [0.1, 0.3].map((amount, i) => ({
      at: i,
      amount: decimalFromNumber(amount),
      metadata: { quiz: 'a' },
    }))
    const rows = rowsAfter(counting, [...tenths, { at: 9, amount: decimalFromNumber(0.7), metadata: { quiz: 'b' } }])
    expect(valueAt(rows)).toBe(1)
  })

  test('counts a value again in another period', () => {
    const rows = rowsAfter(by('week', { values: best }), attempts(['a', 5], ['a', 7], ['b', 1], ['c', 2], ['a', 4]))
    expect([valueAt(rows, '1970-W01'), valueAt(rows, '1970-W02'), valueAt(rows)]).toEqual([10, 4, 10])
  })
})

describe('counting by periods', () => {
  test.each([
    ['day', ['2026-12-31T00:00Z', '2026-12-31T23:59Z', '2027-01-01T00:00Z'], { '2026-12-31': 2, '2027-01-01': 1 }],
    ['week', ['2026-12-28T00:00Z', '2027-01-03T23:59Z', '2027-01-04T00:00Z'], { '2026-W53': 2, '2027-W01': 1 }],
    ['month', ['2026-11-01T00:00Z', '2026-11-30T23:59Z', '2026-12-01T00:00Z'], { '2026-11': 2, '2026-12': 1 }],
    ['year', ['2026-01-01T00:00Z', '2026-12-31T23:59Z', '2027-01-01T00:00Z'], { '2026': 2, '2027': 1 }],
  ] as const)('has a row for each %s, and the best one for the whole', (unit, times, parts) => {
    const rows = rowsAfter(by(unit), on(...times))
    const values = Object.fromEntries([...rows.keys()].map(part => [part, valueAt(rows, part)]))
    expect(values).toEqual({ ...parts, [wholePart]: 2 })
  })

  test('uses the local days of the user', () => {
    const calendar = calendarOf([{ zone: 'Pacific/Kiritimati', since: new Date('2026-01-01T00:00Z') }])
    const given = on('2026-04-01T09:59Z', '2026-04-01T10:00Z', '2026-04-02T09:59Z')
    const rows = rowsAfter(by('day'), given, calendar)
    expect([valueAt(rows, '2026-04-01'), valueAt(rows, '2026-04-02')]).toEqual([1, 2])
  })

  test('adds exactly the amounts of the completions', () => {
    const tenths = Array.from({ length: 10 }, (_, i) => ({ at: i, amount: decimalFromNumber(0.1) }))
    expect(valueAt(rowsAfter(by('day'), tenths))).toBe(1)
  })

  test('keeps the highest value of each period for a maximum', () => {
    const given = [5, 9, 7].map((amount, i) => ({ at: i * dayMs * 0.4, amount }))
    const rows = rowsAfter(by('day', { fold: 'maximum' }), given)
    expect([valueAt(rows, '1970-01-01'), valueAt(rows)]).toEqual([9, 9])
  })

  test('returns how many periods reach a target, each once', () => {
    const counting = by('day', { reach: 2 })
    const given = on('2026-04-01T01:00Z', '2026-04-01T02:00Z', '2026-04-01T03:00Z', '2026-04-01T04:00Z')
    expect([1, 2, 3, 4].map(count => valueAt(rowsAfter(counting, given.slice(0, count))))).toEqual([0, 1, 1, 1])
    expect(valueAt(rowsAfter(counting, [...given, ...on('2026-03-31T01:00Z', '2026-03-31T02:00Z')]))).toBe(2)
  })

  test('returns the value of the current period', () => {
    const counting = by('week')
    const rows = rowsAfter(counting, on('2026-12-30T00:00Z', '2027-01-03T23:59Z', '2027-01-04T00:00Z'))
    const present = ['2026-12-27T23:59Z', '2027-01-03T23:59Z', '2027-01-04T00:00Z', '2027-01-11T00:00Z']
    expect(present.map(now => presentAt(counting, rows, now))).toEqual([0, 2, 1, 0])
  })

  test('returns the value of the current period in the time zone in effect', () => {
    const calendar = calendarOf([{ zone: 'Pacific/Kiritimati', since: new Date('2026-04-02T00:00Z') }])
    const counting = by('day')
    const rows = rowsAfter(counting, on('2026-04-01T12:00Z', '2026-04-02T12:00Z'), calendar)
    expect(presentAt(counting, rows, '2026-04-02T13:00Z', calendar)).toBe(1)
    expect(presentAt(counting, rows, '2026-04-02T09:00Z', calendar)).toBe(1)
    expect(presentAt(counting, rows, '2026-04-03T11:00Z', calendar)).toBe(0)
  })
})

describe('counting distinct values', () => {
  test('counts each value once', () => {
    expect(valueAt(rowsAfter(distinct, worded('ts', 'js', 'ts', 'js', 'sql')))).toBe(3)
  })

  test('distinguishes values by their types', () => {
    expect(valueAt(rowsAfter(distinct, worded('1', 1, 'true', true, '', 0, false)))).toBe(7)
  })

  test('distinguishes long values by their digests', () => {
    const long = ['a'.repeat(90), 'a'.repeat(91), 'é'.repeat(45), 'a'.repeat(90)]
    expect(valueAt(rowsAfter(distinct, worded(...long)))).toBe(3)
  })

  test('keeps no row whose name is long', () => {
    const rows = rowsAfter(distinct, worded('a'.repeat(10_000), 'é'.repeat(78)))
    for (const part of rows.keys()) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(80)
  })

  test('counts each value once per day if it counts by days', () => {
    const lessons = (...pairs: readonly (readonly [string, string])[]): readonly Given[] =>
      pairs.map(([text, lang]) => ({ at: Date.parse(text), metadata: { lang } }))
    const given = lessons(
      ['2026-04-01T01:00Z', 'ts'],
      ['2026-04-01T02:00Z', 'ts'],
      ['2026-04-02T01:00Z', 'ts'],
      ['2026-04-02T02:00Z', 'js'],
    )
    const counting = by('day', { values: langs })
    const rows = rowsAfter(counting, given)
    expect([valueAt(rows, '2026-04-01'), valueAt(rows, '2026-04-02'), valueAt(rows)]).toEqual([1, 2, 2])
    expect(presentAt(counting, rows, '2026-04-01T23:00Z')).toBe(1)
  })

  test('returns how many days reach a number of distinct values', () => {
    const given = [0, 0.1, 0.2, 1, 1.1, 2].map((days, i) => ({ at: days * dayMs, metadata: { lang: i % 2 } }))
    expect(valueAt(rowsAfter(by('day', { values: langs, reach: 2 }), given))).toBe(2)
  })

  test.each([
    ['a text', 'ts', true],
    ['an empty text', '', true],
    ['zero', 0, true],
    ['false', false, true],
    ['null', null, false],
    ['nothing', undefined, false],
    ['a list', ['ts'], false],
    ['an object', {}, false],
    ['no number', Number.NaN, false],
  ])('takes %s for a value: %s, %s', (_, value, isOne) => {
    expect(isDistinctValue(value)).toBe(isOne)
  })
})

const zoned: fc.Arbitrary<Calendar> = fc
  .array(
    fc.record({ zone: fc.constantFrom(...awkwardZones), since: fc.date({ min: new Date(0), max: new Date(4e9) }) }),
    {
      maxLength: 1,
    },
  )
  .map(zones => calendarOf(zones.filter(({ since }) => !Number.isNaN(since.getTime()))))
const given: fc.Arbitrary<readonly Given[]> = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 40 * 24 }).map(hours => hours * 3_600_000),
    amount: fc.integer({ min: 1, max: 30 }).map(tenths => decimalFromNumber(tenths / 10)),
    metadata: fc.record({ lang: fc.constantFrom('ts', 'js', 1, '1', true) }),
  }),
  { maxLength: 30 },
)
const units = fc.constantFrom(...periodUnits)
const labelOn = (unit: PeriodUnit, calendar: Calendar, at: number): string =>
  periodLabel(unit, periodOf(unit, calendar.dayOf(at)))

test('has the same result in any order', () => {
  fc.assert(
    fc.property(units, inAnyOrder(given), zoned, (unit, list, calendar) => {
      for (const more of [{}, { reach: decimalFromNumber(2.5) }, { fold: 'maximum' as const }, { values: langs }]) {
        const inOrder = list.toSorted((a, b) => a.at - b.at)
        const [rows, sorted] = [list, inOrder].map(each => rowsAfter(by(unit, more), each, calendar))
        expect(rows).toEqual(sorted)
      }
    }),
    { numRuns: scale(40, 5_000) },
  )
})

test('is the best sum that a walk over the periods finds', () => {
  fc.assert(
    fc.property(
      units,
      given,
      zoned,
      fc.constantFrom('sum' as const, 'maximum' as const),
      (unit, list, calendar, fold) => {
        const byLabel = groupBy(list, ({ at }) => labelOn(unit, calendar, at))
        const amounts = [...byLabel.values()].map(each =>
          each.map(({ amount = 1 }) => amount).reduce(fold === 'sum' ? addDecimals : maxDecimal, 0),
        )
        const best = amounts.reduce(maxDecimal, 0)
        expect(valueAt(rowsAfter(by(unit, { fold }), list, calendar))).toBe(decimalToNumber(best))
        const reach = decimalFromNumber(2.5)
        const reached = amounts.filter(amount => compareDecimals(amount, reach) >= 0).length
        expect(valueAt(rowsAfter(by(unit, { fold, reach }), list, calendar))).toBe(reached)
      },
    ),
    { numRuns: scale(40, 5_000) },
  )
})

test('changes only the rows that it named before, in any time zone', () => {
  fc.assert(
    fc.property(units, given, zoned, (unit, list, calendar) => {
      for (const counting of [by(unit), by(unit, { values: langs }), distinct]) {
        for (const each of list) {
          const completion = {
            category: 'c',
            itemKey: 'k',
            metadata: each.metadata ?? {},
            completedAt: new Date(each.at),
          }
          const named = new Set([wholePart, ...counting.partsOf(completion)])
          expect([...rowsAfter(counting, [each], calendar).keys()].filter(part => !named.has(part))).toEqual([])
        }
      }
    }),
    { numRuns: scale(20, 2_000) },
  )
})

test('the periods around an instant are those of the clocks a day behind and ahead', () => {
  expect(labelsAround('day', new Date('2027-01-01T00:00Z'))).toEqual(['2026-12-31', '2027-01-01', '2027-01-02'])
  expect(labelsAround('week', new Date('2027-01-03T12:00Z'))).toEqual(['2026-W53', '2027-W01'])
  expect(labelsAround('month', new Date('2026-06-15T12:00Z'))).toEqual(['2026-06'])
  expect(labelsAround('year', new Date('2027-01-01T00:00Z'))).toEqual(['2026', '2027'])
})
