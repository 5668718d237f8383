import type { Pause } from '../../core/time/calendar.js'
import { isStorableTime } from '../../core/time/instant.js'
import { dayMs } from '../../core/time/period.js'
import { type Bound, parseBound } from '../../core/time/window.js'
import { invalid } from '../../core/values/invalid.js'

/** The pause to create. */
export type PauseInput = {
  /** A local day of each user, such as `2026-09-25`, or an instant. */
  readonly from: Date | string
  /** Excluded. Must be a day if `from` is a day. */
  readonly until: Date | string
  readonly reason: string
  /** Who creates it, for the audit log. */
  readonly by?: string
}

/** Checks the start and end of a pause. @throws INPUT_INVALID naming the field */
export function checkPause({ from, until }: Pick<PauseInput, 'from' | 'until'>): Required<Pause> {
  const [start, end] = [boundOf('from', from), boundOf('until', until)]
  if (start.kind !== end.kind) {
    throw invalid('until', 'and from must both be local days or both be instants', shown(until))
  }
  if (start.at >= end.at) {
    throw invalid(
      'until',
      'must be after `from`; pass the day or instant at which the pause ends (excluded)',
      shown(until),
    )
  }
  const unitMs = start.kind === 'day' ? dayMs : 1
  if ((end.at - start.at) * unitMs > longestMs) {
    throw invalid('until', 'is more than 10 years after `from`', shown(until))
  }
  return { from: new Date(start.at * unitMs), until: new Date(end.at * unitMs), inDays: start.kind === 'day' }
}

// The limit exists because streaks walk through a pause day by day.
const longestMs = 3_660 * dayMs

function boundOf(field: string, value: unknown): Bound {
  if (value instanceof Date && isStorableTime(value.getTime())) return { kind: 'instant', at: value.getTime() }
  const bound = typeof value === 'string' ? parseBound(value) : undefined
  if (bound) return bound
  const problem =
    'is not a local day or an instant; pass a day such as 2026-09-25, a valid Date, or 2026-09-25T18:00:00Z'
  throw invalid(field, problem, shown(value))
}

function shown(value: unknown): unknown {
  return value instanceof Date && isStorableTime(value.getTime()) ? value.toISOString() : String(value)
}
