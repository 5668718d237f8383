import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Given, rowsAfter, stepInto, valueAt } from '../../../test/support/counted.js'
import { scale } from '../../../test/support/scale.js'
import { calendarOf, utcCalendar } from '../time/calendar.js'
import { dayMs, periodLabel, periodOf } from '../time/period.js'
import {
  addDecimals,
  compareDecimals,
  decimalFromNumber,
  decimalToNumber,
  maxDecimal,
  timesWhole,
} from '../values/decimal.js'
import { type MetricRows, wholePart } from './metric.js'
import { type RepeatRule, repeatCounting } from './repeat-counting.js'

const rule = (more: Partial<RepeatRule>): RepeatRule => {
  return { target: 1, fold: 'sum', cooldownMs: 0, withinMs: undefined, unit: undefined, ...more }
}
const at = (...instants: readonly number[]): readonly Given[] => instants.map(instant => ({ at: instant }))
const brought = (...pairs: readonly (readonly [number, number])[]): readonly Given[] =>
  pairs.map(([instant, amount]) => ({ at: instant, amount: decimalFromNumber(amount) }))
const times = (more: Partial<RepeatRule>, given: readonly Given[], calendar = utcCalendar): number =>
  valueAt(rowsAfter(repeatCounting(rule(more)), given, calendar))

function presentAt(more: Partial<RepeatRule>, given: readonly Given[], now: number): number {
  const counting = repeatCounting(rule(more))
  const rows = rowsAfter(counting, given)
  const view = { whole: rows.get(wholePart), partAt: () => 0, now: new Date(now), calendar: utcCalendar }
  return decimalToNumber(counting.present(view)!)
}

describe('a cooldown', () => {
  test('lets nothing count before it is over, and everything from its end on', () => {
    const hourly = { cooldownMs: 100 }
    expect(times(hourly, at(0, 99))).toBe(1)
    expect(times(hourly, at(0, 100))).toBe(2)
    expect(times(hourly, at(0, 50, 100, 199, 200))).toBe(3)
  })

  test('starts when the target is reached, not at the first completion', () => {
    expect(times({ target: 2, cooldownMs: 100 }, at(0, 50, 149, 150))).toBe(1)
    expect(times({ target: 2, cooldownMs: 100 }, at(0, 50, 150, 151))).toBe(2)
  })

  test('keeps completions during it from counting towards the next time', () => {
    expect(times({ target: 2, cooldownMs: 100 }, at(0, 1, 50, 60, 101))).toBe(1)
    expect(times({ target: 2, cooldownMs: 100 }, at(0, 1, 50, 60, 101, 102))).toBe(2)
  })

  test('is over at once if there is none', () => {
    expect(times({ target: 2 }, at(0, 0, 0, 0, 0))).toBe(2)
  })
})

describe('totals', () => {
  test('start at 0 after each time: the part beyond the target is lost', () => {
    expect(times({ target: 10 }, brought([0, 19], [1, 9]))).toBe(1)
    expect(times({ target: 10 }, brought([0, 19], [1, 9], [2, 1]))).toBe(2)
  })

  test('give one time for one completion, however much it adds', () => {
    expect(times({ target: 10 }, brought([0, 100]))).toBe(1)
  })

  test('add up exactly', () => {
    const tenths = Array.from({ length: 20 }, (_, i) => [i, 0.1] as const)
    expect(times({ target: 1 }, brought(...tenths))).toBe(2)
  })
})

describe('the highest value', () => {
  test('must reach the next multiple of the target each time', () => {
    const best = { target: 10, fold: 'maximum' as const, cooldownMs: 100 }
    expect(times(best, brought([0, 10], [100, 19.9]))).toBe(1)
    expect(times(best, brought([0, 10], [100, 20], [200, 29], [300, 30]))).toBe(3)
    expect(times(best, brought([0, 35], [99, 20], [100, 20]))).toBe(2)
  })

  test('must reach the target in each period', () => {
    const best = { target: 10, fold: 'maximum' as const, unit: 'day' as const, cooldownMs: 1 }
    expect(times(best, brought([0, 10], [1, 30], [dayMs, 9], [dayMs + 1, 10], [2 * dayMs, 11]))).toBe(3)
  })
})

