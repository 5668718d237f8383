import { drizzle } from 'drizzle-orm/pglite'
import { expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, defineCatalog, migrate } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { bothPaths, takePath } from '../support/record-path.js'

const catalog = defineCatalog({
  milestones: [{ id: 'two', title: 'Two', requirement: { type: 'count', category: 'lesson', target: 2 } }],
})
const completion = (itemKey: string) => ({ userId: 'ann', category: 'lesson', itemKey })

async function openMigrated() {
  const { db, close } = await openPglite()
  onTestFinished(close)
  await migrate(db)
  return db
}

type Embedded = Awaited<ReturnType<typeof openMigrated>>

async function keptIn(db: Embedded): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>('SELECT name FROM pg_prepared_statements ORDER BY prepare_time')
  return rows.map(({ name }) => name)
}

test.each(bothPaths)('prepares what records once, by %s, and again when the host has deallocated it', async path => {
  takePath(path)
  onTestFinished(() => takePath())
  const db = await openMigrated()
  const service = createMilestoneService({ db, catalog })
  for (const itemKey of ['a', 'b', 'c']) await service.record(completion(itemKey))
  const kept = await keptIn(db)
  await service.record(completion('d'))
  await db.query('SELECT $1::int', [1])
  expect(kept).not.toEqual([])
  expect(await keptIn(db)).toEqual(kept)
  await db.exec('DEALLOCATE ALL')
  expect((await service.record(completion('e'))).status).toBe('recorded')
  expect(await keptIn(db)).not.toEqual([])
  expect((await service.record(completion('a'))).status).toBe('duplicate')
  expect(await service.verify()).toEqual([])
})

test('prepares nothing without `preparedStatements`, and nothing in a transaction of the host', async () => {
  const db = await openMigrated()
  const plain = createMilestoneService({ db, catalog, preparedStatements: false })
  for (const itemKey of ['a', 'b', 'c']) await plain.record(completion(itemKey))
  const service = createMilestoneService({ db, catalog })
  await db.transaction(tx => service.record(completion('d'), { db: tx }))
  await drizzle({ client: db }).transaction(tx => service.record(completion('e'), { db: tx }))
  expect(await keptIn(db)).toEqual([])
})
