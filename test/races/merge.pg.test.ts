import { drizzle } from 'drizzle-orm/node-postgres'
import { expect, test } from 'vitest'
import { createMilestoneService, type Database, isMilepostError } from '../../src/index.js'
import { userProgress } from '../../src/schema.js'
import { isSentWhenSlow, openGatedPool } from '../faults/gated-pool.js'
import { mergeCatalog, mergeLesson } from '../faults/merge-rows.js'
import { describeOnEach, everyPostgres, openDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { describeOnEachPath } from './both-paths.js'
import { openTransaction, untilBlocked } from './interleaving.js'
import { inLanes, names, randomFrom, shuffled } from './lists.js'

const hand = { reason: 'signed up' }
const serviceOn = (db: Database) => createMilestoneService({ db, catalog: mergeCatalog, patienceMs: 60_000 })

test('costs a call for an ordinary user no statement, whoever was merged', async () => {
  const database = await openDatabase('pg')
  const { pool, setGate } = openGatedPool(database.url, 1)
  const service = createMilestoneService({ db: drizzle(pool), catalog: mergeCatalog })
  let statements: string[] = []
  setGate(async statement => {
    if (!isSentWhenSlow(statement)) statements.push(statement)
    return undefined
  })
  const sentBy = async (call: () => Promise<unknown>): Promise<number> => {
    statements = []
    await call()
    return statements.length
  }
  const calls: readonly ((userId: string) => Promise<unknown>)[] = [
    userId => service.record(mergeLesson(userId, 0)),
    userId => service.record(mergeLesson(userId, 1)),
    userId => service.record(mergeLesson(userId, 1)),
    userId => service.record(Array.from({ length: 20 }, (_, i) => mergeLesson(userId, i))),
    userId => service.getUserProgress(userId),
    userId => service.getUserBadges(userId),
    userId => service.hasUnlock(userId, 'lab' as never),
    userId => service.whatNext(userId),
    userId => service.getUnseenBadges(userId),
    userId => service.getUserSettings(userId),
    userId => service.getStreakPauses(userId),
    userId => service.getLeaderboard({ around: userId }),
    userId => service.checkAndAwardMilestones(userId),
    userId => service.undo({ userId, category: 'lesson', itemKey: 'item 1' }, hand),
  ]
  await service.record(mergeLesson('zoe', 0))
  const before: number[] = []
  for (const call of calls) before.push(await sentBy(() => call('ann')))
  await service.record([mergeLesson('visitor', 1), mergeLesson('someone', 1)])
  await service.mergeUsers({ from: 'visitor', into: 'someone' }, hand)
  const after: number[] = []
  for (const call of calls) after.push(await sentBy(() => call('bob')))
  expect(after).toEqual(before)
  await pool.end()
  await database.close()
})

describeOnEachPath(() => {
  describeOnEach(everyPostgres, 'a merge among recordings', database => {
    const expectOne = async (from: string, into: string, numbers: ReadonlySet<number>): Promise<void> => {
      const rows = await database.db.select().from(userProgress)
      const own = rows.filter(({ category, userId }) => category === 'lesson' && [from, into].includes(userId))
      expect([into, own.map(({ userId, itemKey }) => [userId, itemKey]).sort()]).toEqual([
        into,
        [...numbers].map(number => [into, `item ${number}`]).sort(),
      ])
    }

    test('leaves every completion with the one user, once, whichever id it was recorded for', async () => {
      const services = names('service', 5).map(() => serviceOn(database.db))
      const random = randomFrom(11)
      const pairs = names('pair', scale(3, 300))
      for (const pair of pairs) {
        const [from, into] = random() < 0.5 ? [`a ${pair}`, `b ${pair}`] : [`b ${pair}`, `a ${pair}`]
        const numbers = new Set(Array.from({ length: 24 }, () => Math.floor(random() * 30)))
        const given = shuffled(
          [...numbers, ...numbers].map((number, i) => mergeLesson(i % 2 === 0 ? from : into, number)),
          random,
        )
        const mergeAt = new Set([Math.floor(random() * given.length), Math.floor(random() * given.length)])
        await inLanes(given, 8, async completion => {
          const place = given.indexOf(completion)
          const service = services[place % services.length]!
          if (mergeAt.has(place)) await service.mergeUsers({ from, into }, hand)
          await service.record(completion)
        })
        await expectOne(from, into, numbers)
      }
      expect(await services[0]!.verify()).toEqual([])
    })

    test('of two in a circle lets one through', async () => {
      const [one, other] = [serviceOn(database.db), serviceOn(database.db)]
      for (const pair of names('pair', scale(2, 200))) {
        const [a, b] = [`a ${pair}`, `b ${pair}`]
        await one.record([mergeLesson(a, 1), mergeLesson(b, 2)])
        const settled = await Promise.allSettled([
          one.mergeUsers({ from: a, into: b }, hand),
          other.mergeUsers({ from: b, into: a }, hand),
        ])
        const failed = settled.filter(result => result.status === 'rejected')
        expect(failed).toMatchObject([{ reason: { code: 'INPUT_INVALID', details: { field: 'into' } } }])
      }
      expect(await one.verify()).toEqual([])
    })

    test('waits for a recording that was first, and one that comes meanwhile counts for the other user', async () => {
      const service = serviceOn(database.db)
      await service.record([mergeLesson('visitor', 1), mergeLesson('ann', 2)])
      const host = await openTransaction(database.db)
      await service.record(mergeLesson('visitor', 3), { db: host.tx })
      const merged = service.mergeUsers({ from: 'visitor', into: 'ann' }, hand)
      await untilBlocked(database)
      await host.commit()
      expect(await merged).toMatchObject({ status: 'merged', completionCount: 2 })
      const second = await openTransaction(database.db)
      await service.mergeUsers({ from: 'ann', into: 'zoe' }, hand, { db: second.tx })
      const recorded = serviceOn(database.db).record(mergeLesson('visitor', 4))
      await untilBlocked(database)
      await second.commit()
      expect((await recorded).completion.userId).toBe('zoe')
      await expectOne('visitor', 'zoe', new Set([1, 2, 3, 4]))
      expect(await service.verify()).toEqual([])
    })

    test('beside erasures of both leaves nothing or everything', async () => {
      const services = names('service', 3).map(() => serviceOn(database.db))
      for (const pair of names('pair', scale(2, 200))) {
        const [from, into] = [`a ${pair}`, `b ${pair}`]
        await services[0]!.record([mergeLesson(from, 1), mergeLesson(into, 2)])
        const [merged, erased] = await Promise.all([
          services[1]!.mergeUsers({ from, into }, hand).catch(error => {
            if (isMilepostError(error) && error.code === 'USER_ERASED') return null
            throw error
          }),
          services[2]!.eraseUser(into, hand),
        ])
        expect(erased.status).toBe('erased')
        const rows = (await database.db.select().from(userProgress)).filter(({ userId }) => userId.endsWith(pair))
        // Merged before: everything was the one's who was erased.
        expect(rows.map(({ userId }) => userId)).toEqual(merged ? [] : [from])
      }
      expect(await services[0]!.verify()).toEqual([])
    })
  })
})