describe('periods', () => {
  const daily = { target: 2, unit: 'day' as const, cooldownMs: 1 }

  test('give one time each, however much is in them', () => {
    expect(times(daily, at(0, 1, 2, 3, 4, 5))).toBe(1)
    expect(times(daily, at(0, 1, 2, 3, dayMs, dayMs + 1))).toBe(2)
  })

  test('do not add up with each other', () => {
    expect(times(daily, at(0, dayMs, 2 * dayMs))).toBe(0)
    expect(times(daily, at(dayMs - 1, dayMs))).toBe(0)
    expect(times(daily, at(0, dayMs, dayMs + 1))).toBe(1)
  })

  test('give nothing while a cooldown from the previous period lasts', () => {
    const long = { ...daily, cooldownMs: dayMs }
    expect(times(long, at(10, 20, dayMs + 18, dayMs + 19, dayMs + 20))).toBe(1)
    expect(times(long, at(10, 20, dayMs + 19, dayMs + 20, dayMs + 21))).toBe(2)
  })

  test('give no second time if a flight west makes the day start again', () => {
    const calendar = calendarOf([
      { zone: 'Pacific/Kiritimati', since: new Date('2026-01-01T00:00Z') },
      { zone: 'Pacific/Honolulu', since: new Date('2026-03-25T12:00Z') },
    ])
    const given = ['2026-03-25T09:00Z', '2026-03-25T11:00Z', '2026-03-25T13:00Z', '2026-03-26T11:00Z'].map(text => {
      return { at: Date.parse(text) }
    })
    expect(times({ unit: 'day', cooldownMs: 1 }, given, calendar)).toBe(2)
  })
})

describe('rolling windows', () => {
  test('contain what is after their start, up to their end', () => {
    expect(times({ target: 2, withinMs: 100 }, at(0, 100))).toBe(0)
    expect(times({ target: 2, withinMs: 100 }, at(1, 100))).toBe(1)
  })

  test('contain only what is after the previous time', () => {
    expect(times({ target: 2, withinMs: 100 }, at(0, 1, 2))).toBe(1)
    expect(times({ target: 2, withinMs: 100 }, at(0, 1, 2, 3))).toBe(2)
  })

  test('contain nothing from a cooldown', () => {
    const cool = { target: 2, withinMs: 100, cooldownMs: 50 }
    expect(times(cool, at(0, 1, 40, 50, 51))).toBe(1)
    expect(times(cool, at(0, 1, 40, 50, 51, 52))).toBe(2)
  })
})

describe('what the next time has so far', () => {
  test('is everything since the previous time', () => {
    expect(presentAt({ target: 10 }, brought([0, 12], [1, 3], [2, 4]), 3)).toBe(7)
  })

  test('is nothing in the cooldown', () => {
    const cool = { target: 2, cooldownMs: 100 }
    expect([50, 100, 101].map(now => presentAt(cool, at(0, 1, 50), now))).toEqual([0, 0, 0])
    expect(presentAt(cool, at(0, 1, 50, 101), 101)).toBe(1)
  })

  test('is the value of the current period, and nothing if that was already reached', () => {
    const daily = { target: 2, unit: 'day' as const, cooldownMs: 1 }
    expect(presentAt(daily, at(0), 10)).toBe(1)
    expect(presentAt(daily, at(0, 1, 2), 10)).toBe(0)
    expect(presentAt(daily, at(0), dayMs)).toBe(0)
  })

  test('is the value of the window that ends now', () => {
    const rolling = { target: 5, withinMs: 100 }
    expect([60, 99, 100, 160].map(now => presentAt(rolling, at(0, 60), now))).toEqual([2, 2, 1, 0])
  })
})

describe('a completion earlier than the latest counted', () => {
  test('is in doubt and leaves the rows as they are', () => {
    const counting = repeatCounting(rule({ cooldownMs: 100 }))
    const rows = rowsAfter(counting, at(0, 50))
    const before = new Map(rows)
    expect(stepInto(counting, rows, { at: 49 })).toBe(false)
    expect(rows).toEqual(before)
  })

  test('is in doubt even if the latest added nothing', () => {
    const counting = repeatCounting(rule({ cooldownMs: 100 }))
    const rows = rowsAfter(counting, at(0, 99))
    expect(stepInto(counting, rows, { at: 98 })).toBe(false)
    expect(stepInto(counting, rows, { at: 99 })).toBe(true)
  })
})

