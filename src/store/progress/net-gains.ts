import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** The source of badges in the ledger. */
export const badgeSource = 'badge'

/** The source of points in the ledger that were adjusted manually. */
export const adjustmentSource = 'adjustment'

/** Tells offers of rules with limits apart from other gains. Rows that are older than stored offers have a period. */
export const isOffer: Sql = raw(`(period <> '' or terms is not null)`)

/** Sums up the ledger: what is left for each cause and date, and of its offers. Of points and of coins: those have a `currency`. */
export function netGains({ pointsLedger }: Tables, users: Sql): Sql {
  return sql`select user_id, source, period, category, item_key, at, cap, terms, currency, sum(points) as points,
      sum(coalesce(offered, points)) as offered
    from ${pointsLedger} where user_id = ${users}
    group by user_id, source, period, category, item_key, at, cap, terms, currency
    having sum(points) <> 0 or sum(coalesce(offered, points)) <> 0`
}
