import { addDecimals, type Decimal, formatDecimal, maxDecimal, negated, parseDecimal } from './decimal.js'
import { type MetricRow, type MetricRows, putRow, type Step, type SteppedCounting, wholePart } from './metric.js'

/**
 * Counts what falls into `(t − within, t]`, for the best `t` so far. Keeps what came in the latest two such stretches, so that
 * a completion up to one of them late is counted exactly; an earlier one is in doubt.
 */
export function windowCounting(withinMs: number): SteppedCounting {
  return {
    isOrderFree: false,
    isStrict: false,
    tellsLatest: true,
    partsOf: () => [],
    step: (rows, step) => stepWindow(withinMs, rows, step),
    present: ({ whole, now }) => {
      const end = now.getTime()
      return sumOf(entriesOf(whole).filter(({ at }) => at > end - withinMs && at <= end))
    },
  }
}

/** An amount and when it came. */
export type Entry = { readonly at: number; readonly amount: Decimal }

/** Reads entries kept in a state: milliseconds and amounts by turns. */
export function entriesOf(row: MetricRow | undefined): readonly Entry[] {
  const kept = ((row?.state?.entries as readonly (number | string)[] | undefined) ?? []).values()
  const entries: Entry[] = []
  for (const at of kept) entries.push({ at: at as number, amount: parseDecimal(String(kept.next().value)) })
  return entries
}

/** Writes entries into a state. */
export function entriesState(entries: readonly Entry[]): readonly (number | string)[] {
  return entries.flatMap(({ at, amount }) => [at, typeof amount === 'number' ? amount : formatDecimal(amount)])
}

export function sumOf(entries: readonly Entry[]): Decimal {
  return entries.reduce<Decimal>((sum, { amount }) => addDecimals(sum, amount), 0)
}

function stepWindow(withinMs: number, rows: MetricRows, { completion, amount }: Step): boolean {
  const at = completion.completedAt.getTime()
  const row = rows.get(wholePart)
  const before = entriesOf(row)
  const isCut = row?.state?.isCut === true
  const latest = before.at(-1)?.at ?? at
  if (isCut && at < latest - withinMs) return false
  const place = before.findLastIndex(entry => entry.at <= at) + 1
  const entries = before.toSpliced(place, 0, { at, amount })
  const value = maxDecimal(row?.value ?? 0, bestAround(entries, place, withinMs))
  const kept = entries.filter(entry => entry.at > Math.max(latest, at) - 2 * withinMs)
  const state = { entries: entriesState(kept), ...(isCut || kept.length < entries.length ? { isCut: true } : {}) }
  putRow(rows, wholePart, { value, at: completion.completedAt, state })
  return true
}

// The best window that holds the entry at a place: each ends at that entry or at one of those that follow.
function bestAround(entries: readonly Entry[], place: number, withinMs: number): Decimal {
  const { at } = entries[place]!
  let start = entries.findIndex(entry => entry.at > at - withinMs)
  let sum = sumOf(entries.slice(start, place))
  let best: Decimal = 0
  for (let end = place; end < entries.length && entries[end]!.at < at + withinMs; end++) {
    sum = addDecimals(sum, entries[end]!.amount)
    for (; entries[start]!.at <= entries[end]!.at - withinMs; start++)
      sum = addDecimals(sum, negated(entries[start]!.amount))
    best = maxDecimal(best, sum)
  }
  return best
}
