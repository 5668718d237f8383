import fc from 'fast-check'
import { type MetricRows, type SteppedCounting, wholePart } from '../../src/core/metrics/metric.js'
import { type Calendar, utcCalendar } from '../../src/core/time/calendar.js'
import { type Decimal, decimalToNumber } from '../../src/core/values/decimal.js'
import type { Metadata } from '../../src/core/values/metadata.js'

/** A completion to count: its time and its amount. Default: 1. */
export type Given = { readonly at: number; readonly amount?: Decimal; readonly metadata?: Metadata }

/** Counts one completion into the rows; false where the counting is in doubt. */
export function stepInto(
  counting: SteppedCounting,
  rows: MetricRows,
  { at, amount = 1, metadata = {} }: Given,
  calendar: Calendar = utcCalendar,
): boolean {
  const completion = { category: 'lesson', itemKey: `at ${at}`, metadata, completedAt: new Date(at) }
  return counting.step(rows, { completion, amount, calendar })
}

/** Counts completions in the order given. @throws where one of them is in doubt */
export function rowsAfter(
  counting: SteppedCounting,
  given: readonly Given[],
  calendar: Calendar = utcCalendar,
): MetricRows {
  const rows: MetricRows = new Map()
  for (const each of given) {
    if (!stepInto(counting, rows, each, calendar)) throw new Error(`in doubt at ${new Date(each.at).toISOString()}`)
  }
  return rows
}

/** Reads the number of a part, or of the metric itself if none is named. 0 if there is no row. */
export function valueAt(rows: MetricRows, part: string = wholePart): number {
  return decimalToNumber(rows.get(part)?.value ?? 0)
}

/** Gives a list in every order. */
export function inAnyOrder<Item>(list: fc.Arbitrary<readonly Item[]>): fc.Arbitrary<readonly Item[]> {
  return list.chain(items => fc.shuffledSubarray([...items], { minLength: items.length }))
}
