import * as Instant from 'temporal-polyfill/fns/Instant'
import * as PlainDate from 'temporal-polyfill/fns/PlainDate'
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime'
import { invalid } from '../values/invalid.js'
import { dayMs } from './period.js'

/** The time zone of users without one, unless the service sets another. */
export const defaultTimeZone = 'UTC'

/** Returns the local day, counted from 1970-01-01, that clocks in a zone show at an instant. */
export function localDay(zone: string, ms: number): number {
  return Math.floor((ms + spanAt(zone, ms).offsetMs) / dayMs)
}

/** Finds the first instant at which clocks in a zone show a later day. */
export function endOfDay(zone: string, day: number): number {
  const midnight = (day + 1) * dayMs
  // No clock was ever further from UTC than a day.
  for (let at = midnight - dayMs; ; ) {
    const { end, offsetMs } = spanAt(zone, at)
    const reached = Math.max(at, midnight - offsetMs)
    if (reached < end) return reached
    at = end
  }
}

/** Finds the instant at which a local day starts: midnight, or the first instant after it if midnight is skipped. */
export function startOfDay(zone: string, day: number): number {
  return PlainDate.toZonedDateTime(PlainDate.addDays(PlainDate.create(1970, 1, 1), day), zone).epochMilliseconds
}

/**
 * Returns the name of an IANA time zone in its official spelling. Undefined if this runtime does not know it. Offsets
 * are not names.
 */
export function timeZoneNamed(zone: string): string | undefined {
  if (!/^[A-Za-z]/.test(zone)) return undefined
  try {
    return ZonedDateTime.create(0n, zone).timeZoneId
  } catch {
    return undefined
  }
}

/** Checks a time zone and returns its name in its official spelling. @throws INPUT_INVALID naming the field */
export function checkTimeZone(field: string, zone: unknown): string {
  const name = typeof zone === 'string' ? timeZoneNamed(zone) : undefined
  if (name !== undefined) return name
  const problem = 'is not a time zone that this server knows; use an IANA name such as Europe/Berlin, not an offset'
  throw invalid(field, problem, zone)
}

/** A range of time in which a zone keeps its offset. */
type Span = { readonly start: number; readonly end: number; readonly offsetMs: number }

// Temporal takes microseconds per question and a zone has a few hundred spans, so each is asked for only once.
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

// How many spans start at or before an instant.
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
  const at = Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(ms), zone)
  const next = ZonedDateTime.getTimeZoneTransition(at, 'next')
  // `previous` excludes the instant itself, so the question starts just after it.
  const previous = ZonedDateTime.getTimeZoneTransition(ZonedDateTime.addNanoseconds(at, 1), 'previous')
  return {
    start: previous ? previous.epochMilliseconds : Number.NEGATIVE_INFINITY,
    end: next ? next.epochMilliseconds : Number.POSITIVE_INFINITY,
    offsetMs: ZonedDateTime.offsetNanoseconds(at) / 1_000_000,
  }
}
