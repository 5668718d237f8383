import { neon } from '@neondatabase/serverless'
import { PrismaPg } from '@prisma/adapter-pg'
import { drizzle as drizzleMySql } from 'drizzle-orm/mysql2'
import { drizzle as drizzleNeonHttp } from 'drizzle-orm/neon-http'
import { drizzle as drizzlePgProxy } from 'drizzle-orm/pg-proxy'
import { drizzle as drizzleSqlite } from 'drizzle-orm/sqlite-proxy'
import { drizzle as drizzleNeonHttp1 } from 'drizzle-orm-1/neon-http'
import { drizzle as drizzlePgProxy1 } from 'drizzle-orm-1/pg-proxy'
import { drizzle as drizzleSqlite1 } from 'drizzle-orm-1/sqlite-proxy'
import createKnex from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import { createPool as createPromisePool } from 'mysql2/promise'
import pg from 'pg'
import postgres from 'postgres'
import { DataSource } from 'typeorm'
import { expect, test } from 'vitest'
import { createMilestoneService, type Database, migrate } from '../../src/index.js'
import { catalog } from '../hazards/schedule-catalogs.js'
import { PrismaClient } from './hosts/prisma-client.generated.js'

// Nothing here is connected to: a refusal asks no database.
const url = 'postgres://ann:secret@db.invalid/app'
const pool = new pg.Pool({ connectionString: url })
const mySql = createPromisePool('mysql://ann:secret@db.invalid/app')
const noRows = async () => ({ rows: [] })
const transforming = postgres(url, { transform: postgres.camel })

const refused: readonly (readonly [string, unknown, string])[] = [
  ['Drizzle over neon-http', drizzleNeonHttp(neon(url)), 'which has no transactions; pass one over a connection'],
  ['Drizzle 1 over neon-http', drizzleNeonHttp1({ client: neon(url) }), 'which has no transactions'],
  ["Neon's query function", neon(url), 'is a function; pass a pool or client of pg'],
  ['Drizzle over pg-proxy', drizzlePgProxy(noRows), 'which has no transactions; pass one over a connection'],
  ['Drizzle 1 over pg-proxy', drizzlePgProxy1(noRows), 'which has no transactions; pass one over a connection'],
  [
    'Drizzle for MySQL',
    drizzleMySql({ client: mySql }),
    "is Drizzle's MySql2Database; pass one of its Postgres databases",
  ],
  [
    'Drizzle for SQLite',
    drizzleSqlite(noRows),
    "is Drizzle's SqliteRemoteDatabase; pass one of its Postgres databases",
  ],
  ['Drizzle 1 for SQLite', drizzleSqlite1(noRows as never), 'pass one of its Postgres databases'],
  ['a pool of mysql2', createPool('mysql://ann:secret@db.invalid/app'), 'is a pool of MySQL; Milepost needs Postgres'],
  ['a pool of mysql2 with promises', mySql, 'is a pool of MySQL; Milepost needs Postgres'],
  // The package itself needs a compiler or a download, so only its shape is here.
  [
    'better-sqlite3',
    { prepare() {}, exec() {}, pragma() {}, transaction() {} },
    'is a SQLite database; Milepost needs',
  ],
  [
    'Kysely',
    new Kysely({ dialect: new PostgresDialect({ pool }) }),
    'is Kysely; pass its pool, and inside a transaction',
  ],
  ['Knex', createKnex({ client: 'pg' }), 'is Knex; pass a pool, and inside a transaction { db: fromKnex(trx) }'],
  [
    'Prisma',
    new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) } as never),
    'is Prisma; pass a pool, and inside a transaction',
  ],
  ['TypeORM', new DataSource({ type: 'postgres' }), 'is a TypeORM DataSource; pass a pool, and inside a transaction'],
  [
    'an entity manager of TypeORM',
    new DataSource({ type: 'postgres' }).manager,
    'is TypeORM; inside a transaction pass',
  ],
  ['postgres.js that renames columns', transforming, 'is a postgres.js client with `transform`, which renames columns'],
  ['an address', url, 'is a string; pass a pool or client of pg, postgres.js, PGlite or Drizzle for Postgres'],
  ['options', { connectionString: url }, 'is an object; pass a pool or client of pg, postgres.js, PGlite or Drizzle'],
  ['a client that is not open yet', Promise.resolve(pool), 'is a Promise; pass a pool or client'],
  ['nothing', undefined, 'is missing; pass a pool or client'],
]

test.each(refused)('a service on %s is refused when it is made', async (_, db, words) => {
  const made = () => createMilestoneService({ db: db as Database, catalog })
  expect(made).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(/^db is /) }))
  expect(made).toThrow(words)
  expect(made).not.toThrow('secret')
  await expect(migrate(db as Database)).rejects.toThrow(words)
})
