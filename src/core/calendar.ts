import { firstDayOf, type PeriodIndex, type PeriodUnit } from './period.js'
import { defaultTimeZone, isDayShown, localDay, startOfDay } from './time-zone.js'

/** From when on a zone holds. The next one ends it. */
export type ZoneSince = { readonly zone: string; readonly since: Date }

/** A stretch of time, `until` excluded, that streaks leave out. */
export type Pause = { readonly from: Date; readonly until: Date }

/** How one user's days run: which zone held when, and what is paused. */
export type Calendar = {
  /** Gives the local day, counted from 1970-01-01, of an instant: that of the zone in force then. */
  readonly dayOf: (ms: number) => number
  /** Gives the zone in force at an instant. */
  readonly zoneAt: (ms: number) => string
  /** Tells whether a pause touches a day. */
  readonly isPaused: (day: number) => boolean
  /** Tells whether leaving out a period breaks a streak: not where a pause touches it, nor where no clock of the user showed it. */
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
  const zoneAt = (ms: number): string => stretches.findLast(({ from }) => from <= ms)!.zone
  const dayOf = (ms: number): number => localDay(stretches.length === 1 ? stretches[0]!.zone : zoneAt(ms), ms)
  const paused = pauses.map(({ from, until }) => {
    // A flight west can make the pause end on an earlier day than it began.
    const days = [dayOf(from.getTime()), dayOf(until.getTime() - 1)]
    return { first: Math.min(...days), last: Math.max(...days) }
  })
  const isPausedIn = (first: number, last: number): boolean =>
    paused.some(pause => pause.first <= last && first <= pause.last)
  const isShown = (day: number): boolean =>
    stretches.some(({ zone, from, until }) => isDayShown(zone, day, [from, until]))
  return {
    dayOf,
    zoneAt,
    isPaused: day => isPausedIn(day, day),
    canBeMissed: (unit, period) => {
      if (isPausedIn(firstDayOf(unit, period), firstDayOf(unit, period + 1) - 1)) return false
      return unit !== 'day' || isShown(period)
    },
  }
}

/** The calendar of a user of whom nothing is known. */
export const utcCalendar: Calendar = plainCalendar(defaultTimeZone)

/** Finds the instant at which a period begins, by the zone in force at `ms`. */
export function startOfPeriod(calendar: Calendar, { unit, period, ms }: PeriodAt): Date {
  return new Date(startOfDay(calendar.zoneAt(ms), firstDayOf(unit, period)))
}

type PeriodAt = { readonly unit: PeriodUnit; readonly period: PeriodIndex; readonly ms: number }

type Stretch = { readonly zone: string; readonly from: number; readonly until: number }

function stretchesOf(zones: readonly ZoneSince[], zoneOfOthers: string): readonly Stretch[] {
  const inOrder = [...zones].sort((a, b) => a.since.getTime() - b.since.getTime())
  const [first = { zone: zoneOfOthers }, ...later] = inOrder
  const starts = [
    { zone: first.zone, from: Number.NEGATIVE_INFINITY },
    ...later.map(({ zone, since }) => ({ zone, from: since.getTime() })),
  ]
  return starts.map((start, i) => ({ ...start, until: starts[i + 1]?.from ?? Number.POSITIVE_INFINITY }))
}
