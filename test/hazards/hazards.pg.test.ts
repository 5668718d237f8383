import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, type MilestoneService, migrate, migrationSql, parseCatalog } from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import { startCuttingProxy } from '../faults/cutting-proxy.js'
import { damageOf, openGatedPool } from '../faults/gated-pool.js'
import { recordByTurns } from '../races/both-paths.js'
import { openTransaction, until, untilBlocked } from '../races/interleaving.js'
import { names, pieces, randomFrom, shuffled } from '../races/lists.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { fewOnCluster, scale } from '../support/scale.js'
import { catalog, lesson, lessons, read } from './schedule-catalogs.js'

recordByTurns()

let database: TestDatabase<'pg'>
let service: MilestoneService
beforeAll(async () => {
  database = await openDatabase('pg')
})
beforeEach(async () => {
  await database.clear()
  service = createMilestoneService({ db: database.db, catalog })
})
afterAll(() => database.close())

const badgesOf = async (userId: string) => (await service.getUserBadges(userId)).map(({ id }) => id)

const userCount = scale(80, 200)

test(`hazard 1: of ${userCount} users who reach ten with parallel requests, ${userCount} get the badge`, async () => {
  const users = names('user', userCount)
  const others = Array.from({ length: 4 }, () => createMilestoneService({ db: database.db, catalog }))
  await Promise.all(
    users.flatMap((userId, i) => lessons(userId, 10).map((completion, j) => others[(i + j) % 4]!.record(completion))),
  )
  const rows = await database.rows<{ count: number }>(
    sql`SELECT count(*)::int FROM milepost.user_progress WHERE category = 'milestone_badge'`,
  )
  expect(rows).toEqual([{ count: userCount }])
  expect(await service.verify()).toEqual([])
})

test('hazard 2: 150 completions that are retried after lost COMMITs give exactly the points of 150', async () => {
  const everyTenth = parseCatalog({
    milestones: Array.from({ length: 15 }, (_, i) => ({
      id: `lessons-${10 * (i + 1)}`,
      title: `${10 * (i + 1)} lessons`,
      requirement: { type: 'count', category: 'lesson', target: 10 * (i + 1) },
      reward: { points: 10 },
    })),
  })
  const proxy = await startCuttingProxy(database.url)
  const pool = new pg.Pool({ connectionString: proxy.url, max: 2 })
  onTestFinished(async () => {
    await pool.end()
    await proxy.close()
  })
  const retrying = createMilestoneService({ db: drizzle(pool), catalog: everyTenth })
  let failureCount = 0
  const recordUntilAnswered = async (itemKey: string): Promise<void> => {
    await retrying.record(lesson('ann', itemKey)).catch(() => {
      failureCount += 1
      return recordUntilAnswered(itemKey)
    })
  }
  for (let i = 0; i < 150; i++) {
    if (i % 3 === 0) proxy.arm({ at: 'end', when: 'after' })
    await recordUntilAnswered(String(i))
  }
  expect(failureCount).toBe(50)
  expect(await retrying.getUserProgress('ann')).toMatchObject({ totalPoints: 150, level: 2 })
  expect(await retrying.verify()).toEqual([])
})

test('hazard 5: failed BEGINs and lost connections leave the pool whole and the process alive', async () => {
  const { pool, setGate } = openGatedPool(database.url, 3)
  onTestFinished(() => pool.end())
  const own = createMilestoneService({ db: drizzle(pool), catalog })
  setGate(async (statement, client) => {
    if (statement.startsWith('begin')) await client.query(`DO $$ BEGIN RAISE 'no' USING ERRCODE = '53300'; END $$`)
    return undefined
  })
  for (let i = 0; i < 10; i++) await expect(own.record(lesson('ann', 'a'))).rejects.toThrow('53300')
  await expect(own.checkAndAwardMilestones('ann')).rejects.toThrow('53300')
  await expect(own.verify({ userId: 'ann' })).rejects.toThrow('53300')
  setGate()
  expect(await damageOf(pool)).toEqual([])

  setGate(async (_, client) => {
    setGate()
    const pid = (client as unknown as { processID: number }).processID
    await database.client.query('SELECT pg_terminate_backend($1)', [pid])
    await until(async () => (await database.rows(sql`SELECT FROM pg_stat_activity WHERE pid = ${pid}`)).length === 0)
    return undefined
  })
  await expect(own.record(lesson('ann', 'a'))).rejects.toMatchObject({ code: 'DATABASE_FAILED' })
  expect(await damageOf(pool)).toEqual([])
  expect((await own.record(lesson('ann', 'a'))).status).toBe('recorded')
})

test('hazard 5: a pool without error listeners survives the end of its idle connections', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 3, application_name: 'unheard' })
  onTestFinished(() => pool.end())
  const own = createMilestoneService({ db: drizzle(pool), catalog })
  expect(await damageOf(pool)).toEqual([])
  await database.client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'unheard'`,
  )
  await until(async () => {
    await database.rows(sql`SELECT 1`)
    return pool.totalCount === 0
  })
  expect((await own.record(lesson('ann', 'a'))).status).toBe('recorded')
  expect(await damageOf(pool)).toEqual([])
})

test("hazard 5: a backend killed inside the host's own transaction ends that transaction and not the process", async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  onTestFinished(() => pool.end())
  const db = drizzle(pool)
  const own = createMilestoneService({ db, catalog })
  const broken = db.transaction(async tx => {
    await own.record(lesson('ann', 'a'), { db: tx })
    const { rows } = await tx.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`)
    await database.client.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid])
    await own.record(lesson('ann', 'b'), { db: tx })
  })
  await expect(broken).rejects.toThrow()
  expect(await damageOf(pool)).toEqual([])
  expect((await own.record(lesson('ann', 'a'))).status).toBe('recorded')
})

