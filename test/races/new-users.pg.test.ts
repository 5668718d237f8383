import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService } from '../../src/index.js'
import { describeOnEach, everyPostgres } from '../support/databases.js'
import { describeOnEachPath } from './both-paths.js'
import { openTransaction, untilBlocked } from './interleaving.js'
import { stormCatalog } from './storm-catalog.js'

const lessonOf = (userId: string) => ({ userId, category: 'lesson', itemKey: 'intro' })

describeOnEachPath(() => {
  describeOnEach(everyPostgres, 'users that nobody knows yet', database => {
    test('are recorded by overlapping host transactions without a deadlock', async () => {
      const { db } = database
      const service = createMilestoneService({ db, catalog: stormCatalog })
      // `m` is being made by somebody else, so that the first transaction stops there, `a` behind it and `z` before it.
      const somebody = await openTransaction(db)
      await somebody.tx.execute(sql`INSERT INTO milepost.user_standings (user_id, counted_with) VALUES ('m', '')`)
      const first = await openTransaction(db)
      const ofFirst = service.record(['a', 'm', 'z'].map(lessonOf), { db: first.tx })
      await untilBlocked(database)
      await service.record({ userId: 'z', category: 'lesson', itemKey: 'another' })
      const second = await openTransaction(db)
      const ofSecond = service.record(
        ['a', 'z'].map(userId => ({ ...lessonOf(userId), itemKey: 'third' })),
        { db: second.tx },
      )
      await untilBlocked(database, 2)
      await somebody.rollback()
      const results = await Promise.all([ofFirst.finally(first.commit), ofSecond.finally(second.commit)])
      expect(results.flat().map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'recorded'))
      expect(await service.verify()).toEqual([])
    })
  })
})
