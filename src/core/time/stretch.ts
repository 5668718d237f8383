import type { Calendar } from './calendar.js'
import { type PeriodIndex, type PeriodUnit, periodOf } from './period.js'

/**
 * A stretch of time in which completions count together: local periods in a row, or `(after, until]` in milliseconds.
 */
export type Stretch = Periods | { readonly type: 'window'; readonly after: number; readonly until: number }

/** Local periods in a row. */
export type Periods = {
  readonly type: 'periods'
  readonly unit: PeriodUnit
  readonly first: PeriodIndex
  readonly last: PeriodIndex
  /** The period for which they were asked. */
  readonly at: PeriodIndex
  /** Which of them count, if not all do: these ranges, ends included. */
  readonly counted?: readonly { readonly first: PeriodIndex; readonly last: PeriodIndex }[]
}

/** Tells whether an instant is in a stretch, by a user's clock. */
export function isInStretch(stretch: Stretch, ms: number, calendar: Calendar): boolean {
  if (stretch.type === 'window') return ms > stretch.after && ms <= stretch.until
  return isCountedIn(stretch, periodOf(stretch.unit, calendar.dayOf(ms)))
}

/** Tells whether a period is in a stretch and counts. */
export function isCountedIn({ first, last, counted }: Periods, period: PeriodIndex): boolean {
  const isIn = (range: Pick<Periods, 'first' | 'last'>): boolean => period >= range.first && period <= range.last
  return isIn({ first, last }) && (counted === undefined || counted.some(isIn))
}

/** Returns the rolling window that ends at an instant. */
export function windowUntil(at: Date, withinMs: number): Stretch {
  return { type: 'window', after: at.getTime() - withinMs, until: at.getTime() }
}

/** Returns the one local period that contains a day. */
export function periodAround(unit: PeriodUnit, day: number): Stretch {
  const period = periodOf(unit, day)
  return { type: 'periods', unit, first: period, last: period, at: period }
}
