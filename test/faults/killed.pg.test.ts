import { expect, test } from 'vitest'
import { createMilestoneService } from '../../src/index.js'
import { inLanes, names, randomFrom } from '../races/lists.js'
import { tried } from '../reliability/tried.js'
import { openDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { expectStored, recordUntilKilled } from './kill.js'
import { type Acknowledgement, steps } from './recorder-catalog.js'

const killCount = scale(2, 250)

test(`what ${killCount} processes acknowledged before SIGKILL is stored, badges included`, async () => {
  const database = await openDatabase('pg')
  const random = randomFrom(20)
  const acknowledged: Acknowledgement[] = []
  await inLanes(names('process', killCount), 4, async name => {
    const count = 5 + Math.floor(random() * 60)
    acknowledged.push(...(await recordUntilKilled({ name, url: database.url }, count)))
    tried('recordersKilled')
  })
  const service = createMilestoneService({ db: database.db, catalog: steps })
  await expectStored(service, acknowledged)
  // What was stored and not acknowledged any more counts as well: its users go on from there.
  expect((await service.record({ userId: 'process 0 0', category: 'step', itemKey: 'next' })).status).toBe('recorded')
  expect(await service.verify()).toEqual([])
  await database.close()
})
