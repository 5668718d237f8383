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

/** A database on each node of a Citus cluster. Its `url` is the coordinator's. */
export type ClusterDatabase = PostgresDatabase & {
  /** The coordinator first. */
  readonly nodes: readonly ClusterNode[]
  /** Adds the nodes that were left out. */
  readonly addNodes: () => Promise<void>
}

/** A node of a cluster, with the url of the database on it. */
export type ClusterNode = { readonly name: string; readonly port: number; readonly url: string }

/** How a database of a cluster comes about. */
export type ClusterSteps = {
  /** Done on the coordinator's database while it is a plain one. */
  readonly before?: (url: string) => Promise<unknown>
  /** Done once the database knows its nodes. */
  readonly spread: (url: string) => Promise<unknown>
  /** How many nodes belong to the database from the beginning; all unless given. A single one is the coordinator. */
  readonly nodeCount?: number
}

/** Creates a database on each node of a Citus cluster. */
export async function createClusterDatabase(
  coordinator: string,
  { before = async () => {}, spread, nodeCount }: ClusterSteps,
): Promise<ClusterDatabase> {
  const name = `milepost_test_${randomUUID().replaceAll('-', '')}`
  const nodes = (await nodesOf(coordinator)).map(node => ({ ...node, url: urlOf(node.url, name) }))
  await Promise.all(nodes.map(node => createOnNode(node, name)))
  const { url } = nodes[0]!
  await before(url)
  await Promise.all(nodes.map(node => administer(node.url, 'CREATE EXTENSION citus')))
  const add = (added: readonly ClusterNode[]): Promise<void> =>
    connected(url, async client => {
      for (const node of added) await client.query('select citus_add_node($1, $2)', [node.name, node.port])
    })
  await administer(url, `select citus_set_coordinator_host('${nodes[0]!.name}', ${nodes[0]!.port})`)
  // A coordinator holds users only if it is told so.
  if (nodeCount === 1) {
    const { name: host, port } = nodes[0]!
    await administer(url, `select citus_set_node_property('${host}', ${port}, 'shouldhaveshards', true)`)
  }
  await add(nodes.slice(1, nodeCount))
  await spread(url)
  return {
    url,
    nodes,
    addNodes: () => add(nodes.slice(nodeCount)),
    drop: async () => {
      for (const node of nodes) await dropOnNode(urlOf(node.url, 'postgres'), name)
    },
  }
}

// Citus looks after the databases of a node in the background, and may connect again while one is being removed.
async function dropOnNode(url: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await administer(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== objectInUse || attempt === 10) throw error
    }
  }
}

const objectInUse = '55006'

function nodesOf(coordinator: string): Promise<readonly ClusterNode[]> {
  return connected(coordinator, async client => {
    const { rows } = await client.query(
      "select nodename as name, nodeport as port from pg_dist_node where noderole = 'primary' order by groupid",
    )
    return (rows as { name: string; port: number }[]).map(({ name, port }) => {
      const url = new URL(coordinator)
      url.hostname = name
      url.port = String(port)
      return { name, port, url: url.href }
    })
  })
}

async function createOnNode({ url }: ClusterNode, name: string): Promise<void> {
  await connected(urlOf(url, 'postgres'), async client => {
    await client.query('set citus.enable_create_database_propagation = off')
    await client.query(`CREATE DATABASE ${name}`)
    // Some tests let a write fail by a trigger, which a cluster else refuses.
    await client.query(`ALTER DATABASE ${name} SET citus.enable_unsafe_triggers = on`)
  })
}
