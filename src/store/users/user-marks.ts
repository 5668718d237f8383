import { textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/**
 * Returns a mark for each of these users, in one statement. It changes whenever the user's data changes. It is made
 * from the versions of the rows, so recording does not have to write anything for it.
 */
export async function readUserMarks(
  db: Session,
  { userMetrics, userStandings }: Tables,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const users = textArray(userIds)
  const rows = await run<{ user_id: string; mark: string }>(
    db,
    sql`select user_id, sum(hashtextextended(version, 0))::text as mark from (
        select user_id, xmin::text || ctid::text || metric || period as version from ${userMetrics} where user_id = any(${users})
        union all
        select user_id, xmin::text || ctid::text from ${userStandings} where user_id = any(${users})
      ) as versions group by user_id`,
  )
  return new Map(rows.map(({ user_id, mark }) => [user_id, mark]))
}
