import { Temporal } from 'temporal-polyfill'
import { invalid } from '../values/invalid.js'
import { dayMs } from './period.js'

/** The zone of users without one, unless the service names another. */
export const defaultTimeZone = 'UTC'

/** Gives the local day, counted from 1970-01-01, that clocks in a zone show at an instant. */
export function localDay(zone: string, ms: number): number {
  return Math.floor((ms + spanAt(zone, ms).offsetMs) / dayMs)
}

/** Finds the instant from which clocks in a zone show a later day for the first time. */
export function endOfDay(zone: string, day: number): number {
  const midnight = (day + 1) * dayMs
  // No clock was ever further from UTC than this.
  for (let at = midnight - dayMs; ; ) {
    const { end, offsetMs } = spanAt(zone, at)
    const reached = Math.max(at, midnight - offsetMs)
    if (reached < end) return reached
    at = end
  }
}

/** Finds the instant at which a local day begins: midnight, or the first one after it where midnight is skipped. */
export function startOfDay(zone: string, day: number): number {
  return new Temporal.PlainDate(1970, 1, 1).add({ days: day }).toZonedDateTime(zone).epochMilliseconds
}

/** Gives the name of an IANA time zone as it is written, or undefined where this runtime knows none. Offsets are no names. */
export function timeZoneNamed(zone: string): string | undefined {
  if (!/^[A-Za-z]/.test(zone)) return undefined
  try {
    return new Temporal.ZonedDateTime(0n, zone).timeZoneId
  } catch {
    return undefined
  }
}

/** Checks a time zone and gives its name as it is written. @throws INPUT_INVALID naming the field */
export function checkTimeZone(field: string, zone: unknown): string {
  const name = typeof zone === 'string' ? timeZoneNamed(zone) : undefined
  if (name !== undefined) return name
  const problem = 'is not a time zone that this server knows; use an IANA name such as Europe/Berlin, not an offset'
  throw invalid(field, problem, zone)
}

/** A stretch of time over which a zone keeps its offset. */
type Span = { readonly start: number; readonly end: number; readonly offsetMs: number }

// Asking Temporal takes microseconds, and there are a few hundred spans a zone: each is asked for once.
const spansByZone = new Map<string, Span[]>()

function spanAt(zone: string, ms: number): Span {
  const spans = spansByZone.get(zone) ?? []
  if (spans.length === 0) spansByZone.set(zone, spans)
  const place = placeIn(spans, ms)
  const known = spans[place - 1]
  if (known !== undefined && ms < known.end) return known
  const span = askedSpan(zone, ms)
  spans.splice(place, 0, span)
  return span
}

// How many spans begin at or before an instant.
function placeIn(spans: readonly Span[], ms: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (spans[middle]!.start <= ms) low = middle + 1
    else high = middle
  }
  return low
}

function askedSpan(zone: string, ms: number): Span {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
  const next = at.getTimeZoneTransition('next')
  // `previous` lies strictly before, so it is asked for from just after.
  const previous = at.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
  return {
    start: previous ? previous.epochMilliseconds : Number.NEGATIVE_INFINITY,
    end: next ? next.epochMilliseconds : Number.POSITIVE_INFINITY,
    offsetMs: at.offsetNanoseconds / 1_000_000,
  }
}
