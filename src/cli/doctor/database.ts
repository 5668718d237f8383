import type { Session } from '../../store/database/session.js'
import { readServerSetup, type ServerSetup } from '../../store/reports/setup.js'
import { hasTables, pendingMigrations } from '../../store/schema/migrate.js'
import { defaultSchema, type Tables } from '../../store/schema/tables.js'
import { tryWrite } from '../../store/schema/write-trial.js'
import { broken, type Finding, fine } from './finding.js'
import { describeReason } from './reason.js'

/** An open database, and where Milepost's tables are in it. */
export type Examined = { readonly db: Session; readonly tables: Tables; readonly schema: string | undefined }

const oldestPostgres = 15

/** Checks the server: its version, the migrations, and what the user of the connection may do. */
export async function databaseFindings(examined: Examined): Promise<readonly Finding[]> {
  const { db, schema } = examined
  const server = await readServerSetup(db, schema)
  const named = schema === undefined ? {} : { schema }
  const isMade = await hasTables(db, named)
  const pending = isMade ? await pendingMigrations(db, named) : []
  return [
    Number.parseInt(server.version, 10) >= oldestPostgres
      ? fine('postgres', `Postgres ${server.version}`)
      : broken('postgres', `Postgres ${server.version}`, `Use Postgres ${oldestPostgres} or newer.`),
    migrationFinding(isMade, pending, schema),
    isMade ? await writeFinding(examined, server.userName) : createFinding(server),
  ]
}

function migrationFinding(isMade: boolean, pending: readonly string[], schema = defaultSchema): Finding {
  const fix = 'Run `milepost migrate` with the same --database and --schema.'
  if (!isMade) return broken('migrations', `no tables in the schema "${schema}"`, fix)
  if (pending.length > 0) return broken('migrations', `not applied: ${pending.join(', ')}`, fix)
  return fine('migrations', 'all applied')
}

async function writeFinding({ db, tables, schema = defaultSchema }: Examined, name: string): Promise<Finding> {
  try {
    await tryWrite(db, tables, new Date())
    return fine('rights', `"${name}" can record completions`)
  } catch (error) {
    const fix = `Connect as the owner of the tables, to the primary server, or run: GRANT USAGE ON SCHEMA "${schema}" TO "${name}"; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${schema}" TO "${name}";`
    return broken('rights', `"${name}" cannot record completions: ${describeReason(error)}`, fix)
  }
}

function createFinding({ userName, database, mayCreate }: ServerSetup): Finding {
  if (mayCreate) return fine('rights', `"${userName}" can create the tables`)
  const fix = `Run as the owner of the database: GRANT CREATE ON DATABASE "${database}" TO "${userName}";`
  return broken('rights', `"${userName}" cannot create the tables`, fix)
}
