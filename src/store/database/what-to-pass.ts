import { kindOf } from '../../core/values/metadata.js'
import { drizzleKinds, isDrizzleForPostgres } from './drivers/drizzle.js'
import { isObject } from './methods.js'

/** Says what a value is that no session can be made of, and what to pass instead. */
export function whatToPass(db: unknown): string {
  if (!isObject(db)) return unknown(db)
  const kinds = drizzleKinds(db)
  if (kinds.length > 0) return ofDrizzle(kinds)
  const library = libraries.find(({ marks }) => marks.every(mark => mark in db))
  return library ? library.advice : unknown(db)
}

function unknown(db: unknown): string {
  return `is ${kindOf(db)}; pass a pool or client of pg, postgres.js, PGlite or Drizzle for Postgres`
}

// Their statements each go in a request of their own, so there are no transactions.
const withoutTransactions = /^(NeonHttp|PgRemote|AwsDataApiPg|XataHttp|AwsPg)/

function ofDrizzle(kinds: readonly string[]): string {
  const [kind = ''] = kinds
  if (!isDrizzleForPostgres(kinds)) return `is Drizzle's ${kind}; pass one of its Postgres databases`
  if (withoutTransactions.test(kind)) {
    return `is Drizzle's ${kind}, which has no transactions; pass one over a connection, such as neon-serverless with a Pool`
  }
  return `is Drizzle's ${kind} over a driver that is not known; pass one over node-postgres, postgres.js or PGlite`
}

type Library = { readonly marks: readonly string[]; readonly advice: string }

const libraries: readonly Library[] = [
  {
    marks: ['executeQuery', 'selectFrom'],
    advice: 'is Kysely; pass its pool, and inside a transaction { db: fromKysely(trx) }',
  },
  {
    marks: ['raw', 'schema', 'client'],
    advice: 'is Knex; pass a pool, and inside a transaction { db: fromKnex(trx) }',
  },
  {
    marks: ['$queryRawUnsafe'],
    advice: 'is Prisma; pass a pool, and inside a transaction { db: fromPrisma(tx) }',
  },
  {
    marks: ['createQueryRunner'],
    advice: 'is a TypeORM DataSource; pass a pool, and inside a transaction { db: fromTypeOrm(manager) }',
  },
  { marks: ['getConnection', 'execute'], advice: 'is a pool of MySQL; Milepost needs Postgres, so pass a pool of pg' },
  { marks: ['prepare', 'exec'], advice: 'is a SQLite database; Milepost needs Postgres. Embedded, pass PGlite' },
  {
    marks: ['getRepository', 'transaction'],
    advice: 'is TypeORM; inside a transaction pass { db: fromTypeOrm(manager) }',
  },
]
