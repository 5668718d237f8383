import type { MergedUsers } from '../../core/users/user-merged.js'
import { anyOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** Reads which of these ids are of users who were merged or renamed, and who they are now. */
export async function readMerged(
  db: Session,
  { userStandings }: Tables,
  userIds: readonly string[],
): Promise<MergedUsers> {
  const rows = await run<{ user_id: string; merged_into: string }>(
    db,
    sql`select user_id, merged_into from ${userStandings} where user_id = ${anyOf(userIds)} and merged_into is not null`,
  )
  return new Map(rows.map(row => [row.user_id, row.merged_into]))
}

/** Lists the ids under which a user was known before, in order of their bytes. */
export async function readFormerIds(
  db: Session,
  { userStandings }: Tables,
  userId: string,
): Promise<readonly string[]> {
  const rows = await run<{ user_id: string }>(
    db,
    sql`select user_id from ${userStandings} where merged_into = ${userId} order by user_id collate "C"`,
  )
  return rows.map(row => row.user_id)
}

/** Makes a locked former id that of a user again, who has nothing. */
export async function freeFormerId(db: Session, { userStandings }: Tables, userId: string): Promise<void> {
  await run(db, sql`update ${userStandings} set merged_into = null where user_id = ${userId}`)
}
