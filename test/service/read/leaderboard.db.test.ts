import { expect, test } from 'vitest'
import { createMilestoneService, parseCatalog } from '../../../src/index.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const catalogWith = (every: number) =>
  parseCatalog({
    levels: { every },
    milestones: [
      {
        id: 'one',
        title: 'One',
        requirement: { type: 'count', category: 'lesson', target: 1 },
        reward: { points: 30 },
      },
    ],
  })

describeOnEach(everyDatabase, 'a leaderboard', database => {
  const serviceOf = (every: number) =>
    createMilestoneService({
      db: database.host.db,
      catalog: catalogWith(every),
      whenUnapplied: 'warn',
      onWarning: () => {},
    })

  test('shows levels by the catalog in effect, also in a process that only reads and whose own catalog is older', async () => {
    const newer = serviceOf(10)
    await newer.apply(catalogWith(10))
    await newer.record({ userId: 'ann', category: 'lesson', itemKey: 'a' })
    const { level } = await newer.getUserProgress('ann')
    expect(await serviceOf(100).getLeaderboard()).toMatchObject({ entries: [{ userId: 'ann', level }] })
    expect(await serviceOf(100).getLeaderboard({ around: 'ann' })).toMatchObject({ entries: [{ level }] })
  })
})
