import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { createMilepostServer } from '../../../src/http.js'
import { type CompletionInput, parseCatalog } from '../../../src/index.js'
import { learnLayoutWith } from '../../../src/service/context/learn-layout.js'
import { contextFrom } from '../../../src/service/context-from.js'
import { foldPage, ruleIsGone, startFolding } from '../../../src/service/fold/fold-page.js'
import { readServiceOptions } from '../../../src/service/service-options.js'
import { until } from '../../races/interleaving.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const definition = {
  milestones: [
    { id: 'ten', title: 'Ten', requirement: { type: 'count', category: ['view', 'lesson'], target: 10 } },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'view', every: 'day', target: 3 } },
  ],
  retention: [
    { category: 'view', keep: 'P365D' },
    { category: ['lesson'], keep: 'P730D' },
  ],
}
const catalog = parseCatalog(definition)
const done = (userId: string, category: string, on: string): CompletionInput => {
  return { userId, category, itemKey: on, completedAt: new Date(`${on}T12:00Z`) }
}
const past = ['ann', 'bob', 'cat'].flatMap(userId => [
  done(userId, 'view', '2024-05-31'),
  done(userId, 'view', '2025-05-31'),
  done(userId, 'view', '2025-06-01'),
  done(userId, 'lesson', '2024-05-31'),
  done(userId, 'lesson', '2024-06-01'),
])