/** Counts times from the list: each time uses what comes after the previous time and its cooldown. */
function naiveTimes({ target, fold, cooldownMs, withinMs, unit }: RepeatRule, given: readonly Given[]): number {
  const labelOf = (instant: number): string =>
    unit ? periodLabel(unit, periodOf(unit, utcCalendar.dayOf(instant))) : ''
  const reached: number[] = []
  let waiting: Given[] = []
  for (const each of given) {
    const last = reached.at(-1)
    if (last !== undefined && each.at < last + cooldownMs) continue
    if (unit && reached.some(instant => labelOf(instant) === labelOf(each.at))) continue
    waiting.push(each)
    const together = waiting.filter(
      other => labelOf(other.at) === labelOf(each.at) && (withinMs === undefined || other.at > each.at - withinMs),
    )
    const amount = together.map(({ amount: own = 1 }) => own).reduce(fold === 'sum' ? addDecimals : maxDecimal, 0)
    const wanted = fold === 'maximum' && !unit ? timesWhole(target, reached.length + 1) : target
    if (compareDecimals(amount, wanted) < 0) continue
    reached.push(each.at)
    waiting = []
  }
  return reached.length
}

const rules: fc.Arbitrary<RepeatRule> = fc
  .record({
    target: fc.integer({ min: 1, max: 60 }).map(tenths => decimalFromNumber(tenths / 10)),
    fold: fc.constantFrom('sum' as const, 'maximum' as const),
    cooldownHours: fc.constantFrom(0, 1, 6, 24, 30),
    span: fc.constantFrom('none', 'day', 'week', 'window'),
  })
  .map(({ target, fold, cooldownHours, span }) => ({
    target,
    fold: span === 'window' ? 'sum' : fold,
    cooldownMs: cooldownHours * 3_600_000,
    withinMs: span === 'window' ? 9 * 3_600_000 : undefined,
    unit: span === 'day' || span === 'week' ? span : undefined,
  }))
const completion = fc.record({
  at: fc.integer({ min: 0, max: 10 * 24 }).map(hours => hours * 3_600_000),
  amount: fc.integer({ min: 1, max: 30 }).map(tenths => decimalFromNumber(tenths / 10)),
})
const inTime = (a: Given, b: Given): number => a.at - b.at

test('is reached as often as a walk over the completions finds', () => {
  fc.assert(
    fc.property(rules, fc.array(completion, { maxLength: 40 }), (each, given) => {
      const sorted = given.toSorted(inTime)
      expect(valueAt(rowsAfter(repeatCounting(each), sorted))).toBe(naiveTimes(each, sorted))
    }),
    { numRuns: scale(100, 40_000) },
  )
})

test('is never reached less often with one more completion, wherever it is in time', () => {
  fc.assert(
    fc.property(rules, fc.array(completion, { maxLength: 30 }), completion, (each, given, more) => {
      const count = (list: readonly Given[]): number => valueAt(rowsAfter(repeatCounting(each), list.toSorted(inTime)))
      expect(count([...given, more])).toBeGreaterThanOrEqual(count(given))
    }),
    { numRuns: scale(100, 60_000) },
  )
})

test('has the same result in any order, if a doubt is resolved by counting again', () => {
  fc.assert(
    fc.property(rules, fc.array(completion, { maxLength: 20 }), (each, given) => {
      const counting = repeatCounting(each)
      const seen: Given[] = []
      let rows: MetricRows = new Map()
      for (const next of given) {
        const isSame = seen.some(({ at: instant }) => instant === next.at)
        seen.push(next)
        // Completions at the same instant are counted by their keys, which the rows do not contain.
        if (isSame || !stepInto(counting, rows, next)) rows = rowsAfter(counting, seen.toSorted(inTime))
      }
      expect(valueAt(rows)).toBe(naiveTimes(each, seen.toSorted(inTime)))
    }),
    { numRuns: scale(100, 10_000) },
  )
})
