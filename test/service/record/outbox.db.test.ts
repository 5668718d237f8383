import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type CompletionInput, parseCatalog } from '../../../src/index.js'
import { milepostTables } from '../../../src/schema.js'
import { createFeed, type Feed } from '../../../src/service/server/feed.js'
import { tablesIn } from '../../../src/store/schema/tables.js'
import { untilSettled } from '../../races/interleaving.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { tracesOf } from '../../support/traces.js'

const countTo = (target: number) => ({ type: 'count', category: 'lesson', target })
const catalog = {
  points: [{ category: 'quiz', points: 2 }],
  milestones: [
    { id: 'one', title: 'One', requirement: countTo(1), reward: { points: 10, unlocks: ['playground'] } },
    { id: 'two', title: 'Two', requirement: countTo(2) },
    { id: 'gift', title: 'Gift', requirement: countTo(99) },
  ],
}
const start = '2026-06-01T12:00:00.000Z'
const hand = { reason: 'asked for it' }
const lesson = (userId: string, itemKey = 'a'): CompletionInput => ({ userId, category: 'lesson', itemKey })

describeOnEach(everyDatabase, 'the outbox', database => {
  let now = start
  const newFeed = (): Feed => {
    const feed = createFeed({ db: database.session, tables: tablesIn(), now: () => new Date(now) })
    // Also transactions in other databases of the server hold the feed back.
    return { ...feed, read: async page => untilSettled(feed).then(() => feed.read(page)) }
  }
  const newService = () => clockedService(database.host.db, catalog, now)

  /** Opens the outbox and gives a reading of what is told from then on, as `user sequence type badge`. */
  async function listening(): Promise<() => Promise<string[]>> {
    now = start
    const feed = newFeed()
    await feed.keep()
    const after = await feed.end()
    return async () => (await feed.read({ after })).messages.map(({ body }) => told(JSON.parse(body)))
  }

  const told = ({ type, data }: { type: string; data: { userId: string; sequence: number; badge: { id: string } } }) =>
    `${data.userId} ${data.sequence} ${type} ${data.badge.id}`

  test('has each award once, even if calls are repeated', async () => {
    const read = await listening()
    const service = newService()
    await service.record([lesson('ann'), lesson('bob'), lesson('bob', 'b')])
    await service.record(lesson('ann'))
    await service.record(lesson('ann', 'b'))
    await service.record({ userId: 'ann', category: 'quiz', itemKey: 'points alone' })
    expect((await read()).sort()).toEqual([
      'ann 1 badge.awarded one',
      'ann 2 badge.awarded two',
      'bob 1 badge.awarded one',
      'bob 2 badge.awarded two',
    ])
  })

  test('is exported with the rest of a user', async () => {
    await listening()
    const service = newService()
    await service.record([lesson('ann'), lesson('bob')])
    const { events, deliveries } = await service.exportUser('ann')
    expect(events).toMatchObject([{ type: 'badge.awarded', sequence: 1, badge: { id: 'one' } }])
    expect([events.length, deliveries]).toEqual([1, []])
  })

  test('has every manual change, undo and recount, numbered without gaps', async () => {
    const read = await listening()
    const service = newService()
    await service.record([lesson('ann'), lesson('ann', 'b')])
    await service.undo({ ...lesson('ann', 'b'), itemKey: 'b' }, hand)
    await service.awardBadge('ann', 'gift', hand)
    await service.revokeBadge('ann', 'one', hand)
    await database.db.insert(milepostTables().userProgress).values({ userId: 'ann', category: 'lesson', itemKey: 'c' })
    await service.checkAndAwardMilestones('ann')
    expect(await read()).toEqual([
      'ann 1 badge.awarded one',
      'ann 2 badge.awarded two',
      'ann 3 badge.revoked two',
      'ann 4 badge.awarded gift',
      'ann 5 badge.revoked one',
      'ann 6 badge.awarded two',
    ])
  })

  test('says what the badge says, byte for byte the same whenever it is read', async () => {
    await listening()
    const feed = newFeed()
    const after = await feed.end()
    const { awarded } = await newService().record(lesson('ann'))
    const { messages } = await feed.read({ after })
    expect(JSON.parse(messages[0]!.body)).toEqual({
      type: 'badge.awarded',
      timestamp: start,
      data: { userId: 'ann', sequence: 1, badge: JSON.parse(JSON.stringify(awarded[0])) },
    })
    expect(messages[0]!.id).toMatch(/^msg_[\w-]{27}$/)
    expect((await newFeed().read({ after })).messages).toEqual(messages)
  })

  test("is written in the caller's transaction and rolled back with it", async () => {
    const read = await listening()
    const service = newService()
    const failing = database.host.transaction(async (tx, send) => {
      await service.record(lesson('ann'), { db: tx })
      await send('select 1 / 0')
    })
    await expect(failing).rejects.toThrow()
    expect(await read()).toEqual([])
    await database.host.transaction(async tx => void (await service.record(lesson('ann'), { db: tx })))
    expect(await read()).toEqual(['ann 1 badge.awarded one'])
  })

  test('has nothing about users who are not notified', async () => {
    const read = await listening()
    const service = newService()
    await service.updateUserSettings('quiet', { visibility: 'quiet' })
    await service.updateUserSettings('off', { visibility: 'off' })
    await service.record([lesson('quiet'), lesson('off'), lesson('ann')])
    await service.awardBadge('quiet', 'gift', hand)
    await service.undo({ userId: 'off', category: 'lesson', itemKey: 'a' }, hand)
    expect(await read()).toEqual(['ann 1 badge.awarded one'])
  })

  test('has what an apply awards and revokes only if it notifies', async () => {
    const read = await listening()
    const service = newService()
    await service.record(lesson('ann'))
    const next = parseCatalog({
      milestones: [{ id: 'new', title: 'New', requirement: countTo(1) }, ...catalog.milestones.slice(1)],
    })
    await service.apply(next, { policy: 'recompute' })
    expect(await read()).toEqual(['ann 1 badge.awarded one'])
    await service.apply(parseCatalog(catalog), { policy: 'recompute', notify: true })
    expect(await read()).toEqual(['ann 1 badge.awarded one', 'ann 4 badge.revoked new', 'ann 5 badge.awarded one'])
  })

  test('has nothing about an import', async () => {
    const read = await listening()
    const rows = [{ user: 'ann', what: 'lesson', key: 'a', at: '2026-01-01T00:00:00Z' }]
    const mapping = { userId: 'user', category: 'what', itemKey: 'key', completedAt: 'at' }
    expect(await newService().importCompletions(rows, mapping)).toMatchObject({ awardedCount: 1 })
    expect(await read()).toEqual([])
  })

  test('stays empty without readers, and after a week without readers', async () => {
    const service = newService()
    await service.record(lesson('nobody'))
    const rows = () => database.rows(sql`select from milepost.outbox`)
    expect(await rows()).toHaveLength(0)
    await listening()
    service.setClock('2026-06-08T11:59:59Z')
    await service.record(lesson('ann'))
    service.setClock('2026-06-08T12:00:01Z')
    await service.record(lesson('bob'))
    expect(await rows()).toHaveLength(1)
  })

  test('forgets what is older than a week and was passed, and then says that a cursor is too old', async () => {
    await listening()
    const service = newService()
    const feed = newFeed()
    const before = await feed.end()
    await service.record(lesson('ann'))
    const [first] = (await feed.read({ after: before })).messages
    expect(await feed.canResume(before)).toBe(true)
    now = '2026-06-05T12:00:00Z'
    service.setClock(now)
    await feed.keep()
    await service.record(lesson('bob'))
    now = '2026-06-08T12:00:01Z'
    await untilSettled(feed)
    await feed.keep()
    expect((await feed.read({ after: before })).messages.map(({ userId }) => userId)).toEqual(['bob'])
    expect(await feed.canResume(before)).toBe(false)
    expect(await feed.canResume(first!.cursor)).toBe(true)
  })

  test('refuses a cursor that is invalid, from another cluster, or from before a gap', async () => {
    await listening()
    const feed = newFeed()
    for (const cursor of ['', 'x', '1-1-1', 'zzzzzzzzzzzzz-0', 'A-B', "1-1';", '0-0']) {
      expect([cursor, await feed.canResume(cursor)]).toEqual([cursor, false])
    }
    const before = await feed.end()
    await newService().record(lesson('ann'))
    const seen = (await feed.read({ after: before })).cursor
    now = '2026-06-20T12:00:00Z'
    await feed.keep()
    expect(await feed.canResume(seen)).toBe(false)
    expect(await feed.canResume(await feed.end())).toBe(true)
  })

  test('reads the changes of one user alone', async () => {
    await listening()
    const feed = newFeed()
    const after = await feed.end()
    await newService().record([lesson('ann'), lesson('bob'), lesson('ann', 'b')])
    const page = await feed.read({ after, userId: 'ann', limit: 1 })
    expect(page).toMatchObject({ isLast: false, messages: [{ userId: 'ann' }] })
    expect(await feed.read({ after: page.cursor, userId: 'ann' })).toMatchObject({
      isLast: true,
      messages: [{ userId: 'ann' }],
    })
  })

  test('loses everything of an erased user; a returning user starts with new messages', async () => {
    const read = await listening()
    const feed = newFeed()
    const after = await feed.end()
    const service = newService()
    const canary = 'canary-0815'
    await service.record(lesson(canary))
    const [first] = (await feed.read({ after })).messages
    await service.eraseUser(canary, hand)
    expect(await tracesOf(database, canary)).toEqual([])
    expect(await read()).toEqual([])
    await service.allowReturn(canary, hand)
    await service.record(lesson(canary))
    const [again] = (await feed.read({ after })).messages
    expect(await read()).toEqual([`${canary} 1 badge.awarded one`])
    expect(again!.id).not.toBe(first!.id)
  })
})
