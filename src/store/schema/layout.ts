import { run } from '../database/database.js'
import type { Sending } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from './tables.js'

/** Finds out where the rows of these tables are stored, unless it is known. @throws DATABASE_FAILED */
export async function learnLayout(db: Sending, { layout, userStandings }: Tables): Promise<void> {
  layout.isSpread ??= await isSpread(db, userStandings.text)
}

async function isSpread(db: Sending, table: string): Promise<boolean> {
  const [row] = await run<{ is_cluster: boolean }>(
    db,
    sql`select to_regclass('pg_catalog.pg_dist_partition') is not null as is_cluster`,
  )
  if (!row!.is_cluster) return false
  const rows = await run(
    db,
    sql`select from pg_catalog.pg_dist_partition where logicalrelid = to_regclass(${table}::text) and partmethod = 'h'`,
  )
  return rows.length > 0
}
