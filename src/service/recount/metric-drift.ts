import type { MetricRow } from '../../core/metrics/metric.js'
import { storedState } from '../../core/metrics/recent-entries.js'
import { compareDecimals } from '../../core/values/decimal.js'
import type { UserCount } from './user-count.js'

/** Tells whether a user's metrics must be written. When in doubt, they are. */
export function hasMetricDrift({
  holdings: { metrics },
  count: { rows },
}: Pick<UserCount, 'holdings' | 'count'>): boolean {
  const storedCount = [...metrics.values()].reduce((sum, parts) => sum + parts.size, 0)
  return (
    storedCount !== rows.length || rows.some(({ metric, part, row }) => !isSame(metrics.get(metric)?.get(part), row))
  )
}

function isSame(stored: MetricRow | undefined, counted: MetricRow): boolean {
  if (stored === undefined || compareDecimals(stored.value, counted.value) !== 0) return false
  if (stored.lastAt.getTime() !== counted.lastAt.getTime()) return false
  return JSON.stringify(stored.state) === JSON.stringify(storedState(counted))
}
