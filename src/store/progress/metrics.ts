import type { MetricTargets } from '../../core/awards/compile.js'
import { crossesAny } from '../../core/awards/decide.js'
import {
  type Metric,
  type MetricRow,
  type MetricState,
  type StoredFold,
  storedFoldOf,
} from '../../core/metrics/metric.js'
import { storedState } from '../../core/metrics/recent-entries.js'
import { type Decimal, formatDecimal, parseDecimal } from '../../core/values/decimal.js'
import { anyOf, checkCount, instantArray, instantOf, numericArray, textArray } from '../database/columns.js'
import { run, runKept } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { valuesNoted } from './rank-changes.js'

/** What a batch adds to one metric of one user. `lastAt`: the latest of its completions. */
export type Raise = {
  readonly userId: string
  readonly metric: Metric
  readonly amount: Decimal
  readonly lastAt: Date
}

/** A metric of one user. */
export type MetricKey = { readonly userId: string; readonly metric: string }

/** The input of raising: one raise per user and metric, and the targets of each metric. */
export type Raising = {
  readonly raises: readonly Raise[]
  readonly targets: ReadonlyMap<string, MetricTargets>
}

/**
 * Combines amounts with metrics by their folds, and returns the metrics that reached a target. Goes in order of the
 * key, under the users' locks.
 */
export async function raiseMetrics(db: Session, tables: Tables, raising: Raising): Promise<readonly MetricKey[]> {
  const { raises, targets } = raising
  const isMany = raises.length > fewRaises && !tables.layout.isSpread
  const rows = await (isMany ? raiseMany(db, tables, raising) : raiseFew(db, tables, raises))
  return rows.flatMap(({ user_id, metric, previous, value }) => {
    const isCrossed = crossesAny(targets.get(metric)!, { before: parseDecimal(previous), after: parseDecimal(value) })
    return isCrossed ? [{ userId: user_id, metric }] : []
  })
}

// Up to this many raises, sending the rows is faster than letting Postgres plan the comparison with the targets.
const fewRaises = 100

type RaisedRow = {
  readonly user_id: string
  readonly metric: string
  readonly previous: string
  readonly value: string
}

async function raiseFew(db: Session, tables: Tables, raises: readonly Raise[]): Promise<readonly RaisedRow[]> {
  const rows = await runKept<RaisedRow>(
    db,
    sql`${raiseStatement(tables, raises)} returning user_id, metric, previous::text as previous, value::text as value`,
  )
  checkCount('user_metrics', raises.length, rows.length)
  return rows
}

// Of thousands of raised metrics only a few crossed a target. Postgres leaves out the others, so they are never sent.
async function raiseMany(db: Session, tables: Tables, { raises, targets }: Raising): Promise<readonly RaisedRow[]> {
  const lists = [...targets.values()]
  const fixed = lists.map(list => `{${list.fixed.map(({ value }) => formatDecimal(value)).join(',')}}`)
  const areRepeated = lists.map(({ repeated }) => String(repeated.length > 0))
  const rows = await runKept<RaisedRow & { readonly raised_count: number; readonly user_id: string | null }>(
    db,
    sql`with targets as materialized (
        select metric, targets::numeric[] as targets, is_repeated::boolean as is_repeated
        from unnest(${textArray([...targets.keys()])}, ${textArray(fixed)}, ${textArray(areRepeated)})
          as given (metric, targets, is_repeated)
      ), raised as (
        ${raiseStatement(tables, raises)} returning user_id, metric, previous, value
      ), moved as (
        select user_id, metric, previous, value from raised join targets using (metric)
        where is_repeated or width_bucket(previous, targets) <> width_bucket(value, targets)
      )
      select (select count(*) from raised)::int as raised_count, user_id, metric, previous::text as previous,
        value::text as value
      from (values (1)) as one left join moved on true`,
  )
  checkCount('user_metrics', raises.length, rows[0]?.raised_count ?? 0)
  return rows.filter(({ user_id }) => user_id !== null)
}

function raiseStatement({ userMetrics }: Tables, raises: readonly Raise[]): Sql {
  return sql`insert into ${userMetrics} as m (user_id, metric, value, previous, last_at, fold)
    select user_id, metric, amount, case when fold = 'minimum' then '-Infinity'::numeric else 0 end,
      ${instantOf(sql`last_at`)}, fold
    from unnest(
      ${textArray(raises.map(raise => raise.userId))}, ${textArray(raises.map(raise => raise.metric.name))},
      ${numericArray(raises.map(raise => formatDecimal(raise.amount)))},
      ${instantArray(raises.map(raise => raise.lastAt))},
      ${textArray(raises.map(raise => storedFoldOf(raise.metric)))}
    ) as given (user_id, metric, amount, last_at, fold)
    order by user_id collate "C", metric collate "C"
    on conflict (user_id, metric, period) do update set
      previous = m.value,
      previous_at = m.last_at,
      value = case when excluded.fold in ('maximum', 'minimum')
        then greatest(m.value, excluded.value) else m.value + excluded.value end,
      last_at = greatest(m.last_at, excluded.last_at)`
}

