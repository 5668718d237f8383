import { expect, test } from 'vitest'
import { explanationText, parseCatalog } from '../../../src/index.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const lesson = (itemKey: string, userId = 'ann') => ({ userId, category: 'lesson', itemKey })
const lessons = (count: number) => Array.from({ length: count }, (_, i) => lesson(String(i)))
const kept = { every: 10, keep: true }
const third = { id: 'third', title: 'Third level', requirement: { type: 'level', target: 3 } }
const catalogOf = (levels: object, milestones: readonly object[] = [], category = 'lesson') => ({
  levels,
  points: [{ category, points: 10 }],
  milestones,
})
const why = { reason: 'A test' }

describeOnEach(everyDatabase, 'a level that is kept', database => {
  const serve = (catalog: object) => clockedService(database.host.db, catalog)
  const place = async (service: ReturnType<typeof serve>) => {
    const { totalPoints, level, completedMilestones } = await service.getUserProgress('ann')
    expect((await service.getLeaderboard()).entries.map(entry => entry.level)).toEqual(totalPoints > 0 ? [level] : [])
    expect(await service.verify()).toEqual([])
    return [totalPoints, level, ...completedMilestones]
  }

  test('stays with its badge when completions are undone, and rises from there', async () => {
    const service = serve(catalogOf(kept, [third]))
    await service.record(lessons(3))
    expect(await place(service)).toEqual([30, 4, 'third'])
    for (const completion of lessons(2)) await service.undo(completion, why)
    expect(await place(service)).toEqual([10, 4, 'third'])
    await service.rebuild()
    await service.record([...lessons(2), lesson('a')])
    expect(await place(service)).toEqual([40, 5, 'third'])
  })

  test('falls without the option, and so does its badge where it says so', async () => {
    const service = serve(catalogOf({ every: 10 }, [third]))
    await service.record(lessons(3))
    for (const completion of lessons(2)) await service.undo(completion, why)
    expect(await place(service)).toEqual([10, 2])
    const revoking = serve(catalogOf(kept, [{ ...third, onUndo: 'revoke' }]))
    await revoking.record(lessons(3))
    await revoking.undo(lesson('0'), why)
    await revoking.undo(lesson('1'), why)
    expect(await place(revoking)).toEqual([10, 4])
  })

  test('is the highest of any order of losses and gains at one instant', async () => {
    const service = serve(catalogOf(kept))
    await service.record(lessons(2))
    await service.undo(lesson('0'), why)
    await service.record([lesson('a'), lesson('b')])
    await service.undo(lesson('b'), why)
    await service.undo(lesson('a'), why)
    expect(await place(service)).toEqual([10, 4])
  })

  test('is planned and applied: what was reached before counts, and a new rule moves it', async () => {
    const service = serve(catalogOf({ every: 10 }))
    await service.record(lessons(3))
    await service.undo(lesson('0'), why)
    const keeping = parseCatalog(catalogOf(kept))
    const raised = { raised: { userCount: 1, examples: ['ann'] }, lowered: { userCount: 0, examples: [] } }
    expect((await service.plan(keeping)).levels).toEqual(raised)
    await service.apply(keeping)
    expect(await place(service)).toEqual([20, 4])
    const wider = parseCatalog(catalogOf({ every: 15, keep: true }))
    expect((await service.plan(wider)).levels).toEqual({ raised: raised.lowered, lowered: raised.raised })
    await service.apply(wider)
    expect(await place(service)).toEqual([20, 3])
  })

  test('survives a catalog that takes points away', async () => {
    const badge = (points: number) => ({
      id: 'lessons',
      title: 'Lessons',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { points },
    })
    const service = serve(catalogOf(kept, [badge(50)], 'quiz'))
    await service.record(lessons(1))
    const cheaper = parseCatalog(catalogOf(kept, [badge(10)], 'quiz'))
    expect((await service.plan(cheaper, { policy: 'reprice' })).levels.lowered.userCount).toBe(0)
    await service.apply(cheaper, { policy: 'reprice' })
    expect(await place(service)).toEqual([10, 6, 'lessons'])
  })

  test('does not earn a badge that asks for the level, and explain says why', async () => {
    const service = serve(catalogOf(kept))
    await service.record(lessons(2))
    await service.undo(lesson('0'), why)
    await service.apply(parseCatalog(catalogOf(kept, [third])))
    expect(await place(service)).toEqual([10, 3])
    const explanation = await service.explain('ann', 'third')
    expect(explanation.requirement).toMatchObject({ current: 2, target: 3, keptLevel: 3 })
    expect(explanationText(explanation)).toContain('Now: 10 of 20 points\n    Kept: level 3\n')
  })

  test('is exported, and forgotten with the user', async () => {
    const service = serve(catalogOf(kept))
    await service.record(lessons(2))
    await service.undo(lesson('0'), why)
    expect(JSON.stringify(await service.exportUser('ann'))).toContain('"pointsBefore":20')
    await service.eraseUser('ann', why)
    await service.allowReturn('ann', why)
    await service.record(lessons(1))
    expect(await place(service)).toEqual([10, 2])
  })
})
