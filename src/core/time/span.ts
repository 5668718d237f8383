import { dayMs, type PeriodUnit, periodOf } from './period.js'
import { type Weekday, weekdayOf } from './weekday.js'
import { aheadMs, type Bound, type Bounds, behindMs, boundsOf, isEmpty, type TimeWindow } from './window.js'

/** The local days that are inside windows in any time zone, both ends included. Infinite if a window is open. */
export type Span = { readonly firstDay: number; readonly lastDay: number }

/** Tells whether windows, none of which is empty, have nothing in common. */
export function areDisjoint(windows: readonly (TimeWindow | undefined)[]): boolean {
  const { from, until } = boundsOf(windows) ?? open
  return from.some(start => until.some(end => isEmpty(start, end)))
}

/**
 * Finds the days that can be inside all of these windows. Never too few: an instant is on different days in different
 * zones.
 */
export function spanOf(windows: readonly (TimeWindow | undefined)[]): Span {
  const { from, until } = boundsOf(windows) ?? open
  return {
    firstDay: Math.max(...from.map(firstDayFrom), -Infinity),
    lastDay: Math.min(...until.map(lastDayUntil), Infinity),
  }
}

/** Counts the calendar periods of these days. */
export function periodCount(unit: PeriodUnit, { firstDay, lastDay }: Span): number {
  if (!Number.isFinite(lastDay - firstDay)) return Number.POSITIVE_INFINITY
  return periodOf(unit, lastDay) - periodOf(unit, firstDay) + 1
}

/** Counts those of these days that are certain days of the week. */
export function weekdayCount(days: ReadonlySet<Weekday>, { firstDay, lastDay }: Span): number {
  const weeks = Math.max(0, Math.floor((lastDay - firstDay + 1) / 7))
  let count = weeks * days.size
  for (let day = firstDay + weeks * 7; day <= lastDay; day++) if (days.has(weekdayOf(day))) count += 1
  return count
}

/** Returns the longest time that these days can last in any time zone, in milliseconds. */
export function lengthOf({ firstDay, lastDay }: Span): number {
  return (lastDay - firstDay + 1) * dayMs + aheadMs + behindMs
}

const open: Bounds = { from: [], until: [] }

function firstDayFrom({ kind, at }: Bound): number {
  return kind === 'day' ? at : Math.floor((at - behindMs) / dayMs)
}

function lastDayUntil({ kind, at }: Bound): number {
  return kind === 'day' ? at - 1 : Math.floor((at - 1 + aheadMs) / dayMs)
}