test('hazard 6: of 20 migrators at once none fails', async () => {
  const clients = Array.from({ length: 20 }, () => new pg.Client({ connectionString: database.url }))
  await Promise.all(clients.map(client => client.connect()))
  const applied = await Promise.all(clients.map(client => migrate(drizzle(client), { schema: 'at_once' })))
  await Promise.all(clients.map(client => client.end()))
  expect(applied.filter(names => names.length > 0)).toEqual([migrationSql().map(({ name }) => name)])
})

test('hazard 7: batches of the same rows in any order never deadlock', async () => {
  const { pool, setGate } = openGatedPool(database.url, 8)
  onTestFinished(() => pool.end())
  const sqlStates: string[] = []
  pool.on('connect', client => {
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter }
    connection.on('errorMessage', ({ code }: { code: string }) => sqlStates.push(code))
  })
  // A wait that never ends is a deadlock, which Postgres ends. On a busy machine, others may take long.
  setGate(async (statement, client) => async () => {
    if (statement.startsWith('begin')) await client.query('SET LOCAL lock_timeout = 0')
  })
  const rows = names('user', 60).flatMap(userId => [read(userId), lesson(userId, 'a'), lesson(userId, 'b')])
  const random = randomFrom(7)
  for (let round = 0; round < scale(2, 100); round++) {
    const results = await Promise.all(
      Array.from({ length: 8 }, () => {
        const order = shuffled(rows, random).map(row => ({ ...row, itemKey: `${row.itemKey} ${round}` }))
        return createMilestoneService({ db: drizzle(pool), catalog }).record(order)
      }),
    )
    expect(results.flat().filter(({ status }) => status === 'recorded')).toHaveLength(rows.length)
  }
  expect(sqlStates).toEqual([])
  expect(await service.verify()).toEqual([])
})

test('hazard 12: what each completion updates is in no index', async () => {
  // A database of its own, since the statistics of the others' updates come late.
  const { db, client, rows, isCluster, close } = await openDatabase('pg')
  onTestFinished(close)
  const pool = new pg.Pool({ connectionString: client.options.connectionString, max: 4 })
  const own = createMilestoneService({ db: drizzle(pool), catalog })
  const users = names('user', fewOnCluster(15, 100))
  await own.record(users.map(userId => read(userId, 'first')))
  for (let round = 0; round < 60; round++) {
    for (const batch of pieces(users, 25)) await own.record(batch.map(userId => read(userId, String(round))))
    // As autovacuum does. Pages do not free themselves while a test beside this one keeps a transaction open.
    await rows(sql`VACUUM milepost.user_metrics`)
  }
  // What a connection counted is seen at the latest when it has ended.
  await pool.end()
  const updates = async (table: string) => {
    // In a cluster, a table is divided into numbered ones.
    const counts = `SELECT coalesce(sum(n_tup_upd), 0)::int AS all, coalesce(sum(n_tup_hot_upd), 0)::int AS hot
      FROM pg_stat_user_tables WHERE relname ~ '^${table}(_[0-9]+)?$'`
    const onNodes = sql`SELECT sum((result::json ->> 'all')::int)::int AS all, sum((result::json ->> 'hot')::int)::int AS hot
      FROM run_command_on_all_nodes(${`SELECT row_to_json(c) FROM (${counts}) AS c`})`
    const [row] = await rows<{ all: number; hot: number }>(isCluster ? onNodes : sql.raw(counts))
    return row!
  }
  await until(async () => (await updates('user_metrics')).all >= 60 * users.length)
  // One indexed column among them, and none would be HOT. How many are also depends on what else the server does.
  const metrics = await updates('user_metrics')
  expect(metrics.hot / metrics.all).toBeGreaterThan(0.2)
  // Points change with awards only: nothing here brought any.
  expect(await updates('user_standings')).toEqual({ all: 0, hot: 0 })
  expect(await createMilestoneService({ db, catalog }).verify()).toEqual([])
})

test('hazard 13: a badge that the host stores in the same moment is not announced, and its points count', async () => {
  const heard: string[] = []
  service.onAwarded(({ badge }) => void heard.push(badge.id))
  await service.record(lessons('ann', 9))
  const host = await openTransaction(database.db)
  const { userProgress } = milepostTables()
  const badge = { userId: 'ann', category: 'milestone_badge', itemKey: 'ten', metadata: { points: 3 } }
  await host.tx.insert(userProgress).values(badge)
  const recorded = service.record(lesson('ann', 'the tenth'))
  await untilBlocked(database)
  await host.commit()
  expect((await recorded).awarded).toEqual([])
  expect(heard).toEqual([])
  expect(await badgesOf('ann')).toEqual(['ten'])
  expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 3 })
  expect(await service.verify()).toEqual([])
})
