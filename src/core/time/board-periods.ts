import { dayLabel, type PeriodUnit, periodLabel, periodOf } from './period.js'
import { defaultTimeZone, localDay, startOfDay } from './time-zone.js'
import { type Weekday, weekdays } from './weekday.js'

/**
 * The periods of a board, which are the same for all users: all time, calendar periods by one clock, or seasons, which
 * do not overlap.
 */
export type BoardPeriods =
  | { readonly type: 'ever' }
  | CalendarPeriods
  | { readonly type: 'seasons'; readonly seasons: readonly PeriodSpan[] }

/** Calendar periods by the clock of one zone. `weekStartsOn` matters to weeks only. */
export type CalendarPeriods = {
  readonly type: 'calendar'
  readonly unit: PeriodUnit
  readonly zone: string
  readonly weekStartsOn: Weekday
}

/** A range of time in milliseconds since 1970, `until` excluded. */
export type PeriodSpan = { readonly from: number; readonly until: number }

/** The label of all time, of which there is one period. */
export const everLabel = 'ever'

/**
 * Names the period of an instant. Boards whose periods have the same clock, or seasons with the same dates, use the same
 * names. Null if no season is on.
 */
export function labelAt(periods: BoardPeriods, ms: number): string | null {
  switch (periods.type) {
    case 'ever':
      return everLabel
    case 'calendar':
      return calendarLabel(periods, localDay(clockOf(periods), ms))
    case 'seasons': {
      const season = periods.seasons.find(({ from, until }) => from <= ms && ms < until)
      return season ? seasonLabel(season) : null
    }
  }
}

/** Returns when the period of an instant begins and ends. Null for all time, and if no season is on. */
export function periodSpanAt(periods: BoardPeriods, ms: number): PeriodSpan | null {
  if (periods.type === 'ever') return null
  if (periods.type === 'seasons') return periods.seasons.find(({ from, until }) => from <= ms && ms < until) ?? null
  const clock = clockOf(periods)
  const label = (day: number): string => calendarLabel(periods, day)
  const today = localDay(clock, ms)
  let [first, next] = [today, today + 1]
  while (label(first - 1) === label(today)) first -= 1
  while (label(next) === label(today)) next += 1
  return { from: startOfDay(clock, first), until: startOfDay(clock, next) }
}

/** Names a season by its dates, so that it can get another name. */
export function seasonLabel({ from, until }: PeriodSpan): string {
  return `${new Date(from).toISOString()}/${new Date(until).toISOString()}`
}

/** Returns how the labels of calendar periods end: with the weekday on which weeks start, and the zone. */
export function labelEnding({ unit, zone, weekStartsOn }: CalendarPeriods): string {
  const week = unit === 'week' && weekStartsOn !== 'mon' ? `/${weekStartsOn}` : ''
  return `${week}${zone === defaultTimeZone ? '' : ` ${zone}`}`
}

/** Returns how many days after Monday weeks start. */
export function weekShift({ weekStartsOn }: CalendarPeriods): number {
  return weekdays.indexOf(weekStartsOn)
}

function clockOf({ zone }: CalendarPeriods) {
  return { zone, dayStartMs: 0 }
}

// A week that does not start on Monday has no number by ISO 8601, so it is named by its first day.
function calendarLabel(periods: CalendarPeriods, day: number): string {
  const { unit } = periods
  const shift = weekShift(periods)
  if (unit !== 'week' || shift === 0) return periodLabel(unit, periodOf(unit, day)) + labelEnding(periods)
  const first = day - ((((day + 3 - shift) % 7) + 7) % 7)
  return dayLabel(first) + labelEnding(periods)
}
