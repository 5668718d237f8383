import { afterEach, expect, test } from 'vitest'
import { explanationText, parseCatalog } from '../../../src/index.js'
import { auditLog, pointsLedger } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const milestone = (id: string, requirement: object, more: object = {}) => ({ id, title: id, requirement, ...more })
const catalog = {
  points: [{ category: 'lesson', points: 10 }],
  milestones: [
    milestone('fifty', { type: 'points', target: 50 }, { reward: { points: 25 } }),
    milestone('rich', { type: 'points', target: 75 }, { onUndo: 'keep' }),
    milestone('lessons', { type: 'count', category: 'lesson', target: 2 }, { reward: { points: 5 } }),
  ],
}
const hand = { reason: 'A prize', by: 'support' }

describeOnEach(everyDatabase, 'adjusting points', database => {
  let service: ClockedService
  const start = (definition: object = catalog): void => {
    service = clockedService(database.host.db, definition as typeof catalog)
    service.setClock('2026-06-02T12:00Z')
  }
  const lessons = (count: number, day = 1) =>
    service.record(
      Array.from({ length: count }, (_, i) => {
        const completedAt = new Date(Date.UTC(2026, 5, day, i))
        return { userId: 'ann', category: 'lesson', itemKey: `${day} ${i}`, completedAt }
      }),
    )
  const adjust = (points: number, key = `for ${points}`) => service.adjustPoints('ann', { points, key, ...hand })
  const held = async () =>
    (await service.getUserBadges('ann')).map(({ id, earnedAt }) => `${id} ${earnedAt.toISOString().slice(5, 10)}`)
  const points = async () => (await service.getUserProgress('ann')).totalPoints
  const idsOf = (badges: readonly { readonly id: string }[]) => badges.map(({ id }) => id)

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
    await service.rebuild()
    expect(await service.verify()).toEqual([])
  })

  test('gives points once per key, with who and why in the audit log', async () => {
    start()
    const adjustment = { userId: 'ann', key: 'prize', points: 40, currency: null, at: new Date('2026-06-02T12:00Z') }
    expect(await adjust(40, 'prize')).toEqual({ status: 'adjusted', adjustment, awarded: [], revoked: [] })
    service.setClock('2026-06-03T12:00Z')
    expect(await adjust(-7, 'prize')).toEqual({ status: 'duplicate', adjustment, awarded: [], revoked: [] })
    expect((await service.getLeaderboard({ period: 'week' })).entries).toMatchObject([
      { userId: 'ann', points: 40, reachedAt: adjustment.at },
    ])
    expect(await database.db.select().from(pointsLedger)).toHaveLength(1)
    const details = { key: 'prize', points: 40, revoked: [] }
    expect(await database.db.select().from(auditLog)).toMatchObject([
      { userId: 'ann', action: 'adjust-points', reason: 'A prize', doneBy: 'support', details },
    ])
  })

  test('gives them once, however many try at once', async () => {
    start()
    const answers = await Promise.all(Array.from({ length: 8 }, () => adjust(10, 'same')))
    expect(answers.filter(({ status }) => status === 'adjusted')).toHaveLength(1)
    expect(await points()).toBe(10)
  })

  test('earns badges and levels, dated by the adjustment', async () => {
    start()
    await lessons(3)
    const { awarded, revoked } = await adjust(20)
    expect([idsOf(awarded), revoked]).toEqual([['fifty', 'rich'], []])
    expect(await held()).toEqual(['lessons 06-01', 'fifty 06-02', 'rich 06-02'])
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 80, level: 1 })
    expect(await adjust(20, 'more')).toMatchObject({ awarded: [] })
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 100, level: 2 })
  })

  test('revokes what the points no longer support, but not what is kept', async () => {
    start()
    await lessons(5)
    expect(await held()).toEqual(['lessons 06-01', 'fifty 06-01', 'rich 06-01'])
    const { awarded, revoked } = await adjust(-10)
    expect([awarded, idsOf(revoked), await points()]).toEqual([[], ['fifty'], 45])
    expect(await held()).toEqual(['lessons 06-01', 'rich 06-01'])
    service.setClock('2026-06-03T12:00Z')
    expect((await lessons(1, 3))[0]!.awarded.map(({ id }) => id)).toEqual(['fifty'])
    expect(await held()).toEqual(['lessons 06-01', 'rich 06-01', 'fifty 06-03'])
  })

  test('may leave less than nothing, from which users earn their way up', async () => {
    start()
    await lessons(1)
    await adjust(-130)
    const [fifty] = (await service.getUserProgress('ann')).milestones
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: -120, level: 1, levelPoints: 0 })
    expect(fifty).toMatchObject({ current: -120, ratio: 0 })
    expect((await service.getLeaderboard()).entries).toEqual([])
    expect((await service.whatNext('ann'))[0]).toMatchObject({ id: 'lessons' })
    await adjust(300)
    expect(await points()).toBe(205)
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: '1 0' }, hand)
    expect(await points()).toBe(195)
  })

  test('dates by the adjustment what a late completion does not reach alone', async () => {
    start()
    await adjust(20)
    await lessons(3)
    expect(await held()).toEqual(['lessons 06-01', 'fifty 06-02', 'rich 06-02'])
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: '1 2' }, hand)
    expect(await held()).toEqual(['lessons 06-01', 'rich 06-02'])
  })

  test('is planned with, explained, and counted by a catalog that comes later', async () => {
    start({ ...catalog, milestones: [catalog.milestones[2]] })
    await lessons(3)
    await adjust(30)
    await adjust(-5)
    const later = parseCatalog(catalog)
    expect((await service.plan(later)).badges).toMatchObject([
      { id: 'fifty', gained: { userCount: 1 } },
      { id: 'rich', gained: { userCount: 1 } },
    ])
    await service.apply(later)
    expect(await held()).toEqual(['lessons 06-01', 'fifty 06-02', 'rich 06-02'])
    const explanation = await service.explain('ann', 'fifty')
    const gains = { badgePoints: 30, completionPoints: 30, adjustedPoints: 25 }
    expect(explanation).toMatchObject({ decidedBy: { type: 'requirement' }, requirement: { gains } })
    expect(explanationText(explanation)).toContain('Adjusted manually: 25')
  })

  test('stays right after a fold', async () => {
    start()
    await service.apply(parseCatalog(catalog))
    await adjust(20)
    await lessons(3)
    service.setClock('2026-07-02T12:00Z')
    await service.foldCompletions(new Date('2026-06-15T00:00Z'), { categories: ['lesson'] })
    expect(await held()).toEqual(['lessons 06-01', 'fifty 06-02', 'rich 06-02'])
    expect(idsOf((await adjust(-10)).revoked)).toEqual(['fifty'])
    expect(idsOf((await adjust(15)).awarded)).toEqual(['fifty'])
    expect(await held()).toEqual(['lessons 06-01', 'rich 06-02', 'fifty 07-02'])
    expect(await points()).toBe(85)
  })

  test.each([
    ['points', { points: 0 }],
    ['points', { points: 1.5 }],
    ['points', { points: -1_000_000_001 }],
    ['points', { points: '5' as never }],
    ['key', { key: '' }],
    ['key', { key: 'x'.repeat(513) }],
    ['reason', { reason: '' }],
  ])('is refused without valid %s', async (field, wrong) => {
    start()
    const adjusting = service.adjustPoints('ann', { points: 5, key: 'a', ...hand, ...wrong })
    await expect(adjusting).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field } })
    expect(await database.db.select().from(pointsLedger)).toEqual([])
  })
})
