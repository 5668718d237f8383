import { sql } from 'drizzle-orm'
import { drizzle as drizzlePg } from 'drizzle-orm-1/node-postgres'
import { drizzle as drizzlePglite } from 'drizzle-orm-1/pglite'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm-1/postgres-js'
import { expect, test } from 'vitest'
import { createMilestoneService, defineCatalog } from '../../src/index.js'
import { describeOnEach, everyDatabase, type TestDatabase } from '../support/databases.js'

const catalog = defineCatalog({
  milestones: [{ id: 'two', title: 'Two', requirement: { type: 'count', category: 'lesson', target: 2 } }],
})
const lesson = (itemKey: string) => ({ userId: 'ann', category: 'lesson', itemKey })

function openDrizzle1({ kind, client }: TestDatabase) {
  if (kind === 'pglite') return drizzlePglite({ client: client as never })
  return kind === 'pg' ? drizzlePg({ client: client as never }) : drizzlePostgresJs({ client: client as never })
}

describeOnEach(everyDatabase, 'Drizzle 1', database => {
  test('records and reads', async () => {
    const service = createMilestoneService({ db: openDrizzle1(database), catalog })
    const results = await service.record([lesson('a'), lesson('b')])
    expect(results.map(({ awarded }) => awarded.map(({ id }) => id))).toEqual([[], ['two']])
    expect((await service.getUserProgress('ann')).completedMilestones).toEqual(['two'])
  })

  test('commits and rolls back with a transaction of the host', async () => {
    const db = openDrizzle1(database)
    const service = createMilestoneService({ db, catalog })
    await db.transaction(async tx => {
      await service.record(lesson('a'), { db: tx })
      await expect(service.awardBadge('ann', 'nothing' as 'two', { reason: 'test' }, { db: tx })).rejects.toThrow()
      await service.record(lesson('b'), { db: tx })
    })
    const undone = db.transaction(async tx => {
      await service.record(lesson('c'), { db: tx })
      throw new Error('the host changed its mind')
    })
    await expect(undone).rejects.toThrow('the host changed its mind')
    const rows = await database.rows(sql`select item_key from milepost.user_progress order by item_key`)
    expect(rows.map(({ item_key }) => item_key)).toEqual(['a', 'b', 'two'])
  })
})
