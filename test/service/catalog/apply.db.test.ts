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
  reward: { points, unlocks: [`door-${target}`] },
  ...more,
})
const catalogOf = (milestones: readonly object[], more: object = {}) =>
  parseCatalog({ milestones, ...more } as CatalogDefinition)
const first = catalogOf([lesson(2, 10)])
const day = (n: number) => new Date(Date.UTC(2026, 0, n, 12))

describeOnEach(everyDatabase, 'apply and plan', database => {
  const serviceWith = (catalog: ReturnType<typeof catalogOf>, more: object = {}): MilestoneService =>
    createMilestoneService({ db: database.host.db, catalog, onWarning: () => {}, whenUnapplied: 'warn', ...more })
  const lessons = (userId: string, days: readonly number[]) =>
    days.map(n => ({ userId, category: 'lesson', itemKey: `on-${n}`, completedAt: day(n) }))
  const idsOf = async (service: MilestoneService, userId: string) =>
    (await service.getUserBadges(userId)).map(({ id }) => id)

  test('a new milestone reaches those who already qualify, dated by the completion that decided it, silently', async () => {
    const service = serviceWith(first)
    await service.record([...lessons('ann', [1, 2, 3, 4]), ...lessons('bob', [1])])
    const heard: string[] = []
    service.onAwarded(({ badge }) => void heard.push(badge.id))
    const next = catalogOf([lesson(2, 10), lesson(3, 30)])
    const report = await service.apply(next, { by: 'eve', reason: 'more goals' })
    expect(report).toEqual({ version: 1, status: 'applied', userCount: 2, awardedCount: 1, revokedCount: 0 })
    const badges = await serviceWith(next).getUserBadges('ann')
    expect(badges.map(({ id, earnedAt }) => [id, earnedAt])).toEqual([
      ['lessons-2', day(2)],
      ['lessons-3', day(3)],
    ])
    expect(heard).toEqual([])
    expect(await serviceWith(next).verify()).toEqual([])
    expect(await service.getCatalogVersions()).toMatchObject([
      { version: 1, by: 'eve', reason: 'more goals', policy: 'keep', definition: next.definition, userCount: 2 },
    ])
  })

  test('listeners are called for awards of an apply if requested', async () => {
    const service = serviceWith(first)
    await service.record(lessons('ann', [1, 2, 3]))
    const heard: string[] = []
    service.onAwarded(({ userId, badge }) => void heard.push(`${userId} ${badge.id}`))
    await service.apply(catalogOf([lesson(2, 10), lesson(3, 30)]), { notify: true })
    expect(heard).toEqual(['ann lessons-3'])
  })

  test('plan shows what an apply would do, and writes nothing', async () => {
    const service = serviceWith(first)
    await service.record([...lessons('ann', [1, 2, 3]), ...lessons('bob', [1, 2]), ...lessons('cyd', [1])])
    const next = catalogOf([lesson(1, 200), lesson(2, 10, { title: 'Two' })])
    const heard: number[] = []
    const plan = await service.plan(next, { onProgress: ({ userCount }) => void heard.push(userCount) })
    const everyone = { userCount: 3, examples: ['ann', 'bob', 'cyd'] }
    const nobody = { userCount: 0, examples: [] }
    expect(plan).toEqual({
      policy: 'keep',
      fromVersion: 0,
      changes: {
        milestones: { added: ['lessons-1'], changed: [{ id: 'lessons-2', sides: ['words'] }], removed: [] },
        metrics: { added: [], removed: [] },
        boards: { added: [], changed: [], removed: [] },
        hasOtherLevels: false,
        hasOtherPointsRules: false,
        hasOtherRetention: false,
        hasOtherDays: false,
      },
      userCount: 3,
      affectedCount: 3,
      badges: [{ id: 'lessons-1', gained: everyone, lost: nobody }],
      renamed: [],
      warnings: [],
      points: { raised: everyone, lowered: nobody },
      levels: { raised: everyone, lowered: nobody },
      unlocks: [{ unlock: 'door-1', gained: everyone, lost: nobody }],
    })
    expect(heard).toEqual([3])
    expect(await service.getCatalogVersions()).toEqual([])
    expect(await idsOf(service, 'cyd')).toEqual([])
  })

  test('keep takes nothing from anybody', async () => {
    const service = serviceWith(first)
    await service.record(lessons('ann', [1, 2]))
    const harder = catalogOf([{ ...lesson(2, 10), requirement: { type: 'count', category: 'lesson', target: 5 } }])
    expect((await service.plan(harder)).affectedCount).toBe(0)
    await service.apply(harder)
    expect(await idsOf(serviceWith(harder), 'ann')).toEqual(['lessons-2'])
    await service.apply(catalogOf([]))
    expect(await idsOf(serviceWith(catalogOf([])), 'ann')).toEqual(['lessons-2'])
    expect(await serviceWith(catalogOf([])).verify()).toEqual([])
  })

  test('recompute revokes badges that no longer hold, are gone or depended on those, and dates the rest again', async () => {
    const rest = { id: 'rest', title: 'Rest', requirement: { type: 'points', target: 10 }, reward: { points: 5 } }
    const service = serviceWith(catalogOf([lesson(2, 10), lesson(1, 0), rest]))
    await service.record(lessons('ann', [3, 4]))
    await service.record(lessons('ann', [1]))
    await service.awardBadge('bob', 'lessons-2', { reason: 'helped out' })
    const next = catalogOf([lesson(1, 0), rest])
    const plan = await service.plan(next, { policy: 'recompute' })
    expect(plan.badges).toEqual([
      { id: 'lessons-2', gained: { userCount: 0, examples: [] }, lost: { userCount: 1, examples: ['ann'] } },
      { id: 'rest', gained: { userCount: 0, examples: [] }, lost: { userCount: 1, examples: ['ann'] } },
    ])
    expect(await service.apply(next, { policy: 'recompute' })).toMatchObject({ awardedCount: 0, revokedCount: 2 })
    const badges = await serviceWith(next).getUserBadges('ann')
    expect(badges.map(({ id, earnedAt }) => [id, earnedAt])).toEqual([['lessons-1', day(1)]])
    expect(await idsOf(serviceWith(next), 'bob')).toEqual(['lessons-2', 'rest'])
    expect(await serviceWith(next).verify()).toEqual([])
  })

  test('reprice lets points follow the new values, and levels with them', async () => {
    const service = serviceWith(first)
    await service.record(lessons('ann', [1, 2]))
    const next = catalogOf([lesson(2, 150)])
    expect((await service.plan(next)).affectedCount).toBe(0)
    expect(await service.plan(next, { policy: 'reprice' })).toMatchObject({
      points: { raised: { userCount: 1, examples: ['ann'] } },
      levels: { raised: { userCount: 1 } },
    })
    await service.apply(next, { policy: 'reprice' })
    expect(await serviceWith(next).getUserProgress('ann')).toMatchObject({ totalPoints: 150, level: 2 })
    const { entries } = await serviceWith(next).getLeaderboard({ period: 'month', at: day(2) })
    expect(entries).toMatchObject([{ userId: 'ann', points: 150 }])
    expect(await serviceWith(next).verify()).toEqual([])
  })

  test('an applied catalog is in effect for services that were started with another one, and they warn once', async () => {
    const warnings: string[] = []
    const old = serviceWith(first, { onWarning: (warning: string) => void warnings.push(warning) })
    await old.record(lessons('ann', [1]))
    const next = catalogOf([lesson(1, 5), lesson(2, 10)])
    await serviceWith(next).apply(next)
    const [result] = await old.record(lessons('bob', [1]))
    expect(result!.awarded.map(({ id }) => id)).toEqual(['lessons-1'])
    expect((await old.getUserProgress('ann')).completedMilestones).toEqual(['lessons-1'])
    await old.record(lessons('ann', [2]))
    expect(await idsOf(old, 'ann')).toEqual(['lessons-1', 'lessons-2'])
    expect(await old.verify()).toEqual([])
    expect(await serviceWith(next).verify()).toEqual([])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('version 1')
  })

  test('a service can refuse to count by another catalog than its own', async () => {
    await serviceWith(first).apply(first)
    const refusing = serviceWith(catalogOf([lesson(1, 5)]), { whenUnapplied: 'refuse' })
    const refused = { code: 'CATALOG_UNAPPLIED', details: { version: 1 } }
    await expect(refusing.record(lessons('ann', [1]))).rejects.toMatchObject(refused)
    await expect(refusing.getUserProgress('ann')).rejects.toMatchObject(refused)
    expect(await idsOf(serviceWith(first), 'ann')).toEqual([])
    await serviceWith(first, { whenUnapplied: 'refuse' }).record(lessons('ann', [1]))
  })

  test('a service can apply its catalog before its first call', async () => {
    await serviceWith(first).record(lessons('ann', [1, 2]))
    const next = catalogOf([lesson(1, 5), lesson(2, 10)])
    const warnings: string[] = []
    const onWarning = (warning: string): void => void warnings.push(warning)
    const applying = serviceWith(next, { whenUnapplied: 'apply', onWarning })
    expect(await idsOf(applying, 'ann')).toEqual(['lessons-1', 'lessons-2'])
    expect(await applying.getCatalogVersions()).toMatchObject([{ version: 1, reason: 'applied at start' }])
    await applying.apply(first, { by: 'eve' })
    expect(warnings).toEqual([])
    const restarted = serviceWith(next, { whenUnapplied: 'apply', onWarning })
    await restarted.getUserProgress('ann')
    expect(warnings).toEqual([expect.stringContaining('replaced catalog version 2')])
    expect(await restarted.getCatalog()).toMatchObject({ version: 3, own: 'current', atStart: 'replace' })
  })

  test('a first call in a transaction does not apply it: it counts by the catalog in effect, and says so', async () => {
    await serviceWith(first).apply(first)
    const warnings: string[] = []
    const onWarning = (warning: string): void => void warnings.push(warning)
    const next = catalogOf([lesson(1, 5), lesson(2, 10)])
    const service = serviceWith(next, { whenUnapplied: 'apply', onWarning })
    const recordInTransaction = (days: readonly number[]) =>
      database.host.transaction(tx => service.record(lessons('ann', days), { db: tx }))
    const [early] = await recordInTransaction([1])
    expect(early!.awarded).toEqual([])
    expect(warnings).toEqual([expect.stringContaining('`await service.getCatalog()`')])
    await service.getCatalog()
    expect(await idsOf(service, 'ann')).toEqual(['lessons-1'])
    const [later] = await recordInTransaction([2])
    expect(later!.awarded.map(({ id }) => id)).toEqual(['lessons-2'])
    expect(warnings.slice(1)).toEqual([expect.stringContaining('replaced catalog version 1')])
  })

  test('plan and apply wait for that too, and an apply as the first call takes effect', async () => {
    await serviceWith(catalogOf([])).apply(catalogOf([]))
    await serviceWith(first).record(lessons('ann', [1, 2]))
    const next = catalogOf([lesson(1, 5), lesson(2, 10)])
    const planned = await serviceWith(first, { whenUnapplied: 'apply' }).plan(next)
    expect(planned).toMatchObject({ fromVersion: 2, badges: [{ id: 'lessons-1' }] })
    await serviceWith(catalogOf([])).apply(catalogOf([]))
    const service = serviceWith(first, { whenUnapplied: 'apply' })
    expect(await service.apply(next)).toMatchObject({ version: 5, status: 'applied' })
    expect(await idsOf(service, 'ann')).toEqual(['lessons-1', 'lessons-2'])
    await service.record(lessons('ann', [3]))
    const reasons = (await service.getCatalogVersions()).map(({ reason }) => reason)
    expect(reasons).toEqual([null, 'applied at start', null, 'applied at start', null])
  })

  test('an apply concurrent with the first calls takes effect too', async () => {
    const next = catalogOf([lesson(1, 5)])
    const service = serviceWith(first, { whenUnapplied: 'apply' })
    const calls = [service.apply(next), service.record(lessons('ann', [1])), service.getUserProgress('bob')]
    await Promise.all(calls)
    expect((await service.getCatalog()).definition).toEqual(next.definition)
    expect(await service.getCatalogVersions()).toHaveLength(1)
  })

  test('going back is an apply of an old version, and applying the catalog in effect changes nothing', async () => {
    const service = serviceWith(first)
    await service.record(lessons('ann', [1, 2, 3]))
    await service.apply(first)
    const next = catalogOf([lesson(2, 10), lesson(3, 30)])
    await service.apply(next)
    expect(await service.apply(next)).toMatchObject({ version: 2, status: 'unchanged', userCount: 0 })
    const [, old] = await service.getCatalogVersions()
    expect(await service.apply(parseCatalog(old!.definition), { policy: 'recompute' })).toMatchObject({ version: 3 })
    expect(await idsOf(service, 'ann')).toEqual(['lessons-2'])
    expect(await service.verify()).toEqual([])
  })

  test('a catalog that is read back from the database is the one that was applied', async () => {
    const levels = { thresholds: [10, 20], names: ['New', 'Old', 'Wise'] }
    const catalog = catalogOf([lesson(2, 10)], { levels })
    await serviceWith(catalog).apply(catalog)
    const [stored] = await serviceWith(catalog).getCatalogVersions()
    const again = parseCatalog(stored!.definition)
    const refusing = serviceWith(again, { whenUnapplied: 'refuse' })
    await refusing.record(lessons('ann', [1]))
    const { changes } = await refusing.plan(catalogOf([lesson(2, 10), lesson(3, 30)], { levels }))
    expect(changes).toMatchObject({ milestones: { added: ['lessons-3'], changed: [] }, hasOtherLevels: false })
    expect(await refusing.apply(again)).toMatchObject({ status: 'unchanged' })
  })

  test('wrong options are refused before anything is written', async () => {
    const service = serviceWith(first)
    await expect(service.apply(first, { policy: 'all' as 'keep' })).rejects.toMatchObject({
      details: { field: 'policy' },
    })
    await expect(service.apply({} as typeof first)).rejects.toMatchObject({ details: { field: 'catalog' } })
    await expect(service.apply(first, { reason: '' })).rejects.toMatchObject({ details: { field: 'reason' } })
    expect(await service.getCatalogVersions()).toEqual([])
  })
})
