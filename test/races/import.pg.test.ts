import { expect, test } from 'vitest'
import { createMilestoneService } from '../../src/index.js'
import { importCatalog, importMapping, importRows, importUserCount } from '../faults/import-rows.js'
import { openDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { recordByTurns } from './both-paths.js'
import { inLanes, names, randomFrom, shuffled } from './lists.js'

recordByTurns()

test('an import concurrent with recordings gives the same result as one after the other, and old awards are not announced', async () => {
  for (let round = 0; round < scale(1, 40); round++) {
    const database = await openDatabase('pg')
    const newService = () => createMilestoneService({ db: database.db, catalog: importCatalog })
    const heard: string[] = []
    const live = newService()
    live.onAwarded(({ userId, badge }) => void heard.push(`${userId} ${badge.id}`))
    const lessons = names('user', importUserCount).flatMap(userId =>
      names('live', 3).map(itemKey => ({ userId, category: 'lesson', itemKey })),
    )
    const imported = newService().importCompletions(importRows(), importMapping, { badges: true, batchSize: 50 })
    await inLanes(shuffled(lessons, randomFrom(round)), 4, async lesson => void (await live.record(lesson)))
    await imported
    expect(await live.verify()).toEqual([])
    for (const userId of names('user', importUserCount)) {
      const { totalPoints, completedMilestones } = await live.getUserProgress(userId)
      expect([...completedMilestones].sort()).toEqual(['l2', 'l20', 'l5'])
      expect(totalPoints).toBeGreaterThanOrEqual(43 + 22)
    }
    // Only what the user's own recordings brought, as far as these were first.
    const unseen = await Promise.all(names('user', importUserCount).map(userId => live.getUnseenBadges(userId)))
    expect(unseen.flatMap((badges, i) => badges.map(({ id }) => `user ${i} ${id}`)).sort()).toEqual([...heard].sort())
    await database.close()
  }
})
