import { midnight } from './day-start.js'
import { type Pause, pausedDays } from './paused-days.js'
import { dayMs, firstDayOf, type PeriodIndex, type PeriodUnit } from './period.js'
import { defaultTimeZone, endOfDay, type LocalTime, localDay, localTime, startOfDay } from './time-zone.js'
import { type ClockSince, type EarlierClock, type Stretch, stretchAt, stretchesOf } from './zone-stretches.js'

export type { Pause } from './paused-days.js'
export type { ClockSince, ZoneSince } from './zone-stretches.js'

/** The days of one user: which time zone was in effect when, and what is paused. */
export type Calendar = {
  /** Returns the local day of an instant, counted from 1970-01-01, by the clock in effect then. */
  readonly dayOf: (ms: number) => number
  /** Returns what the user's clock shows at an instant. */
  readonly clockAt: (ms: number) => LocalTime
  /**
   * Lists the other days of an instant in the zones that the user had shortly before, latest day first. If one of these
   * days already counted, the instant does not add a new day, because only the change of zone caused it. Usually empty.
   */
  readonly otherDaysOf: (ms: number) => readonly number[]
  /**
   * Tells whether a completion at this instant may move another one to a different day, because a change of zone is
   * near.
   */
  readonly isNearChange: (ms: number) => boolean
  /** Returns the time zone in effect at an instant. */
  readonly zoneAt: (ms: number) => string
  /** Returns how long after midnight days start, by the clock in effect at an instant, in milliseconds. */
  readonly dayStartMsAt: (ms: number) => number
  /** Finds the instant at which a day starts, by the clock in effect at `ms`. */
  readonly startOfDay: (day: number, ms: number) => number
  /** Tells whether a whole day is paused. Completions on it do not count. */
  readonly isPaused: (day: number) => boolean
  /** Tells whether a pause covers a day, in whole or in part. */
  readonly isTouchedByPause: (day: number) => boolean
  /**
   * Tells whether skipping a period breaks a streak. It does not if a pause covers part of the period, or if the user's
   * clock never showed the end of it.
   */
  readonly canBeMissed: (unit: PeriodUnit, period: PeriodIndex) => boolean
  /** The local days on which streak freezes were granted, in order. */
  readonly freezeDays: readonly number[]
}

/**
 * Creates the calendar of a user. `zones`: in any order; the first one also holds before it was set. What they leave
 * open, `zoneOfOthers` and `dayStartsAt` decide. `freezes`: when streak freezes were granted.
 */
export function calendarOf(
  zones: readonly ClockSince[],
  pauses: readonly Pause[] = [],
  { zoneOfOthers = defaultTimeZone, dayStartsAt = midnight, freezes = [] }: CalendarOptions = {},
): Calendar {
  return zones.length === 0 && pauses.length === 0 && freezes.length === 0
    ? plainCalendar(zoneOfOthers, dayStartsAt)
    : calendarFrom(zones, pauses, { zoneOfOthers, dayStartsAt, freezes })
}

/** What a calendar depends on besides zones and pauses. */
export type CalendarOptions = {
  readonly zoneOfOthers?: string
  readonly dayStartsAt?: string | undefined
  readonly freezes?: readonly Date[]
}

const plainCalendars = new Map<string, Calendar>()

// Most users have neither a zone nor a pause, so they share one calendar.
function plainCalendar(zoneOfOthers: string, dayStartsAt: string): Calendar {
  const key = dayStartsAt === midnight ? zoneOfOthers : `${zoneOfOthers} ${dayStartsAt}`
  const calendar = plainCalendars.get(key) ?? calendarFrom([], [], { zoneOfOthers, dayStartsAt, freezes: [] })
  plainCalendars.set(key, calendar)
  return calendar
}

type CompleteOptions = {
  readonly zoneOfOthers: string
  readonly dayStartsAt: string
  readonly freezes: readonly Date[]
}

