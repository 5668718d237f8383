import { expect, test } from 'vitest'
import {
  type CatalogDefinition,
  type ImportMapping,
  type ImportOptions,
  type ImportProgress,
  type ImportSource,
  parseCatalog,
} from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { learnLayoutWith } from '../../../src/service/context/learn-layout.js'
import { contextFrom } from '../../../src/service/context-from.js'
import { importRows } from '../../../src/service/import/import.js'
import { readServiceOptions } from '../../../src/service/service-options.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { tracesOf } from '../../support/traces.js'

const catalog = {
  points: [{ category: 'lesson', points: 2 }],
  milestones: [1, 3].map(target => ({
    id: `l${target}`,
    title: `${target} lessons`,
    requirement: { type: 'count', category: 'lesson', target },
    reward: { points: 10 * target, unlocks: target === 3 ? ['third'] : [] },
  })),
}
const mapping: ImportMapping = {
  userId: 'user',
  category: 'kind',
  itemKey: 'item',
  completedAt: 'at',
  metadata: 'data',
}
const lesson = (user: string, item: string, day: number) => {
  return { user, kind: 'lesson', item, at: new Date(Date.UTC(2024, 0, day)), data: { n: day } }
}
const badge = (user: string, item: string, day: number) => {
  return {
    user,
    kind: 'milestone_badge',
    item,
    at: new Date(Date.UTC(2024, 0, day)),
    data: { badge: 'Old', points: 50 },
  }
}

