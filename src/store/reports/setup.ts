import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import { defaultSchema, type Tables } from '../schema/tables.js'

/** The server of a connection, and what the user of the connection may do before the tables exist. */
export type ServerSetup = {
  readonly version: string
  readonly userName: string
  readonly database: string
  /** Whether the user may create the schema, or tables in the schema that exists. */
  readonly mayCreate: boolean
}

/** Reads what a connection reaches, in one statement. */
export async function readServerSetup(db: Session, schema: string = defaultSchema): Promise<ServerSetup> {
  const [row] = await run<{ version: string; user_name: string; database: string; may_create: boolean }>(
    db,
    sql`select current_setting('server_version') as version, current_user::text as user_name, current_database()::text as database,
        case when to_regnamespace(${`"${schema}"`}) is null then has_database_privilege(current_database(), 'CREATE')
          else has_schema_privilege(${schema}, 'CREATE') end as may_create`,
  )
  const { version, user_name: userName, database, may_create: mayCreate } = row!
  return { version, userName, database, mayCreate }
}

/** Reads which backend of the server answers. */
export async function readBackend(db: Session): Promise<number> {
  const [row] = await run<{ pid: number }>(db, sql`select pg_backend_pid() as pid`)
  return row!.pid
}

/** Lists the time zones that users have set, up to a limit. */
export async function readUsedZones(db: Session, { userTimeZones }: Tables, limit: number): Promise<readonly string[]> {
  const rows = await run<{ zone: string }>(
    db,
    sql`select distinct zone from ${userTimeZones} where zone is not null limit ${limit}::int`,
  )
  return rows.map(({ zone }) => zone)
}
