import { calendarOf } from '../../core/calendar.js'
import { dayMs } from '../../core/period.js'
import { readQuarterHours, readUserCalendar, type UserCalendar } from '../../store/studio/user-history.js'
import type { StudioContext } from './context.js'
import { dayName } from './overview.js'

/** A user's local days over a year, and how they run. */
export type UserDays = UserCalendar & {
  readonly today: string
  /** Days with completions. */
  readonly days: readonly { readonly day: string; readonly count: number }[]
}

const shownDays = 371

/**
 * Counts a user's completions a local day: a completion falls on the day of the zone that held when it happened. `timeZone`: the zone
 * of a user who has set none.
 */
export async function readUserDays(
  { db, tables, now }: StudioContext,
  { userId, timeZone }: { readonly userId: string; readonly timeZone: string },
): Promise<UserDays> {
  const at = now().getTime()
  const calendar = await readUserCalendar(db, tables, userId)
  const { dayOf } = calendarOf(calendar.zones, [], timeZone)
  const quarters = await readQuarterHours(db, tables, { userId, from: new Date(at - shownDays * dayMs) })
  const countByDay = new Map<number, number>()
  for (const { at: quarter, count } of quarters) {
    const day = dayOf(quarter.getTime())
    countByDay.set(day, (countByDay.get(day) ?? 0) + count)
  }
  const days = [...countByDay].sort(([a], [b]) => a - b).map(([day, count]) => ({ day: dayName(day), count }))
  return { ...calendar, today: dayName(dayOf(at)), days }
}