/** The new state of a metric row of one user. */
export type OwnedRow = {
  readonly userId: string
  readonly metric: string
  readonly part: string
  readonly row: MetricRow
  readonly fold: StoredFold
}

/** Rows to write, and when they are written. */
type Writing = { readonly rows: readonly OwnedRow[]; readonly at: Date }

/** Writes rows that core has stepped. Goes in order of the key, under the users' locks. */
export async function writeSteppedRows(db: Session, tables: Tables, { rows, at }: Writing): Promise<void> {
  // In a cluster no board is counted.
  const areRanked = !tables.layout.isSpread && rows.some(({ metric }) => metric.startsWith(boardPrefix))
  const stepped = sql`insert into ${tables.userMetrics} as m
        (user_id, metric, period, value, previous, last_at, state, fold, ranked, reached_at)
      select user_id, metric, period, value, 0, last_at, state, fold, ${rank} from (${givenRows(rows)}) as given
      order by user_id collate "C", period collate "C", metric collate "C"
      on conflict (user_id, metric, period) do update set
        previous = m.value, previous_at = m.last_at,
        value = excluded.value, last_at = excluded.last_at, state = excluded.state,
        ranked = excluded.ranked, reached_at = excluded.reached_at
      returning ${areRanked ? rankedColumns : raw('1')}`
  const written = await runKept(
    db,
    areRanked
      ? sql`with stepped as (${stepped}), ${valuesNoted(tables, { written: 'stepped', at })} select 1 from stepped`
      : stepped,
  )
  checkCount('user_metrics', rows.length, written.length)
}

/**
 * Replaces the metrics of some users with the result of a recount: writes those that differ, and deletes those that are
 * gone.
 */
export async function replaceMetrics(
  db: Session,
  tables: Tables,
  { userIds, rows, at }: Writing & { readonly userIds: readonly string[] },
): Promise<void> {
  const { userMetrics, layout } = tables
  const gone = (
    counted: Sql,
  ): Sql => sql`delete from ${userMetrics} as m where m.user_id = ${anyOf(userIds)} and not exists (
    select from ${counted} c where c.user_id = m.user_id and c.metric = m.metric and c.period = m.period)`
  const counted = sql`counted as (${givenRows(rows)})`
  // A cluster takes a delete and an insert one after the other.
  if (layout.isSpread) {
    await run(db, gone(sql`(${givenRows(rows)})`))
    await run(db, sql`with ${counted} ${countedWritten(tables)}`)
    return
  }
  await run(
    db,
    sql`with ${counted},
        gone as (${gone(sql`counted`)} returning m.user_id, m.metric, m.period, null::numeric as ranked),
        written as (${countedWritten(tables)} returning ${rankedColumns}),
        changed as (select * from gone union all select * from written),
        ${valuesNoted(tables, { written: 'changed', at })}
      select count(*) from changed`,
  )
}

function countedWritten({ userMetrics }: Tables): Sql {
  return sql`insert into ${userMetrics} as m
        (user_id, metric, period, value, previous, last_at, previous_at, state, fold, ranked, reached_at)
      select user_id, metric, period, value, value, last_at, last_at, state, fold, ${rank} from counted
      order by user_id collate "C", period collate "C", metric collate "C"
      on conflict (user_id, metric, period) do update set
        value = excluded.value, previous = excluded.value,
        last_at = excluded.last_at, previous_at = excluded.last_at, state = excluded.state,
        fold = excluded.fold, ranked = excluded.ranked, reached_at = excluded.reached_at
      where (m.value, m.last_at, m.state, m.fold)
        is distinct from (excluded.value, excluded.last_at, excluded.state, excluded.fold)`
}

const rankedColumns = raw('user_id, metric, period, ranked')

const boardPrefix = 'board:'

// Only rows of boards rank users, and not those that their counting needs besides.
const isRanked = `metric like '${boardPrefix}%' and period not like '=%'`
const rank = raw(`case when ${isRanked} then value end, case when ${isRanked} then last_at end`)

function givenRows(rows: readonly OwnedRow[]): Sql {
  return sql`select user_id, metric, period, value, ${instantOf(sql`last_at`)} as last_at, nullif(state, '')::jsonb as state,
      fold
    from unnest(
      ${textArray(rows.map(row => row.userId))}, ${textArray(rows.map(row => row.metric))},
      ${textArray(rows.map(row => row.part))}, ${numericArray(rows.map(({ row }) => formatDecimal(row.value)))},
      ${instantArray(rows.map(({ row }) => row.lastAt))},
      ${textArray(rows.map(({ row }) => stateText(storedState(row))))}, ${textArray(rows.map(row => row.fold))}
    ) as rows (user_id, metric, period, value, last_at, state, fold)`
}

function stateText(state: MetricState | undefined): string {
  return state ? JSON.stringify(state) : ''
}
