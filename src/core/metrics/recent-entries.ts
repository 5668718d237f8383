import { addDecimals, type Decimal, formatDecimal, maxDecimal, negated, parseDecimal } from '../values/decimal.js'

/** An amount and its time, in milliseconds, or several that were joined: their sum, and the times of the first and last. */
export type Entry = { readonly at: number; readonly until: number; readonly amount: Decimal }

/**
 * Entries in order of time, with the sum of those in the window that ends at the latest. Appending shares the list, so
 * that counting a long history needs no copy per step; earlier versions only see the beginning of the list.
 */
export type RecentEntries = {
  readonly list: readonly Entry[]
  /** The part of the list that is kept: from `start` to before `end`. */
  readonly start: number
  readonly end: number
  /** The start of the window that ends at the latest entry, and its sum. */
  readonly windowStart: number
  readonly windowSum: Decimal
}

export const noEntries: RecentEntries = { list: [], start: 0, end: 0, windowStart: 0, windowSum: 0 }

/** What a row stores besides its value: JSON, and entries that are ready for further counting. */
export type Kept = { readonly state?: { readonly [key: string]: unknown }; readonly entries?: RecentEntries }

type StoredTime = number | readonly [at: number, until: number]

/** Reads the entries of a row, in the form in which counting left them or in the form in which they were stored. */
export function entriesOf(row: Kept | undefined, withinMs: number): RecentEntries {
  if (row?.entries) return row.entries
  const kept = ((row?.state?.entries as readonly (StoredTime | string)[] | undefined) ?? []).values()
  const list: Entry[] = []
  for (const time of kept) {
    const [at, until] = (Array.isArray(time) ? time : [time, time]) as readonly [number, number]
    list.push({ at, until, amount: parseDecimal(String(kept.next().value)) })
  }
  return measured(list, withinMs)
}

/**
 * Returns a row's state for storing. Its entries become times and amounts in turn. One by one it stores `alone` entries
 * before the start of the window, three times as many after it, and the latest `alone`. Others are joined, which bounds
 * the size of a row.
 */
export function storedState({ state, entries }: Kept, alone = 100): Kept['state'] {
  if (!entries) return state
  const { list, start, end, windowStart } = entries
  const first = Math.max(windowStart - alone, start)
  const middle = Math.min(windowStart + 3 * alone, end)
  const last = Math.max(end - alone, middle)
  const kept = [
    ...joined(list.slice(start, first)),
    ...list.slice(first, middle),
    ...joined(list.slice(middle, last)),
    ...list.slice(last, end),
  ]
  const flat = kept.flatMap(({ at, until, amount }): (StoredTime | string)[] => [
    at === until ? at : [at, until],
    typeof amount === 'number' ? amount : formatDecimal(amount),
  ])
  return { ...state, entries: flat }
}

function joined(entries: readonly Entry[]): readonly Entry[] {
  return entries.length > 0 ? [{ at: entries[0]!.at, until: entries.at(-1)!.until, amount: sumOf(entries) }] : []
}

function sumOf(entries: readonly Entry[]): Decimal {
  return entries.reduce<Decimal>((sum, { amount }) => addDecimals(sum, amount), 0)
}

/** Returns the time of the latest entry, if there is one. */
export function latestAt({ list, start, end }: RecentEntries): number | undefined {
  return end > start ? list[end - 1]!.until : undefined
}

/**
 * Adds an entry that is not earlier than the latest, and removes entries that are then older than `keptMs`. Undefined if
 * the window now begins inside of joined entries.
 */
export function appended(
  entries: RecentEntries,
  entry: Entry,
  { withinMs, keptMs }: { readonly withinMs: number; readonly keptMs: number },
): RecentEntries | undefined {
  const { end } = entries
  const after = entry.at - withinMs
  let { list, start, windowStart, windowSum } = entries
  for (; windowStart < end && list[windowStart]!.at <= after; windowStart++) {
    if (list[windowStart]!.until > after) return undefined
    windowSum = addDecimals(windowSum, negated(list[windowStart]!.amount))
  }
  while (start < end && list[start]!.until <= entry.at - keptMs) start += 1
  if (list.length !== end) list = list.slice(0, end)
  ;(list as Entry[]).push(entry)
  return { list, start, end: end + 1, windowStart, windowSum: addDecimals(windowSum, entry.amount) }
}

/** Adds an entry at its place in the order of time. */
export function inserted(entries: RecentEntries, entry: Entry, withinMs: number): RecentEntries {
  const list = entries.list.slice(entries.start, entries.end)
  list.splice(list.findLastIndex(({ at }) => at <= entry.at) + 1, 0, entry)
  return measured(list, withinMs)
}

/** Adds up the entries in `(end − within, end]`. Undefined if joined entries are only partly in it. */
export function sumUntil(
  { list, start, end: count }: RecentEntries,
  end: number,
  withinMs: number,
): Decimal | undefined {
  const after = end - withinMs
  let sum: Decimal = 0
  for (let i = count - 1; i >= start && list[i]!.until > after; i--) {
    const entry = list[i]!
    if (entry.at > end) continue
    if (entry.at <= after || entry.until > end) return undefined
    sum = addDecimals(sum, entry.amount)
  }
  return sum
}

/** Finds the best window that contains an entry at this instant. Undefined if joined entries may be only partly in one. */
export function bestAround(entries: RecentEntries, at: number, withinMs: number): Decimal | undefined {
  // Each window ends there or at one of the later entries.
  const ends = entries.list.slice(entries.start, entries.end).filter(end => end.until >= at && end.at < at + withinMs)
  const sums = ends.map(end => sumUntil(entries, end.at, withinMs))
  return sums.includes(undefined) ? undefined : (sums as Decimal[]).reduce(maxDecimal, 0)
}

function measured(list: readonly Entry[], withinMs: number): RecentEntries {
  const end = list.at(-1)?.until ?? 0
  const windowStart = Math.max(
    list.findIndex(({ at }) => at > end - withinMs),
    0,
  )
  return { list, start: 0, end: list.length, windowStart, windowSum: sumOf(list.slice(windowStart)) }
}
