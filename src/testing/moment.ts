import type { Calendar } from '../core/time/calendar.js'
import { dayLabel } from '../core/time/period.js'
import { defaultTimeZone } from '../core/time/time-zone.js'
import { parseBound } from '../core/time/window.js'

/** An instant: a Date, or an ISO 8601 string with an offset, such as `2026-03-28T10:00:00Z`. */
export type Moment = Date | string

/** Parses a moment. `what`: its name in errors. @throws Error if it is invalid */
export function instantOf(moment: Moment, what: string): Date {
  if (moment instanceof Date && !Number.isNaN(moment.getTime())) return new Date(moment)
  const bound = typeof moment === 'string' ? parseBound(moment) : undefined
  if (bound?.kind === 'instant') return new Date(bound.at)
  // A string without an offset would be a different instant on another machine.
  const fix = 'use a Date, or a string with an offset such as 2026-03-28T10:00:00Z'
  throw new Error(`${what} is not an instant (given: ${String(moment)}); ${fix}`)
}

/** Checks whether a moment is a local day, such as `2026-03-28`. */
export function isDay(moment: Moment): boolean {
  return typeof moment === 'string' && parseBound(moment)?.kind === 'day'
}

/** Writes an instant and, if the user's time zone is not UTC, its local day. */
export function instantWords(at: Date, { zoneAt, dayOf }: Calendar): string {
  const zone = zoneAt(at.getTime())
  const words = at.toISOString().replace('.000Z', 'Z')
  return zone === defaultTimeZone ? words : `${words} (${dayLabel(dayOf(at.getTime()))} in ${zone})`
}
