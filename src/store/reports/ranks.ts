import { instant } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** Names a board in the tables of ranks: all points, a period, or a period of a metric. */
export function rankBoardOf({
  period,
  metric,
}: {
  readonly period: string | null
  readonly metric: string | null
}): string {
  return metric === null ? (period ?? '') : `${period}\n${metric}`
}

/**
 * Notes that a board is read, and moves what changed on it into its counts. Returns whether it is counted. If not,
 * `mayCount` counts it: then every transaction that wrote users after the first call must have ended.
 */
export async function tendRankBoard(
  db: Session,
  { tendRanksFunction }: Tables,
  { board, at, mayCount }: { readonly board: string; readonly at: Date; readonly mayCount: boolean },
): Promise<boolean> {
  const rows = await run<{ is_counted: boolean }>(
    db,
    sql`select ${tendRanksFunction}(${board}, ${instant(at)}, ${String(mayCount)}::text::boolean) as is_counted`,
  )
  return rows[0]!.is_counted
}
