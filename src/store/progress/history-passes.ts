import { aheadLimitMs } from '../../core/users/completion.js'
import { anyOf, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import {
  gainColumns,
  type HistoryRow,
  type HistoryScope,
  type HistorySqlRow,
  historyRowFrom,
  historySource,
} from './completions.js'

/** A stored completion. `isAhead`: its time is more than 5 minutes after it was stored, so it does not count. */
export type PassedRow = HistoryRow & { readonly isAhead: boolean }

/** Receives every row of a history, in order of time. */
export type Visit = (row: PassedRow) => void

const pageSize = 5_000

/**
 * Reads the completions of users twice, in order of time, page by page. Both passes see the same rows, whatever others
 * write, because both use one cursor. Needs a transaction.
 */
export async function goThroughTwice(
  tx: Session,
  tables: Tables,
  scope: HistoryScope,
  [first, second]: readonly [Visit, Visit],
): Promise<void> {
  if (scope.categories.length === 0 && !scope.withGains) return
  await run(
    tx,
    sql`declare milepost_passes scroll cursor for
      select user_id, category, item_key, ${msOf(sql`completed_at`)} as completed_at,
        case when category = ${anyOf(scope.withMetadata)} then metadata::text end as metadata, ${gainColumns(scope)},
        completed_at > recorded_at + ${`${aheadLimitMs} milliseconds`}::interval as is_ahead
      from ${historySource(tables, scope)}
      order by user_id collate "C", completed_at, category collate "C", item_key collate "C"`,
  )
  await goThrough(tx, first)
  await run(tx, sql`move absolute 0 in milepost_passes`)
  await goThrough(tx, second)
  await run(tx, sql`close milepost_passes`)
}

async function goThrough(tx: Session, visit: Visit): Promise<void> {
  for (;;) {
    const rows = await run<PassedSqlRow>(tx, sql`fetch ${raw(String(pageSize))} from milepost_passes`)
    for (const row of rows) visit({ ...historyRowFrom(row), isAhead: row.is_ahead })
    if (rows.length < pageSize) return
  }
}

type PassedSqlRow = HistorySqlRow & { readonly is_ahead: boolean }
