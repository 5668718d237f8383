import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** Holds a database of its own on a server. */
export type PostgresDatabase = {
  readonly url: string
  /** Removes the database, whoever is still connected to it. */
  readonly drop: () => Promise<void>
}

/** Creates an empty database with a name of its own on the server that `serverUrl` points to. */
export async function createDatabase(serverUrl: string): Promise<PostgresDatabase> {
  const name = `milepost_test_${randomUUID().replaceAll('-', '')}`
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  await administer(serverUrl, `CREATE DATABASE ${name} TEMPLATE template0`)
  return { url: url.href, drop: () => administer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

/** Sends one statement outside any transaction, over a connection of its own. */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
