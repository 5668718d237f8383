import { drizzle } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService, type RecordResult } from '../../src/index.js'
import { catalog, lessons, read, write } from '../hazards/schedule-catalogs.js'
import { recordByTurns } from '../races/both-paths.js'
import { randomFrom } from '../races/lists.js'
import { tried } from '../reliability/tried.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'
import { scale } from '../support/scale.js'
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.js'
import { damageOf } from './gated-pool.js'

recordByTurns()

const applicationName = 'through the proxy'
const connectionCount = 3

type Driver = {
  readonly db: DrizzleDatabase
  readonly damage: () => Promise<string[]>
  readonly close: () => Promise<void>
}

const drivers: Readonly<Record<string, (url: string) => Driver>> = {
  pg: url => {
    const pool = new pg.Pool({ connectionString: url, max: connectionCount, application_name: applicationName })
    return { db: drizzle(pool), damage: () => damageOf(pool), close: () => pool.end() }
  },
  'postgres.js': url => {
    const connection = { application_name: applicationName }
    // After a lost connection it may wait for a new one in vain until this many seconds are over.
    const client = postgres(url, {
      max: connectionCount,
      connect_timeout: 5,
      onnotice: () => {},
      backoff: false,
      connection,
    })
    // It keeps its connections to itself: that all of them still answer is all that can be asked.
    const damage = async () => {
      const answers = await Promise.all(Array.from({ length: 3 * connectionCount }, () => client`SELECT 1 AS one`))
      return answers.flatMap(([row]) => (row?.one === 1 ? [] : ['a connection does not answer']))
    }
    return { db: drizzlePostgresJs(client), damage, close: () => client.end({ timeout: 1 }) }
  },
}

