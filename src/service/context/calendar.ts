import { type Calendar, calendarOf } from '../../core/time/calendar.js'
import type { Holdings } from '../../store/progress/holdings.js'
import type { ServiceContext } from './context.js'

/** Makes the calendar of a user from what is stored. Every day that a service speaks of is of such a calendar. */
export function userCalendar(
  { defaultTimeZone }: Pick<ServiceContext, 'defaultTimeZone'>,
  { zones = [], pauses = [] }: Partial<Pick<Holdings, 'zones' | 'pauses'>>,
): Calendar {
  return calendarOf(zones, pauses, defaultTimeZone)
}
