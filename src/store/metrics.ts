import { sql } from 'drizzle-orm'
import type { Target } from '../core/compile.js'
import { crossesAny } from '../core/decide.js'
import { compareDecimals, type Decimal, formatDecimal, parseDecimal } from '../core/decimal.js'
import { maximumPrefix } from '../core/metric.js'
import { checkCount, instantArray, instantOf, numericArray, textArray } from './columns.js'
import { type Database, run } from './database.js'
import type { Tables } from './tables.js'

/** What a batch brings to one metric of one user. `lastAt`: its latest completion. */
export type Raise = {
  readonly userId: string
  readonly metric: string
  readonly amount: Decimal
  readonly lastAt: Date
}

/** A metric of one user. */
export type MetricKey = { readonly userId: string; readonly metric: string }

/** What raising needs. One raise per user and metric; for each metric raised, its targets in rising order. */
export type Raising = {
  readonly raises: readonly Raise[]
  readonly targets: ReadonlyMap<string, readonly Target<Decimal>[]>
}

/**
 * Adds amounts to metrics, and returns those that came to or over a target. Sums are added, metrics whose name begins with
 * `best:` keep the higher value. In order of the key, under the users' locks.
 */
export async function raiseMetrics(
  db: Database,
  { userMetrics }: Tables,
  { raises, targets }: Raising,
): Promise<readonly MetricKey[]> {
  const rows = await run<RaisedRow>(
    db,
    sql`insert into ${userMetrics} as m (user_id, metric, value, previous, last_at)
      select user_id, metric, amount, 0, ${instantOf(sql`last_at`)}
      from unnest(
        ${textArray(raises.map(raise => raise.userId))}, ${textArray(raises.map(raise => raise.metric))},
        ${numericArray(raises.map(raise => formatDecimal(raise.amount)))},
        ${instantArray(raises.map(raise => raise.lastAt))}
      ) as given (user_id, metric, amount, last_at)
      order by user_id collate "C", metric collate "C"
      on conflict (user_id, metric, period) do update set
        previous = m.value,
        previous_at = m.last_at,
        value = case when starts_with(excluded.metric, ${maximumPrefix})
          then greatest(m.value, excluded.value) else m.value + excluded.value end,
        last_at = greatest(m.last_at, excluded.last_at)
      returning user_id, metric, previous::text as previous, value::text as value`,
  )
  checkCount('user_metrics', raises.length, rows.length)
  const isCrossed = ({ metric, previous, value }: RaisedRow): boolean => {
    const move = { before: parseDecimal(previous), after: parseDecimal(value), compare: compareDecimals }
    return crossesAny(targets.get(metric)!, move)
  }
  return rows.filter(isCrossed).map(row => ({ userId: row.user_id, metric: row.metric }))
}

type RaisedRow = {
  readonly user_id: string
  readonly metric: string
  readonly previous: string
  readonly value: string
}

/** A metric as a recount found it. */
export type CountedMetric = {
  readonly userId: string
  readonly metric: string
  readonly value: Decimal
  readonly lastAt: Date
}

/** Puts the metrics of some users to what a recount found: writes those that differ, deletes those that are gone. */
export async function replaceMetrics(
  db: Database,
  { userMetrics }: Tables,
  { userIds, metrics }: { readonly userIds: readonly string[]; readonly metrics: readonly CountedMetric[] },
): Promise<void> {
  await run(
    db,
    sql`with counted as (
        select user_id, metric, value, ${instantOf(sql`last_at`)} as last_at
        from unnest(
          ${textArray(metrics.map(metric => metric.userId))}, ${textArray(metrics.map(metric => metric.metric))},
          ${numericArray(metrics.map(metric => formatDecimal(metric.value)))},
          ${instantArray(metrics.map(metric => metric.lastAt))}
        ) as given (user_id, metric, value, last_at)
      ), gone as (
        delete from ${userMetrics} as m where m.user_id = any(${textArray(userIds)})
          and not exists (select from counted c where c.user_id = m.user_id and c.metric = m.metric and m.period = '')
      )
      insert into ${userMetrics} as m (user_id, metric, value, previous, last_at, previous_at)
      select user_id, metric, value, value, last_at, last_at from counted
      order by user_id collate "C", metric collate "C"
      on conflict (user_id, metric, period) do update set
        value = excluded.value, previous = excluded.value,
        last_at = excluded.last_at, previous_at = excluded.last_at
      where (m.value, m.last_at) is distinct from (excluded.value, excluded.last_at)`,
  )
}
