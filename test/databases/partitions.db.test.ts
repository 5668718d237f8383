import { readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService, defineCatalog, migrate, migrationSql } from '../../src/index.js'
import { openDatabase } from '../support/databases.js'

const catalog = defineCatalog({
  milestones: [
    { id: 'two', title: 'Two', requirement: { type: 'count', category: 'lesson', target: 2 } },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 2 } },
  ],
})

test.each(['pg', 'pglite'] as const)('with partitions everything works the same, on %s', async kind => {
  const database = await openDatabase(kind, { migrated: false })
  const { db } = database
  const applied = await migrate(db, { partitions: 4 })
  expect(await migrate(db, { partitions: 4 })).toEqual([])
  expect(applied.length).toBe(migrationSql().length)
  const [parts] = await database.rows<{ count: number }>(
    sql`select count(*)::int as count from pg_inherits where inhparent = 'milepost.user_progress'::regclass`,
  )
  expect(parts!.count).toBe(4)
  const service = createMilestoneService({ db, catalog, whenUnapplied: 'warn', onWarning: () => {} })
  await service.apply(catalog)
  const users = ['ann', 'bob', 'cat', 'dan', 'eve']
  const rows = ['2024-04-01', '2024-04-02'].flatMap(day =>
    users.map(userId => ({ userId, category: 'lesson', itemKey: day, completedAt: new Date(day) })),
  )
  expect((await service.record(rows)).map(({ awarded }) => awarded.length)).toEqual([0, 0, 0, 0, 0, 2, 2, 2, 2, 2])
  expect((await service.record(rows[0]!)).status).toBe('duplicate')
  const undone = await service.undo(
    { userId: 'bob', category: 'lesson', itemKey: '2024-04-02' },
    { reason: 'a mistake' },
  )
  expect(undone).toMatchObject({ status: 'undone', revoked: [{ id: 'days' }, { id: 'two' }] })
  const folded = await service.foldCompletions(new Date('2025-01-01'), { categories: ['lesson'] })
  expect(folded).toMatchObject({ userCount: 5, completionCount: 9 })
  expect((await service.record(rows[1]!)).status).toBe('duplicate')
  expect(await service.verify()).toEqual([])
  await expect(migrate(db, { partitions: 8 })).rejects.toMatchObject({ details: { field: 'partitions' } })
  await database.close()
})

test('partitions are refused where the table is there without, and where their number makes no sense', async () => {
  const database = await openDatabase('pglite')
  const dividing = migrate(database.db, { partitions: 4 })
  await expect(dividing).rejects.toThrow('exists and is not divided')
  for (const partitions of [0, 1, 1.5, 2_000]) expect(() => migrationSql({ partitions })).toThrow('partitions must be')
  await expect(migrate(database.db)).resolves.toEqual([])
  await database.close()
})

test('the statements of the documentation divide a table that is there', async () => {
  const database = await openDatabase('pg')
  const { db } = database
  const service = createMilestoneService({ db, catalog })
  const done = { userId: 'ann', category: 'lesson' }
  await service.record([
    { ...done, itemKey: 'a' },
    { ...done, itemKey: 'b' },
  ])
  const page = readFileSync(new URL('../../docs/sizing.md', import.meta.url), 'utf8')
  await db.execute(sql.raw(/```sql\n(BEGIN;.*?)```/s.exec(page)![1]!))
  expect(await migrate(db, { partitions: 16 })).toEqual([])
  expect((await service.record({ ...done, itemKey: 'a' })).status).toBe('duplicate')
  expect(await service.verify()).toEqual([])
  await database.close()
})
