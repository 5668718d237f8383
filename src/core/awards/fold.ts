import type { Metric, MetricRow, MetricRows } from '../metrics/metric.js'
import { wholePart } from '../metrics/metric.js'
import type { Decimal } from '../values/decimal.js'
import type { CompiledCatalog } from './compile.js'
import type { RuleUses } from './divide-offers.js'

/** A row of a metric as counted from the history. */
export type CountedRow = { readonly metric: string; readonly part: string; readonly row: MetricRow }

/** What was counted of a user before an instant, from completions that are no longer all stored. */
export type Fold = {
  /** Nothing before this instant changes any more. */
  readonly until: Date
  /** The metrics as they were at that instant. */
  readonly rows: readonly CountedRow[]
  /** The names of the metrics that `rows` include, also of those that had no value. */
  readonly metrics: ReadonlySet<string>
  /** The points that the completions themselves were worth. */
  readonly points: number
  /** What rules with limits had given, of periods only the last ones. */
  readonly uses: RuleUses
  /** How many completions were folded, by category. */
  readonly countByCategory: ReadonlyMap<string, number>
}

/** The metrics with which a count starts: as they were at the line of a fold, or nothing. */
export type StartingMetrics = {
  readonly values: Map<string, Decimal>
  readonly rows: Map<string, MetricRows>
  /** By name of a plain metric: the latest completion that it counted. */
  readonly lastAt: Map<string, Date>
}

/** Returns the metrics of a catalog as they were at the line of a fold. */
export function startingMetrics({ metrics }: Pick<CompiledCatalog, 'metrics'>, fold: Fold | null): StartingMetrics {
  const start: StartingMetrics = { values: new Map(), rows: new Map(), lastAt: new Map() }
  for (const { metric: name, part, row } of fold?.rows ?? []) {
    const metric = metrics.get(name)
    if (!metric) continue
    if (part === wholePart) start.values.set(name, row.value)
    if (typeof metric.counting === 'object') start.rows.set(name, (start.rows.get(name) ?? new Map()).set(part, row))
    else start.lastAt.set(name, row.lastAt)
  }
  return start
}

/** Tells whether rows from before the line are still to be counted: all are stored, and the fold does not include them. */
export function isCountedBeforeLine({ metrics, countByCategory }: Fold, { name, categories }: Metric): boolean {
  return !metrics.has(name) && !categories.some(category => countByCategory.has(category))
}

/** Tells whether a metric counts only from the line on: the fold does not include it, and rows of its categories are gone. */
export function isCountedFromLine({ metrics, countByCategory }: Fold, { name, categories }: Metric): boolean {
  return !metrics.has(name) && categories.some(category => countByCategory.has(category))
}
