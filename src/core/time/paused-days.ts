import { dayMs } from './period.js'

/**
 * A range of time, `until` excluded, that streaks ignore: between two instants or, with `inDays`, whole local days,
 * each written as its midnight in UTC.
 */
export type Pause = { readonly from: Date; readonly until: Date; readonly inDays?: boolean }

/** A range in milliseconds or in days, `until` excluded. */
type Span = { readonly from: number; readonly until: number }

/** Tells which local days pauses cover. */
export type PausedDays = {
  /** Tells whether a day is paused from start to end. */
  readonly isWhole: (day: number) => boolean
  /** Tells whether a pause covers any part of the days from `first` to `last`, both included. */
  readonly isTouched: (first: number, last: number) => boolean
}

/** Reads pauses by a user's clock. `shownOf`: when the clock shows a day, in milliseconds; usually one span. */
export function pausedDays(pauses: readonly Pause[], shownOf: (day: number) => readonly Span[]): PausedDays {
  if (pauses.length === 0) return { isWhole: () => false, isTouched: () => false }
  const days = merged(pauses.filter(({ inDays }) => inDays).map(pause => spanOf(pause, dayMs)))
  const times = merged(pauses.filter(({ inDays }) => !inDays).map(pause => spanOf(pause, 1)))
  const isTouchedDay = (day: number): boolean => shownOf(day).some(span => touches(times, span))
  return {
    isWhole: day => {
      if (touches(days, { from: day, until: day + 1 })) return true
      // Local days differ from UTC days by less than a day, so this check almost always decides.
      if (!touches(times, { from: (day - 1) * dayMs, until: (day + 2) * dayMs })) return false
      const shown = shownOf(day)
      return shown.length > 0 && shown.every(span => covers(times, span))
    },
    isTouched: (first, last) => {
      if (touches(days, { from: first, until: last + 1 })) return true
      if (!touches(times, { from: (first - 1) * dayMs, until: (last + 2) * dayMs })) return false
      for (let day = first; day <= last; day++) if (isTouchedDay(day)) return true
      return false
    },
  }
}

function spanOf({ from, until }: Pause, unitMs: number): Span {
  return { from: from.getTime() / unitMs, until: until.getTime() / unitMs }
}

// Sorted and without overlaps, so that a binary search works for any number of pauses.
function merged(spans: readonly Span[]): readonly Span[] {
  const found: { from: number; until: number }[] = []
  for (const { from, until } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1)
    if (last && from <= last.until) last.until = Math.max(last.until, until)
    else found.push({ from, until })
  }
  return found
}

function touches(spans: readonly Span[], { from, until }: Span): boolean {
  const last = spans[countBefore(spans, until) - 1]
  return last !== undefined && last.until > from
}

function covers(spans: readonly Span[], { from, until }: Span): boolean {
  const last = spans[countBefore(spans, until) - 1]
  return last !== undefined && last.from <= from && until <= last.until
}

// How many spans start before an instant.
function countBefore(spans: readonly Span[], at: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (spans[middle]!.from < at) low = middle + 1
    else high = middle
  }
  return low
}
