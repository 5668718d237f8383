import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService } from '../../src/index.js'
import { randomFrom } from '../races/lists.js'
import { tried } from '../reliability/tried.js'
import { openDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { startWorker } from '../support/workers.js'
import { accounts, mergeAll, mergeCatalog, mergeCount, mergeLesson, visitors } from './merge-rows.js'

test('merging that is killed again and again, beside recording for both ids, loses nothing and counts nothing twice', async () => {
  const [database, undisturbed] = [await openDatabase('pg'), await openDatabase('pg')]
  const [service, other] = [database, undisturbed].map(({ db }) =>
    createMilestoneService({ db, catalog: mergeCatalog }),
  )
  const random = randomFrom(7)
  const pick = (count: number): number => Math.floor(random() * count)
  // The other one knows of no visitors: everything is the account's.
  const record = async (): Promise<void> => {
    const [i, number] = [pick(mergeCount), pick(30)]
    await service!.record(mergeLesson(random() < 0.5 ? visitors[i]! : accounts[i]!, number))
    await other!.record(mergeLesson(accounts[i]!, number))
  }
  const before = accounts.flatMap((account, i) => [mergeLesson(visitors[i]!, pick(30)), mergeLesson(account, pick(30))])
  await service!.record(before)
  await other!.record(before.map((given, i) => ({ ...given, userId: accounts[Math.floor(i / 2)]! })))
  for (let kill = 0; kill < scale(4, 60); kill++) {
    const worker = startWorker<object>(new URL('./merge.worker.ts', import.meta.url), { url: database.url })
    const killAt = pick(16)
    for await (const message of worker.messages()) {
      if (!('begun' in message)) continue
      for (let i = 0; i < 16; i++) {
        if (i === killAt) void worker.kill()
        await record()
      }
    }
    await worker.exited
    tried('mergesKilled')
  }
  await mergeAll(service!)
  expect(await service!.verify()).toEqual([])
  expect(
    await database.rows(
      sql`select from milepost.user_progress where user_id like 'visitor%' union all
        select from milepost.points_ledger where user_id like 'visitor%'`,
    ),
  ).toEqual([])
  for (const userId of accounts) {
    const [one, same] = await Promise.all([service!.getUserProgress(userId), other!.getUserProgress(userId)])
    const shown = ({ completedMilestones, totalPoints, milestones }: typeof one) => ({
      ids: [...completedMilestones].sort(),
      totalPoints,
      current: milestones.map(({ current }) => current),
    })
    expect([userId, shown(one)]).toEqual([userId, shown(same)])
  }
  await database.close()
  await undisturbed.close()
})
