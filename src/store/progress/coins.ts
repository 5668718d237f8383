import { refuseMerged } from '../../core/users/user-merged.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** The sources of coins in the ledger that were spent, and that were paid back. */
export const spendingSource = 'spending'
export const refundSource = 'refund'

/** Reads how many coins a user has, by currency. Currencies without a row of the ledger are missing. */
export async function readBalances(
  db: Session,
  { pointsLedger }: Tables,
  userId: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await run<{ currency: string; balance: number }>(
    db,
    sql`select currency, sum(points)::float8 as balance from ${pointsLedger}
      where user_id = ${userId} and currency is not null group by currency order by currency collate "C"`,
  )
  return new Map(rows.map(({ currency, balance }) => [currency, balance]))
}

/** Tells whether anything was ever recorded, counted or written of a user. @throws USER_MERGED */
export async function isKnownUser(db: Session, { userStandings }: Tables, userId: string): Promise<boolean> {
  const [row] = await run<{ merged_into: string | null }>(
    db,
    sql`select merged_into from ${userStandings} where user_id = ${userId}`,
  )
  if (row) refuseMerged(userId, row.merged_into)
  return row !== undefined
}
