import { sql } from 'drizzle-orm'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, defineCatalog, migrate } from '../../src/index.js'
import { openGatedPool } from '../faults/gated-pool.js'
import { describeOnEach } from '../support/databases.js'
import { clusterUrl } from '../support/migrated-database.js'
import { createClusterDatabase } from '../support/postgres-database.js'
import { scale } from '../support/scale.js'

const catalog = defineCatalog({
  milestones: [{ id: 'three', title: 'Three', requirement: { type: 'count', category: 'lesson', target: 3 } }],
})
const lesson = (userId: string, n: number) => ({ userId, category: 'lesson', itemKey: `lesson ${n}` })

describeOnEach(
  clusterUrl ? ['pglite'] : ['pglite', 'pg'],
  'spreading tables without Citus',
  database => {
    test('is refused with the way out, and creates nothing', async () => {
      await expect(migrate(database.host.db, { distribute: true })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringContaining('CREATE EXTENSION citus'),
      })
      expect(await database.rows(sql`select from pg_namespace where nspname = 'milepost'`)).toEqual([])
    })
  },
  { migrated: false },
)

// Which node holds a user, and how often its function ran, is asked of the cluster itself.
async function openCluster(isSpread: boolean): Promise<pg.Pool> {
  const { url, drop } = await createClusterDatabase(clusterUrl!, async () => {})
  const db = new pg.Pool({ connectionString: url })
  onTestFinished(async () => {
    await db.end()
    await drop()
  })
  await migrate(db, { distribute: isSpread })
  return db
}

if (clusterUrl) {
  describe('a Citus cluster', () => {
    test('takes over tables with rows while the app records, and a second call changes nothing', async () => {
      const db = await openCluster(false)
      const before = createMilestoneService({ db, catalog })
      const userIds = Array.from({ length: scale(40, 400) }, (_, i) => `user ${i}`)
      for (const userId of userIds) await before.record([lesson(userId, 1), lesson(userId, 2)])
      await migrate(db, { distribute: true })
      const service = createMilestoneService({ db, catalog })
      const results = await Promise.all(userIds.map(userId => service.record(lesson(userId, 3))))
      expect(results.every(({ awarded }) => awarded.length === 1)).toBe(true)
      expect(await migrate(db, { distribute: true })).toEqual([])
      expect(await service.verify()).toEqual([])
    })

    test('records a completion that earns nothing in one statement, on the node that holds the user', async () => {
      const db = await openCluster(true)
      const { pool, setGate } = openGatedPool((db.options as { connectionString: string }).connectionString, 4)
      onTestFinished(() => pool.end())
      const service = createMilestoneService({ db: pool, catalog })
      await service.record(lesson('ann', 1))
      const sent: string[] = []
      setGate(async statement => {
        sent.push(statement)
        return undefined
      })
      expect(await service.record(lesson('ann', 2))).toMatchObject({ status: 'recorded', awarded: [] })
      expect(sent).toEqual([expect.stringContaining('record_user_1')])
      const { rows } = await db.query(`explain ${sent[0]!.replaceAll(/\$\d+/g, "'{}'")}`)
      expect(JSON.stringify(rows)).toContain('Task Count: 1')
    })
  })
}
