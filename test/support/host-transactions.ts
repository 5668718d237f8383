import type { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js'
import knex from 'knex'
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import postgres from 'postgres'
import type { Database } from '../../src/index.js'

/** One connection of a host that sends BEGIN, COMMIT and ROLLBACK itself, and what it gives Milepost for it. */
export type HostConnection = {
  readonly db: Database
  readonly send: (statement: string) => Promise<unknown>
  readonly end: () => Promise<void>
}

type Hosts = Readonly<Record<string, (url: string) => Promise<HostConnection>>>

/** Hosts on a real Postgres, by what they work with. */
export const postgresHosts: Hosts = {
  pg: async url => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return { db: drizzlePg({ client }), send: text => client.query(text), end: () => client.end() }
  },
  'a client of a pool of pg, without Drizzle': async url => {
    const pool = new pg.Pool({ connectionString: url })
    const client = await pool.connect()
    const end = async (): Promise<void> => {
      client.release()
      await pool.end()
    }
    return { db: client, send: text => client.query(text), end }
  },
  'pg, without Drizzle': async url => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return { db: client, send: text => client.query(text), end: () => client.end() }
  },
  'a client of a pool of pg': async url => {
    const pool = new pg.Pool({ connectionString: url })
    const client = await pool.connect()
    const end = async (): Promise<void> => {
      client.release()
      await pool.end()
    }
    return { db: drizzlePg({ client }), send: text => client.query(text), end }
  },
  'a pool of pg with one connection': async url => {
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    return { db: drizzlePg({ client: pool }), send: text => pool.query(text), end: () => pool.end() }
  },
  Knex: async url => {
    const host = knex({ client: 'pg', connection: url, pool: { min: 1, max: 1 } })
    const client = await host.client.acquireConnection()
    const end = async (): Promise<void> => {
      await host.client.releaseConnection(client)
      await host.destroy()
    }
    return { db: drizzlePg({ client }), send: text => host.raw(text).connection(client), end }
  },
  Kysely: async url => {
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    const host = new Kysely({ dialect: new PostgresDialect({ pool }) })
    return { db: pool, send: text => host.executeQuery(CompiledQuery.raw(text)), end: () => host.destroy() }
  },
  'postgres.js, reserved': async url => {
    const client = postgres(url, { max: 2, onnotice: () => {} })
    const reserved = await client.reserve()
    // Drizzle asks the client for its options, which a reserved connection does not have.
    const db = drizzlePostgresJs({ client: Object.assign(reserved, { options: client.options }) as never })
    const end = async (): Promise<void> => {
      reserved.release()
      await client.end()
    }
    return { db, send: text => reserved.unsafe(text), end }
  },
  'postgres.js, reserved, without Drizzle': async url => {
    const client = postgres(url, { max: 2, onnotice: () => {} })
    const reserved = await client.reserve()
    const end = async (): Promise<void> => {
      reserved.release()
      await client.end()
    }
    return { db: reserved, send: text => reserved.unsafe(text), end }
  },
  'postgres.js with one connection, without Drizzle': async url => {
    const client = postgres(url, { max: 1, onnotice: () => {} })
    return { db: client, send: text => client.unsafe(text), end: () => client.end() }
  },
  'postgres.js with one connection': async url => {
    const client = postgres(url, { max: 1, onnotice: () => {} })
    return { db: drizzlePostgresJs({ client }), send: text => client.unsafe(text), end: () => client.end() }
  },
}

/** Hosts on the embedded database. */
export const embeddedHosts: Readonly<Record<string, (client: PGlite) => HostConnection>> = {
  'PGlite, without Drizzle': client => ({ db: client, send: text => client.exec(text), end: async () => {} }),
  PGlite: client => ({ db: drizzlePglite({ client }), send: text => client.exec(text), end: async () => {} }),
}

/** Makes a table of the host's own. */
export const hostsTable = sql`CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY)`
