import { dateOf, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { atMicros, microsOf } from './instants.js'

/** A metric's value of one user. */
export type UserMetric = { readonly metric: string; readonly value: string; readonly lastAt: Date }

/** Lists the metrics of a user by name, after a name. Leaves out their periods and parts. */
export async function readUserMetrics(
  db: Session,
  { userMetrics }: Tables,
  { userId, after, limit }: { readonly userId: string; readonly after: string | undefined; readonly limit: number },
): Promise<readonly UserMetric[]> {
  const later = after === undefined ? sql`` : sql`and metric collate "C" > ${after}`
  const rows = await run<{ metric: string; value: string; last_at: number }>(
    db,
    sql`select metric, (case when fold = 'minimum' then -value else value end)::text as value, ${msOf(sql`last_at`)} as last_at from ${userMetrics}
      where user_id = ${userId} and period = '' ${later} order by metric collate "C" limit ${limit}::int`,
  )
  return rows.map(({ metric, value, last_at }) => ({ metric, value, lastAt: dateOf(last_at) }))
}

/** A gain or its undoing, and its position in the ledger. */
export type LedgerEntry = {
  readonly source: string
  readonly category: string
  readonly itemKey: string
  readonly points: number
  /** Set if `points` are coins. */
  readonly currency: string | null
  readonly reason: string | null
  readonly at: Date
  readonly recordedAt: Date
  readonly place: LedgerPlace
}

/** Microseconds of `recorded_at`, then the key. */
export type LedgerPlace = readonly [
  at: string,
  source: string,
  period: string,
  category: string,
  itemKey: string,
  entry: number,
]

type LedgerRow = {
  readonly source: string
  readonly period: string
  readonly category: string
  readonly item_key: string
  readonly entry: number
  readonly points: number
  readonly currency: string | null
  readonly reason: string | null
  readonly at_ms: number
  readonly recorded_at: number
  readonly micros: string
}

/** Lists the gains of a user, latest written first. `coins`: only those of a currency, or of all. */
export async function readUserLedger(
  db: Session,
  { pointsLedger }: Tables,
  {
    userId,
    before,
    limit,
    coins,
  }: {
    readonly userId: string
    readonly before: LedgerPlace | undefined
    readonly limit: number
    readonly coins?: { readonly currency: string | undefined }
  },
): Promise<readonly LedgerEntry[]> {
  const key = sql`l.source collate "C", l.period collate "C", l.category collate "C", l.item_key collate "C", l.entry`
  const earlier = before
    ? sql`and (l.recorded_at, ${key}) <
        (${atMicros(before[0])}, ${before[1]}, ${before[2]}, ${before[3]}, ${before[4]}, ${before[5]}::int)`
    : sql``
  const isAsked = coins === undefined ? sql`` : sql`and currency is not null and points <> 0`
  const isOfCurrency = coins?.currency === undefined ? sql`` : sql`and currency = ${coins.currency}`
  const rows = await run<LedgerRow>(
    db,
    sql`select source, period, category, item_key, entry, points::float8 as points, currency, reason, ${msOf(sql`at`)} as at_ms,
        ${msOf(sql`recorded_at`)} as recorded_at, ${microsOf(sql`recorded_at`)} as micros
      from ${pointsLedger} as l where user_id = ${userId} ${isAsked} ${isOfCurrency} ${earlier}
      order by l.recorded_at desc, l.source collate "C" desc, l.period collate "C" desc, l.category collate "C" desc,
        l.item_key collate "C" desc, l.entry desc limit ${limit}::int`,
  )
  return rows.map(ledgerEntry)
}

function ledgerEntry(row: LedgerRow): LedgerEntry {
  const { source, period, category, item_key: itemKey, entry, points, currency, reason } = row
  return {
    source,
    category,
    itemKey,
    points,
    currency,
    reason,
    at: dateOf(row.at_ms),
    recordedAt: dateOf(row.recorded_at),
    place: [row.micros, source, period, category, itemKey, entry],
  }
}
