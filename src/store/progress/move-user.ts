import { instant } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** Two locked users who are one. Everything of `from` becomes that of `into`. */
export type UserMove = { readonly from: string; readonly into: string }

/** How many completions moved, and how many both had, of which the earlier ones stayed. */
export type MovedCompletions = { readonly completionCount: number; readonly duplicateCount: number }

/** Moves everything that is stored of a user to another. What is counted from it is to be counted afterwards. */
export async function moveUser(
  db: Session,
  { moveUserFunction }: Tables,
  { from, into, at }: UserMove & { readonly at: Date },
): Promise<MovedCompletions> {
  const [row] = await run<{ completion_count: number; duplicate_count: number }>(
    db,
    sql`select completion_count, duplicate_count from ${moveUserFunction}(${from}, ${into}, ${instant(at)})`,
  )
  return { completionCount: row!.completion_count, duplicateCount: row!.duplicate_count }
}