describeOnEach(everyDatabase, 'retention rules', database => {
  const started = async (now = '2026-06-15T12:00Z', given = catalog): Promise<ClockedService> => {
    const service = clockedService(database.host.db, given.definition, now)
    onTestFinished(async () => expect(await service.verify()).toEqual([]))
    await service.record(past)
    return service
  }
  const leftOf = async (userId: string): Promise<readonly string[]> => {
    const rows = await database.rows<{ done: string }>(
      sql`select category || ' ' || item_key as done from milepost.user_progress where user_id = ${userId} order by 1`,
    )
    return rows.map(row => row.done)
  }
  const nothing = { userCount: 0, completionCount: 0, clearedCount: 0, isMoreDue: false }

  test('fold what is older, once the catalog is applied, up to the beginning of the month', async () => {
    const service = await started()
    expect(await service.foldDue()).toEqual(nothing)
    const { warnings } = await service.plan(catalog)
    expect(warnings).toMatchObject([
      {
        type: 'retention',
        categories: ['view'],
        before: new Date('2025-06-01'),
        completionCount: 6,
        users: { userCount: 3 },
      },
      { type: 'retention', categories: ['lesson'], before: new Date('2024-06-01'), completionCount: 3 },
    ])
    await service.apply(catalog)
    expect(await service.foldDue()).toMatchObject({ completionCount: 9, isMoreDue: false })
    expect(await leftOf('ann')).toEqual(['lesson 2024-06-01', 'view 2025-06-01'])
    expect((await service.plan(catalog)).warnings).toEqual([])
    expect(await service.foldDue()).toEqual(nothing)
  })

  test('do nothing more until the next month', async () => {
    const service = await started()
    await service.apply(catalog)
    await service.foldDue()
    const foldCount = async (): Promise<number> => (await database.rows(sql`select from milepost.folds`)).length
    expect(await foldCount()).toBe(2)
    service.setClock('2026-06-30T12:00Z')
    expect(await service.foldDue()).toEqual(nothing)
    service.setClock('2026-07-31T12:00Z')
    expect(await service.foldDue()).toMatchObject({ userCount: 6, completionCount: 6 })
    expect(await leftOf('ann')).toEqual([])
    expect(await foldCount()).toBe(4)
    expect(await service.record(done('ann', 'view', '2025-06-01'))).toMatchObject({
      status: 'duplicate',
      isFolded: true,
    })
  })

  test('stop when time is over, and the next call continues', async () => {
    const service = await started()
    await service.apply(catalog)
    expect(await service.foldDue({ deadlineMs: 0 })).toMatchObject({ completionCount: 0, isMoreDue: true })
    expect(await service.foldDue()).toMatchObject({ completionCount: 9, isMoreDue: false })
  })

  const contextNow = async () => {
    const context = contextFrom(readServiceOptions({ db: database.host.db, catalog }), () => {})
    await learnLayoutWith(context, context.db)
    return context
  }
  const view = { categories: ['view'], until: new Date('2025-06-01') }

  test('fold some users in each call, however short the time', async () => {
    const service = await started()
    await service.apply(catalog)
    const folding = startFolding(view)
    expect(await foldPage(await contextNow(), ['ann', 'bob', 'cat'], folding, () => true)).toBe(true)
    expect(folding.count).toMatchObject({ userCount: 3, completionCount: 6 })
  })

  test('fold nobody any more once a catalog is applied that does not have them', async () => {
    const service = await started()
    await service.apply(catalog)
    const folding = startFolding({ ...view, rule: { category: 'view', keep: 'P400D' } })
    await expect(foldPage(await contextNow(), ['ann'], folding)).rejects.toBe(ruleIsGone)
    expect(await leftOf('ann')).toHaveLength(5)
  })

  test('are left to another process that is at them, until it is gone', async () => {
    const service = await started()
    await service.apply(catalog)
    await database.rows(sql`insert into milepost.retention_runs (categories, until, taken_until, resume_after) values
      ('["view"]', '2025-06-01', '2026-06-15 12:01Z', 'ann'), ('["lesson"]', '2024-06-01', '2026-06-15 12:01Z', 'zoe')`)
    expect(await service.foldDue()).toEqual(nothing)
    service.setClock('2026-06-15T12:02Z')
    expect(await service.foldDue()).toMatchObject({ userCount: 2, completionCount: 4 })
    expect(await leftOf('ann')).toContain('view 2024-05-31')
  })

  test('are those of the catalog that was applied last, whatever the service was made with', async () => {
    const service = await started('2026-06-15T12:00Z', parseCatalog({ milestones: definition.milestones }))
    await service.apply(catalog)
    expect(await service.foldDue()).toMatchObject({ completionCount: 9 })
    const lenient = parseCatalog({ ...definition, retention: [{ category: 'view', keep: 'P3650D' }] })
    const { changes } = await service.plan(lenient)
    expect(changes).toMatchObject({ hasOtherRetention: true, milestones: { changed: [] } })
    await service.apply(lenient)
    service.setClock('2027-06-15T12:00Z')
    expect(await service.foldDue()).toEqual(nothing)
  })

  test('are carried out by `deliverOnce`, and by the worker of a server', async () => {
    const service = await started()
    await service.apply(catalog)
    const { db } = database
    const cron = createMilepostServer({ service, db, deliver: false })
    expect(await cron.deliverOnce()).toMatchObject({ foldedCount: 9, isMoreDue: false })
    service.setClock('2026-07-31T12:00Z')
    expect(() => createMilepostServer({ service, db, foldEveryMs: 2 ** 31 })).toThrow('foldEveryMs')
    const server = createMilepostServer({ service, db, foldEveryMs: 5 })
    await until(async () => (await leftOf('cat')).length === 0)
    await Promise.all([cron.close(), server.close()])
  })

  test('tell beforehand when the days of folded completions would be counted in another way', async () => {
    const service = await started()
    await service.apply(catalog)
    await service.foldDue()
    const elsewhere = clockedService(database.host.db, definition, '2026-06-15T12:00Z', {
      defaultTimeZone: 'Asia/Tokyo',
    })
    await elsewhere.updateUserSettings('bob', { timeZone: 'Europe/Berlin' })
    expect((await elsewhere.plan(catalog)).warnings).toMatchObject([
      { type: 'folded-time-zone', until: new Date('2025-06-01'), users: { userCount: 2 } },
    ])
    const later = parseCatalog({ ...definition, dayStartsAt: '04:00' })
    expect((await service.plan(later)).warnings).toMatchObject([
      {
        ...{ type: 'folded-day-start', until: new Date('2025-06-01'), users: { userCount: 3 } },
        message:
          'Days start at another time than before. Days before 2025-06-01T00:00:00.000Z that were folded stay as they were counted.',
      },
    ])
    service.setClock('2026-06-16T12:00Z')
    await service.pauseStreaks('cat', { from: '2025-05-01', until: '2025-05-03', reason: 'Ill' })
    expect((await service.plan(catalog)).warnings).toMatchObject([
      { type: 'folded-pauses', until: new Date('2025-06-01'), users: { userCount: 1 } },
    ])
    await service.rebuild()
  })
})
