import { addDecimals, type Decimal, formatDecimal, negated, parseDecimal } from '../values/decimal.js'

/** An amount and its time, in milliseconds. */
export type Entry = { readonly at: number; readonly amount: Decimal }

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

/** Reads the entries of a row, in the form in which counting left them or in the form in which they were stored. */
export function entriesOf(row: Kept | undefined, withinMs: number): RecentEntries {
  if (row?.entries) return row.entries
  const kept = ((row?.state?.entries as readonly (number | string)[] | undefined) ?? []).values()
  const list: Entry[] = []
  for (const at of kept) list.push({ at: at as number, amount: parseDecimal(String(kept.next().value)) })
  return measured(list, withinMs)
}

/** Returns a row's state for storing. Its entries become milliseconds and amounts in turn. */
export function storedState({ state, entries }: Kept): Kept['state'] {
  if (!entries) return state
  const kept = entries.list.slice(entries.start, entries.end)
  const flat = kept.flatMap(({ at, amount }) => [at, typeof amount === 'number' ? amount : formatDecimal(amount)])
  return { ...state, entries: flat }
}

/** Returns the time of the latest entry, if there is one. */
export function latestAt({ list, start, end }: RecentEntries): number | undefined {
  return end > start ? list[end - 1]!.at : undefined
}

/** Adds an entry that is not earlier than the latest, and removes entries that are then older than `keptMs`. */
export function appended(
  entries: RecentEntries,
  entry: Entry,
  { withinMs, keptMs }: { readonly withinMs: number; readonly keptMs: number },
): RecentEntries {
  const list = entries.list.length === entries.end ? entries.list : entries.list.slice(0, entries.end)
  ;(list as Entry[]).push(entry)
  let { start, windowStart } = entries
  let windowSum = addDecimals(entries.windowSum, entry.amount)
  for (; list[windowStart]!.at <= entry.at - withinMs; windowStart++) {
    windowSum = addDecimals(windowSum, negated(list[windowStart]!.amount))
  }
  while (list[start]!.at <= entry.at - keptMs) start += 1
  return { list, start, end: entries.end + 1, windowStart, windowSum }
}

/** Adds an entry at its place in the order of time. */
export function inserted(entries: RecentEntries, entry: Entry, withinMs: number): RecentEntries {
  const list = entries.list.slice(entries.start, entries.end)
  list.splice(list.findLastIndex(({ at }) => at <= entry.at) + 1, 0, entry)
  return measured(list, withinMs)
}

/** Adds up the entries in `(end − within, end]`. */
export function sumUntil({ list, start, end: count }: RecentEntries, end: number, withinMs: number): Decimal {
  let sum: Decimal = 0
  for (let i = count - 1; i >= start && list[i]!.at > end - withinMs; i--) {
    if (list[i]!.at <= end) sum = addDecimals(sum, list[i]!.amount)
  }
  return sum
}

function measured(list: readonly Entry[], withinMs: number): RecentEntries {
  const end = list.at(-1)?.at ?? 0
  const windowStart = Math.max(
    list.findIndex(({ at }) => at > end - withinMs),
    0,
  )
  const windowSum = list.slice(windowStart).reduce<Decimal>((sum, { amount }) => addDecimals(sum, amount), 0)
  return { list, start: 0, end: list.length, windowStart, windowSum }
}
