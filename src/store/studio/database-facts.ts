import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { identifier, sql } from '../database/sql.js'

/** Facts about the database. */
export type DatabaseFacts = { readonly version: string; readonly bytes: number; readonly migrations: readonly string[] }

/** Reads the version and size of the database, and the applied migrations. */
export async function readDatabaseFacts(db: Session, schema: string): Promise<DatabaseFacts> {
  const [row] = await run<{ version: string; bytes: number; migrations: string }>(
    db,
    sql`select current_setting('server_version') as version, pg_database_size(current_database())::float8 as bytes,
      coalesce((select json_agg(name order by name) from ${identifier(schema)}."migrations"), '[]')::text as migrations`,
  )
  return { version: row!.version, bytes: row!.bytes, migrations: JSON.parse(row!.migrations) }
}
