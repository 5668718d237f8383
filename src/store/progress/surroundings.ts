import type { BucketGains, GainView } from '../../core/awards/completion-gain.js'
import type { MetricRow, MetricState } from '../../core/metrics/metric.js'
import type { ClockSince, Pause } from '../../core/time/calendar.js'
import { parseDecimal } from '../../core/values/decimal.js'
import { anyOf, dateOf, jsonOf, msOf, onlyUser, textArray } from '../database/columns.js'
import { runKept } from '../database/database.js'
import type { Session } from '../database/session.js'
import { join, raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { byUser } from './each-user.js'
import { calendarBranches, freezesBranch } from './holding-branches.js'
import { clockFrom, pausesFrom } from './holdings.js'
import { allUsers } from './pauses.js'

/** The key of a metric row. */
export type RowKey = { readonly userId: string; readonly metric: string; readonly part: string }

/** A part of a points rule whose completions share a limit. */
export type LimitKey = { readonly userId: string; readonly source: string; readonly bucket: string }

/** What to read about the users of a batch, under their locks. */
export type SurroundingsScope = {
  /** The users whose zones and pauses are needed. */
  readonly userIds: readonly string[]
  readonly rows: readonly RowKey[]
  readonly limits: readonly LimitKey[]
  /** Whether to read the streak freezes of these users too. */
  readonly withFreezes: boolean
}

/** What a batch finds about one user. What does not exist is left out. */
export type Surroundings = {
  readonly zones?: readonly ClockSince[]
  readonly pauses?: readonly Pause[]
  /** When streak freezes were granted. */
  readonly freezes?: readonly Date[]
  /** By metric name, then part. */
  readonly rows?: ReadonlyMap<string, ReadonlyMap<string, MetricRow>>
  /** What rules with limits have given, by source, then by part. */
  readonly gained?: GainView['gained']
}

/** Reads, in one statement, what recording needs when a sum or a maximum is not enough. Returns a map by user. */
export async function readSurroundings(
  db: Session,
  tables: Tables,
  scope: SurroundingsScope,
): Promise<ReadonlyMap<string, Surroundings>> {
  const userIds = new Set([
    ...scope.userIds,
    ...scope.rows.map(row => row.userId),
    ...scope.limits.map(limit => limit.userId),
  ])
  return byUser(tables, [...userIds], some => readSurroundingsOf(db, tables, scopeOf(scope, some, userIds.size)))
}

// The part of a scope that is about some of its users.
function scopeOf(scope: SurroundingsScope, userIds: readonly string[], totalCount: number): SurroundingsScope {
  if (userIds.length === totalCount) return scope
  const isOf = ({ userId }: { readonly userId: string }): boolean => userIds.includes(userId)
  return {
    userIds: scope.userIds.filter(userId => userIds.includes(userId)),
    rows: scope.rows.filter(isOf),
    limits: scope.limits.filter(isOf),
    withFreezes: scope.withFreezes,
  }
}

async function readSurroundingsOf(
  db: Session,
  tables: Tables,
  scope: SurroundingsScope,
): Promise<ReadonlyMap<string, Surroundings>> {
  const days = scope.limits.filter(isDay)
  const others = days.length === scope.limits.length ? [] : scope.limits.filter(limit => !isDay(limit))
  const branches = [
    ...(scope.userIds.length > 0 ? calendarBranches(tables, anyOf(scope.userIds)) : []),
    ...(scope.userIds.length > 0 && scope.withFreezes ? [freezesBranch(tables, anyOf(scope.userIds))] : []),
    ...(scope.rows.length > 0 ? [rowsBranch(tables, scope.rows)] : []),
    ...(days.length > 0 ? [daysBranch(tables, days)] : []),
    ...(others.length > 0 ? [limitsBranch(tables, others)] : []),
  ]
  const found = new Map<string, FoundRows>()
  if (branches.length === 0) return found
  const common: Pause[] = []
  const columns = raw('kind, user_id, name, part, value, at, previous, previous_at, json')
  const union = join(branches, ' union all ')
  for (const row of await runKept<SurroundingRow>(db, sql`select ${columns} from (${union}) as found`)) {
    if (row.kind === 'pause' && row.user_id === allUsers) common.push(...pausesFrom(row))
    else gather(foundOf(found, row.user_id), row)
  }
  if (common.length > 0) for (const userId of scope.userIds) addPauses(foundOf(found, userId), common)
  return found
}

type SurroundingRow = {
  readonly kind: 'zone' | 'pause' | 'freeze' | 'row' | 'limit'
  readonly user_id: string
  readonly name: string
  readonly part: string
  readonly value: string
  readonly at: number | null
  readonly previous: string | null
  readonly previous_at: number | null
  readonly json: string | null
}

type FoundRows = {
  zones?: ClockSince[]
  pauses?: Pause[]
  freezes?: Date[]
  rows?: Map<string, Map<string, MetricRow>>
  gained?: Map<string, Map<string, BucketGains>>
}

/** Up to this many combinations of metrics and parts, all of them are looked up for every user. */
const combinationLimit = 24

function rowsBranch({ userMetrics }: Tables, rows: readonly RowKey[]): Sql {
  const metrics = [...new Set(rows.map(row => row.metric))]
  const parts = [...new Set(rows.map(row => row.part))]
  const columns = sql`select 'row' as kind, user_id, metric as name, period as part, value::text as value,
    ${msOf(sql`last_at`)} as at, null::text as previous, null::float8 as previous_at, state::text as json,
    null::int as badge_count`
  if (metrics.length * parts.length <= combinationLimit) {
    const userIds = [...new Set(rows.map(row => row.userId))]
    return sql`${columns} from ${userMetrics} where user_id = ${anyOf(userIds)}
      and period = ${anyOf(parts)} and metric = ${anyOf(metrics)}`
  }
  // One lookup per key, which `limit` enforces. A join might read the whole table for a large batch.
  return sql`${columns} from unnest(
      ${textArray(rows.map(row => row.userId))}, ${textArray(rows.map(row => row.part))},
      ${textArray(rows.map(row => row.metric))}
    ) as given (user_id, period, metric) cross join lateral (
      select value, last_at, state from ${userMetrics} as m
      where m.user_id = given.user_id ${onlyUser('m', rows)} and m.period = given.period and m.metric = given.metric limit 1
    ) as m`
}

function isDay({ bucket }: LimitKey): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(bucket)
}

