import { type Pause, pausedDays } from './paused-days.js'
import { dayMs, firstDayOf, type PeriodIndex, type PeriodUnit } from './period.js'
import { defaultTimeZone, endOfDay, localDay, startOfDay } from './time-zone.js'
import { type EarlierClock, type Stretch, stretchAt, stretchesOf, type ZoneSince } from './zone-stretches.js'

export type { Pause } from './paused-days.js'
export type { ZoneSince } from './zone-stretches.js'

/** How one user's days run: which zone held when, and what is paused. */
export type Calendar = {
  /** Gives the local day, counted from 1970-01-01, of an instant: that of the zone in force then. */
  readonly dayOf: (ms: number) => number
  /**
   * Lists the other days that an instant falls on by clocks the user went by shortly before, the latest day first. What falls on
   * one of them that counted already adds no day: only the change of zone brought it. Mostly empty.
   */
  readonly otherDaysOf: (ms: number) => readonly number[]
  /** Tells whether another completion may be moved by what happens at this instant: a change of zone is near. */
  readonly isNearChange: (ms: number) => boolean
  /** Gives the zone in force at an instant. */
  readonly zoneAt: (ms: number) => string
  /** Tells whether a whole day is paused: what is done on it does not count. */
  readonly isPaused: (day: number) => boolean
  /** Tells whether a pause touches a day, be it all of it or a part. */
  readonly isTouchedByPause: (day: number) => boolean
  /** Tells whether leaving out a period breaks a streak: not where a pause touches it, nor where the user's clock did not show its end. */
  readonly canBeMissed: (unit: PeriodUnit, period: PeriodIndex) => boolean
}

/**
 * Makes the calendar of a user. `zones`: in any order; the first of them also holds before it was set. Where none was set,
 * `zoneOfOthers` holds.
 */
export function calendarOf(
  zones: readonly ZoneSince[],
  pauses: readonly Pause[] = [],
  zoneOfOthers: string = defaultTimeZone,
): Calendar {
  return zones.length === 0 && pauses.length === 0
    ? plainCalendar(zoneOfOthers)
    : calendarFrom(zones, pauses, zoneOfOthers)
}

const plainCalendars = new Map<string, Calendar>()

// Most users have neither a zone nor a pause: they share one.
function plainCalendar(zone: string): Calendar {
  const calendar = plainCalendars.get(zone) ?? calendarFrom([], [], zone)
  plainCalendars.set(zone, calendar)
  return calendar
}

function calendarFrom(zones: readonly ZoneSince[], pauses: readonly Pause[], zoneOfOthers: string): Calendar {
  const stretches = stretchesOf(zones, zoneOfOthers)
  const at = (ms: number): Stretch => (stretches.length === 1 ? stretches[0]! : stretchAt(stretches, ms))
  const dayOf = (ms: number): number => localDay(at(ms).zone, ms)
  const paused = pausedDays(pauses, day => shownSpans(stretches, day))
  return {
    dayOf,
    otherDaysOf: ms => (stretches.length === 1 ? none : otherDays(at(ms), ms)),
    isNearChange: ms => stretches.length > 1 && isNearChange(stretches, ms),
    zoneAt: ms => at(ms).zone,
    isPaused: paused.isWhole,
    isTouchedByPause: day => paused.isTouched(day, day),
    canBeMissed: (unit, period) => {
      if (paused.isTouched(firstDayOf(unit, period), firstDayOf(unit, period + 1) - 1)) return false
      return unit !== 'day' || isWhole(stretches, period)
    },
  }
}

const none: readonly number[] = []

/** The calendar of a user of whom nothing is known. */
export const utcCalendar: Calendar = plainCalendar(defaultTimeZone)

/** Finds the instant at which a period begins, by the zone in force at `ms`. */
export function startOfPeriod(calendar: Calendar, { unit, period, ms }: PeriodAt): Date {
  return new Date(startOfDay(calendar.zoneAt(ms), firstDayOf(unit, period)))
}

type PeriodAt = { readonly unit: PeriodUnit; readonly period: PeriodIndex; readonly ms: number }

/** Gives the day on which an instant counts: a day of an earlier clock where that counted already, else the local one. */
export function countedDay(calendar: Calendar, ms: number, hasCounted: (day: number) => boolean): number {
  return calendar.otherDaysOf(ms).find(hasCounted) ?? calendar.dayOf(ms)
}

function otherDays({ zone, clocks }: Stretch, ms: number): readonly number[] {
  if (clocks.length === 0) return none
  const own = localDay(zone, ms)
  const days = new Set(clocks.filter(({ until }) => ms < until).flatMap(clock => daysBy(clock, { own, ms })))
  days.delete(own)
  return [...days].sort((a, b) => b - a)
}

// The last day of an earlier clock goes on until that clock would have shown the next; and, where it was ahead, until the user's own
// comes to it: what was reached is not gone through again.
function daysBy({ zone, lastDay }: EarlierClock, { own, ms }: { readonly own: number; readonly ms: number }): number[] {
  return own < lastDay || localDay(zone, ms) <= lastDay ? [lastDay] : []
}

// A day that lasts 24 hours, and no two clocks that are further apart than 26.
const nearMs = 52 * 3_600_000

function isNearChange(stretches: readonly Stretch[], ms: number): boolean {
  return stretchAt(stretches, ms + nearMs).from > ms - nearMs
}

// Whether the user's clock showed a day up to its end, and not only since a change of zone made it: of what a journey cut short, or
// brought while an earlier clock still showed the day before, nothing is missed.
function isWhole(stretches: readonly Stretch[], day: number): boolean {
  if (stretches.length === 1) return hasEndIn(stretches[0]!, day)
  const latest = (day + 2) * dayMs
  for (let { index } = stretchAt(stretches, (day - 1) * dayMs); stretches[index]; index++) {
    if (stretches[index]!.from > latest) return false
    if (hasEndIn(stretches[index]!, day)) return true
  }
  return false
}

// When the user's clock showed a day: once, but for changes of zone.
function shownSpans(stretches: readonly Stretch[], day: number): readonly { from: number; until: number }[] {
  const spans: { from: number; until: number }[] = []
  for (let { index } = stretchAt(stretches, (day - 1) * dayMs); stretches[index]; index++) {
    const stretch = stretches[index]!
    if (stretch.from >= (day + 2) * dayMs) break
    const from = Math.max(stretch.from, endOfDay(stretch.zone, day - 1))
    const until = Math.min(stretch.until, endOfDay(stretch.zone, day))
    if (from < until) spans.push({ from, until })
  }
  return spans
}

function hasEndIn({ zone, from, until, clocks }: Stretch, day: number): boolean {
  const end = endOfDay(zone, day)
  if (end <= from || end > until || localDay(zone, end - 1) !== day) return false
  return !clocks.some(
    clock => end - 1 < clock.until && clock.lastDay < day && localDay(clock.zone, end - 1) <= clock.lastDay,
  )
}
