import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Given, inAnyOrder, rowsAfter, stepInto, valueAt } from '../../../test/support/counted.js'
import { scale } from '../../../test/support/scale.js'
import { utcCalendar } from '../time/calendar.js'
import { addDecimals, decimalFromNumber, decimalToNumber } from '../values/decimal.js'
import { type MetricRow, type MetricRows, type SteppedCounting, wholePart } from './metric.js'
import { storedState } from './recent-entries.js'
import { repeatCounting } from './repeat-counting.js'
import { windowCounting } from './window-counting.js'

const within = 100
const counting = windowCounting(within)
const at = (...instants: readonly number[]): readonly Given[] => instants.map(instant => ({ at: instant }))
const best = (given: readonly Given[]): number => valueAt(rowsAfter(counting, given))
const inTime = (a: Given, b: Given): number => a.at - b.at

function presentAt(rows: MetricRows, now: number): number | undefined {
  const view = { whole: rows.get(wholePart), partAt: () => 0, now: new Date(now), calendar: utcCalendar }
  const value = counting.present(view)
  return value === undefined ? undefined : decimalToNumber(value)
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
  fc.array(fc.record({ at: fc.integer({ min: 0, max: latest }), amount: amounts }), { minLength: 1, maxLength: 60 })

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

/** Stores the row as JSON and reads it again. */
function storedAgain(rows: MetricRows, alone?: number): MetricRows {
  const { entries, state, ...row } = rows.get(wholePart)!
  const json = JSON.stringify(storedState({ ...(entries && { entries }), ...(state && { state }) }, alone))
  return new Map([[wholePart, { ...row, state: JSON.parse(json) } satisfies MetricRow]])
}

type Recorded = { readonly rows: MetricRows; readonly recountCount: number }

/** Counts completions one by one as recording does: the row is stored after each, and a doubt recounts. */
function recorded(way: SteppedCounting, given: readonly Given[], alone?: number): Recorded {
  const seen: Given[] = []
  let rows: MetricRows = new Map()
  let recountCount = 0
  for (const next of given) {
    seen.push(next)
    if (!stepInto(way, rows, next)) {
      rows = rowsAfter(way, seen.toSorted(inTime))
      recountCount += 1
    }
    rows = storedAgain(rows, alone)
  }
  return { rows, recountCount }
}

const few = 1
// More and more at a time: the best window is the latest, so every entry that leaves it matters.
const growing = completions(100_000).map(given =>
  given.map(each => ({ ...each, at: Math.round(Math.sqrt(each.at)) })).toSorted(inTime),
)
const late = growing
  .chain(given =>
    fc.tuple(fc.constant(given), fc.array(fc.nat(3), { minLength: given.length, maxLength: given.length })),
  )
  .map(([given, places]) =>
    given
      .map((each, i) => [i + 1.5 * places[i]!, each] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, each]) => each),
  )
const denser = fc.oneof(completions(600), growing, late)

describe('a row with more completions in a window than it stores one by one', () => {
  test('counts what a recount counts', () => {
    fc.assert(
      fc.property(denser, given => {
        const { rows } = recorded(counting, given, few)
        expect(valueAt(rows)).toBe(naiveBest(given))
        expect((rows.get(wholePart)!.state!.entries as readonly unknown[]).length).toBeLessThanOrEqual(2 * 7)
      }),
      { numRuns: scale(100, 50_000) },
    )
  })

  test('counts the times of a repeated milestone that a recount counts', () => {
    const repeated = repeatCounting({ target: 12, fold: 'sum', cooldownMs: 5, withinMs: within, unit: undefined })
    fc.assert(
      fc.property(denser, given => {
        const { rows } = recorded(repeated, given, few)
        expect(valueAt(rows)).toBe(valueAt(rowsAfter(repeated, given.toSorted(inTime))))
      }),
      { numRuns: scale(60, 20_000) },
    )
  })

  test('tells the window that ends now exactly or not at all', () => {
    fc.assert(
      fc.property(denser, fc.integer({ min: -20, max: 150 }), (given, afterLast) => {
        const now = Math.max(...given.map(({ at: instant }) => instant)) + afterLast
        const inside = given.filter(({ at: instant }) => now - within < instant && instant <= now)
        const sum = decimalToNumber(inside.map(({ amount }) => amount).reduce(addDecimals, 0))
        expect([sum, undefined]).toContain(presentAt(recorded(counting, given, few).rows, now))
      }),
      { numRuns: scale(60, 20_000) },
    )
  })

  test('needs no recount for what happened at one instant', () => {
    const { rows, recountCount } = recorded(counting, at(...Array.from({ length: 50 }, () => 7), 100, 107), few)
    expect(valueAt(rows)).toBe(51)
    expect(recountCount).toBe(0)
  })

  test('has a bounded size', () => {
    const { entries } = rowsAfter(
      windowCounting(1_000_000),
      at(...Array.from({ length: 10_000 }, (_, i) => i * 110)),
    ).get(wholePart)!
    expect((storedState({ entries: entries! })!.entries as readonly unknown[]).length).toBe(2 * 502)
  })

  test('is seldom recounted', () => {
    const given = at(...Array.from({ length: scale(400, 4_000) }, (_, i) => i))
    const { rows, recountCount } = recorded(counting, given, 10)
    expect(valueAt(rows)).toBe(100)
    expect(recountCount).toBeGreaterThan(0)
    expect(recountCount).toBeLessThanOrEqual(given.length / 20)
  })

  test('counts what is a few entries late without a recount', () => {
    const rows = storedAgain(rowsAfter(counting, at(...Array.from({ length: 90 }, (_, i) => i))), 3)
    expect(stepInto(counting, new Map(rows), { at: 88 })).toBe(true)
    expect(stepInto(counting, new Map(rows), { at: 40 })).toBe(false)
  })

  test('has all entries in a snapshot, and in rows that were stored before entries were joined', () => {
    const { entries } = rowsAfter(counting, at(0, 1, 1, 2, 3, 4, 5, 6, 7, 8)).get(wholePart)!
    expect(storedState({ entries: entries! }, Number.POSITIVE_INFINITY)!.entries).toHaveLength(2 * 10)
    const before = { value: 3, lastAt: new Date(8), state: { entries: [0, 1, 1, 1, 1, '0.5', 8, 0.5] } }
    const rows: MetricRows = new Map([[wholePart, before]])
    expect(stepInto(counting, rows, { at: 100 })).toBe(true)
    expect(valueAt(rows)).toBe(3)
    expect(presentAt(rows, 101)).toBe(1.5)
  })
})