function daysBranch({ pointsLedger }: Tables, days: readonly LimitKey[]): Sql {
  return sql`${limitColumns} from ${givenLimits(days)} cross join lateral (
      select sum(points) as points, sum(coalesce(offered, points)) as offered, min(cap) as lowest_cap,
        max(at) as last_at, max(at) as paid_at
      from ${pointsLedger} as l
      where l.user_id = given.user_id ${onlyUser('l', days)} and l.source = given.source and l.period = given.bucket
    ) as l where points is not null`
}

function limitsBranch({ pointsLimits }: Tables, limits: readonly LimitKey[]): Sql {
  return sql`${limitColumns} from ${givenLimits(limits)} cross join lateral (
      select points, offered, lowest_cap, last_at, paid_at from ${pointsLimits} as l
      where l.user_id = given.user_id ${onlyUser('l', limits)} and l.source = given.source and l.bucket = given.bucket limit 1
    ) as l`
}

const limitColumns: Sql = sql`select 'limit' as kind, user_id, source as name, bucket as part, points::text as value,
  ${msOf(sql`last_at`)} as at, offered::text as previous, lowest_cap::float8 as previous_at,
  ${msOf(sql`paid_at`)}::text as json, null::int as badge_count`

function givenLimits(limits: readonly LimitKey[]): Sql {
  return sql`unnest(
      ${textArray(limits.map(limit => limit.userId))}, ${textArray(limits.map(limit => limit.source))},
      ${textArray(limits.map(limit => limit.bucket))}
    ) as given (user_id, source, bucket)`
}

function foundOf(found: Map<string, FoundRows>, userId: string): FoundRows {
  const own = found.get(userId) ?? {}
  found.set(userId, own)
  return own
}

function gather(found: FoundRows, row: SurroundingRow): void {
  switch (row.kind) {
    case 'zone':
      found.zones ??= []
      found.zones.push(clockFrom(row))
      return
    case 'pause':
      addPauses(found, pausesFrom(row))
      return
    case 'freeze':
      found.freezes ??= []
      found.freezes.push(dateOf(row.at!))
      return
    case 'row': {
      const state = row.json === null ? {} : { state: jsonOf(row.json) as MetricState }
      const stored = { value: parseDecimal(row.value), lastAt: dateOf(row.at!), ...state }
      found.rows = put(found.rows, row, stored)
      return
    }
    case 'limit':
      found.gained = put(found.gained, row, bucketGainsFrom(row))
  }
}

function bucketGainsFrom({ value, previous, previous_at: lowestCap, at, json: paidAt }: SurroundingRow): BucketGains {
  const gave = { points: Number(value), offered: Number(previous), lowestCap }
  return { ...gave, lastAt: dateOf(at!), paidAt: paidAt === null ? null : dateOf(Number(paidAt)) }
}

function addPauses(found: FoundRows, pauses: readonly Pause[]): void {
  found.pauses ??= []
  for (const pause of pauses) found.pauses.push(pause)
}

function put<Value>(
  values: Map<string, Map<string, Value>> = new Map(),
  { name, part }: SurroundingRow,
  value: Value,
): Map<string, Map<string, Value>> {
  return values.set(name, (values.get(name) ?? new Map()).set(part, value))
}
