import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { migrate as migrateWithDrizzlePg } from 'drizzle-orm/node-postgres/migrator'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { migrate as migrateWithDrizzlePglite } from 'drizzle-orm/pglite/migrator'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { writeChanges } from '../../src/cli/init/change.js'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { migrate } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { up } from '../../templates/kysely/migration.js'
import { createDatabase } from '../support/postgres-database.js'
import { makeProject } from './projects.js'

/** Lets init write the migration of a project, and returns the project's folder. */
function migrationIn(packages: readonly string[], files: Readonly<Record<string, string>>): string {
  const folder = makeProject(packages, files)
  writeChanges(folder, planInit(readProject(folder), 'pg', new Date()).changes)
  return folder
}

const journal = JSON.stringify({ version: '7', dialect: 'postgresql', entries: [] })
const drizzleProject = (): string =>
  migrationIn(['drizzle-orm', 'pg'], { 'drizzle.config.ts': '', 'drizzle/meta/_journal.json': journal })

test('the migration for drizzle-kit creates every table on Postgres, and `migrate` has nothing left to do', async () => {
  const pool = await freshPool()
  await migrateWithDrizzlePg(drizzlePg(pool), { migrationsFolder: join(drizzleProject(), 'drizzle') })
  expect(await migrate(pool)).toEqual([])
})

test('it does so on PGlite too, which takes one statement at a time', async () => {
  const { db, close } = await openPglite()
  onTestFinished(close)
  await migrateWithDrizzlePglite(drizzlePglite(db), { migrationsFolder: join(drizzleProject(), 'drizzle') })
  expect(await migrate(db)).toEqual([])
})

test('the migration for Prisma creates every table, sent as one text', async () => {
  const schema = 'datasource db {\n  provider = "postgresql"\n}\n'
  const folder = migrationIn(['@prisma/client'], { 'prisma/schema.prisma': schema })
  const migrations = join(folder, 'prisma', 'migrations')
  const pool = await freshPool()
  await pool.query(readFileSync(join(migrations, readdirSync(migrations)[0]!, 'migration.sql'), 'utf8'))
  expect(await migrate(pool)).toEqual([])
})

test('the migration for Kysely creates every table in its transaction', async () => {
  const pool = await freshPool()
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  await kysely.transaction().execute(up)
  expect(await migrate(pool)).toEqual([])
})

async function freshPool(): Promise<pg.Pool> {
  const database = await createDatabase(inject('postgresUrl'))
  const pool = new pg.Pool({ connectionString: database.url })
  // The drop ends connections that the pool still has.
  pool.on('error', () => {})
  onTestFinished(async () => {
    await pool.end()
    await database.drop()
  })
  return pool
}