function calendarFrom(
  zones: readonly ClockSince[],
  pauses: readonly Pause[],
  { zoneOfOthers, dayStartsAt, freezes }: CompleteOptions,
): Calendar {
  const stretches = stretchesOf(zones, { zone: zoneOfOthers, dayStartsAt })
  const at = (ms: number): Stretch => (stretches.length === 1 ? stretches[0]! : stretchAt(stretches, ms))
  const dayOf = (ms: number): number => localDay(at(ms), ms)
  const paused = pausedDays(pauses, day => shownSpans(stretches, day))
  return {
    dayOf,
    clockAt: ms => localTime(at(ms).zone, ms),
    otherDaysOf: ms => (stretches.length === 1 ? none : otherDays(at(ms), ms)),
    isNearChange: ms => stretches.length > 1 && isNearChange(stretches, ms),
    zoneAt: ms => at(ms).zone,
    dayStartMsAt: ms => at(ms).dayStartMs,
    startOfDay: (day, ms) => startOfDay(at(ms), day),
    isPaused: paused.isWhole,
    isTouchedByPause: day => paused.isTouched(day, day),
    canBeMissed: (unit, period) => {
      if (paused.isTouched(firstDayOf(unit, period), firstDayOf(unit, period + 1) - 1)) return false
      return unit !== 'day' || isWhole(stretches, period)
    },
    freezeDays: freezes.map(at => dayOf(at.getTime())).sort((a, b) => a - b),
  }
}

const none: readonly number[] = []

/** The calendar of a user about whom nothing is known. */
export const utcCalendar: Calendar = plainCalendar(defaultTimeZone, midnight)

/** Finds the instant at which a period starts, by the clock in effect at `ms`. */
export function startOfPeriod(calendar: Calendar, { unit, period, ms }: PeriodAt): Date {
  return new Date(calendar.startOfDay(firstDayOf(unit, period), ms))
}

type PeriodAt = { readonly unit: PeriodUnit; readonly period: PeriodIndex; readonly ms: number }

/**
 * Returns the day on which an instant counts: a day in an earlier zone if that day already counted, otherwise the local
 * day.
 */
export function countedDay(calendar: Calendar, ms: number, hasCounted: (day: number) => boolean): number {
  return calendar.otherDaysOf(ms).find(hasCounted) ?? calendar.dayOf(ms)
}

function otherDays(stretch: Stretch, ms: number): readonly number[] {
  const { clocks } = stretch
  if (clocks.length === 0) return none
  const own = localDay(stretch, ms)
  const days = new Set(clocks.filter(({ until }) => ms < until).flatMap(clock => daysBy(clock, { own, ms })))
  days.delete(own)
  return [...days].sort((a, b) => b - a)
}

// The last day in an earlier zone continues until that zone's clock shows the next day. If that clock was ahead, it
// also continues until the user's own clock reaches this day, so that no day is counted twice.
function daysBy(clock: EarlierClock, { own, ms }: { readonly own: number; readonly ms: number }): number[] {
  return own < clock.lastDay || localDay(clock, ms) <= clock.lastDay ? [clock.lastDay] : []
}

// More than a day of 24 hours plus the 38 hours by which the days of two clocks can differ at most.
const nearMs = 64 * 3_600_000

function isNearChange(stretches: readonly Stretch[], ms: number): boolean {
  return stretchAt(stretches, ms + nearMs).from > ms - nearMs
}

// Whether the user's clock showed a day to its end, and not only because of a change of zone. A day that was cut short
// by travel, or that came while an earlier clock still showed the day before, is not missed.
function isWhole(stretches: readonly Stretch[], day: number): boolean {
  if (stretches.length === 1) return hasEndIn(stretches[0]!, day)
  const latest = (day + 2) * dayMs
  for (let { index } = stretchAt(stretches, (day - 1) * dayMs); stretches[index]; index++) {
    if (stretches[index]!.from > latest) return false
    if (hasEndIn(stretches[index]!, day)) return true
  }
  return false
}

// When the user's clock showed a day: one span, except around changes of zone.
function shownSpans(stretches: readonly Stretch[], day: number): readonly { from: number; until: number }[] {
  const spans: { from: number; until: number }[] = []
  for (let { index } = stretchAt(stretches, (day - 1) * dayMs); stretches[index]; index++) {
    const stretch = stretches[index]!
    if (stretch.from >= (day + 2) * dayMs) break
    const from = Math.max(stretch.from, endOfDay(stretch, day - 1))
    const until = Math.min(stretch.until, endOfDay(stretch, day))
    if (from < until) spans.push({ from, until })
  }
  return spans
}

function hasEndIn(stretch: Stretch, day: number): boolean {
  const { from, until, clocks } = stretch
  const end = endOfDay(stretch, day)
  if (end <= from || end > until || localDay(stretch, end - 1) !== day) return false
  return !clocks.some(
    clock => end - 1 < clock.until && clock.lastDay < day && localDay(clock, end - 1) <= clock.lastDay,
  )
}
