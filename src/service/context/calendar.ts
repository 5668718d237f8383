import { type Calendar, type ClockSince, calendarOf, type ZoneSince } from '../../core/time/calendar.js'
import { midnight } from '../../core/time/day-start.js'
import type { Holdings } from '../../store/progress/holdings.js'
import type { CountingContext } from './context.js'

/** Lists clocks with what holds where nothing was set. */
export function zonesShown(
  clocks: readonly ClockSince[],
  { defaultTimeZone, compiled }: Pick<CountingContext, 'defaultTimeZone' | 'compiled'>,
): readonly ZoneSince[] {
  const usual = compiled.catalog.definition.dayStartsAt ?? midnight
  return clocks.map(({ zone, since, dayStartsAt }) => {
    const start = dayStartsAt ?? usual
    return { zone: zone ?? defaultTimeZone, since, ...(start !== midnight && { dayStartsAt: start }) }
  })
}

/** Creates the calendar of a user from what is stored. All days in the service's results come from such a calendar. */
export function userCalendar(
  { defaultTimeZone, compiled }: Pick<CountingContext, 'defaultTimeZone' | 'compiled'>,
  { zones = [], pauses = [], freezes = [] }: Partial<Pick<Holdings, 'zones' | 'pauses' | 'freezes'>>,
): Calendar {
  const { dayStartsAt } = compiled.catalog.definition
  return calendarOf(zones, pauses, { zoneOfOthers: defaultTimeZone, dayStartsAt, freezes })
}
