import type { PGlite, Transaction as PgliteHostTransaction } from '@electric-sql/pglite'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { PgliteDatabase } from 'drizzle-orm/pglite'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Knex } from 'knex'
import type { Transaction } from 'kysely'
import type pg from 'pg'
import type postgres from 'postgres'
import { expectTypeOf, test } from 'vitest'
import { type Database, fromKnex, fromKysely } from '../../src/index.js'
import type {
  DrizzleDatabase,
  PgClient,
  Pglite,
  PgliteTransaction,
  PgPool,
  PostgresJs,
} from '../../src/store/database/hosts.js'

test('whatever people have fits, by its shape', () => {
  expectTypeOf<pg.Pool>().toExtend<PgPool>()
  expectTypeOf<pg.Client>().toExtend<PgClient>()
  expectTypeOf<pg.PoolClient>().toExtend<PgClient>()
  expectTypeOf<postgres.Sql>().toExtend<PostgresJs>()
  expectTypeOf<postgres.TransactionSql>().toExtend<PostgresJs>()
  expectTypeOf<postgres.ReservedSql>().toExtend<PostgresJs>()
  expectTypeOf<PGlite>().toExtend<Pglite>()
  expectTypeOf<PgliteHostTransaction>().toExtend<PgliteTransaction>()
  expectTypeOf<NodePgDatabase>().toExtend<DrizzleDatabase>()
  expectTypeOf<PgliteDatabase>().toExtend<DrizzleDatabase>()
  expectTypeOf<PostgresJsDatabase>().toExtend<DrizzleDatabase>()
  expectTypeOf<Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0]>().toExtend<Database>()
  expectTypeOf(fromKysely).toBeCallableWith({} as Transaction<unknown>)
  expectTypeOf(fromKnex).toBeCallableWith({} as Knex.Transaction)
})

test('what is no database does not', () => {
  expectTypeOf<string>().not.toExtend<Database>()
  expectTypeOf<{ readonly url: string }>().not.toExtend<Database>()
})
