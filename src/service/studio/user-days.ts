import { type Calendar, type ClockSince, calendarOf, type ZoneSince } from '../../core/time/calendar.js'
import { dayMs } from '../../core/time/period.js'
import { allUsers, readPauses } from '../../store/progress/pauses.js'
import { readQuarterHours } from '../../store/studio/user-history.js'
import { readClocks } from '../../store/users/calendars.js'
import type { StudioContext } from './context.js'
import { dayName } from './overview.js'

/** A user's local days over a year, with pauses and time zones. */
export type UserDays = {
  readonly today: string
  /** Days with completions. */
  readonly days: readonly { readonly day: string; readonly count: number }[]
  /**
   * Days covered by pauses, in part or in whole, including pauses for all users. `isWhole`: completions on this day do
   * not count.
   */
  readonly pausedDays: readonly { readonly day: string; readonly isWhole: boolean }[]
  /** The time zone in effect now. */
  readonly timeZone: string
  /** The latest time zones that were set, newest first. */
  readonly zones: readonly ZoneSince[]
}

/** Whose days, and what holds where the user set nothing. */
type AskedDays = { readonly userId: string; readonly timeZone: string; readonly dayStartsAt: string | undefined }

function shownZone({ zone, since, dayStartsAt }: ClockSince, timeZone: string): ZoneSince {
  return { zone: zone ?? timeZone, since, ...(dayStartsAt && { dayStartsAt }) }
}

const shownDays = 371
const shownZones = 100

/**
 * Counts a user's completions per local day. A completion is on its day in the time zone that was in effect when it
 * happened. `timeZone`: the zone in effect now, also for a user who has set none.
 */
export async function readUserDays(
  { db, tables, now }: StudioContext,
  { userId, timeZone, dayStartsAt }: AskedDays,
): Promise<UserDays> {
  const at = now().getTime()
  const clocks = await readClocks(db, tables, userId)
  const pauses = [await readPauses(db, tables, userId), await readPauses(db, tables, allUsers)].flat()
  const calendar = calendarOf(clocks, pauses, { zoneOfOthers: timeZone, dayStartsAt })
  const quarters = await readQuarterHours(db, tables, { userId, from: new Date(at - shownDays * dayMs) })
  const countByDay = new Map<number, number>()
  for (const { at: quarter, count } of quarters) {
    const day = calendar.dayOf(quarter.getTime())
    countByDay.set(day, (countByDay.get(day) ?? 0) + count)
  }
  const today = calendar.dayOf(at)
  return {
    today: dayName(today),
    days: [...countByDay].sort(([a], [b]) => a - b).map(([day, count]) => ({ day: dayName(day), count })),
    pausedDays: pausedDaysOf(calendar, today),
    timeZone,
    zones: clocks
      .map(clock => shownZone(clock, timeZone))
      .reverse()
      .slice(0, shownZones),
  }
}

function pausedDaysOf({ isPaused, isTouchedByPause }: Calendar, today: number): UserDays['pausedDays'] {
  return Array.from({ length: shownDays }, (_, i) => today - shownDays + 1 + i)
    .filter(isTouchedByPause)
    .map(day => ({ day: dayName(day), isWhole: isPaused(day) }))
}
