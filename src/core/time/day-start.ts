import { invalid } from '../values/invalid.js'

/** When local days start, as the user's clock shows it: a quarter of an hour from 00:00 to 12:00. */
export const dayStartPattern = /^(?:(?:0\d|1[01]):(?:00|15|30|45)|12:00)$/

/** The start of days, unless the catalog or the user sets another. */
export const midnight = '00:00'

/** Returns how long after midnight a time of day is, in milliseconds. */
export function dayStartMs(time: string): number {
  return (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000
}

/** Writes a time of day that is so many milliseconds after midnight. */
export function dayStartText(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16)
}

/** Checks when days start. @throws INPUT_INVALID naming the field */
export function checkDayStart(field: string, time: unknown): string {
  if (typeof time === 'string' && dayStartPattern.test(time)) return time
  throw invalid(field, 'must be a quarter of an hour from 00:00 to 12:00, such as 04:00', String(time))
}
