import { setTimeout as rest } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { expect, test } from 'vitest'
import { createMilestoneService } from '../../src/index.js'
import { createFeed, type FeedMessage } from '../../src/service/server/feed.js'
import { sessionOf } from '../../src/store/database/session-of.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { isSentWhenSlow, openGatedPool } from '../faults/gated-pool.js'
import { describeOnEach, everyPostgres, openDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { startWorkers } from '../support/workers.js'
import { feedCatalog } from './feed-catalog.js'
import { openTransaction, untilSettled } from './interleaving.js'
import { names } from './lists.js'

const lesson = (userId: string, itemKey: string) => ({ userId, category: 'lesson', itemKey })
const hand = { reason: 'asked for it' }
const dataOf = ({ body }: FeedMessage): { userId: string; sequence: number } => JSON.parse(body).data

test('costs recording no statement, whether somebody reads or not', async () => {
  const database = await openDatabase('pg')
  const { pool, setGate } = openGatedPool(database.url, 1)
  const db = drizzle(pool)
  const service = createMilestoneService({ db, catalog: feedCatalog })
  let statements: string[] = []
  setGate(async statement => {
    if (!isSentWhenSlow(statement)) statements.push(statement)
    return undefined
  })
  const statementsOf = async (work: () => Promise<unknown>): Promise<number> => {
    statements = []
    await work()
    return statements.length
  }
  await service.record([lesson('ann', 'c'), lesson('bob', 'c')])
  const alone = await statementsOf(() => service.record([lesson('ann', 'd'), lesson('bob', 'd')]))
  const undone = await statementsOf(() => service.undo(lesson('ann', 'd'), hand))
  const feed = createFeed({ db: sessionOf(db), tables: tablesIn(), now: () => new Date() })
  await feed.keep()
  await service.record([lesson('eve', 'c'), lesson('zoe', 'c')])
  // In a cluster each event is a statement of its own.
  const more = (eventCount: number): number => (database.isCluster ? eventCount : 0)
  expect(await statementsOf(() => service.record([lesson('eve', 'd'), lesson('zoe', 'd')]))).toBe(alone + more(2))
  expect(await statementsOf(() => service.undo(lesson('eve', 'd'), hand))).toBe(undone + more(1))
  expect(await database.rows(sql`select from milepost.outbox`)).toHaveLength(5)
  await pool.end()
  await database.close()
})

describeOnEach(everyPostgres, 'the feed', database => {
  const newFeed = () => createFeed({ db: database.session, tables: tablesIn(), now: () => new Date() })
  const newService = () => createMilestoneService({ db: database.db, catalog: feedCatalog })

  test('waits for a transaction under way that began before, and misses nothing', async () => {
    const [feed, service] = [newFeed(), newService()]
    await feed.keep()
    const after = await feed.end()
    const early = await openTransaction(database.db)
    await service.record(lesson('early', 'a'), { db: early.tx })
    await service.record(lesson('late', 'a'))
    const page = await feed.read({ after })
    // A cluster gives events their place when they are read, so none has to wait for another.
    if (!database.isCluster) {
      expect((await feed.lag()).oldestHeldBackAt).toBeInstanceOf(Date)
      expect((await feed.lag()).oldestTransactionMs).toBeGreaterThanOrEqual(0)
    }
    await early.commit()
    await untilSettled(feed)
    const { messages } = await feed.read({ after: page.cursor })
    const readIn = [page.messages, messages].map(read => read.map(({ userId }) => userId))
    expect(readIn).toEqual(database.isCluster ? [['late'], ['early']] : [[], ['early', 'late']])
    expect(await feed.lag()).toMatchObject({ oldestHeldBackAt: null })
  })

  test("gives one user's changes in their order, where the transaction that came first changes the user last", async () => {
    const [feed, service] = [newFeed(), newService()]
    await feed.keep()
    const after = await feed.end()
    const first = await openTransaction(database.db)
    await first.tx.execute(sql`select pg_current_xact_id()`)
    // Between the two numbers another transaction stays open: the horizon halts there.
    const between = await openTransaction(database.db)
    await between.tx.execute(sql`select pg_current_xact_id()`)
    await service.record(lesson('ann', 'a'))
    await service.undo(lesson('ann', 'a'), hand, { db: first.tx })
    await first.commit()
    const seen = await feed.read({ after })
    await between.commit()
    await untilSettled(feed)
    const { messages } = await feed.read({ after: seen.cursor })
    expect([...seen.messages, ...messages].map(message => [message.type, dataOf(message).sequence])).toEqual([
      ['badge.awarded', 1],
      ['badge.revoked', 2],
    ])
  })

  test('misses nothing and never swaps two changes, in any commit order', async () => {
    const feed = newFeed()
    await feed.keep()
    let cursor = await feed.end()
    const userIds = names('user', 8)
    const file = new URL('./feed-writer.worker.ts', import.meta.url)
    const rounds = scale(50, 3_000)
    const writers = startWorkers(
      file,
      [1, 2, 3, 4].map(seed => ({ url: database.url, seed, userIds, rounds })),
    )
    await Promise.all(writers.map(writer => writer.next()))
    for (const writer of writers) writer.send('go')
    const halted = [...writers]
    let isOver = false
    const finished = Promise.all(writers.map(writer => writer.finished())).finally(() => {
      isOver = true
    })
    const read: FeedMessage[] = []
    let earlyCount = 0
    // One page more after the last writer has gone.
    for (let isLast = false; !isLast; ) {
      isLast = isOver
      if (isLast) await untilSettled(feed)
      let page = await feed.read({ after: cursor, limit: 7 })
      for (; ; page = await feed.read({ after: cursor, limit: 7 })) {
        read.push(...page.messages)
        cursor = page.cursor
        if (page.isLast) break
      }
      if (!isLast) earlyCount = read.length
      // The writers halt half-way: a transaction of another test file may hold back all that they have written.
      if (read.length > 0) for (const writer of halted.splice(0)) writer.send('go on')
      // After an empty page the writers need the processor more than another look does.
      if (page.messages.length === 0) await rest(2)
    }
    await finished
    const rows = await database.rows<{ user_id: string; sequence: string }>(
      sql`select user_id, sequence::text as sequence from milepost.outbox order by user_id, milepost.outbox.sequence`,
    )
    expect(earlyCount).toBeGreaterThan(0)
    expect(rows.length).toBeGreaterThan(rounds)
    expect(new Set(read.map(({ id }) => id)).size).toBe(read.length)
    for (const userId of userIds) {
      const own = read.filter(message => message.userId === userId).map(message => dataOf(message).sequence)
      expect(own).toEqual(own.map((_, i) => i + 1))
      expect(own).toHaveLength(rows.filter(row => row.user_id === userId).length)
    }
    expect(await newService().verify()).toEqual([])
  })
})
