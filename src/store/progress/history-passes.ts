import { readTwice } from '../database/cursor.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import {
  type HistoryRow,
  type HistoryScope,
  type HistorySqlRow,
  historyQuery,
  historyRowFrom,
  isAhead,
} from './completions.js'

/** A stored completion. `isAhead`: its time is more than 5 minutes after it was stored, so it does not count. */
export type PassedRow = HistoryRow & { readonly isAhead: boolean }

/** Receives every row of a history, in order of time. */
export type Visit = (row: PassedRow) => void

/**
 * Reads the completions of users twice, in order of time, page by page. Both passes see the same rows, whatever others
 * write. Needs a transaction.
 */
export async function goThroughTwice(
  tx: Session,
  tables: Tables,
  scope: HistoryScope,
  [first, second]: readonly [Visit, Visit],
): Promise<void> {
  if (scope.categories.length === 0 && !scope.withGains) return
  const visited = (visit: Visit) => (row: PassedSqlRow) => visit({ ...historyRowFrom(row), isAhead: row.is_ahead })
  const query = historyQuery(tables, scope, { more: sql`, ${isAhead} as is_ahead` })
  await readTwice(tx, query, [visited(first), visited(second)])
}

type PassedSqlRow = HistorySqlRow & { readonly is_ahead: boolean }
