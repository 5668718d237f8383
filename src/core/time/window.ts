import { dayMs, parseDay } from './period.js'

/**
 * A range of time, `until` excluded. Open-ended if `from` or `until` is omitted. A day (`2026-12-01`) is the user's own
 * local day; an instant (`2026-12-01T00:00:00Z`) is the same for all users.
 */
export type TimeWindow = { readonly from?: string; readonly until?: string }

/** One end of a window: a local day counted from 1970-01-01, or an instant in milliseconds since 1970. */
export type Bound = { readonly kind: 'day' | 'instant'; readonly at: number }

/** Windows that must all be open: their lower and upper bounds. */
export type Bounds = { readonly from: readonly Bound[]; readonly until: readonly Bound[] }

/** Parses one end of a window. Undefined if it is neither a day nor an instant with an offset. */
export function parseBound(text: string): Bound | undefined {
  const day = parseDay(text)
  if (day !== undefined) return { kind: 'day', at: day }
  if (!instantPattern.test(text) || parseDay(text.slice(0, 10)) === undefined) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : { kind: 'instant', at: ms }
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/

/** Joins windows: the result contains what is in all of them. Null if there are none. */
export function boundsOf(windows: readonly (TimeWindow | undefined)[]): Bounds | null {
  const given = windows.filter(window => window !== undefined)
  if (given.length === 0) return null
  const bounds = (key: keyof TimeWindow): Bound[] =>
    given.flatMap(window => (window[key] === undefined ? [] : [parseBound(window[key])!]))
  return { from: bounds('from'), until: bounds('until') }
}

/** Tells whether an instant is inside. `dayOf` returns the local day if a bound needs it. */
export function isWithin({ from, until }: Bounds, ms: number, dayOf: (ms: number) => number): boolean {
  const isReached = ({ kind, at }: Bound): boolean => (kind === 'day' ? dayOf(ms) : ms) >= at
  return from.every(isReached) && !until.some(isReached)
}

/** Tells whether bounds depend on local days. */
export function asksForDays({ from, until }: Bounds): boolean {
  return [...from, ...until].some(({ kind }) => kind === 'day')
}

/** Tells whether nothing can be between two bounds. For a day and an instant, all time zones are considered. */
export function isEmpty(from: Bound, until: Bound): boolean {
  if (from.kind === until.kind) return from.at >= until.at
  const earliest = from.kind === 'instant' ? from.at : from.at * dayMs - aheadMs
  const latest = until.kind === 'instant' ? until.at : until.at * dayMs + behindMs
  return earliest >= latest
}

/** By how much local days can start before those of UTC: no current zone is further ahead. */
export const aheadMs = 14 * 3_600_000
/** By how much local days can start after those of UTC: 12 hours by the zone, and 12 by when the user's days start. */
export const behindMs = 24 * 3_600_000
