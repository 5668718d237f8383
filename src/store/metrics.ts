import { sql } from 'drizzle-orm'
import { type Decimal, formatDecimal, parseDecimal } from '../core/decimal.js'
import { maximumPrefix } from '../core/metric.js'
import { checkCount, msOf, textArray } from './columns.js'
import { type Database, run } from './database.js'
import type { Tables } from './tables.js'

/** What a batch brings to one metric of one user. `lastAt`: its latest completion. */
export type Raise = {
  readonly userId: string
  readonly metric: string
  readonly amount: Decimal
  readonly lastAt: Date
}

/** A metric before it was raised. `previousAt`: the latest completion counted before, null if there was none. */
export type Raised = {
  readonly userId: string
  readonly metric: string
  readonly previous: Decimal
  readonly previousAt: Date | null
}

/**
 * Adds amounts to metrics and returns what they were before. One row per user and metric. Sums are added, metrics
 * whose name begins with `best:` keep the higher value. In order of the key, under the users' locks.
 */
export async function raiseMetrics(
  db: Database,
  { userMetrics }: Tables,
  raises: readonly Raise[],
): Promise<readonly Raised[]> {
  const rows = await run<RaisedRow>(
    db,
    sql`insert into ${userMetrics} as m (user_id, metric, value, previous, last_at)
      select user_id, metric, amount::numeric, 0, last_at::timestamptz
      from unnest(
        ${textArray(raises.map(raise => raise.userId))}, ${textArray(raises.map(raise => raise.metric))},
        ${textArray(raises.map(raise => formatDecimal(raise.amount)))},
        ${textArray(raises.map(raise => raise.lastAt.toISOString()))}
      ) as given (user_id, metric, amount, last_at)
      order by user_id collate "C", metric collate "C"
      on conflict (user_id, metric, period) do update set
        previous = m.value,
        previous_at = m.last_at,
        value = case when starts_with(excluded.metric, ${maximumPrefix})
          then greatest(m.value, excluded.value) else m.value + excluded.value end,
        last_at = greatest(m.last_at, excluded.last_at)
      returning user_id, metric, previous::text, ${msOf(sql`previous_at`)} as previous_at`,
  )
  checkCount('user_metrics', raises.length, rows.length)
  return rows.map(raisedFrom)
}

type RaisedRow = {
  readonly user_id: string
  readonly metric: string
  readonly previous: string
  readonly previous_at: number | null
}

function raisedFrom(row: RaisedRow): Raised {
  const previousAt = row.previous_at === null ? null : new Date(row.previous_at)
  return { userId: row.user_id, metric: row.metric, previous: parseDecimal(row.previous), previousAt }
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
        select user_id, metric, amount::numeric as value, last_at::timestamptz as last_at
        from unnest(
          ${textArray(metrics.map(metric => metric.userId))}, ${textArray(metrics.map(metric => metric.metric))},
          ${textArray(metrics.map(metric => formatDecimal(metric.value)))},
          ${textArray(metrics.map(metric => metric.lastAt.toISOString()))}
        ) as given (user_id, metric, amount, last_at)
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
