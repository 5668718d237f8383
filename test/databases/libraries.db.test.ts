import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { createMilestoneService, defineCatalog } from '../../src/index.js'
import { describeOnEach, everyDriver } from '../support/databases.js'
import { everyLibrary, type HostDatabase, hostDatabase } from './host-database.js'

const catalog = defineCatalog({
  milestones: [{ id: 'two', title: 'Two', requirement: { type: 'count', category: 'lesson', target: 2 } }],
})
const lesson = (itemKey: string) => ({ userId: 'ann', category: 'lesson', itemKey })

describeOnEach(everyDriver, 'a service', database => {
  describe.each(everyLibrary)('with the library %s', library => {
    let host: HostDatabase
    beforeAll(async () => {
      host = await hostDatabase(database, library)
    })

    test('records and reads', async () => {
      const service = createMilestoneService({ db: host.db, catalog })
      const results = await service.record([lesson('a'), lesson('b')])
      expect(results.map(({ awarded }) => awarded.map(({ id }) => id))).toEqual([[], ['two']])
      expect((await service.getUserProgress('ann')).completedMilestones).toEqual(['two'])
    })

    test('commits and rolls back with a transaction of the host', async () => {
      const service = createMilestoneService({ db: host.db, catalog })
      await host.transaction(async tx => {
        await service.record(lesson('a'), { db: tx })
        await expect(service.awardBadge('ann', 'nothing' as 'two', { reason: 'test' }, { db: tx })).rejects.toThrow()
        await service.record(lesson('b'), { db: tx })
      })
      const undone = host.transaction(async tx => {
        await service.record(lesson('c'), { db: tx })
        throw new Error('the host changed its mind')
      })
      await expect(undone).rejects.toThrow('the host changed its mind')
      const rows = await database.rows(sql`select item_key from milepost.user_progress order by item_key`)
      expect(rows.map(({ item_key }) => item_key)).toEqual(['a', 'b', 'two'])
    })
  })
})
