import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createMilestoneService, defineCatalog } from '../../../src/index.js'
import { describeOnEach } from '../../support/databases.js'

const catalog = defineCatalog({
  milestones: [{ id: 'ten', title: 'Ten', requirement: { type: 'tutorials_completed', count: 10 } }],
})
const lesson = (i: number) => ({ userId: 'ann', category: 'tutorial', itemKey: `item ${i}` })

describeOnEach(['pglite'], 'one connection', database => {
  test("a call without { db: tx } inside the caller's transaction ends, says why, and writes nothing", async () => {
    const service = createMilestoneService({ db: database.host.db, catalog, patienceMs: 50 })
    await database.host.transaction(async () => {
      await expect(service.record(lesson(1))).rejects.toMatchObject({ code: 'CONNECTION_BUSY' })
      await expect(service.checkAndAwardMilestones('ann')).rejects.toThrow(/pass it as \{ db: tx \}/)
    })
    expect((await service.record(lesson(1))).status).toBe('recorded')
  })
})

describeOnEach(['pg'], 'a single client instead of a pool', database => {
  test('takes writes of all kinds side by side, one after another', async () => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const service = createMilestoneService({ db: drizzle(client), catalog })
    const many = Array.from({ length: 200 }, (_, i) => lesson(100 + i))
    await Promise.all([
      ...Array.from({ length: 20 }, (_, i) => service.record(lesson(i))),
      service.record(many),
      service.checkAndAwardMilestones('ann'),
      service.rebuild(),
    ])
    expect((await service.getUserProgress('ann')).milestones[0]).toMatchObject({ current: 220, isEarned: true })
    expect(await service.verify()).toEqual([])
    await client.end()
  })
})
