import { expect, test } from 'vitest'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { describeOnEach, everyPostgres } from '../support/databases.js'
import { describeOnEachPath } from './both-paths.js'
import { openTransaction, untilBlocked } from './interleaving.js'

const catalog = parseCatalog({
  milestones: [{ id: 'three', title: 'Three', requirement: { type: 'count', category: 'lesson', target: 3 } }],
})
const keys = ['a', 'm', 'z']
const sameUser = keys.map(itemKey => ({ userId: 'ann', category: 'lesson', itemKey }))
const threeUsers = keys.map(userId => ({ userId, category: 'lesson', itemKey: 'intro' }))

// In transactions of the host nothing is tried again, so that waiting crosswise would end one of them.
describeOnEachPath(() => {
  describeOnEach(everyPostgres, 'batches of the same keys in opposite orders', database => {
    test.each([
      ['of one user', sameUser],
      ['of three users', threeUsers],
    ])('%s never deadlock, even if the first transaction fails', async (_, batch) => {
      const service = createMilestoneService({ db: database.db, catalog })
      await service.apply(catalog)
      for (const order of [batch, batch.toReversed()]) {
        const host = await openTransaction(database.db)
        await service.record(batch[1]!, { db: host.tx })
        const answers = [order, order.toReversed()].map(list =>
          database.db.transaction(tx => service.record(list, { db: tx })),
        )
        await untilBlocked(database, 2)
        await host.rollback()
        const statuses = (await Promise.all(answers)).map(list => [...new Set(list.map(({ status }) => status))])
        expect(statuses.toSorted()).toEqual([['duplicate'], ['recorded']])
        expect(await service.verify()).toEqual([])
        await database.clear()
      }
    })
  })
})
