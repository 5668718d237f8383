import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService } from '../../src/index.js'
import { until } from '../races/interleaving.js'
import { names, pieces, randomFrom } from '../races/lists.js'
import { tried } from '../reliability/tried.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { fewOnCluster, scale } from '../support/scale.js'
import { startWorker, startWorkers } from '../support/workers.js'
import { after, before } from './apply-catalogs.js'
import { expectBadgesAsModel } from './as-model.js'

const killCount = scale(3, 200)
const userCount = fewOnCluster(300, scale(2_200, 5_000))
/** More than those who have steps before: one in eight has none. */
const mostUsers = 0.9 * userCount

test('an apply that is killed repeatedly while others record counts every user by the new catalog exactly once', async () => {
  const database = await openDatabase('pg')
  await recordBefore(database)
  const recorders = startWorkers<string>(
    new URL('./step.worker.ts', import.meta.url),
    names('recorder', 4).map(name => ({ url: database.url, name, userCount })),
  )
  const random = randomFrom(7)
  for (let i = 0; i < killCount; i++) await killAfter(database, Math.floor(random() * 3))
  // They may have hardly begun when the last kill comes.
  await until(async () => (await usersWithSteps(database)) > mostUsers)
  for (const recorder of recorders) recorder.send('stop')
  await Promise.all(recorders.map(recorder => recorder.finished()))
  const last = startWorker(new URL('./apply.worker.ts', import.meta.url), { url: database.url, name: 'last' })
  expect((await last.finished()).at(-1)).toBe('applied')
  await expectAsCounted(database)
  await database.close()
})

async function recordBefore({ db }: TestDatabase): Promise<void> {
  const service = createMilestoneService({ db, catalog: before })
  const completions = names('user', userCount).flatMap((userId, i) =>
    Array.from({ length: i % 8 }, (_, n) => {
      return { userId, category: 'step', itemKey: `early ${n}`, completedAt: new Date(Date.UTC(2026, 0, 1 + n, 12)) }
    }),
  )
  for (const batch of pieces(completions, 5_000)) await service.record(batch)
}

// At the first moment, or once so many pages are done.
async function killAfter({ url }: TestDatabase<'pg'>, pageCount: number): Promise<void> {
  const worker = startWorker(new URL('./apply.worker.ts', import.meta.url), { url, name: 'apply' })
  for (let i = 0; i < pageCount; i++) if ((await worker.next()) === 'applied') break
  await worker.kill()
  tried('appliesKilled')
}

async function usersWithSteps({ rows }: TestDatabase): Promise<number> {
  const [row] = await rows<{ count: number }>(
    sql`select count(distinct user_id)::int as count from milepost.user_progress where category = 'step'`,
  )
  return row!.count
}

// By plain SQL, by a fresh count of each user with the new catalog alone, and by the naive model.
async function expectAsCounted(database: TestDatabase): Promise<void> {
  const service = createMilestoneService({ db: database.db, catalog: after, whenUnapplied: 'refuse' })
  expect(await service.verify()).toEqual([])
  const [row] = await database.rows<{ users: number; wrong: number }>(sql`
    with steps as (
      select user_id, count(*) as steps from milepost.user_progress where category = 'step' group by user_id
    ), badges as (
      select user_id, count(*) filter (where item_key = 'steps-3') as three, count(*) filter (where item_key = 'steps-5') as five
      from milepost.user_progress where category = 'milestone_badge' group by user_id
    )
    select count(*)::int as users,
      (count(*) filter (where coalesce(three, 0) <> (steps >= 3)::int or coalesce(five, 0) <> (steps >= 5)::int))::int as wrong
    from steps left join badges using (user_id)`)
  expect(row!.users).toBeGreaterThan(mostUsers)
  expect(row!.wrong).toBe(0)
  await expectBadgesAsModel(database.db, after)
  const [version] = await service.getCatalogVersions()
  expect(version).toMatchObject({ version: 1, appliedAt: expect.any(Date), resumeAfter: null })
}
