import { expect, test } from 'vitest'
import { createMilestoneService, type ImportProgress } from '../../src/index.js'
import { names, randomFrom } from '../races/lists.js'
import { tried } from '../reliability/tried.js'
import { openDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { startWorker } from '../support/workers.js'
import { importCatalog, importMapping, importRows, importUserCount } from './import-rows.js'

/** Imports in a process of its own until it has told of this many steps, and kills it; returns the last that it told. */
async function importUntilKilled(url: string, resumeAfter: string | null, stepCount: number): Promise<string | null> {
  const worker = startWorker<ImportProgress>(new URL('./import.worker.ts', import.meta.url), {
    url,
    resumeAfter: resumeAfter ?? undefined,
  })
  let last = resumeAfter
  let count = 0
  for await (const progress of worker.messages()) {
    last = progress.resumeAfter
    count += 1
    if (count === stepCount) void worker.kill()
  }
  await worker.exited
  return last
}

test('an import that is killed again and again ends like one that was not, with its cursor and without', async () => {
  const [database, undisturbed] = [await openDatabase('pg'), await openDatabase('pg')]
  const [service, other] = [database, undisturbed].map(({ db }) =>
    createMilestoneService({ db, catalog: importCatalog }),
  )
  await other!.importCompletions(importRows(), importMapping, { badges: true })
  const random = randomFrom(4)
  let cursor: string | null = null
  for (let kill = 0; kill < scale(2, 100); kill++) {
    const last = await importUntilKilled(database.url, cursor, 1 + Math.floor(random() * 8))
    tried('importsKilled')
    cursor = kill % 3 === 2 ? null : last
  }
  const { refused } = await service!.importCompletions(importRows(), importMapping, { badges: true })
  expect(refused.count).toBe(0)
  expect(await service!.verify()).toEqual([])
  for (const userId of names('user', importUserCount)) {
    const [one, same] = await Promise.all([service!.getUserProgress(userId), other!.getUserProgress(userId)])
    expect(one).toEqual(same)
  }
  // 40 lessons each, and the two or three badges that they earn.
  expect((await service!.getLeaderboard({ limit: 1_000 })).entries.map(({ badgeCount }) => badgeCount)).toEqual(
    Array.from({ length: importUserCount }, () => 3),
  )
  await database.close()
  await undisturbed.close()
})
