import { run } from '../database/database.js'
import { sqlStateOfFailure } from '../database/failure.js'
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
  // One table is enough: while the others are being spread, their rows can be written as in a cluster too.
  const rows = await run(
    db,
    sql`select from pg_catalog.pg_dist_partition as d join pg_catalog.pg_class as c on c.oid = d.logicalrelid
      where c.relnamespace = (select relnamespace from pg_catalog.pg_class where oid = to_regclass(${table}::text)) limit 1`,
  )
  return rows.length > 0
}

// What a cluster says to statements for one Postgres: not supported, or faults of its own rewriting.
const refusals: ReadonlySet<string | undefined> = new Set(['0A000', '42804', '42601'])

/** Finds out again with the next call, if a cluster refused a statement for one Postgres: the tables were spread meanwhile. */
export function doubtLayout({ layout }: Tables, error: unknown): void {
  if (layout.isSpread === false && refusals.has(sqlStateOfFailure(error))) layout.isSpread = null
}
