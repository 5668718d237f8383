import { type Calendar, calendarOf } from '../../core/time/calendar.js'
import type { Holdings } from '../../store/progress/holdings.js'
import type { ServiceContext } from './context.js'

/** Creates the calendar of a user from what is stored. All days in the service's results come from such a calendar. */
export function userCalendar(
  { defaultTimeZone }: Pick<ServiceContext, 'defaultTimeZone'>,
  { zones = [], pauses = [], freezes = [] }: Partial<Pick<Holdings, 'zones' | 'pauses' | 'freezes'>>,
): Calendar {
  return calendarOf(zones, pauses, { zoneOfOthers: defaultTimeZone, freezes })
}
