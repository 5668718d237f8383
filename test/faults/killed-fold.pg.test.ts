import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService } from '../../src/index.js'
import { names, randomFrom } from '../races/lists.js'
import { tried } from '../reliability/tried.js'
import { openDatabase } from '../support/databases.js'
import { isLong, scale } from '../support/scale.js'
import { startWorker } from '../support/workers.js'
import { foldBefore, foldCatalog, foldCategories, foldRows, foldUserCount } from './fold-rows.js'

test('folding that is killed again and again, beside recording, loses nothing and counts nothing twice', async () => {
  const [database, undisturbed] = [await openDatabase('pg'), await openDatabase('pg')]
  // What is recorded now is on the same day for both, also around midnight.
  const at = new Date()
  const [service, other] = [database, undisturbed].map(({ db }) =>
    createMilestoneService({ db, catalog: foldCatalog, now: () => at }),
  )
  const users = names('user', foldUserCount)
  const rows = foldRows()
  for (const each of [service!, other!]) {
    await each.apply(foldCatalog)
    await each.record(rows)
  }
  const random = randomFrom(6)
  const leftCount = async (): Promise<number> => {
    const [row] = await database.rows<{ count: number }>(
      sql`select count(*)::int as count from milepost.user_progress
        where category = 'lesson' and completed_at < ${foldBefore.toISOString()}::timestamptz`,
    )
    return row!.count
  }
  let number = 0
  for (let kill = 0; kill < scale(2, 60); kill++) {
    const worker = startWorker<object>(new URL('./fold.worker.ts', import.meta.url), { url: database.url })
    const killAt = Math.floor(random() * 12)
    for await (const message of worker.messages()) {
      if (!('begun' in message)) continue
      // Recording goes on while the other process folds, and gives the signal to kill it.
      for (let i = 0; i < 12; i++) {
        if (i === killAt) void worker.kill()
        number += 1
        const userId = users[Math.floor(random() * users.length)]!
        const completion = { userId, category: 'lesson', itemKey: `new ${number}`, metadata: { lang: 'l0' } }
        await service!.record([completion, rows[Math.floor(random() * rows.length)]!])
        await other!.record(completion)
      }
    }
    await worker.exited
    tried('foldsKilled')
  }
  await service!.foldCompletions(foldBefore, { categories: foldCategories })
  expect(await leftCount()).toBe(0)
  expect(await service!.verify()).toEqual([])
  const again = await service!.record(rows)
  expect(again.filter(({ status }) => status !== 'duplicate')).toEqual([])
  for (const userId of isLong ? users : users.slice(0, 60)) {
    const [one, same] = await Promise.all([service!.getUserProgress(userId), other!.getUserProgress(userId)])
    const shown = ({ earnedBadges, totalPoints, milestones }: typeof one) => ({
      ids: earnedBadges.map(({ id }) => id).sort(),
      totalPoints,
      current: milestones.map(({ current }) => current),
    })
    expect(shown(one)).toEqual(shown(same))
  }
  await database.close()
  await undisturbed.close()
})
