import type { Calendar } from './calendar.js'
import { type Bound, boundsOf, isWithin, type TimeWindow } from './window.js'

/** The relation of an instant to windows that must all be open. */
export type OpenTime = {
  /** When the last of them opens, if in the future. */
  readonly from: Date | null
  /** When the first of them ends. Null if none ends. */
  readonly until: Date | null
  /** Whether one of them has ended. */
  readonly isOver: boolean
}

/** Tells when windows are open, by a user's current clock. */
export function openTimeOf(windows: readonly (TimeWindow | undefined)[], now: Date, calendar: Calendar): OpenTime {
  const bounds = boundsOf(windows)
  if (!bounds) return { from: null, until: null, isOver: false }
  const instantsOf = (list: readonly Bound[]): readonly number[] =>
    list.map(({ kind, at }) => (kind === 'day' ? calendar.startOfDay(at, now.getTime()) : at))
  const from = Math.max(...instantsOf(bounds.from))
  const until = Math.min(...instantsOf(bounds.until))
  const isOver = !isWithin({ from: [], until: bounds.until }, now.getTime(), calendar.dayOf)
  return {
    from: from > now.getTime() ? new Date(from) : null,
    until: Number.isFinite(until) ? new Date(until) : null,
    isOver,
  }
}
