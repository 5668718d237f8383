import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** Holds a database of its own on a server. */
export type PostgresDatabase = {
  readonly url: string
  /** Removes the database, even if someone is still connected to it. */
  readonly drop: () => Promise<void>
}

/** Creates a database with a name of its own on the server that `serverUrl` points to, empty unless a template is named. */
export async function createDatabase(serverUrl: string, template = 'template0'): Promise<PostgresDatabase> {
  const name = `milepost_test_${randomUUID().replaceAll('-', '')}`
  await administer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`)
  return {
    url: urlOf(serverUrl, name),
    drop: () => administer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

/** Sends one statement outside any transaction, over a connection of its own. */
export async function administer(url: string, statement: string): Promise<void> {
  await connected(url, client => client.query(statement))
}

/** Does work over a connection of its own. */
export async function connected<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

/** Creates a database on each node of a Citus cluster, with Milepost's tables spread over them. */
export async function createClusterDatabase(
  coordinator: string,
  spread: (url: string) => Promise<unknown>,
): Promise<PostgresDatabase> {
  const name = `milepost_test_${randomUUID().replaceAll('-', '')}`
  const nodes = await connected(coordinator, async client => {
    const { rows } = await client.query(
      "select nodename, nodeport, groupid from pg_dist_node where noderole = 'primary' order by groupid",
    )
    return rows as { nodename: string; nodeport: number; groupid: number }[]
  })
  const urls = nodes.map(({ nodename, nodeport }) => {
    const url = new URL(coordinator)
    url.hostname = nodename
    url.port = String(nodeport)
    return url.href
  })
  await Promise.all(
    urls.map(async url => {
      await connected(url, async client => {
        await client.query('set citus.enable_create_database_propagation = off')
        await client.query(`CREATE DATABASE ${name}`)
      })
      await administer(urlOf(url, name), 'CREATE EXTENSION citus')
    }),
  )
  const url = urlOf(coordinator, name)
  await connected(url, async client => {
    for (const { nodename, nodeport, groupid } of nodes) {
      if (groupid === 0) await client.query('select citus_set_coordinator_host($1, $2)', [nodename, nodeport])
      else await client.query('select citus_add_node($1, $2)', [nodename, nodeport])
    }
  })
  await spread(url)
  return {
    url,
    drop: async () => {
      for (const each of urls) await administer(each, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
  }
}
