import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/pglite'
import { expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, migrate } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { after, before } from '../faults/apply-catalogs.js'
import { expectBadgesAsModel } from '../faults/as-model.js'
import { names, pieces } from '../races/lists.js'
import { makeEmbeddedFolder } from '../support/embedded-folder.js'
import { scale } from '../support/scale.js'
import { startWorker } from '../support/workers.js'

const worker = new URL('./apply.worker.ts', import.meta.url)

test('a killed apply continues in the next process that opens the folder', async () => {
  const home = await mkdtemp(join(tmpdir(), 'milepost-apply-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const folder = join(home, 'data')
  await recordBefore(folder)
  const killed = startWorker<number>(worker, { folder, isKilled: true })
  const committed = await killed.next()
  expect(await killed.exited).toMatchObject({ signal: 'SIGKILL' })
  const last = startWorker<number | 'applied'>(worker, { folder, isKilled: false })
  const messages = await last.finished()
  expect(messages.at(-1)).toBe('applied')
  // It goes on behind the pages that were committed.
  expect(messages[0]).toBeGreaterThan(committed)
  await expectAsCounted(folder)
})

async function recordBefore(folder: string): Promise<void> {
  await makeEmbeddedFolder(folder)
  const { db, close } = await openPglite(folder)
  await migrate(db)
  const service = createMilestoneService({ db, catalog: before, whenUnapplied: 'warn' })
  const completions = names('user', scale(1_300, 10_000)).flatMap((userId, i) =>
    Array.from({ length: 1 + (i % 6) }, (_, n) => {
      return { userId, category: 'step', itemKey: `early ${n}`, completedAt: new Date(Date.UTC(2026, 0, 1 + n, 12)) }
    }),
  )
  for (const batch of pieces(completions, 2_000)) await service.record(batch)
  await close()
}

async function expectAsCounted(folder: string): Promise<void> {
  const { db, close } = await openPglite(folder)
  const service = createMilestoneService({ db, catalog: after, whenUnapplied: 'refuse' })
  expect(await service.verify()).toEqual([])
  await expectBadgesAsModel(drizzle({ client: db }), after)
  const versions = await service.getCatalogVersions()
  expect(versions).toMatchObject([{ version: 1, appliedAt: expect.any(Date), resumeAfter: null }])
  await close()
}
