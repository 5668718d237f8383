import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, migrate } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { names } from '../races/lists.js'
import { tried } from '../reliability/tried.js'
import { makeEmbeddedFolder } from '../support/embedded-folder.js'
import { scale } from '../support/scale.js'
import { expectStored, recordUntilKilled } from './kill.js'
import { type Acknowledgement, steps } from './recorder-catalog.js'

const killCount = scale(2, 50)

test(`what a process acknowledged before SIGKILL is in the folder of PGlite, badges included, ${killCount} times`, async () => {
  const home = await mkdtemp(join(tmpdir(), 'milepost-killed-'))
  onTestFinished(() => rm(home, { recursive: true }))
  const folder = join(home, 'data')
  await makeEmbeddedFolder(folder)
  const first = await openPglite(folder)
  await migrate(first.db)
  await first.close()
  const acknowledged: Acknowledgement[] = []
  // Each process opens what the one before left when it was killed.
  for (const name of names('process', killCount)) {
    acknowledged.push(...(await recordUntilKilled({ name, folder }, 30)))
    tried('embeddedKilled')
  }
  const last = await openPglite(folder)
  await expectStored(createMilestoneService({ db: last.db, catalog: steps }), acknowledged)
  await last.close()
  expect(acknowledged.length).toBeGreaterThanOrEqual(30 * killCount)
})
