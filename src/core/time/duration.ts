import { dayMs } from './period.js'

const pattern = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/**
 * Parses an ISO 8601 duration of fixed length (weeks, days of 24 hours, hours, minutes, seconds) to milliseconds.
 * Undefined if it is not one. Months and years have no fixed length.
 */
export function parseDuration(text: string): number | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map(part => Number(part ?? 0)) as Five
  const ms = (weeks * 7 + days) * dayMs + hours * 3_600_000 + minutes * 60_000 + seconds * 1_000
  return ms > 0 && ms <= longestMs ? ms : undefined
}

type Five = [number, number, number, number, number]

// A century: with longer durations, subtracting from an instant could leave the range of a Date.
const longestMs = 36_525 * dayMs
