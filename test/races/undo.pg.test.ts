import { expect, test } from 'vitest'
import { type CatalogDefinition, createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { userProgress } from '../../src/schema.js'
import { badgesOf, newModel, pointsOf } from '../model/reference-model.js'
import { modelRecord } from '../model/reference-record.js'
import { describeOnEach, everyPostgres } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { recordByTurns } from './both-paths.js'
import { names, randomFrom } from './lists.js'

const count = (target: number) => ({ type: 'count', category: 'lesson', target }) as const
const definition: CatalogDefinition = {
  points: [{ category: 'lesson', points: 3 }],
  milestones: [
    { id: 'one', title: 'One', requirement: count(1), reward: { points: 20 } },
    { id: 'two', title: 'Two', requirement: count(2), reward: { points: 20 } },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 40 }, reward: { points: 20 } },
    { id: 'all', title: 'All', requirement: { type: 'milestones', ids: ['two', 'rich'] } },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 2 } },
    { id: 'times', title: 'Times', requirement: count(1), repeatable: {} },
  ],
}
const catalog = parseCatalog(definition)
const mistake = { reason: 'a mistake' }
const dayMs = 86_400_000
const lesson = (userId: string, item: number) => {
  return {
    userId,
    category: 'lesson',
    itemKey: `item ${item}`,
    completedAt: new Date(Date.UTC(2026, 3, 1) + item * dayMs),
  }
}

recordByTurns()

describeOnEach(everyPostgres, 'undo among recordings', database => {
  // Services of their own, so that their calls do not go together.
  const newServices = (laneCount: number): MilestoneService[] =>
    names('lane', laneCount).map(() => createMilestoneService({ db: database.db, catalog }))

  const expectAsOfRows = async (service: MilestoneService, userId: string): Promise<void> => {
    const rows = await database.db.select().from(userProgress)
    const model = newModel(definition)
    modelRecord(
      model,
      rows.filter(row => row.userId === userId && row.category === 'lesson'),
    )
    const { completedMilestones, totalPoints } = await service.getUserProgress(userId)
    expect([...completedMilestones].sort()).toEqual(
      badgesOf(model, userId)
        .map(({ id }) => id)
        .sort(),
    )
    expect(totalPoints).toBe(pointsOf(model, userId))
    expect(await service.verify({ userId })).toEqual([])
  }

  test('of one key from four sides ends as what is stored says, every time', async () => {
    const services = newServices(4)
    const [service] = services as [MilestoneService]
    await service.record(lesson('ann', 0))
    const seen = new Set<string>()
    for (let round = 0; round < scale(12, 5_000); round++) {
      const answers = await Promise.all(
        services.map((own, lane) =>
          lane % 2 === round % 2 ? own.record(lesson('ann', 1)) : own.undo(lesson('ann', 1), mistake),
        ),
      )
      for (const { status } of answers) seen.add(status)
      await expectAsOfRows(service, 'ann')
    }
    expect([...seen].sort()).toEqual(['duplicate', 'not-found', 'recorded', 'undone'])
  })

  test('of many keys of one user, in host transactions as well, ends as what is stored says', async () => {
    const random = randomFrom(20_260_101)
    const services = newServices(6)
    const [service] = services as [MilestoneService]
    for (let round = 0; round < scale(4, 500); round++) {
      await Promise.all(
        services.map(async (own, lane) => {
          for (let call = 0; call < 4; call++) {
            const key = lesson('ann', Math.floor(random() * 5))
            const work = (options: Parameters<MilestoneService['undo']>[2]): Promise<unknown> =>
              random() < 0.5 ? own.record([key, lesson('ann', 7)], options) : own.undo(key, mistake, options)
            if (lane > 0) await work({})
            else await database.db.transaction(tx => work({ db: tx }))
          }
        }),
      )
      await expectAsOfRows(service, 'ann')
    }
  })

  test('of keys of many users at once ends as what is stored says', async () => {
    const random = randomFrom(4_711)
    const services = newServices(4)
    const userIds = names('user', 12)
    await Promise.all(
      services.map(async own => {
        for (let call = 0; call < scale(10, 2_000); call++) {
          const keys = userIds.filter(() => random() < 0.4).map(userId => lesson(userId, Math.floor(random() * 3)))
          if (random() < 0.5) await own.record(keys)
          else for (const key of keys.slice(0, 3)) await own.undo(key, mistake)
        }
      }),
    )
    for (const userId of userIds) await expectAsOfRows(services[0]!, userId)
  })
})
