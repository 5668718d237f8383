import { drizzle } from 'drizzle-orm/node-postgres'
import { inject } from 'vitest'
import { migrate } from '../../src/index.js'
import { connected, createClusterDatabase, createDatabase, type PostgresDatabase } from './postgres-database.js'

/** The coordinator of a Citus cluster on which suites of a real Postgres run, with the tables spread over its nodes. */
export const clusterUrl: string | undefined = process.env.MILEPOST_CITUS_URL || undefined

/**
 * Creates a database with Milepost's tables: a copy, which takes a tenth of the time of the migrations. It is on the cluster of
 * the run, if there is one, unless a server is given.
 */
export async function createMigratedDatabase(serverUrl?: string): Promise<PostgresDatabase> {
  if (clusterUrl && serverUrl === undefined) return createClusterDatabase(clusterUrl, { spread: spreadTables })
  const server = serverUrl ?? inject('postgresUrl')
  return createDatabase(server, await migratedTemplate(server))
}

/** Creates Milepost's tables on the coordinator of a cluster, spread over its nodes. */
export function spreadTables(url: string): Promise<readonly string[]> {
  return connected(url, client => migrate(drizzle({ client }), { distribute: true }))
}

/** `MILEPOST_TEST_PARTITIONS=16` divides `user_progress` in a whole run. */
export const partitionsOfRun = process.env.MILEPOST_TEST_PARTITIONS
  ? { partitions: Number(process.env.MILEPOST_TEST_PARTITIONS) }
  : {}

const templates = new Map<string, Promise<string>>()

function migratedTemplate(serverUrl: string): Promise<string> {
  const template = templates.get(serverUrl) ?? makeTemplate(serverUrl, inject('migratedTemplate'))
  templates.set(serverUrl, template)
  return template
}

/** The first worker that asks makes it, and the others wait; it gets its name when it is whole. */
function makeTemplate(serverUrl: string, name: string): Promise<string> {
  return connected(serverUrl, async client => {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name])
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 1) return name
    const { url } = await createDatabase(serverUrl)
    await connected(url, half => migrate(drizzle({ client: half }), partitionsOfRun))
    await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} RENAME TO ${name}`)
    return name
  })
}
