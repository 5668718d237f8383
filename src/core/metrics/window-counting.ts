import { windowUntil } from '../time/stretch.js'
import { maxDecimal } from '../values/decimal.js'
import { type MetricRows, putRow, type Step, type SteppedCounting, wholePart } from './metric.js'
import { appended, bestAround, entriesOf, inserted, latestAt, sumUntil } from './recent-entries.js'

/**
 * Counts what is in `(t − within, t]`, for the best `t` so far. Keeps the entries of twice that time, so that a
 * completion up to `within` late is counted exactly; an earlier one is in doubt. So is one that would divide entries that were
 * joined because there were too many.
 */
export function windowCounting(withinMs: number): SteppedCounting {
  return {
    isOrderFree: false,
    isStrict: false,
    usesLatest: true,
    partsOf: () => [],
    step: (rows, step) => stepWindow(withinMs, rows, step),
    countsTimes: false,
    idlenessOf: () => undefined,
    stretchOf: (_, { completion }) => windowUntil(completion.completedAt, withinMs),
    present: ({ whole, now }) => sumUntil(entriesOf(whole, withinMs), now.getTime(), withinMs),
  }
}

function stepWindow(withinMs: number, rows: MetricRows, { completion, amount }: Step): boolean {
  const at = completion.completedAt.getTime()
  const row = rows.get(wholePart)
  const before = entriesOf(row, withinMs)
  const isCut = row?.state?.isCut === true
  const latest = latestAt(before) ?? at
  if (isCut && at < latest - withinMs) return false
  const isLate = at < latest
  const entry = { at, until: at, amount }
  const entries = isLate
    ? inserted(before, entry, withinMs)
    : appended(before, entry, { withinMs, keptMs: 2 * withinMs })
  const best = isLate ? bestAround(entries!, at, withinMs) : entries?.windowSum
  if (entries === undefined || best === undefined) return false
  const state = isCut || entries.start > before.start ? { isCut: true } : {}
  putRow(rows, wholePart, { value: maxDecimal(row?.value ?? 0, best), at: completion.completedAt, state, entries })
  return true
}
