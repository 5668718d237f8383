import { expect, test } from 'vitest'
import {
  type CatalogDefinition,
  createMilestoneService,
  type MilestoneService,
  parseCatalog,
} from '../../../src/index.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const lesson = (target: number, points: number, more: object = {}) => ({
  id: `lessons-${target}`,
  title: `${target} lessons`,
  requirement: { type: 'count' as const, category: 'lesson', target },
  reward: { points },
  ...more,
})
const rich = (target: number) => ({ id: 'rich', title: 'Rich', requirement: { type: 'points' as const, target } })
const catalogOf = (milestones: readonly object[], more: object = {}) =>
  parseCatalog({ milestones, ...more } as CatalogDefinition)
const day = (n: number) => new Date(Date.UTC(2026, 0, n, 12))

describeOnEach(everyDatabase, 'what an applied catalog does', database => {
  const serviceWith = (catalog: ReturnType<typeof catalogOf>): MilestoneService =>
    createMilestoneService({ db: database.host.db, catalog, onWarning: () => {}, whenUnapplied: 'warn' })
  const lessons = (days: readonly number[]) =>
    days.map(n => ({ userId: 'ann', category: 'lesson', itemKey: `on-${n}`, completedAt: day(n) }))
  const idsOf = async (service: MilestoneService) => (await service.getUserBadges('ann')).map(({ id }) => id)

  test('recompute moves the points of a badge to the month of its new date', async () => {
    const catalog = catalogOf([lesson(1, 10), lesson(2, 20)])
    const service = serviceWith(catalog)
    await service.record(lessons([40]))
    await service.record(lessons([3, 2]))
    await service.apply(catalog, { policy: 'recompute' })
    const january = await service.getLeaderboard({ period: 'month', at: day(2) })
    expect(january.entries).toMatchObject([{ userId: 'ann', points: 30 }])
    expect((await service.getLeaderboard({ period: 'month', at: day(40) })).entries).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test('recompute judges by the points that a badge was awarded with', async () => {
    const service = serviceWith(catalogOf([lesson(1, 50), rich(50)]))
    await service.record(lessons([1]))
    const cheaper = catalogOf([lesson(1, 10), rich(50)])
    expect((await service.plan(cheaper, { policy: 'recompute' })).affectedCount).toBe(0)
    expect(await service.apply(cheaper, { policy: 'recompute' })).toMatchObject({ awardedCount: 0, revokedCount: 0 })
    const dearer = catalogOf([lesson(1, 90), rich(70)])
    const gone = { userCount: 1, examples: ['ann'] }
    expect((await service.plan(dearer, { policy: 'recompute' })).badges).toMatchObject([{ id: 'rich', lost: gone }])
    expect(await service.apply(dearer, { policy: 'recompute' })).toMatchObject({ awardedCount: 0, revokedCount: 1 })
    expect(await idsOf(service)).toEqual(['lessons-1'])
  })

  test('recompute leaves a badge of a milestone that keeps, or is retired, though its tier is gone', async () => {
    const tiered = { ...lesson(1, 0), requirement: { type: 'count', category: 'lesson' }, tiers: [1, 2] }
    const service = serviceWith(catalogOf([tiered]))
    await service.record(lessons([1, 2]))
    for (const left of [{ onUndo: 'keep' }, { retired: true }]) {
      await service.apply(catalogOf([lesson(1, 0, { ...left, requirement: rich(500).requirement })]), {
        policy: 'recompute',
      })
      expect(await idsOf(service)).toEqual(['lessons-1#1', 'lessons-1#2'])
    }
    await service.apply(catalogOf([lesson(1, 0, { requirement: rich(500).requirement })]), { policy: 'recompute' })
    expect(await idsOf(service)).toEqual([])
  })

  test('the applied rules for points, unlocks and kept badges hold in every process', async () => {
    const first = catalogOf([lesson(1, 10)])
    const next = catalogOf([lesson(1, 10, { onUndo: 'keep', reward: { points: 10, unlocks: ['door'] } })], {
      points: [{ category: 'lesson', points: 3 }],
    })
    const applying = serviceWith(first)
    await applying.apply(first)
    await applying.apply(next)
    for (const [i, service] of [applying, serviceWith(first), serviceWith(next)].entries()) {
      const [done] = lessons([i + 1])
      const userId = `user ${i}`
      await service.record({ ...done!, userId })
      expect(await service.getUserProgress(userId)).toMatchObject({ totalPoints: 13, unlocks: ['door'] })
      expect(await service.undo({ ...done!, userId }, { reason: 'a mistake' })).toMatchObject({ revoked: [] })
    }
  })

  test('a catalog with other rules for points is applied before the first call, where that is asked for', async () => {
    const first = catalogOf([lesson(1, 10)])
    await serviceWith(first).apply(first)
    const next = catalogOf([lesson(1, 10)], { points: [{ category: 'lesson', points: 3 }] })
    const applying = createMilestoneService({ db: database.host.db, catalog: next, whenUnapplied: 'apply' })
    await applying.record(lessons([1]))
    expect((await applying.getUserProgress('ann')).totalPoints).toBe(13)
    expect(await applying.getCatalogVersions()).toHaveLength(2)
  })

  test('a pause for all users reaches the streaks of the catalog in effect, from any process', async () => {
    const streak = { type: 'streak', category: 'lesson', every: 'day', target: 2 }
    const old = serviceWith(catalogOf([lesson(5, 10)]))
    await old.record(lessons([1, 3]))
    await old.apply(catalogOf([lesson(1, 0, { requirement: streak })]))
    await serviceWith(catalogOf([lesson(5, 10)])).pauseStreaks(null, {
      from: day(2),
      until: new Date(day(2).getTime() + 1),
      reason: 'out of order',
    })
    expect(await idsOf(old)).toEqual(['lessons-1'])
    expect(await old.verify()).toEqual([])
  })
})
