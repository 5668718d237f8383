import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService, defineCatalog } from '../../src/index.js'
import { sessionOf } from '../../src/store/database/session-of.js'
import { sql as statement } from '../../src/store/database/sql.js'
import { historySource } from '../../src/store/progress/completions.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { describeOnEach } from '../support/databases.js'

const catalog = defineCatalog({
  milestones: [{ id: 'many', title: 'Many', requirement: { type: 'count', category: 'lesson', target: 20_000 } }],
  points: [{ category: 'lesson', points: 1 }],
})
const lesson = (userId: string, nth: number) => ({ userId, category: 'lesson', itemKey: `${nth}` })

describeOnEach(['pg'], 'a long history that the statistics of the database do not know yet', database => {
  test('is not joined with its points row by row', async () => {
    const service = createMilestoneService({ db: database.db, catalog })
    await service.record(Array.from({ length: 30 }, (_, i) => lesson(`user ${i}`, i)))
    await database.rows(sql`ANALYZE milepost.user_progress, milepost.points_ledger`)
    await service.record(Array.from({ length: 3_000 }, (_, i) => lesson('ann', i)))
    const source = historySource(tablesIn(), {
      userIds: ['ann'],
      categories: ['lesson'],
      withMetadata: [],
      withGains: true,
      withFolds: false,
    })
    const plan = await sessionOf(database.db).query(statement`explain select * from ${source}`, false)
    expect(JSON.stringify(plan)).not.toContain('Nested Loop')
    expect(await service.rebuild()).toEqual(expect.anything())
    expect(await service.verify()).toEqual([])
  })
})