describeOnEach(everyDatabase, 'an import', database => {
  const newService = () => clockedService(database.host.db, catalog)
  const importing = (source: ImportSource, options?: ImportOptions, how: ImportMapping = mapping) =>
    newService().importCompletions(source, how, { badges: true, ...options })
  const badgesOf = async (userId: string) =>
    (await newService().getUserBadges(userId)).map(({ id, earnedAt, points }) => [id, earnedAt.getUTCDate(), points])

  test('imports completions with their true dates and awards what is due, without announcing it', async () => {
    const service = newService()
    const heard: string[] = []
    service.onAwarded(({ badge: { id } }) => void heard.push(id))
    const rows = [lesson('ann', 'c', 9), lesson('ann', 'a', 2), lesson('bob', 'a', 4), lesson('ann', 'b', 5)]
    expect(await service.importCompletions(rows, mapping, { batchSize: 2 })).toEqual({
      isDryRun: false,
      rowCount: 4,
      completionCount: 4,
      badgeCount: 0,
      unknownBadges: [],
      duplicates: { inSourceCount: 0, storedCount: 0, differingCount: 0, first: [] },
      refused: { count: 0, first: [] },
      userCount: 2,
      awardedCount: 3,
      resumeAfter: '4',
    })
    expect(await badgesOf('ann')).toEqual([
      ['l1', 2, 10],
      ['l3', 9, 30],
    ])
    expect((await service.getUserProgress('ann')).totalPoints).toBe(46)
    expect((await service.exportUser('ann')).completions[0]?.metadata).toEqual({ n: 2 })
    expect(heard).toEqual([])
    expect(await service.getUnseenBadges('ann')).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test('imports badges as badges, anywhere in the source, and awards nothing twice', async () => {
    const rows = [lesson('ann', 'a', 2), lesson('ann', 'b', 3), badge('ann', 'l1', 7), badge('ann', 'old', 1)]
    const report = await importing(rows, { batchSize: 1 })
    expect(report).toMatchObject({ completionCount: 2, badgeCount: 2, awardedCount: 0, unknownBadges: ['old'] })
    expect(await badgesOf('ann')).toEqual([
      ['old', 1, 50],
      ['l1', 7, 50],
    ])
    expect(await newService().verify()).toEqual([])
  })

  test('fills in from the catalog what a list of badges omits', async () => {
    const bare = { user: 'ann', kind: 'milestone_badge', at: new Date('2024-01-05T00:00:00Z') }
    const rows = [
      { ...bare, item: 'l1' },
      { ...bare, item: 'l3', data: '{"badge":"My own name","points":null,"unlocks":"all"}' },
      { ...bare, item: 'gone' },
      { ...bare, item: 'gone', user: 'bob' },
    ]
    const dry = await importing(rows, { dryRun: true })
    const report = await importing(rows)
    for (const { badgeCount, unknownBadges } of [dry, report])
      expect([badgeCount, unknownBadges]).toEqual([4, ['gone']])
    const held = await newService().getUserBadges('ann')
    expect(held.map(({ id, name, points, rarity, unlocks }) => [id, name, points, rarity, unlocks])).toEqual([
      ['gone', 'gone', 0, 'common', []],
      ['l1', '1 lessons', 10, 'common', []],
      ['l3', 'My own name', 30, 'rare', ['third']],
    ])
    const { entries } = await newService().getLeaderboard({ period: 'month', at: bare.at })
    expect(entries).toMatchObject([{ userId: 'ann', points: 40 }])
    expect(await newService().verify()).toEqual([])
  })

  test('takes badges only when asked to', async () => {
    const rows = [lesson('ann', 'a', 1), badge('ann', 'l3', 1)]
    expect(await importing(rows, { badges: false })).toMatchObject({ completionCount: 1, badgeCount: 0 })
    const { refused } = await newService().importCompletions(rows, mapping)
    expect(refused.first).toEqual([{ row: 2, field: 'category', problem: expect.stringContaining('option "badges"') }])
    expect((await badgesOf('ann')).map(([id]) => id)).toEqual(['l1'])
  })

  test('celebrates no badge of elsewhere', async () => {
    const celebrated = badge('ann', 'l1', 7)
    await importing([{ ...celebrated, data: { ...celebrated.data, awardedBy: { category: 'lesson', itemKey: 'a' } } }])
    expect(await newService().getUnseenBadges('ann')).toEqual([])
    expect((await newService().getUnseenBadges('ann', { includeBackfilled: true })).map(({ id }) => id)).toEqual(['l1'])
  })

  test('reports duplicates in the source and the database, and refused rows with the reason', async () => {
    await newService().record({ userId: 'ann', category: 'lesson', itemKey: 'stored' })
    await newService().eraseUser('gone', { reason: 'asked for it' })
    const rows = [
      lesson('ann', 'a', 1),
      lesson('ann', 'stored', 1),
      { ...lesson('ann', 'a', 2), data: { n: 'other' } },
      { ...lesson('ann', 'b', 3), at: 'yesterday' },
      { ...lesson('ann', 'c', 3), at: null },
      { ...lesson('', 'd', 3) },
      { ...lesson('ann', 'e', 3), at: '2999-01-01' },
      { ...lesson('ann', 'f', 3), data: [1] },
      { kind: 'lesson' },
      lesson('gone', 'a', 1),
      { ...lesson('ann', 'g\u0000', 3) },
      lesson('ann', 'a', 3),
    ]
    const differs = ['completedAt', 'metadata']
    for (const dryRun of [true, false]) {
      const { duplicates, refused, completionCount } = await importing(rows, { dryRun, batchSize: 5 })
      expect(completionCount).toBe(1)
      expect(duplicates).toEqual({
        inSourceCount: 2,
        storedCount: 1,
        differingCount: dryRun ? 2 : 3,
        first: expect.arrayContaining([
          { row: 2, userId: 'ann', category: 'lesson', itemKey: 'stored', differs },
          { row: 3, userId: 'ann', category: 'lesson', itemKey: 'a', differs },
          // A dry run stores nothing, so it remembers contents for one batch only.
          { row: 12, userId: 'ann', category: 'lesson', itemKey: 'a', ...(!dryRun && { differs }) },
        ]),
      })
      expect(refused.count).toBe(8)
      expect(refused.first.map(({ row, field }) => [row, field]).sort(([a], [b]) => Number(a) - Number(b))).toEqual([
        [4, 'completedAt'],
        [5, 'completedAt'],
        [6, 'userId'],
        [7, 'completedAt'],
        [8, 'metadata'],
        [9, 'userId'],
        [10, 'userId'],
        [11, 'itemKey'],
      ])
      expect(refused.first[0]?.problem).toBe('is not a valid ISO 8601 date: "yesterday"')
    }
  })

  test('imports a row whose key is mistaken for that of an earlier one', async () => {
    const options = { db: database.host.db, catalog: parseCatalog(catalog as CatalogDefinition) }
    const context = contextFrom(readServiceOptions(options), () => {})
    await learnLayoutWith(context, context.db)
    const rows = [lesson('ann', 'a', 1), lesson('ann', 'b', 2), lesson('ann', 'a', 3)]
    async function* pages() {
      yield rows.map((value, i) => ({ row: i + 1, cursor: String(i + 1), value }))
    }
    expect(await importRows(context, pages(), mapping, { isNew: () => false })).toMatchObject({
      completionCount: 2,
      duplicates: { inSourceCount: 1, storedCount: 0, first: [{ row: 3 }] },
    })
  })

  test('distinguishes rows by category too', async () => {
    const row = { ...lesson('ann', 'a', 1), data: {} }
    const { completionCount, duplicates } = await importing([row, { ...row, kind: 'quiz' }])
    expect([completionCount, duplicates.inSourceCount]).toEqual([2, 0])
    const stored = await database.db.select().from(userProgress)
    const categories = stored.flatMap(({ itemKey, category }) => (itemKey === 'a' ? [category] : []))
    expect(categories.toSorted()).toEqual(['lesson', 'quiz'])
  })

  test('shows the first of many that are refused, and counts all', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ ...lesson('ann', `item ${i}`, 1), at: '' }))
    const { refused } = await importing(rows, { batchSize: 7 })
    expect([refused.count, refused.first.length, refused.first.at(-1)?.row]).toEqual([50, 20, 20])
  })

  test('in a dry run writes nothing', async () => {
    const report = await importing([lesson('canary', 'a', 1), badge('canary', 'l1', 1)], { dryRun: true })
    expect(report).toMatchObject({ isDryRun: true, completionCount: 1, badgeCount: 1, awardedCount: 0, userCount: 0 })
    expect(await tracesOf(database, 'canary')).toEqual([])
  })

  test('run again imports nothing twice', async () => {
    const rows = [lesson('ann', 'a', 1), badge('ann', 'old', 1), lesson('bob', 'a', 1)]
    await importing(rows)
    const before = await newService().exportUser('ann')
    expect(await importing(rows)).toMatchObject({
      completionCount: 0,
      badgeCount: 0,
      duplicates: { storedCount: 3 },
      userCount: 0,
    })
    expect(await newService().exportUser('ann')).toEqual(before)
  })

  test('continues after the place that its progress reported', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => lesson('ann', `item ${i}`, i + 1))
    const service = newService()
    const heard: ImportProgress[] = []
    const stopped = service.importCompletions(rows, mapping, {
      batchSize: 3,
      onProgress: progress => {
        heard.push(progress)
        if (progress.rowCount === 6) throw new Error('stopped here')
      },
    })
    await expect(stopped).rejects.toThrow('stopped here')
    expect(heard.map(({ phase, resumeAfter }) => [phase, resumeAfter])).toEqual([
      ['reading', '3'],
      ['reading', '6'],
    ])
    const report = await service.importCompletions(rows, mapping, { resumeAfter: heard.at(-1)!.resumeAfter! })
    expect(report).toMatchObject({ rowCount: 4, completionCount: 4, userCount: 1, awardedCount: 2, resumeAfter: '10' })
    expect(await newService().verify()).toEqual([])
  })

  test('that was stopped leaves users who are counted on their next recording, which announces only new awards', async () => {
    const service = newService()
    const stop = () => {
      throw new Error('stopped here')
    }
    const rows = [lesson('ann', 'a', 1), lesson('ann', 'b', 2)]
    await expect(service.importCompletions(rows, mapping, { onProgress: stop })).rejects.toThrow('stopped here')
    expect((await service.getUserProgress('ann')).milestones).toMatchObject([{ current: 2 }, { current: 2 }])
    const heard: string[] = []
    service.onAwarded(({ badge: { id } }) => void heard.push(id))
    const { awarded } = await service.record({ userId: 'ann', category: 'lesson', itemKey: 'c' })
    expect(awarded.map(({ id }) => id)).toEqual(['l3'])
    expect(heard).toEqual(['l3'])
    expect((await badgesOf('ann')).map(([id]) => id)).toEqual(['l1', 'l3'])
    expect((await service.getUnseenBadges('ann')).map(({ id }) => id)).toEqual(['l3'])
    expect(await service.verify()).toEqual([])
  })

  test('takes functions of the row and fixed values', async () => {
    const how: ImportMapping = {
      userId: row => `user ${row.id}`,
      category: { value: 'lesson' },
      itemKey: 'id',
      completedAt: ({ seconds }) => Number(seconds) * 1_000,
      metadata: () => ({ from: 'old app' }),
    }
    const rows = [
      { id: 7, seconds: 1_700_000_000 },
      { id: 12345678901234567890n, seconds: 1_700_000_001 },
    ]
    expect(await importing(rows, {}, how)).toMatchObject({ completionCount: 2 })
    expect((await newService().exportUser('user 7')).completions).toMatchObject([
      { itemKey: '7', completedAt: '2023-11-14T22:13:20.000Z', metadata: { from: 'old app' } },
    ])
    expect((await newService().exportUser('user 12345678901234567890')).completions).toHaveLength(1)
    const failing = { ...how, metadata: (row: Record<string, unknown>) => (row.none as { x: string }).x }
    expect((await importing(rows, {}, failing)).refused.first[0]).toMatchObject({
      field: 'metadata',
      problem: expect.stringContaining('could not be worked out'),
    })
  })

  test('takes what comes asynchronously', async () => {
    async function* rows() {
      yield lesson('ann', 'a', 1)
      yield 'no row' as never
      yield lesson('ann', 'b', 1)
    }
    expect(await importing(rows())).toMatchObject({
      completionCount: 2,
      refused: { count: 1, first: [{ row: 2, problem: 'is a string; give plain objects' }] },
    })
  })

  test('is refused where source, mapping or options are wrong', async () => {
    const wrong: readonly [unknown, unknown, object, string][] = [
      [{}, mapping, {}, 'source'],
      [[], { ...mapping, completedAt: undefined }, {}, 'mapping.completedAt'],
      [[], { ...mapping, metadata: 3 }, {}, 'mapping.metadata'],
      [[], null, {}, 'mapping'],
      [[], mapping, { batchSize: 0 }, 'batchSize'],
      [[], mapping, { resumeAfter: 'somewhere' }, 'resumeAfter'],
      [{ table: 'no.such.table' }, mapping, {}, 'table'],
      [{ table: 'public.no_such' }, mapping, {}, 'table'],
      [{ csv: 7 }, mapping, {}, 'csv'],
    ]
    for (const [source, how, options, field] of wrong) {
      const attempt = importing(source as ImportSource, options, how as ImportMapping)
      await expect(attempt, field).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field } })
    }
  })
})
