import type { Calendar } from '../time/calendar.js'
import { dayMs, parseDay } from '../time/period.js'
import { type Weekday, weekdays } from '../time/weekday.js'
import { fill, oncePer } from './fill.js'
import type { Speech } from './speech.js'

/** The user's calendar and current time, which decide what `tomorrow` is. */
export type UserTime = { readonly calendar: Calendar; readonly now: Date }

/** Writes the end of a time that ends at an instant (excluded): `by the end of tomorrow`, or `before` a time within a day. */
export function byWords(speech: Speech, end: Date, { calendar, now }: UserTime): string {
  const { by } = speech.phrases
  const day = dayBeginningAt(end, calendar)
  if (day === undefined) return fill(by.time, { time: timeText(speech, end, calendar) })
  const last = day - 1
  const today = calendar.dayOf(now.getTime())
  if (last === today) return by.today
  return last === today + 1 ? by.tomorrow : fill(by.date, { date: dayText(speech, last) })
}

/** Writes when something can start: `starting tomorrow`. */
export function fromWords(speech: Speech, start: Date, { calendar, now }: UserTime): string {
  const { from } = speech.phrases
  const day = dayBeginningAt(start, calendar)
  if (day === undefined) return fill(from.time, { time: timeText(speech, start, calendar) })
  return day === calendar.dayOf(now.getTime()) + 1 ? from.tomorrow : fill(from.date, { date: dayText(speech, day) })
}

/** Writes a local day, counted from 1970-01-01, as the language does: `May 3, 2026`. */
export function dayText({ locale }: Speech, day: number): string {
  return longDays(locale).format(day * dayMs)
}

/** Writes a local day shortly: `May 3, 2026`. `day`: counted from 1970-01-01, or as `2026-05-03`. */
export function shortDayText({ locale }: Speech, day: number | string): string {
  const number = typeof day === 'number' ? day : parseDay(day)
  return number === undefined ? String(day) : shortDays(locale).format(number * dayMs)
}

/** Writes an instant by the user's clock: `May 3, 2026 at 4:00 PM`. */
export function timeText({ locale }: Speech, at: Date, calendar: Calendar): string {
  return longTimes(`${locale} ${calendar.zoneAt(at.getTime())}`).format(at)
}

/** Writes a time of day, such as `22:00`, as the language does: `10:00 PM`. */
export function clockText({ locale }: Speech, time: string): string {
  return clocks(locale).format(new Date(`1970-01-01T${time}Z`))
}

/** Writes a day of the week: `Saturday`. */
export function weekdayText({ locale }: Speech, day: Weekday): string {
  // 1970-01-05 was a Monday.
  return weekdayNames(locale).format((weekdays.indexOf(day) + 4) * dayMs)
}

const clocks = oncePer(
  locale => new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }),
)
const weekdayNames = oncePer(locale => new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }))
const longTimes = oncePer(key => {
  const [locale, timeZone] = key.split(' ') as [string, string]
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone })
})
const longDays = oncePer(locale => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }))

const shortDays = oncePer(locale => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }))

// Where days do not start at midnight, "the end of today" would say another time than what is meant.
function dayBeginningAt(at: Date, calendar: Calendar): number | undefined {
  const ms = at.getTime()
  const day = calendar.dayOf(ms)
  return calendar.dayStartMsAt(ms) === 0 && calendar.startOfDay(day, ms) === ms ? day : undefined
}
