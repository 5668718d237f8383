import { drizzle } from 'drizzle-orm/node-postgres'
import { expect, test } from 'vitest'
import { createMilestoneService, isMilepostError } from '../../src/index.js'
import { openGatedPool } from '../faults/gated-pool.js'
import { describeOnEach, everyPostgres, openDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { tracesOf } from '../support/traces.js'
import { describeOnEachPath } from './both-paths.js'
import { openTransaction, untilBlocked } from './interleaving.js'
import { names } from './lists.js'
import { stormCatalog } from './storm-catalog.js'

const lessonOf = (userId: string, itemKey: string) => ({ userId, category: 'lesson', itemKey })
const hand = { reason: 'asked for it' }

test('looks up erasures only for new users, and only after the first erasure', async () => {
  const database = await openDatabase('pg')
  const { pool, setGate } = openGatedPool(database.url, 1)
  const service = createMilestoneService({ db: drizzle(pool), catalog: stormCatalog })
  const statements: string[] = []
  setGate(async statement => {
    if (/join \S*"erased_users"/.test(statement)) statements.push(statement)
    return undefined
  })
  await service.record(lessonOf('bob', 'a'))
  expect(statements).toHaveLength(0)
  await service.eraseUser('bob', hand)
  await service.record(lessonOf('ann', 'a'))
  expect(statements).toHaveLength(1)
  await service.record(lessonOf('ann', 'b'))
  await service.record(names('item', 20).map(itemKey => lessonOf('ann', itemKey)))
  expect(statements).toHaveLength(1)
  await pool.end()
  await database.close()
})

describeOnEachPath(() => {
  describeOnEach(everyPostgres, 'an erasure among recordings', database => {
    const newService = () => createMilestoneService({ db: database.db, catalog: stormCatalog })

    test('is the last word: not a row of the user remains', async () => {
      for (const userId of names('canary', scale(6, 500))) {
        // Services of their own, so that their calls do not go together.
        const services = names('service', 6).map(newService)
        const isKnown = userId.endsWith('0') || userId.endsWith('5')
        if (isKnown) await services[0]!.record(lessonOf(userId, 'before'))
        const records = services.flatMap((service, lane) =>
          names(`lane ${lane}`, 4).map(async itemKey => {
            await service.record(lessonOf(userId, itemKey)).catch(error => {
              if (!isMilepostError(error) || error.code !== 'USER_ERASED') throw error
            })
          }),
        )
        const erased = newService().eraseUser(userId, hand)
        await Promise.all([erased, ...records])
        expect([userId, await tracesOf(database, userId)]).toEqual([userId, []])
      }
      expect(await newService().verify()).toEqual([])
    })

    test('stops a recording of an unknown user that began before it ended', async () => {
      const service = newService()
      const host = await openTransaction(database.db)
      await service.eraseUser('ann', hand, { db: host.tx })
      // Its own look at the tombstones comes too early to see this one, were it not for the wait.
      const recorded = service.record(lessonOf('ann', 'a'))
      const refused = expect(recorded).rejects.toMatchObject({ code: 'USER_ERASED' })
      await untilBlocked(database)
      await host.commit()
      await refused
      expect(await tracesOf(database, 'ann')).toEqual([])
    })

    test('waits for a recording that was first, and takes it too', async () => {
      const service = newService()
      await service.record(lessonOf('ann', 'a'))
      const host = await openTransaction(database.db)
      await service.record(lessonOf('ann', 'b'), { db: host.tx })
      const erased = service.eraseUser('ann', hand)
      await untilBlocked(database)
      await host.commit()
      expect((await erased).rowCount).toBeGreaterThan(2)
      expect(await tracesOf(database, 'ann')).toEqual([])
    })

    test('takes what is marked as seen in the same moment', async () => {
      const service = newService()
      await service.record(names('item', 20).map(itemKey => lessonOf('ann', itemKey)))
      const badgeIds = (await service.getUserBadges('ann')).map(({ id }) => id)
      const host = await openTransaction(database.db)
      expect(await service.markSeen('ann', badgeIds, { db: host.tx })).toEqual(badgeIds)
      const erased = service.eraseUser('ann', hand)
      await untilBlocked(database)
      await host.commit()
      await erased
      expect(await tracesOf(database, 'ann')).toEqual([])
    })
  })
})
