import { PrismaPg } from '@prisma/adapter-pg'
import createKnex from 'knex'
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { DataSource } from 'typeorm'
import { type Database, fromKnex, fromKysely, fromPrisma, fromTypeOrm } from '../../../src/index.js'
import { PrismaClient } from './prisma-client.generated.js'

/** What a host does in a transaction of its library, and what it passes to Milepost. */
export type Inside = { readonly db: Database; readonly order: (id: string) => Promise<unknown> }

/** A library through which a host reaches its database. */
export type HostLibrary = {
  readonly transaction: <Result>(work: (inside: Inside) => Promise<Result>) => Promise<Result>
  /** Passes what is not a transaction to the adapter, if it has one. */
  readonly outside?: () => Database
  readonly end: () => Promise<unknown>
}

/** Libraries with an adapter, by name. */
export const hostLibraries: Readonly<Record<string, (url: string) => Promise<HostLibrary>>> = {
  Kysely: async url => {
    const dialect = new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
    return kyselyLibrary(new Kysely<HostTables>({ dialect }))
  },
  'Kysely with a plugin that renames columns': async url => {
    const dialect = new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
    return kyselyLibrary(new Kysely<HostTables>({ dialect, plugins: [new CamelCasePlugin()] }))
  },
  'Kysely with a transaction that is begun and ended by calls': async url => {
    const db = new Kysely<HostTables>({
      dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }),
    })
    const library = kyselyLibrary(db)
    return {
      ...library,
      transaction: async work => {
        const trx = await db.startTransaction().execute()
        const order = (id: string) => trx.insertInto('orders').values({ id }).execute()
        try {
          const result = await work({ db: fromKysely(trx), order })
          await trx.commit().execute()
          return result
        } catch (error) {
          await trx.rollback().execute()
          throw error
        }
      },
    }
  },
  Knex: async url => knexLibrary(createKnex({ client: 'pg', connection: url })),
  'Knex that renames columns': async url =>
    knexLibrary(createKnex({ client: 'pg', connection: url, postProcessResponse: renamed })),
  Prisma: async url => {
    const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) } as never) as never as Prisma
    return {
      transaction: work =>
        prisma.$transaction(tx => work({ db: fromPrisma(tx), order: id => tx.order.create({ data: { id } }) }), {
          // To begin, it may take only 2 s by itself.
          maxWait: 60_000,
          timeout: 60_000,
        }),
      outside: () => fromPrisma(prisma),
      end: () => prisma.$disconnect(),
    }
  },
  TypeORM: async url => {
    const source = await new DataSource({ type: 'postgres', url }).initialize()
    return {
      transaction: work =>
        source.transaction(manager =>
          work({ db: fromTypeOrm(manager), order: id => manager.query('INSERT INTO orders VALUES ($1)', [id]) }),
        ),
      outside: () => fromTypeOrm(source.manager),
      end: () => source.destroy(),
    }
  },
}

type HostTables = { readonly orders: { readonly id: string } }

function kyselyLibrary(db: Kysely<HostTables>): HostLibrary {
  return {
    transaction: work =>
      db
        .transaction()
        .execute(trx =>
          work({ db: fromKysely(trx), order: id => sql`INSERT INTO orders VALUES (${id})`.execute(trx) }),
        ),
    outside: () => fromKysely(db as never),
    end: () => db.destroy(),
  }
}

function knexLibrary(knex: ReturnType<typeof createKnex>): HostLibrary {
  return {
    transaction: work =>
      knex.transaction(trx => work({ db: fromKnex(trx), order: id => trx('orders').insert({ id }) })),
    outside: () => fromKnex(knex as never),
    end: () => knex.destroy(),
  }
}

/** Renames the keys of all objects, as some hosts let Knex do. */
function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) === Date.prototype) return value
  const camelCase = (key: string) => key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [camelCase(key), renamed(each)]))
}

type PrismaTx = {
  $queryRawUnsafe(text: string, ...values: never[]): Promise<unknown>
  readonly order: { create(input: { readonly data: { readonly id: string } }): Promise<unknown> }
}

type Prisma = PrismaTx & {
  $transaction<Result>(
    work: (tx: PrismaTx) => Promise<Result>,
    options: { readonly maxWait: number; readonly timeout: number },
  ): Promise<Result>
  $disconnect(): Promise<void>
}
