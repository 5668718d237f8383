import { drizzle } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMilestoneService } from '../../src/index.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'
import { borrowPglite } from '../support/embedded.js'
import { catalog, lesson } from './schedule-catalogs.js'

// The host's transaction holds the only connection that there is, so that a call beside it waits for its own caller.
let server: TestDatabase<'pg'>
beforeAll(async () => {
  server = await openDatabase('pg')
})
afterAll(() => server.close())

const connections = {
  pg: async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 1 })
    return { db: drizzle(pool) as DrizzleDatabase, close: () => pool.end() }
  },
  'postgres.js': async () => {
    const client = postgres(server.url, { max: 1, onnotice: () => {} })
    return { db: drizzlePostgresJs(client) as DrizzleDatabase, close: () => client.end({ timeout: 1 }) }
  },
  pglite: async () => {
    const { db, close } = await borrowPglite()
    return { db: db as DrizzleDatabase, close }
  },
}

test.each(Object.entries(connections))(
  'schedule 7: a call that waits for the only connection, which its own transaction holds, ends on %s',
  async (driver, connect) => {
    const { db, close } = await connect()
    const impatient = createMilestoneService({ db, catalog, patienceMs: 300 })
    await db.transaction(async () => {
      const isBusy = { code: expect.stringMatching(/_BUSY$/) }
      await expect(impatient.record(lesson(driver, 'x'))).rejects.toMatchObject(isBusy)
      await expect(impatient.checkAndAwardMilestones(driver)).rejects.toMatchObject(isBusy)
    })
    const service = createMilestoneService({ db, catalog })
    expect((await service.record(lesson(driver, 'x'))).status).toBe('recorded')
    expect(await service.verify()).toEqual([])
    await close()
  },
)
