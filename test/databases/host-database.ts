import type { PGlite } from '@electric-sql/pglite'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js'
import type pg from 'pg'
import type postgres from 'postgres'
import type { Database } from '../../src/index.js'

/** The clients of the drivers, by the names of the drivers. */
export type Clients = { pglite: PGlite; pg: pg.Pool; 'postgres.js': postgres.Sql }

type Driver = { [Kind in keyof Clients]: { readonly kind: Kind; readonly client: Clients[Kind] } }[keyof Clients]

/** What a host passes to a service, and its transactions. */
export type HostDatabase = {
  readonly db: Database
  /** Commits what the work does with `tx`, or rolls it back if the work throws. */
  readonly transaction: <Result>(work: HostWork<Result>) => Promise<Result>
}

/** Work in a transaction of a host. `send` sends a statement of its own in it. */
export type HostWork<Result> = (tx: Database, send: (statement: string) => PromiseLike<unknown>) => Promise<Result>

/** The libraries of hosts: Drizzle 0.45, Drizzle 1, or none, so that the client of the driver itself is passed. */
export const everyLibrary = ['drizzle', 'drizzle-1', 'none'] as const

/** Names a library of hosts. */
export type Library = (typeof everyLibrary)[number]

const named = (process.env.MILEPOST_TEST_LIBRARY ?? 'drizzle') as Library
if (!everyLibrary.includes(named)) {
  throw new TypeError(`MILEPOST_TEST_LIBRARY is "${named}"; use ${everyLibrary.join(', ')}`)
}

/** Makes what a host works with over a driver, with the library that `MILEPOST_TEST_LIBRARY` names unless given. */
export async function hostDatabase<Kind extends keyof Clients>(
  { kind, client }: { readonly kind: Kind; readonly client: Clients[Kind] },
  library: Library = named,
): Promise<HostDatabase> {
  // The compiler does not see that the client belongs to the kind.
  const driver = { kind, client } as unknown as Driver
  if (library === 'none') return onDriver(driver)
  return inDrizzle(library === 'drizzle' ? drizzle(driver) : await drizzle1(driver))
}

function drizzle({ kind, client }: Driver): Drizzle {
  if (kind === 'pglite') return drizzlePglite({ client })
  return kind === 'pg' ? drizzlePg({ client }) : drizzlePostgresJs({ client })
}

// Loaded only where it is asked for: most runs do not need it.
async function drizzle1({ kind, client }: Driver): Promise<Drizzle> {
  if (kind === 'pglite') return (await import('drizzle-orm-1/pglite')).drizzle({ client })
  if (kind === 'pg') return (await import('drizzle-orm-1/node-postgres')).drizzle({ client })
  return (await import('drizzle-orm-1/postgres-js')).drizzle({ client })
}

type Drizzle = Extract<Database, { execute: unknown }>

function inDrizzle(db: Drizzle): HostDatabase {
  const transaction = <Result>(work: HostWork<Result>): Promise<Result> =>
    db.transaction(((tx: Drizzle) => work(tx, text => tx.execute(text))) as never) as Promise<Result>
  return { db, transaction }
}

function onDriver({ kind, client }: Driver): HostDatabase {
  switch (kind) {
    case 'pglite':
      return { db: client, transaction: work => client.transaction(tx => work(tx, text => tx.query(text))) }
    case 'pg':
      return { db: client, transaction: work => inClientOf(client, work) }
    case 'postgres.js':
      return { db: client, transaction: work => client.begin(tx => work(tx, text => tx.unsafe(text))) as never }
  }
}

async function inClientOf<Result>(pool: pg.Pool, work: HostWork<Result>): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client, text => client.query(text))
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