describe.each(Object.entries(drivers))('a connection lost on %s', (driver, open) => {
  let database: TestDatabase<'pg'>
  let proxy: CuttingProxy
  let connected: Driver
  let service: MilestoneService
  let witness: MilestoneService
  let userCount = 0
  const completionsOf = (userId: string) => [...lessons(userId, 10), read(userId), write(userId)]

  beforeAll(async () => {
    database = await openDatabase('pg')
    proxy = await startCuttingProxy(database.url)
    connected = open(proxy.url)
    service = createMilestoneService({ db: connected.db, catalog })
    witness = createMilestoneService({ db: database.db, catalog })
  })
  afterAll(async () => {
    await connected.close()
    await proxy.close()
    await database.close()
  })

  test('before COMMIT reached the server: nothing is stored, and a retry records', async () => {
    for (let i = 0; i < scale(4, 300); i++) {
      const { failure, answers } = await recordThroughCut({ at: 'commit', when: 'before' })
      expect(failure).toMatchObject({ code: 'DATABASE_FAILED' })
      expect(answers).toEqual(['recorded ten', 'recorded both'])
    }
    expect(await witness.verify()).toEqual([])
  })

  test('after COMMIT reached the server: all is stored, and a retry answers duplicate with the same badges', async () => {
    for (let i = 0; i < scale(10, 1_000); i++) {
      const { failure, answers } = await recordThroughCut({ at: 'commit', when: 'after' })
      expect(failure).toMatchObject({ code: 'DATABASE_FAILED' })
      expect(answers).toEqual(['duplicate ten', 'duplicate both'])
    }
    expect(await witness.verify()).toEqual([])
  })

  test('anywhere: a retry names each badge once, and nothing is counted twice', async () => {
    const random = randomFrom(7)
    let cutCount = 0
    for (let i = 0; i < scale(10, 1_000); i++) {
      const cut = { at: 1 + Math.floor(random() * 12), when: random() < 0.5 ? 'before' : 'after' } as const
      const { hasCut, failure, answers } = await recordThroughCut(cut)
      if (hasCut && failure) cutCount += 1
      expect(answers.map(answer => answer.split(' ')[1])).toEqual(['ten', 'both'])
    }
    expect(cutCount).toBeGreaterThan(scale(5, 500))
    expect(await witness.verify()).toEqual([])
  })

  test('for a while: calls fail with a clear error, and work again as soon as the server is back', async () => {
    await proxy.shut()
    const userId = nextUser()
    for (let i = 0; i < 5; i++) {
      await expect(service.record(completionsOf(userId))).rejects.toMatchObject({ code: 'DATABASE_FAILED' })
      await expect(service.getUserProgress(userId)).rejects.toMatchObject({ code: 'DATABASE_FAILED' })
    }
    await proxy.open()
    expect(badgesIn(await service.record(completionsOf(userId)))).toEqual(['recorded ten', 'recorded both'])
    expect(await connected.damage()).toEqual([])
  })

  test('by its own statement, since the server ended it: nothing is stored, and a retry records', async () => {
    for (const place of ['user_progress', 'user_standings', 'user_metrics']) {
      const userId = nextUser()
      await database.client.query(`CREATE OR REPLACE FUNCTION milepost.end_connection() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'`)
      await database.client.query(`CREATE TRIGGER end_connection AFTER INSERT ON milepost.${place} EXECUTE FUNCTION
        milepost.end_connection()`)
      await expect(service.record(completionsOf(userId))).rejects.toMatchObject({ code: 'DATABASE_FAILED' })
      await database.client.query(`DROP TRIGGER end_connection ON milepost.${place}`)
      const results = await untilAnswered(() => service.record(completionsOf(userId)))
      expect(badgesIn(results)).toEqual(['recorded ten', 'recorded both'])
      expect(await untilAnswered(connected.damage)).toEqual([])
    }
    expect(await witness.verify()).toEqual([])
  })

  test('while idle: the process survives, and calls soon work again', async () => {
    await Promise.all(
      Array.from({ length: connectionCount }, () => untilAnswered(() => service.getUserProgress('nobody'))),
    )
    await database.client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND client_port IS NOT NULL
        AND state = 'idle' AND application_name = '${applicationName}'`)
    const { status } = await untilAnswered(() => service.record(read(nextUser())))
    expect(status).toBe('recorded')
    expect(await untilAnswered(connected.damage)).toEqual([])
  })

  test('under many callers: each gets a result or an error, and retries make everything whole', async () => {
    const userIds = Array.from({ length: 40 }, nextUser)
    proxy.arm({ at: 12, when: 'after' })
    const outcomes = await Promise.allSettled(
      userIds.flatMap(userId => completionsOf(userId).map(completion => service.record(completion))),
    )
    proxy.arm(null)
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
    const results = await untilAnswered(() => service.record(userIds.flatMap(completionsOf)))
    expect(results.flatMap(({ awarded }) => awarded)).toHaveLength(2 * userIds.length)
    expect(await untilAnswered(connected.damage)).toEqual([])
    expect(await witness.verify()).toEqual([])
  })

  function nextUser(): string {
    userCount += 1
    return `${driver} ${userCount}`
  }

  async function recordThroughCut(cut: Parameters<CuttingProxy['arm']>[0]) {
    const completions = completionsOf(nextUser())
    proxy.arm(cut)
    const failure: unknown = await service.record(completions).then(
      () => null,
      error => error,
    )
    const hasCut = proxy.hasCut()
    if (hasCut) tried('commitsCut')
    proxy.arm(null)
    const results = await service.record(completions)
    if (userCount % 10 === 0) expect(await connected.damage()).toEqual([])
    return { hasCut, failure, answers: badgesIn(results) }
  }
})

/**
 * Calls again, as one does after an error: a driver may hold several connections that are lost and not know it yet. For each of them
 * postgres.js fails a call when it is closed, another with the error that it kept when it is opened again, and another when that hangs.
 */
async function untilAnswered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (attempt > 3 * connectionCount) throw error
    }
  }
}

/** Says of each completion that brought badges what became of it. */
function badgesIn(results: readonly RecordResult[]): string[] {
  return results.flatMap(({ status, awarded }) => awarded.map(({ id }) => `${status} ${id}`))
}
