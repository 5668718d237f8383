import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { userTimeZones } from '../../src/schema.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { story, told } from './explained-story.js'
import { pauseInput } from './model-run.js'
import { modelStart } from './reference-model.js'

let database: TestDatabase
beforeAll(async () => {
  database = await openDatabase('pg')
})
afterAll(() => database.close())

test('a service explains what it has recorded as core explains the same history', async () => {
  let pairCount = 0
  const storyCount = scale(20, 2_000)
  await fc.assert(
    fc.asyncProperty(story, async story => {
      await database.clear()
      let now = modelStart
      const catalog = parseCatalog(story.definition)
      const service = createMilestoneService({ db: database.db, catalog, now: () => now })
      for (const { zone, since, dayStartsAt = null } of story.zones) {
        now = since
        await service.updateUserSettings('ann', { timeZone: zone!, dayStartsAt })
      }
      now = modelStart
      for (const pause of story.pauses) await service.pauseStreaks('ann', pauseInput(pause))
      if (story.completions.length > 0) await service.record(story.completions)
      // A zone under which nothing was completed is not kept.
      const zones = await database.db.select().from(userTimeZones).orderBy(userTimeZones.since)
      for (const { explanation } of told({ ...story, zones }).explanations) {
        pairCount += 1
        const options = { limit: 1_000, includeHidden: true }
        const { awardedBy, zones: _, ...found } = await service.explain('ann', explanation.milestone.id, options)
        const { awardedBy: __, zones: ___, catalogFingerprint, ...expected } = explanation
        expect(awardedBy === null).toBe(!explanation.isEarned)
        expect(found).toEqual({ ...expected, catalogFingerprint: found.catalogFingerprint })
      }
    }),
    { numRuns: storyCount },
  )
  expect(pairCount).toBeGreaterThanOrEqual(3 * storyCount)
})
