import type { UndoneCompletion, UndoneCompletions } from '../../core/explain/explanation.js'
import { dateOf, msOf, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** Which user, which categories, and how many of the latest undone completions. */
export type UndoneQuery = {
  readonly userId: string
  readonly categories: readonly string[]
  readonly limit: number
}

/** Reads which completions of a user were undone and not stored again, each with its latest undo. */
export async function readUndone(
  db: Session,
  { auditLog, userProgress }: Tables,
  { userId, categories, limit }: UndoneQuery,
): Promise<UndoneCompletions> {
  if (categories.length === 0) return { count: 0, latest: [] }
  const rows = await run<UndoneRow>(
    db,
    sql`with undone as (
        select distinct on (category, item_key) id, category, item_key, details ->> 'completedAt' as completed_at,
          done_by, reason, done_at
        from (
          select *, details ->> 'category' as category, details ->> 'itemKey' as item_key
          from ${auditLog} where user_id = ${userId} and action = 'undo'
        ) as a
        where category = any(${textArray(categories)}) and not exists (
          select from ${userProgress} as p
          where p.user_id = ${userId} and p.category = a.category and p.item_key = a.item_key
        )
        order by category, item_key, id desc
      )
      select category, item_key, ${msOf(sql`completed_at::timestamptz`)} as completed_at, done_by, reason,
        ${msOf(sql`done_at`)} as done_at, count
      from (select *, count(*) over ()::int as count from undone order by id desc limit ${Math.max(limit, 1)}::int) as latest
      order by id`,
  )
  return { count: rows[0]?.count ?? 0, latest: limit === 0 ? [] : rows.map(undoneFrom) }
}

/** Marks that a completion of a locked user was undone. */
export async function markUndone(db: Session, { userStandings }: Tables, userId: string): Promise<void> {
  await run(db, sql`update ${userStandings} set has_undone = true where user_id = ${userId} and not has_undone`)
}

type UndoneRow = {
  readonly category: string
  readonly item_key: string
  readonly completed_at: number
  readonly done_by: string | null
  readonly reason: string
  readonly done_at: number
  readonly count: number
}

function undoneFrom(row: UndoneRow): UndoneCompletion {
  return {
    category: row.category,
    itemKey: row.item_key,
    completedAt: dateOf(row.completed_at),
    by: row.done_by,
    reason: row.reason,
    undoneAt: dateOf(row.done_at),
  }
}
