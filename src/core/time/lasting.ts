import { parseDuration } from './duration.js'

/** How long something lasts: calendar months, then a fixed length. */
type Lasting = { readonly months: number; readonly ms: number }

// A century, as for durations of fixed length.
const mostMonths = 1_200

/**
 * Parses an ISO 8601 duration in years, months, weeks, days, hours, minutes and seconds. Undefined if it is not one, or
 * is longer than a century.
 */
export function parseLasting(text: string): Lasting | undefined {
  const [, years = 0, months = 0, rest] = /^P(?:(\d+)Y)?(?:(\d+)M)?(.*)$/.exec(text) ?? []
  const inMonths = Number(years) * 12 + Number(months)
  if (rest === undefined || inMonths > mostMonths) return undefined
  const ms = rest === '' ? 0 : parseDuration(`P${rest}`)
  return ms === undefined || inMonths + ms === 0 ? undefined : { months: inMonths, ms }
}

/**
 * Returns when something that began at an instant and lasts so long ends. Months are those of UTC, so that the end is
 * the same for everybody: from January 31, a month ends on the last day of February. Null without a duration.
 */
export function endOfLasting(text: unknown, from: Date): Date | null {
  const lasting = typeof text === 'string' ? parseLasting(text) : undefined
  if (!lasting) return null
  const end = new Date(from)
  const day = end.getUTCDate()
  end.setUTCDate(1)
  end.setUTCMonth(end.getUTCMonth() + lasting.months)
  const lastDay = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate()
  end.setUTCDate(Math.min(day, lastDay))
  return new Date(end.getTime() + lasting.ms)
}
