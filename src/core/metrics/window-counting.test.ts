import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Given, inAnyOrder, rowsAfter, stepInto, valueAt } from '../../../test/support/counted.js'
import { scale } from '../../../test/support/scale.js'
import { utcCalendar } from '../time/calendar.js'
import { addDecimals, decimalFromNumber, decimalToNumber } from '../values/decimal.js'
import { type MetricRows, wholePart } from './metric.js'
import { windowCounting } from './window-counting.js'

const within = 100
const counting = windowCounting(within)
const at = (...instants: readonly number[]): readonly Given[] => instants.map(instant => ({ at: instant }))
const best = (given: readonly Given[]): number => valueAt(rowsAfter(counting, given))
const inTime = (a: Given, b: Given): number => a.at - b.at

function presentAt(rows: MetricRows, now: number): number {
  const view = { whole: rows.get(wholePart), partAt: () => 0, now: new Date(now), calendar: utcCalendar }
  return decimalToNumber(counting.present(view))
}

/** Adds up every window that ends at a completion. */
function naiveBest(given: readonly Given[]): number {
  const sums = given.map(end => {
    const inside = given.filter(({ at: instant }) => end.at - within < instant && instant <= end.at)
    return decimalToNumber(inside.map(({ amount = 1 }) => amount).reduce(addDecimals, 0))
  })
  return Math.max(0, ...sums)
}

const amounts = fc.integer({ min: 1, max: 40 }).map(tenths => decimalFromNumber(tenths / 10))
const completions = (latest: number) =>
  fc.array(fc.record({ at: fc.integer({ min: 0, max: latest }), amount: amounts }), { minLength: 1, maxLength: 25 })

describe('a rolling window', () => {
  test('contains what is after its start, up to its end', () => {
    expect(best(at(0, 99))).toBe(2)
    expect(best(at(0, 100))).toBe(1)
    expect(best(at(1, 100))).toBe(2)
  })

  test('contains everything at one instant', () => {
    expect(best(at(50, 50, 50, 150))).toBe(3)
  })

  test('counts by its best position, not its last', () => {
    expect(best(at(0, 10, 20, 500, 510))).toBe(3)
  })

  test('counts tenths without a drift', () => {
    const tenths = Array.from({ length: 40 }, (_, i) => ({ at: i * 10, amount: decimalFromNumber(0.1) }))
    expect(best(tenths)).toBe(1)
  })

  test('counts, in order of time, everything in the best stretch of its length', () => {
    fc.assert(
      fc.property(completions(1_000), given => {
        const sorted = given.toSorted(inTime)
        expect(best(sorted)).toBe(naiveBest(sorted))
      }),
      { numRuns: scale(80, 20_000) },
    )
  })
})

describe('late completions', () => {
  test('have the same result in any order within two lengths of the window', () => {
    fc.assert(
      fc.property(inAnyOrder(completions(2 * within - 1)), given => {
        expect(best(given)).toBe(naiveBest(given))
      }),
      { numRuns: scale(80, 20_000) },
    )
  })

  test('have the same result in any order at all, if a doubt is resolved by counting again', () => {
    fc.assert(
      fc.property(inAnyOrder(completions(1_000)), given => {
        const seen: Given[] = []
        let rows: MetricRows = new Map()
        for (const next of given) {
          seen.push(next)
          if (!stepInto(counting, rows, next)) rows = rowsAfter(counting, seen.toSorted(inTime))
          expect(valueAt(rows)).toBe(naiveBest(seen))
        }
      }),
      { numRuns: scale(80, 10_000) },
    )
  })

  test('are counted if they are late by up to the length of the window, and in doubt if by more', () => {
    const rows = rowsAfter(counting, at(0, 150, 200, 300))
    expect(stepInto(counting, rows, { at: 199 })).toBe(false)
    expect(stepInto(counting, rows, { at: 200 })).toBe(true)
    expect(valueAt(rows)).toBe(3)
  })

  test('that are in doubt leave the rows as they are', () => {
    const rows = rowsAfter(counting, at(0, 500))
    const before = new Map(rows)
    stepInto(counting, rows, { at: 10 })
    expect(rows).toEqual(before)
  })

  test('are counted however late they are while nothing has been removed', () => {
    const rows = rowsAfter(counting, at(199))
    expect(stepInto(counting, rows, { at: 1 })).toBe(true)
    expect(stepInto(counting, rows, { at: 0 })).toBe(true)
    expect(valueAt(rows)).toBe(2)
  })

  test('do not change the date of the latest', () => {
    const rows = rowsAfter(counting, at(150, 100))
    expect(rows.get(wholePart)?.lastAt).toEqual(new Date(150))
  })
})

describe('the window that ends now', () => {
  test('contains what is after its start, up to now', () => {
    const rows = rowsAfter(counting, at(0, 50, 100))
    expect([100, 149, 150, 199, 200].map(now => presentAt(rows, now))).toEqual([2, 2, 1, 1, 0])
  })

  test('contains nothing from the future if the clock was set back', () => {
    const rows = rowsAfter(counting, at(0, 50, 100))
    expect(presentAt(rows, 60)).toBe(2)
  })

  test('is empty if nothing was completed', () => {
    expect(presentAt(new Map(), 0)).toBe(0)
  })

  test('adds up what a walk over all completions adds up', () => {
    fc.assert(
      fc.property(completions(1_000), fc.integer({ min: 0, max: 150 }), (given, afterLast) => {
        const sorted = given.toSorted(inTime)
        const now = sorted.at(-1)!.at + afterLast
        const inside = sorted.filter(({ at: instant }) => now - within < instant)
        const sum = inside.map(({ amount }) => amount).reduce(addDecimals, 0)
        expect(presentAt(rowsAfter(counting, sorted), now)).toBe(decimalToNumber(sum))
      }),
      { numRuns: scale(80, 10_000) },
    )
  })
})
