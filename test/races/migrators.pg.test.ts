import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMilestoneService, migrate, migrationSql } from '../../src/index.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { race } from '../support/workers.js'
import { untilBlocked } from './interleaving.js'
import { names } from './lists.js'
import { stormCatalog } from './storm-catalog.js'

const every = migrationSql().map(({ name }) => name)

let database: TestDatabase<'pg'>
beforeAll(async () => {
  database = await openDatabase('pg', { migrated: false })
})
afterAll(() => database.close())

test('20 migrators at once in four processes: one applies everything, the others find it done', async () => {
  const args = Array.from({ length: 4 }, () => ({ url: database.url, connectionCount: 5 }))
  const reports = await race<string[][]>(new URL('./migrators.worker.ts', import.meta.url), args)
  const applied = reports.flat(2)
  expect(applied.filter(names => names.length > 0)).toEqual([every])
  expect(applied).toHaveLength(20)
  const service = createMilestoneService({ db: database.db, catalog: stormCatalog })
  expect(await service.verify()).toEqual([])
})

test('eight migrators at once, round after round in schemas of their own', async () => {
  const clients = Array.from({ length: 8 }, () => new pg.Client({ connectionString: database.url }))
  await Promise.all(clients.map(client => client.connect()))
  for (const schema of names('round', scale(3, 50))) {
    const applied = await Promise.all(clients.map(client => migrate(drizzle(client), { schema })))
    expect(applied.filter(names => names.length > 0)).toEqual([every])
  }
  await Promise.all(clients.map(client => client.end()))
})

test('a migrator that fails leaves nothing behind, and the next one applies everything', async () => {
  const { db, client } = database
  await client.query('CREATE SCHEMA "taken"; CREATE TABLE "taken"."user_standings" (id int)')
  await expect(migrate(db, { schema: 'taken' })).rejects.toMatchObject({ code: 'DATABASE_FAILED' })
  const { rows } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'taken'")
  expect(rows).toEqual([{ tablename: 'user_standings' }])
  await client.query('DROP TABLE "taken"."user_standings"')
  expect(await migrate(db, { schema: 'taken' })).toEqual(every)
})

test('the next migrator continues after one lost its connection half-way', async () => {
  const { db } = database
  const lost = new pg.Client({ connectionString: database.url })
  lost.on('error', () => {})
  await lost.connect()
  await lost.query(
    `BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('milepost migrate lost', 0)); CREATE SCHEMA "lost"`,
  )
  const next = migrate(db, { schema: 'lost' })
  await untilBlocked(database)
  const { connection } = lost as unknown as { connection: { stream: { destroy: () => void } } }
  connection.stream.destroy()
  expect(await next).toEqual(every)
})
