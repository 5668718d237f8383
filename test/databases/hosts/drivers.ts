import { sql } from 'drizzle-orm'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js'
import { sql as sql1 } from 'drizzle-orm-1'
import { drizzle as drizzlePg1 } from 'drizzle-orm-1/node-postgres'
import { drizzle as drizzlePostgresJs1 } from 'drizzle-orm-1/postgres-js'
import postgres from 'postgres'
import type { Database } from '../../../src/index.js'
import type { HostLibrary } from './libraries.js'

/** Drivers and versions of Drizzle whose transactions are passed as they are, by name. */
export const hostDrivers: Readonly<Record<string, (url: string) => Promise<HostLibrary>>> = {
  'postgres.js': async url => {
    const client = postgres(url, { onnotice: () => {} })
    return {
      transaction: async work =>
        (await client.begin(tx => work({ db: tx, order: id => tx`INSERT INTO orders VALUES (${id})` }))) as never,
      end: () => client.end(),
    }
  },
  'Drizzle over pg': async url => ofDrizzle({ db: drizzlePg(url), sql }),
  'Drizzle over postgres.js': async url => ofDrizzle({ db: drizzlePostgresJs(url), sql }),
  'Drizzle over pg, nested': async url => ofDrizzle({ db: drizzlePg(url), sql, isNested: true }),
  'Drizzle over postgres.js, nested': async url => ofDrizzle({ db: drizzlePostgresJs(url), sql, isNested: true }),
  'Drizzle 1 over pg': async url => ofDrizzle({ db: drizzlePg1(url), sql: sql1 }),
  'Drizzle 1 over postgres.js': async url => ofDrizzle({ db: drizzlePostgresJs1(url), sql: sql1 }),
  'Drizzle 1 over pg, nested': async url => ofDrizzle({ db: drizzlePg1(url), sql: sql1, isNested: true }),
  'Drizzle 1 over postgres.js, nested': async url =>
    ofDrizzle({ db: drizzlePostgresJs1(url), sql: sql1, isNested: true }),
}

type Drizzle = {
  readonly db: object
  /** The tag of the same version. */
  readonly sql: (text: TemplateStringsArray, id: string) => object
  readonly isNested?: boolean
}

// What both versions have in common: their own types do not fit each other.
type Transaction = {
  execute(statement: object): PromiseLike<unknown>
  transaction<Result>(work: (tx: Transaction & Database) => Promise<Result>): Promise<Result>
}

function ofDrizzle({ db, sql, isNested = false }: Drizzle): HostLibrary {
  const { $client } = db as { readonly $client: { end(): Promise<unknown> } }
  const outermost = db as Transaction
  return {
    transaction: work => {
      const inside = (tx: Transaction & Database) =>
        work({ db: tx, order: async id => tx.execute(sql`INSERT INTO orders VALUES (${id})`) })
      return outermost.transaction(tx => (isNested ? tx.transaction(inside) : inside(tx)))
    },
    end: () => $client.end(),
  }
}
