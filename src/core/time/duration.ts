import { dayMs } from './period.js'

const pattern = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/**
 * Reads an ISO 8601 duration of fixed length (weeks, days of 24 hours, hours, minutes, seconds) in milliseconds, or gives
 * undefined. Months and years have no fixed length.
 */
export function parseDuration(text: string): number | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map(part => Number(part ?? 0)) as Five
  const ms = (weeks * 7 + days) * dayMs + hours * 3_600_000 + minutes * 60_000 + seconds * 1_000
  return ms > 0 && ms <= longestMs ? ms : undefined
}

type Five = [number, number, number, number, number]

// A century: beyond it, instants minus durations leave what a Date can hold.
const longestMs = 36_525 * dayMs
