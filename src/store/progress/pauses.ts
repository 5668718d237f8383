import type { Pause } from '../../core/time/calendar.js'
import { refuseMerged } from '../../core/users/user-merged.js'
import { checkCount, dateOf, instant, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** The user id of pauses for all users in `streak_pauses`. */
export const allUsers = ''

/** A pause to store, of one user or of {@link allUsers}. */
export type NewPause = Required<Pause> & {
  readonly userId: string
  readonly reason: string
  readonly by: string | null
  readonly recordedAt: Date
}

/** A pause as it is stored. */
export type StoredPause = NewPause & { readonly id: string }

/** Stores a pause. Storing the same pause again changes nothing. Returns what is stored now, and whether it is new. */
export async function insertPause(
  db: Session,
  tables: Tables,
  pause: NewPause,
): Promise<{ readonly stored: StoredPause; readonly isNew: boolean }> {
  const { userId, from, until, inDays, reason, by, recordedAt } = pause
  const same = sql`user_id = ${userId} and from_at = ${instant(from)} and until_at = ${instant(until)} and in_days = ${inDays}`
  for (;;) {
    const added = await run(
      db,
      sql`insert into ${tables.streakPauses} (user_id, from_at, until_at, in_days, reason, paused_by, recorded_at)
        values (${userId}, ${instant(from)}, ${instant(until)}, ${inDays}, ${reason}, ${by}, ${instant(recordedAt)})
        on conflict do nothing returning 1`,
    )
    const isNew = added.length > 0
    const known = await run<PauseRow>(db, selected(tables, same))
    if (isNew) checkCount('streak_pauses', 1, known.length)
    if (known[0]) return { stored: storedPause(known[0]), isNew }
    // The same pause was there, and was deleted in between.
  }
}

/** Lists the pauses of a user, or of {@link allUsers}, in order of time. @throws USER_MERGED */
export async function readPauses(db: Session, tables: Tables, userId: string): Promise<readonly StoredPause[]> {
  const rows = await run<PauseRow & { readonly merged_into: string | null }>(
    db,
    sql`select p.*, (select merged_into from ${tables.userStandings} where user_id = ${userId}) as merged_into
      from (select 1) as one left join (${selected(tables, sql`user_id = ${userId}`)}) as p on true
      order by from_ms, until_ms, id::bigint`,
  )
  refuseMerged(userId, rows[0]!.merged_into)
  return rows.filter(row => row.id !== null).map(storedPause)
}

/** Reads one pause, or undefined if it is not stored. */
export async function readPause(db: Session, tables: Tables, id: string): Promise<StoredPause | undefined> {
  const [row] = await run<PauseRow>(db, selected(tables, sql`id = ${id}::bigint`))
  return row && storedPause(row)
}

/**
 * Deletes a pause. Returns whether it was still there. A pause for all users stays as a deleted row, because creations
 * and deletions are counted.
 */
export async function removePause(
  db: Session,
  { streakPauses }: Tables,
  { id, userId, at }: { readonly id: string; readonly userId: string; readonly at: Date },
): Promise<boolean> {
  const isThere = sql`id = ${id}::bigint and user_id = ${userId} and deleted_at is null returning 1`
  const rows = await run(
    db,
    userId === allUsers
      ? sql`update ${streakPauses} set deleted_at = ${instant(at)} where ${isThere}`
      : sql`delete from ${streakPauses} where ${isThere}`,
  )
  return rows.length > 0
}

type PauseRow = {
  readonly id: string
  readonly user_id: string
  readonly from_ms: number
  readonly until_ms: number
  readonly in_days: boolean
  readonly reason: string
  readonly paused_by: string | null
  readonly recorded_ms: number
}

const pauseColumns = sql`id::text as id, user_id, ${msOf(sql`from_at`)} as from_ms, ${msOf(sql`until_at`)} as until_ms, in_days,
  reason, paused_by, ${msOf(sql`recorded_at`)} as recorded_ms`

function selected({ streakPauses }: Tables, which: Sql): Sql {
  return sql`select ${pauseColumns} from ${streakPauses} where deleted_at is null and ${which}`
}

function storedPause(row: PauseRow): StoredPause {
  return {
    id: row.id,
    userId: row.user_id,
    from: dateOf(row.from_ms),
    until: dateOf(row.until_ms),
    inDays: row.in_days,
    reason: row.reason,
    by: row.paused_by,
    recordedAt: dateOf(row.recorded_ms),
  }
}
