import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, migrate } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'
import { clusterUrl } from '../support/migrated-database.js'
import { catalog, lessons } from './schedule-catalogs.js'

// Hosts set up their database and driver for their own ends; the answers stay the same.
let server: TestDatabase<'pg'>
beforeAll(async () => {
  server = await openDatabase('pg')
})
beforeEach(() => server.clear())
afterAll(() => server.close())

async function expectSameAnswers(db: DrizzleDatabase): Promise<void> {
  const service = createMilestoneService({ db, catalog })
  const completedAt = new Date('2026-03-04T05:06:07.089Z')
  const completions = lessons('ann', 10).map(completion => ({ ...completion, completedAt }))
  expect((await service.record(completions)).flatMap(({ awarded }) => awarded)).toHaveLength(1)
  expect((await service.record(completions[9]!)).awarded).toHaveLength(1)
  expect(await service.checkAndAwardMilestones('ann')).toEqual([])
  expect(await service.getUserProgress('ann')).toMatchObject({
    totalPoints: 10,
    earnedBadges: [{ id: 'ten', earnedAt: completedAt }],
  })
  expect((await service.getLeaderboard()).entries).toMatchObject([{ points: 10, rank: 1, reachedAt: completedAt }])
  expect(await service.verify()).toEqual([])
}

const settings = [
  "default_transaction_isolation = 'serializable'",
  "DateStyle = 'SQL, DMY'",
  "IntervalStyle = 'sql_standard'",
  "TimeZone = 'Asia/Kolkata'",
  'extra_float_digits = 0',
  "search_path = ''",
  'standard_conforming_strings = off',
  // Citus plans no statement over distributed tables so.
  ...(clusterUrl ? [] : ["plan_cache_mode = 'force_generic_plan'"]),
]

test.each(settings)('a server with %s gives the same answers', async setting => {
  const name = new URL(server.url).pathname.slice(1)
  await server.rows(sql.raw(`ALTER DATABASE "${name}" SET ${setting}`))
  onTestFinished(async () => void (await server.rows(sql.raw(`ALTER DATABASE "${name}" RESET ALL`))))
  const pool = new pg.Pool({ connectionString: server.url, max: 2 })
  onTestFinished(() => pool.end())
  await expectSameAnswers(drizzle(pool))
})

test('PGlite with these settings gives the same answers', async () => {
  const { db: client, close } = await openPglite()
  onTestFinished(close)
  await migrate(client)
  for (const setting of settings) await client.exec(`SET ${setting}`)
  await expectSameAnswers(drizzlePglite({ client }))
})

test('a single client of node-postgres gives the same answers', async () => {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  onTestFinished(() => client.end())
  await expectSameAnswers(drizzle(client))
})

test('node-postgres gives the same answers if the host reads every value as text', async () => {
  const types = { getTypeParser: () => (value: string) => value }
  const pool = new pg.Pool({ connectionString: server.url, max: 2, types })
  onTestFinished(() => pool.end())
  await expectSameAnswers(drizzle(pool))
})

describe('postgres.js', () => {
  const open = (options: postgres.Options<Record<string, postgres.PostgresType>>): DrizzleDatabase => {
    const client = postgres(server.url, { max: 2, onnotice: () => {}, ...options })
    onTestFinished(() => client.end({ timeout: 1 }))
    return drizzlePostgresJs(client)
  }

  test.each([
    ['bigint as BigInt', { types: { bigint: postgres.BigInt } }],
    ['nothing prepared', { prepare: false }],
    ['types not fetched', { fetch_types: false }],
    ['undefined as null', { transform: { undefined: null } }],
  ])('with %s gives the same answers', async (_, options) => {
    await expectSameAnswers(open(options))
  })

  // It renames the columns of every row: what is read then must never look like "nothing there".
  test.each(['camel', 'pascal', 'kebab'] as const)(
    'that renames columns (%s) is refused, or gives the same answers',
    async transform => {
      const db = open({ transform: postgres[transform] })
      let isRefused = false
      try {
        createMilestoneService({ db, catalog })
      } catch (error) {
        expect(error).toMatchObject({ code: 'INPUT_INVALID', details: { field: 'db' } })
        isRefused = true
      }
      if (!isRefused) await expectSameAnswers(db)
    },
  )
})
