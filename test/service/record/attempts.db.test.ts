import { expect, test } from 'vitest'
import { type CompletionInput, parseCatalog } from '../../../src/index.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const attempt = (itemKey: string, quizId: unknown, score: unknown, day = 1): CompletionInput => ({
  userId: 'ann',
  category: 'quiz',
  itemKey,
  completedAt: new Date(Date.UTC(2026, 4, day)),
  metadata: { quizId, score },
})
const scores = { type: 'total', category: 'quiz', property: 'score', per: 'quizId', take: 'best' } as const
const course = { type: 'count', category: 'lesson', items: ['a', 'b', 'c', 'd', 'e', 'f'] } as const
const lesson = (itemKey: string): CompletionInput => ({ userId: 'ann', category: 'lesson', itemKey })

describeOnEach(everyDatabase, 'the best attempt at each quiz', database => {
  const catalogOf = (requirement: object, more: object = {}) => ({
    milestones: [{ id: 'scholar', title: 'Scholar', requirement, ...more }],
  })
  const serve = (requirement: object, more?: object) =>
    clockedService(database.host.db, catalogOf(requirement, more), '2026-07-01')
  const current = async (service: ReturnType<typeof serve>) =>
    (await service.getUserProgress('ann')).milestones.map(milestone => milestone.current)

  test('adds up, and a retake replaces what it beats', async () => {
    const service = serve({ ...scores, target: 150 })
    await service.record([attempt('1', 'types', 60), attempt('2', 'generics', 40)])
    expect(await service.record(attempt('3', 'types', 50))).toMatchObject({ awarded: [] })
    expect(await current(service)).toEqual([100])
    expect(await service.record(attempt('4', 'types', 109.9))).toMatchObject({ awarded: [] })
    expect(await current(service)).toEqual([149.9])
    expect(await service.record(attempt('5', 'types', 110))).toMatchObject({ awarded: [{ id: 'scholar' }] })
    expect(await service.verify()).toEqual([])
  })

  test('comes to the same in any order, late attempts too', async () => {
    const service = serve({ ...scores, target: 500 })
    const all = [attempt('1', 'a', 60, 3), attempt('2', 'b', 40, 9), attempt('3', 'a', 90, 2), attempt('4', 'a', 80, 5)]
    for (const one of all) await service.record(one)
    expect(await current(service)).toEqual([130])
    await service.record(all.toReversed().map(one => ({ ...one, userId: 'bob' })))
    expect((await service.getUserProgress('bob')).milestones).toMatchObject([{ current: 130 }])
    expect(await service.verify()).toEqual([])
  })

  test('falls back on the next best when it is undone, and returns when it is done again', async () => {
    const service = serve({ ...scores, target: 100 })
    const best = attempt('2', 'types', 70, 2)
    await service.record([attempt('1', 'types', 60), best, attempt('3', 'generics', 30)])
    const { userId, category, itemKey } = best
    const undone = await service.undo({ userId, category, itemKey }, { reason: 'Cheated' })
    expect(undone).toMatchObject({ status: 'undone', revoked: [{ id: 'scholar' }] })
    expect(await current(service)).toEqual([90])
    expect(await service.record(best)).toMatchObject({ awarded: [{ id: 'scholar' }] })
    expect(await service.verify()).toEqual([])
  })

  test('leaves out attempts at nothing, and explains which of the others count', async () => {
    const service = serve({ ...scores, target: 100 })
    await service.record([
      attempt('1', null, 60),
      attempt('2', 'types', 60),
      attempt('3', 'types', 80, 2),
      attempt('4', 'types', 80, 3),
    ])
    const { requirement } = await service.explain('ann', 'scholar')
    expect(requirement).toMatchObject({
      current: 80,
      counted: { count: 1, first: { itemKey: '3' } },
      notCounted: { count: 3, countByReason: { 'not-distinct': 1, 'not-best': 2 } },
    })
  })

  test('repeats at each multiple, and in each period', async () => {
    const again = serve({ ...scores, target: 50 }, { repeatable: {} })
    const { awarded } = await again.record(attempt('1', 'types', 110))
    expect(awarded.map(({ id }) => id)).toEqual(['scholar@1', 'scholar@2'])
    expect(await again.record(attempt('2', 'types', 149))).toMatchObject({ awarded: [] })
    const monthly = serve({ ...scores, during: 'month', target: 50 }, { repeatable: {} })
    await monthly.rebuild()
    await monthly.record([attempt('3', 'types', 50, 40), attempt('4', 'types', 50, 41)])
    expect((await monthly.getUserProgress('ann')).completedMilestones).toContain('scholar@2026-06')
    expect(await monthly.verify()).toEqual([])
  })

  test('moves between a catalog that adds up everything and one that takes the best', async () => {
    const [everything, best] = [
      { type: 'total', category: 'quiz', property: 'score', target: 100 },
      { ...scores, target: 100 },
    ]
    const service = serve(everything)
    await service.record([attempt('1', 'types', 60), attempt('2', 'types', 50)])
    const catalog = parseCatalog(catalogOf(best))
    expect(await service.plan(catalog, { policy: 'recompute' })).toMatchObject({
      badges: [{ id: 'scholar', lost: { userCount: 1 } }],
    })
    await service.apply(catalog, { policy: 'recompute' })
    expect(await current(service)).toEqual([60])
    expect(await service.apply(parseCatalog(catalogOf(everything)))).toMatchObject({ awardedCount: 1 })
    expect(await service.verify()).toEqual([])
  })
})

describeOnEach(everyDatabase, 'a share of items', database => {
  const catalogOf = (requirement: object) => ({ milestones: [{ id: 'most', title: 'Most', requirement }] })
  const serve = (requirement: object) => clockedService(database.host.db, catalogOf(requirement))

  test.each([
    [0.5, 3],
    [0.8, 5],
    [1, 6],
    [0.01, 1],
  ])('of %d takes %i of 6, and no other item', async (share, needed) => {
    const service = serve({ ...course, share })
    expect((await service.getUserProgress('ann')).milestones).toMatchObject([{ current: 0, target: needed }])
    await service.record(['x', ...course.items.slice(0, needed - 1)].map(lesson))
    expect((await service.getUserProgress('ann')).earnedBadges).toEqual([])
    expect(await service.record(lesson('f'))).toMatchObject({ awarded: [{ id: 'most' }] })
    expect(await service.verify()).toEqual([])
  })

  test('goes with an undo, and grows with the items', async () => {
    const service = serve({ ...course, share: 0.5 })
    await service.record(['a', 'b', 'c'].map(lesson))
    const wider = parseCatalog(catalogOf({ ...course, items: [...course.items, 'g', 'h'], share: 0.5 }))
    const plan = await service.plan(wider, { policy: 'recompute' })
    expect(plan).toMatchObject({ badges: [{ id: 'most', lost: { userCount: 1 } }] })
    await service.apply(wider)
    expect((await service.getUserProgress('ann')).milestones).toMatchObject([{ current: 3, target: 4, isEarned: true }])
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: 'a' }, { reason: 'Reset' })
    expect(await service.record([lesson('a'), lesson('h')])).toMatchObject([{ awarded: [] }, { awarded: [] }])
    expect(await service.verify()).toEqual([])
  })
})
