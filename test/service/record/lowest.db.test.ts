import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type CompletionInput, parseCatalog } from '../../../src/index.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const lap = (itemKey: string, seconds: unknown, day = 1, more: Partial<CompletionInput> = {}): CompletionInput => ({
  userId: 'ann',
  category: 'lap',
  itemKey,
  completedAt: new Date(Date.UTC(2026, 4, day)),
  metadata: { seconds },
  ...more,
})
const fastest = { type: 'lowest', category: 'lap', property: 'seconds' } as const
const fast = { id: 'fast', title: 'Fast', requirement: { ...fastest, target: 60 } }
const tiered = { id: 'fast', title: 'Fast', requirement: fastest, tiers: [90, 75.5, 60] }

describeOnEach(everyDatabase, 'the lowest value so far', database => {
  const serve = (...milestones: readonly object[]) => clockedService(database.host.db, { milestones })
  const storedValues = () =>
    database.rows<{ metric: string; value: string; fold: string }>(
      sql`select metric, value::text as value, fold from milepost.user_metrics`,
    )

  test('reaches the target at it or below it, and not above', async () => {
    const service = serve(fast)
    expect(await service.record(lap('a', 60.01))).toMatchObject({ awarded: [] })
    expect(await service.record(lap('b', 60))).toMatchObject({ awarded: [{ id: 'fast' }] })
    expect(await service.record(lap('c', 59))).toMatchObject({ awarded: [] })
    expect(await service.verify()).toEqual([])
  })

  test('awards every tier that one value jumps over, the tiers falling', async () => {
    const service = serve(tiered)
    expect(await service.record(lap('a', 80))).toMatchObject({ awarded: [{ id: 'fast#90' }] })
    const { awarded } = await service.record(lap('b', 55))
    expect(awarded.map(({ id }) => id)).toEqual(['fast#75.5', 'fast#60'])
    expect(await service.verify()).toEqual([])
  })

  test('shows the hardest of tiers that replace each other, also when an easier one is put in front', async () => {
    const replacing = { ...tiered, tierMode: 'replace' }
    await serve(replacing).record([lap('a', 80), lap('b', 70)])
    expect(await serve(replacing).getUserBadges('ann')).toMatchObject([{ id: 'fast#75.5' }])
    const service = serve({ ...replacing, tiers: [120, ...tiered.tiers] })
    await service.rebuild()
    expect(await service.getUserBadges('ann')).toMatchObject([{ id: 'fast#75.5' }])
  })

  test('counts zero and negative numbers, and ignores other values', async () => {
    const round = { ...fastest, target: -2 }
    const service = serve({ id: 'under-par', title: 'Under par', requirement: round })
    for (const [itemKey, value] of Object.entries({ a: 0, b: '−5', c: null, d: -1.5 })) {
      expect(await service.record(lap(itemKey, value))).toMatchObject({ awarded: [] })
    }
    expect((await service.getUserProgress('ann')).milestones).toMatchObject([{ current: -1.5, target: -2, ratio: 0 }])
    expect(await service.record(lap('e', -2))).toMatchObject({ awarded: [{ id: 'under-par' }] })
    const { requirement } = await service.explain('ann', 'under-par')
    expect(requirement).toMatchObject({
      counted: { count: 3, deciding: { itemKey: 'e', amount: -2 } },
      notCounted: { count: 2, countByReason: { 'not-a-number': 2 } },
    })
  })

  test('counts exactly: 0.1 is at most 0.1 and 0.1000001 is not', async () => {
    const service = serve({ ...fast, requirement: { ...fastest, target: 0.1 } })
    expect(await service.record(lap('a', 0.1000001))).toMatchObject({ awarded: [] })
    expect(await service.record(lap('b', 0.1))).toMatchObject({ awarded: [{ id: 'fast' }] })
  })

  test('is 0 of the way before the first value, and nearer with each lower one', async () => {
    const service = serve(fast)
    const shown = async () => (await service.getUserProgress('ann')).milestones
    expect(await shown()).toMatchObject([{ current: 0, target: 60, ratio: 0, isEarned: false }])
    await service.record(lap('a', 80))
    expect(await shown()).toMatchObject([{ current: 80, target: 60, ratio: 0.75, isEarned: false }])
    await service.record(lap('b', 100))
    expect(await shown()).toMatchObject([{ current: 80, target: 60, ratio: 0.75, isEarned: false }])
    await service.record(lap('c', 45))
    expect(await shown()).toMatchObject([{ current: 45, target: 60, ratio: 1, isEarned: true }])
  })

  test('is stored negated, so that it only rises, and says so by its fold', async () => {
    const service = serve(fast)
    await service.record([lap('a', 80), lap('b', 70.5), lap('c', 90)])
    expect(await storedValues()).toEqual([{ metric: 'lowest:lap:seconds', value: '-70.5', fold: 'minimum' }])
    await database.rows(sql`update milepost.user_metrics set value = -10`)
    expect(await service.verify()).toMatchObject([{ name: 'lowest:lap:seconds', stored: 10, counted: 70.5 }])
    await service.rebuild()
    expect(await storedValues()).toEqual([{ metric: 'lowest:lap:seconds', value: '-70.5', fold: 'minimum' }])
  })

  test('of a large batch reaches the target as of a single completion', async () => {
    const service = serve(tiered)
    const users = Array.from({ length: 150 }, (_, i) => `u${i}`)
    await service.record(users.map((userId, i) => lap('a', 100 - (i % 3) * 20, 1, { userId })))
    const badges = await Promise.all(users.slice(0, 3).map(userId => service.getUserBadges(userId)))
    expect(badges.map(list => list.map(({ id }) => id))).toEqual([[], ['fast#90'], ['fast#60', 'fast#75.5', 'fast#90']])
    expect(await service.verify()).toEqual([])
  })

  test('dates the badge by the first value in time, even if it arrives late', async () => {
    const service = serve(fast)
    await service.record(lap('a', 50, 9))
    await service.record(lap('b', 55, 3))
    expect(await service.getUserBadges('ann')).toMatchObject([{ earnedAt: new Date(Date.UTC(2026, 4, 9)) }])
    expect(await service.verify()).toEqual([])
    await service.record([lap('a', 70, 9, { userId: 'bob' }), lap('b', 55, 3, { userId: 'bob' })])
    expect(await service.getUserBadges('bob')).toMatchObject([{ earnedAt: new Date(Date.UTC(2026, 4, 3)) }])
  })

  test('goes back to the next lowest when its completion is undone', async () => {
    const service = serve(tiered)
    await service.record([lap('a', 85), lap('b', 58, 2)])
    await service.undo({ userId: 'ann', category: 'lap', itemKey: 'b' }, { reason: 'wrong watch' })
    expect((await service.getUserBadges('ann')).map(({ id }) => id)).toEqual(['fast#90'])
    expect((await service.getUserProgress('ann')).milestones.at(-1)).toMatchObject({ current: 85 })
    await service.undo({ userId: 'ann', category: 'lap', itemKey: 'a' }, { reason: 'wrong watch' })
    expect((await service.getUserProgress('ann')).milestones).toMatchObject([{ current: 0, ratio: 0 }, {}, {}])
    expect(await storedValues()).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test('counts within a window of time and where the metadata match', async () => {
    const during = { from: '2026-05-10', until: '2026-05-20' }
    const where = { seconds: { gte: 10 }, track: { eq: 'home' } }
    const service = serve({ ...fast, requirement: { ...fastest, during, where, target: 60 } })
    const home = (seconds: number) => ({ metadata: { seconds, track: 'home' } })
    await service.record([lap('a', 0, 9, home(50)), lap('b', 50, 12), lap('c', 0, 12, home(5))])
    expect(await service.getUserBadges('ann')).toEqual([])
    expect(await service.record(lap('d', 0, 12, home(50)))).toMatchObject({ awarded: [{ id: 'fast' }] })
    const { requirement } = await service.explain('ann', 'fast')
    expect(requirement).toMatchObject({
      current: 50,
      target: 60,
      holds: true,
      counted: { count: 1, deciding: { itemKey: 'd', amount: 50 } },
      notCounted: { countByReason: { 'outside-window': 1, filtered: 2 } },
    })
  })

  test('is among what comes next, the nearer the lower it is', async () => {
    const service = serve(fast, {
      id: 'ten',
      title: 'Ten',
      requirement: { type: 'count', category: 'lap', target: 10 },
    })
    const next = async () => (await service.whatNext('ann')).map(({ id, remaining }) => [id, remaining])
    expect(await next()).toEqual([
      ['ten', 10],
      ['fast', 60],
    ])
    await service.record(lap('a', 75.5))
    expect(await next()).toEqual([
      ['fast', 15.5],
      ['ten', 9],
    ])
    expect((await service.whatNext('ann'))[0]).toMatchObject({
      step: { type: 'complete', current: 75.5, target: 60, remaining: 15.5 },
    })
  })

  test('comes with an import and is judged by a new catalog', async () => {
    const service = serve(fast)
    const rows = [lap('a', 70), lap('b', 58)].map(({ userId, category, itemKey, completedAt, metadata }) => {
      return { user: userId, kind: category, item: itemKey, at: completedAt, data: metadata }
    })
    const mapping = { userId: 'user', category: 'kind', itemKey: 'item', completedAt: 'at', metadata: 'data' }
    expect(await service.importCompletions(rows, mapping)).toMatchObject({ completionCount: 2, awardedCount: 1 })
    const withTarget = (target: number) => ({ ...fast, requirement: { ...fastest, target } })
    const harder = serve(withTarget(50))
    await harder.apply(parseCatalog({ milestones: [withTarget(50)] }), { policy: 'recompute' })
    expect(await harder.getUserBadges('ann')).toEqual([])
    const easier = serve(withTarget(58))
    await easier.apply(parseCatalog({ milestones: [withTarget(58)] }), { policy: 'recompute' })
    expect(await easier.getUserBadges('ann')).toMatchObject([{ id: 'fast' }])
    expect(await easier.verify()).toEqual([])
  })

  test('is one of the parts of a requirement, and another milestone may need it', async () => {
    const both = {
      type: 'all',
      of: [
        { ...fastest, target: 60 },
        { type: 'count', category: 'lap', target: 2 },
      ],
    }
    const after = {
      id: 'next',
      title: 'Next',
      requirement: { type: 'count', category: 'lap', target: 1 },
      after: ['both'],
    }
    const service = serve({ id: 'both', title: 'Both', requirement: both }, after)
    expect(await service.record(lap('a', 50))).toMatchObject({ awarded: [] })
    const { awarded } = await service.record(lap('b', 90))
    expect(awarded.map(({ id }) => id)).toEqual(['both', 'next'])
    expect(await service.verify()).toEqual([])
  })
})
