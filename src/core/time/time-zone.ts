import { invalid } from '../values/invalid.js'
import { dayMs } from './period.js'

/** The time zone of users without one, unless the service sets another. */
export const defaultTimeZone = 'UTC'

/** A clock and what it calls a day: `dayStartMs` after midnight, the next one starts. */
export type Clock = { readonly zone: string; readonly dayStartMs: number }

/** Returns the local day of an instant, counted from 1970-01-01. */
export function localDay({ zone, dayStartMs }: Clock, ms: number): number {
  return Math.floor((ms + spanAt(zone, ms).offsetMs - dayStartMs) / dayMs)
}

/** What a clock shows: the local day, counted from 1970-01-01, and the minute of the day, counted from 0. */
export type LocalTime = { readonly day: number; readonly minute: number }

/** Returns what clocks in a zone show at an instant. */
export function localTime(zone: string, ms: number): LocalTime {
  const minute = Math.floor((ms + spanAt(zone, ms).offsetMs) / 60_000)
  const day = Math.floor(minute / 1_440)
  return { day, minute: minute - day * 1_440 }
}

/** Finds the first instant of a later day. */
export function endOfDay({ zone, dayStartMs }: Clock, day: number): number {
  const shown = (day + 1) * dayMs + dayStartMs
  // No clock was ever further from UTC than a day.
  for (let at = shown - dayMs; ; ) {
    const { end, offsetMs } = spanAt(zone, at)
    const reached = Math.max(at, shown - offsetMs)
    if (reached < end) return reached
    at = end
  }
}

/** Finds the instant at which a local day starts, or the first one after it if the clock skips that. */
export function startOfDay(clock: Clock, day: number): number {
  return endOfDay(clock, day - 1)
}

/**
 * Returns the name of an IANA time zone in its official spelling; other names of a zone stay as they are. Undefined if
 * this runtime does not know it. Offsets are not names.
 */
export function timeZoneNamed(zone: string): string | undefined {
  if (!/^[A-Za-z]/.test(zone) || abbreviations.includes(zone.toUpperCase())) return undefined
  try {
    const official = offsetsOf(zone).resolvedOptions().timeZone
    return official.toLowerCase() === zone.toLowerCase() ? official : zone
  } catch {
    return undefined
  }
}

// Names of old versions of Java that ICU still knows: ambiguous, and not in the IANA database.
const abbreviations =
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' ')

/** Checks a time zone and returns its name in its official spelling. @throws INPUT_INVALID naming the field */
export function checkTimeZone(field: string, zone: unknown): string {
  const name = typeof zone === 'string' ? timeZoneNamed(zone) : undefined
  if (name !== undefined) return name
  const problem = 'is not a time zone that this server knows; use an IANA name such as Europe/Berlin, not an offset'
  throw invalid(field, problem, zone)
}

/** A range of time in which a zone keeps its offset. */
type Span = { readonly start: number; readonly end: number; readonly offsetMs: number }

/** An offset from UTC, and since when a zone has it. */
export type OffsetSince = { readonly since: number; readonly offsetMs: number }

/** Lists the offsets of a zone from one instant to another, in order. */
export function offsetsBetween(zone: string, from: number, until: number): readonly OffsetSince[] {
  const found: OffsetSince[] = []
  for (let at = from; at <= until; ) {
    const { end, offsetMs } = spanAt(zone, at)
    if (found.at(-1)?.offsetMs !== offsetMs) found.push({ since: at, offsetMs })
    at = end
  }
  return found
}

// A question takes microseconds and a zone has a few hundred spans, so each is asked for only once.
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

// A span may be shorter than the time in which the zone keeps its offset, never longer.
function askedSpan(zone: string, ms: number): Span {
  if (zone === defaultTimeZone) return { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, offsetMs: 0 }
  // Until then, places went by the sun: no zone was changed.
  if (ms < firstChangeMs)
    return { start: Number.NEGATIVE_INFINITY, end: firstChangeMs, offsetMs: offsetAt(zone, firstChangeMs) }
  const offsetMs = offsetAt(zone, ms)
  return {
    start: edgeOf(zone, ms, { offsetMs, stepMs: -stepMs }),
    end: edgeOf(zone, ms, { offsetMs, stepMs }),
    offsetMs,
  }
}

const firstChangeMs = Date.UTC(1840)
const lastMs = 8.64e15

// No zone ever left an offset and returned to it in less time.
const stepMs = 5 * dayMs
const mostSteps = 40

type Search = { readonly offsetMs: number; readonly stepMs: number }

// Goes on in steps until the offset is another one, then finds the millisecond at which it became so.
function edgeOf(zone: string, from: number, { offsetMs, stepMs }: Search): number {
  let inside = from
  for (let i = 0; i < mostSteps; i++) {
    const next = Math.min(Math.max(inside + stepMs, firstChangeMs), lastMs)
    if (offsetAt(zone, next) !== offsetMs) return changeBetween(zone, { inside, outside: next, offsetMs })
    inside = next
  }
  return inside
}

type Change = { inside: number; outside: number; readonly offsetMs: number }

function changeBetween(zone: string, { inside, outside, offsetMs }: Change): number {
  while (Math.abs(outside - inside) > 1) {
    const middle = Math.floor((inside + outside) / 2)
    if (offsetAt(zone, middle) === offsetMs) inside = middle
    else outside = middle
  }
  return Math.max(inside, outside)
}

const formats = new Map<string, Intl.DateTimeFormat>()

function offsetsOf(zone: string): Intl.DateTimeFormat {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
  formats.set(zone, format)
  return format
}

// Reads `1/1/1970, GMT-00:44:30`. Where the offset is zero, some versions of ICU write only `GMT`.
function offsetAt(zone: string, ms: number): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(offsetsOf(zone).format(ms)) ?? []
  const offsetMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000
  return sign === '-' ? -offsetMs : offsetMs
}
