import type { CompiledCatalog } from '../awards/compile.js'
import type { StoredOffer } from '../awards/divide-offers.js'
import type { Fold } from '../awards/fold.js'
import { countInto } from '../awards/replay.js'
import { type Countable, type Metric, shownNumber } from '../metrics/metric.js'
import type { Calendar } from '../time/calendar.js'
import { dayLabel } from '../time/period.js'
import type { CountedCompletions, ExplainedCompletion, NotCountedCompletions, NotCountedReason } from './explanation.js'
import { isInBestStretch, type MetricTrace, startOfTrace } from './metrics.js'

/**
 * A stored completion. `isAhead`: its time is too far after the time it was stored, so it does not count. `offers`:
 * what it offered by rules with limits, and what these left.
 */
export type StoredCountable = Countable & {
  readonly isAhead?: boolean
  readonly offers?: readonly StoredOffer[]
}

/** Which completions counted for one metric, and which did not. */
export type SortedCompletions = {
  readonly counted: Omit<CountedCompletions, 'deciding'>
  readonly notCounted: NotCountedCompletions
}

/**
 * Sorts a history in a second pass, after it was traced: `add` every stored completion in order of time, then `finish`.
 */
export type CompletionSorter = {
  readonly add: (completion: StoredCountable) => void
  /** By metric name. */
  readonly finish: () => ReadonlyMap<string, SortedCompletions>
}

/** Starts to sort completions by the results of a trace. Keeps at most `limit` of each kind. */
export function startSorting(
  focused: CompiledCatalog,
  trace: MetricTrace,
  { limit, fold }: { readonly limit: number; readonly fold: Fold | null },
): CompletionSorter {
  const { calendar } = trace.state
  const { state, isCounted } = startOfTrace(focused, { calendar, fold })
  const foundByMetric = new Map([...focused.metrics.keys()].map(name => [name, noCompletions()]))
  return {
    add: completion => {
      for (const metric of focused.metricsByCategory.get(completion.category) ?? []) {
        if (!isCounted(metric, completion)) continue
        const found = foundByMetric.get(metric.name)!
        const explained = explainedCompletion(completion, calendar, metric)
        const reason = whyNot(metric, completion, state.rows.get(metric.name) ?? new Map(), trace)
        if (reason === undefined) putCounted(found, explained, limit)
        else putNotCounted(found, { ...explained, amount: 0, reason }, limit)
      }
      if (!completion.isAhead)
        countInto(focused, state, completion, { isCounted: metric => isCounted(metric, completion) })
    },
    finish: () => new Map([...foundByMetric].map(([name, found]) => [name, sortedFrom(found)])),
  }
}

/**
 * Describes a completion and its local day. `metric`: the metric that gives its amount; 0 if it does not count for it.
 */
export function explainedCompletion(completion: Countable, calendar: Calendar, metric: Metric): ExplainedCompletion {
  const { category, itemKey, completedAt } = completion
  const day = dayLabel(calendar.dayOf(completedAt.getTime()))
  const amount = metric.amountOf(completion, calendar)
  return { category, itemKey, completedAt, day, amount: amount === undefined ? 0 : shownNumber(metric, amount) }
}

type Rows = Parameters<Extract<Metric['counting'], object>['idlenessOf']>[0]

function whyNot(
  metric: Metric,
  completion: StoredCountable,
  rows: Rows,
  trace: MetricTrace,
): NotCountedReason | undefined {
  const { calendar } = trace.state
  const amount = metric.amountOf(completion, calendar)
  if (amount === undefined) return metric.refusalOf(completion, calendar)
  if (completion.isAhead) return 'future'
  const idleness =
    typeof metric.counting === 'object'
      ? metric.counting.idlenessOf(rows, { completion, amount, calendar }, trace.state.rows.get(metric.name) ?? rows)
      : undefined
  return idleness ?? (isInBestStretch(trace, metric, completion) ? undefined : 'outside-period')
}

type NotCounted = NotCountedCompletions['latest'][number]

type MetricCompletions = {
  countedCount: number
  first: ExplainedCompletion | null
  last: ExplainedCompletion | null
  readonly counted: ExplainedCompletion[]
  readonly countByReason: { [Reason in NotCountedReason]?: number }
  readonly notCounted: NotCounted[]
}

function noCompletions(): MetricCompletions {
  return { countedCount: 0, first: null, last: null, counted: [], countByReason: {}, notCounted: [] }
}

function putCounted(found: MetricCompletions, completion: ExplainedCompletion, limit: number): void {
  found.countedCount += 1
  found.first ??= completion
  found.last = completion
  pushLatest(found.counted, completion, limit)
}

function putNotCounted(found: MetricCompletions, completion: NotCounted, limit: number): void {
  found.countByReason[completion.reason] = (found.countByReason[completion.reason] ?? 0) + 1
  pushLatest(found.notCounted, completion, limit)
}

/** Adds an item to a list that keeps only the latest `limit` items. */
export function pushLatest<Item>(list: Item[], item: Item, limit: number): void {
  list.push(item)
  if (list.length > limit) list.shift()
}

function sortedFrom({
  countedCount,
  first,
  last,
  counted,
  countByReason,
  notCounted,
}: MetricCompletions): SortedCompletions {
  const notCountedCount = Object.values(countByReason).reduce((sum, count) => sum + count, 0)
  return {
    counted: { count: countedCount, first, last, latest: counted },
    notCounted: { count: notCountedCount, countByReason, latest: notCounted },
  }
}
