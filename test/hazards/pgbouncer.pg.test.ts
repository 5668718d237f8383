import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../src/cli/open-database.js'
import { createMilestoneService, migrate, parseCatalog } from '../../src/index.js'
import { createKey, listKeys } from '../../src/service/server/api-keys.js'
import { asDatabase, sessionOf } from '../../src/store/database/session-of.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { hasPgbouncer, type Pgbouncer, startPgbouncer } from '../support/pgbouncer.js'
import { createDatabase, type PostgresDatabase } from '../support/postgres-database.js'

const catalog = parseCatalog({
  milestones: [
    {
      id: 'five',
      title: 'Five',
      requirement: { type: 'count', category: 'lesson', target: 5 },
      reward: { points: 10 },
    },
    { id: 'daily', title: 'Daily', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 1 } },
  ],
})
const harder = parseCatalog({
  milestones: [{ id: 'six', title: 'Six', requirement: { type: 'count', category: 'lesson', target: 6 } }],
})
const hand = { reason: 'test' }

/** Opens what serves behind PgBouncer, through each driver: nothing prepared, as `milepost serve --prepare=false` has it. */
const openers: Readonly<Record<string, (url: string) => Promise<OpenDatabase>>> = {
  pg: url =>
    openDatabase(
      { type: 'server', url },
      { mayCreate: false, pool: { size: 12, isPrepared: false, statementTimeoutMs: 30_000 } },
    ),
  'pg that keeps statements prepared': async url => {
    const pool = new pg.Pool({ connectionString: url, max: 12 })
    return { db: sessionOf(pool), close: () => pool.end() }
  },
  'postgres.js': async url => {
    const client = postgres(url, { max: 12, prepare: false, onnotice: () => {} })
    return { db: sessionOf(client), close: () => client.end() }
  },
}

describe.skipIf(!hasPgbouncer).each(Object.keys(openers))('behind PgBouncer in transaction mode, by %s', driver => {
  let database: PostgresDatabase
  let bouncer: Pgbouncer
  let opened: OpenDatabase

  beforeAll(async () => {
    database = await createDatabase(inject('postgresUrl'))
    bouncer = await startPgbouncer(database.url)
    opened = await openers[driver]!(bouncer.url)
  })
  afterAll(async () => {
    await opened.close()
    await bouncer.stop()
    await database.drop()
  })

  test('migrators that start at once migrate once', async () => {
    const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(asDatabase(opened.db))))
    expect(applied.filter(names => names.length > 0)).toHaveLength(1)
  })

  test('many more callers than connections record, read, undo, apply and export as without it', async () => {
    const service = createMilestoneService({ db: asDatabase(opened.db), catalog })
    const users = Array.from({ length: 40 }, (_, i) => `user ${i}`)
    const record = (userId: string, i: number) => service.record({ userId, category: 'lesson', itemKey: String(i % 5) })
    await Promise.all(Array.from({ length: 400 }, (_, i) => record(users[i % 40]!, Math.floor(i / 40))))
    const held = await Promise.all(users.map(userId => service.getUserProgress(userId)))
    expect(held.map(({ totalPoints }) => totalPoints)).toEqual(users.map(() => 10))
    await Promise.all(users.map(userId => service.checkAndAwardMilestones(userId)))
    await service.undo({ userId: 'user 0', category: 'lesson', itemKey: '0' }, hand)
    await service.awardBadge('user 0', 'five', hand)
    await Promise.all(users.map(userId => service.exportUser(userId)))
    expect(await service.apply(harder, { policy: 'recompute' })).toMatchObject({ status: 'applied', userCount: 40 })
    await service.eraseUser('user 1', hand)
    expect(await service.verify()).toEqual([])
    await service.close()
  })

  test('keys are made and found', async () => {
    const keys = { db: opened.db, tables: tablesIn(), now: () => new Date() }
    await Promise.all(Array.from({ length: 20 }, (_, i) => createKey(keys, { name: `key ${i}`, scopes: ['read'] })))
    expect(await listKeys(keys, { limit: 100 })).toHaveLength(20)
  })
})
