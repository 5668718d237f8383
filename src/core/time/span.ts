import { dayMs, type PeriodUnit, periodOf } from './period.js'
import { type Bound, type Bounds, boundsOf, isEmpty, type TimeWindow } from './window.js'

/** The local days that windows leave, both ends included, by whatever clock; endless where they are open. */
export type Span = { readonly firstDay: number; readonly lastDay: number }

/** Tells whether windows, none of them empty, leave nothing together. */
export function areDisjoint(windows: readonly (TimeWindow | undefined)[]): boolean {
  const { from, until } = boundsOf(windows) ?? open
  return from.some(start => until.some(end => isEmpty(start, end)))
}

/** Finds the days that can fall into all of these windows. Never too few: an instant falls on several days, by zone. */
export function spanOf(windows: readonly (TimeWindow | undefined)[]): Span {
  const { from, until } = boundsOf(windows) ?? open
  return {
    firstDay: Math.max(...from.map(firstDayFrom), -Infinity),
    lastDay: Math.min(...until.map(lastDayUntil), Infinity),
  }
}

/** Counts the calendar periods that days fall into. */
export function periodCount(unit: PeriodUnit, { firstDay, lastDay }: Span): number {
  if (!Number.isFinite(lastDay - firstDay)) return Number.POSITIVE_INFINITY
  return periodOf(unit, lastDay) - periodOf(unit, firstDay) + 1
}

/** Measures days in milliseconds, by the clocks that let them last longest. */
export function lengthOf({ firstDay, lastDay }: Span): number {
  return (lastDay - firstDay + 1) * dayMs + 2 * clockMs
}

const open: Bounds = { from: [], until: [] }

// No zone of today is further from UTC than this.
const clockMs = 14 * 3_600_000

function firstDayFrom({ kind, at }: Bound): number {
  return kind === 'day' ? at : Math.floor((at - clockMs) / dayMs)
}

function lastDayUntil({ kind, at }: Bound): number {
  return kind === 'day' ? at - 1 : Math.floor((at - 1 + clockMs) / dayMs)
}
