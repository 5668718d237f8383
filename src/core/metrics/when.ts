import type { LocalTime } from '../time/time-zone.js'
import { type Weekday, weekdayOf, weekdays } from '../time/weekday.js'

/**
 * Counts only at some hours or on some days of the week, by the user's own clock. Hours over midnight belong to the day
 * on which they begin: `{ from: '22:00', until: '05:00', days: ['fri'] }` includes Saturday, 04:00.
 */
export type When = {
  /** A time such as `22:00`. Default: midnight. */
  readonly from?: string
  /** Excluded. If it is not after `from`, the hours end on the next day. Default: the end of the day. */
  readonly until?: string
  /** Default: every day. */
  readonly days?: readonly Weekday[]
}

/** A time of day as `When` has it: from 00:00 to 23:59. */
export const timeOfDayPattern = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** Tells whether hours go on after midnight. */
export function isOverMidnight({ from, until }: When): boolean {
  return until !== undefined && minuteOf(until) !== 0 && minuteOf(from) >= minuteOf(until)
}

/** Lists the days of the week on which the hours begin, Monday first, each once. */
export function daysOf({ days }: When): readonly Weekday[] {
  return days === undefined ? weekdays : weekdays.filter(day => days.includes(day))
}

/** Returns the most local days in a row on which hours can be, if up to `grace` days may be missed between two. */
export function mostDaysInRow(when: When, grace: number): number {
  const begins = new Set(daysOf(when))
  const isOn = (i: number): boolean => begins.has(weekdays[(i + 7) % 7]!)
  const touched = weekdays.map((_, i) => isOn(i) || (isOverMidnight(when) && isOn(i - 1)))
  let [most, length, missed] = [0, 0, 0]
  // Two weeks, because a row may go over the end of a week.
  for (const isTouched of [...touched, ...touched]) {
    missed = isTouched ? 0 : missed + 1
    if (isTouched) length += 1
    if (missed > grace) length = 0
    most = Math.max(most, length)
  }
  return most > touched.filter(Boolean).length ? Number.POSITIVE_INFINITY : most
}

/** Returns a test of what a user's clock shows. */
export function hoursTest(when: When): (time: LocalTime) => boolean {
  const begin = minuteOf(when.from)
  const end = isOverMidnight(when) ? 0 : minuteOf(when.until) || minutesOfDay
  const nextDayEnd = isOverMidnight(when) ? minuteOf(when.until) : 0
  const days = new Set(daysOf(when))
  return ({ day, minute }) => {
    if (minute < nextDayEnd) return days.has(weekdayOf(day - 1))
    return minute >= begin && (nextDayEnd > 0 || minute < end) && days.has(weekdayOf(day))
  }
}

/** Writes hours in a normal form, so that two with the same meaning are equal. */
export function canonicalWhen(when: When): readonly unknown[] {
  return [minuteOf(when.from), minuteOf(when.until), daysOf(when).length === weekdays.length ? null : daysOf(when)]
}

const minutesOfDay = 1_440

function minuteOf(time: string = '00:00'): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
