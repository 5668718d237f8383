import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMilestoneService, type Database, type MilestoneService } from '../../src/index.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { recordByTurns } from './both-paths.js'
import { names } from './lists.js'
import { stormCatalog } from './storm-catalog.js'

recordByTurns()

// Enough callers that at every moment some of these users are locked by one of them.
const userIds = names('user', 40)
const callerCount = 16
// A machine that is busy is slow, and whoever holds these users holds them for long.
const newService = (db: Database): MilestoneService =>
  createMilestoneService({ db, catalog: stormCatalog, patienceMs: 10 * 60_000 })

let database: TestDatabase<'pg'>
let pool: pg.Pool
let isOver = false
let callers: Promise<void>[]
let failures: unknown[]

beforeAll(async () => {
  database = await openDatabase('pg')
  pool = new pg.Pool({ connectionString: database.url, max: callerCount + 2 })
  const db = drizzle(pool)
  failures = []
  callers = Array.from({ length: callerCount }, async (_, caller) => {
    const service = newService(db)
    for (let i = caller; !isOver; i += 7) await recordOne(service, userIds[i % userIds.length]!, `${caller} ${i}`)
  })
})
afterAll(async () => {
  isOver = true
  await Promise.all(callers)
  await pool.end()
  await database.close()
})

test('a batch of 10,000 gets its turn among single calls for the same users', async () => {
  const service = newService(drizzle(pool))
  const batch = Array.from({ length: 10_000 }, (_, i) => {
    const metadata = { text: 'x'.repeat(500) }
    return { userId: userIds[i % userIds.length]!, category: 'read', itemKey: `big ${i}`, metadata }
  })
  const results = await service.record(batch)
  expect(results.filter(({ status }) => status === 'recorded')).toHaveLength(10_000)
})

test('a rebuild of all gets its turn among single calls for the same users', async () => {
  const service = newService(drizzle(pool))
  expect(await service.rebuild()).toMatchObject({ userCount: userIds.length })
})

test('single calls continue meanwhile, and everything adds up', async () => {
  isOver = true
  await Promise.all(callers)
  expect(failures).toEqual([])
  const service = createMilestoneService({ db: database.db, catalog: stormCatalog })
  expect(await service.verify()).toEqual([])
})

async function recordOne(service: MilestoneService, userId: string, itemKey: string): Promise<void> {
  await service.record({ userId, category: 'lesson', itemKey }).catch(error => failures.push(error))
}
