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
