import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { describeOnEach, everyPostgres } from '../support/databases.js'
import { recordByTurns } from './both-paths.js'
import { openTransaction, untilBlocked } from './interleaving.js'

const lesson = (userId: string, itemKey: string) => ({ userId, category: 'lesson', itemKey })
const milestone = (list: string) => ({
  id: list,
  title: list,
  requirement: { type: 'count', category: 'lesson', items: { list } },
})
const catalog = parseCatalog({ milestones: [milestone('one'), milestone('two')] })

recordByTurns()

describeOnEach(everyPostgres, 'lists that are set at the same time', database => {
  let service: MilestoneService
  const serviceWith = (more: object = {}): MilestoneService =>
    createMilestoneService({ db: database.db, catalog, onWarning: () => {}, ...more })
  const idsOf = async (userId: string) => (await service.getUserBadges(userId)).map(({ id }) => id).sort()
  const holding = async (userId: string) => {
    const host = await openTransaction(database.db)
    await host.tx.execute(sql`SELECT FROM milepost.user_standings WHERE user_id = ${userId} FOR UPDATE`)
    return host
  }

  beforeEach(async () => {
    service = serviceWith()
    await service.record([lesson('ann', 'a'), lesson('ann', 'b'), lesson('bob', 'a')])
  })

  test('both take effect, for all users, and both calls succeed', async () => {
    const host = await holding('bob')
    const first = service.setItems('one', ['a'])
    await untilBlocked(database, 1)
    const second = serviceWith().setItems('two', ['b'])
    await untilBlocked(database, 2)
    await host.commit()
    expect(await Promise.all([first, second])).toMatchObject([{ version: 2 }, { version: 2 }])
    expect([await idsOf('ann'), await idsOf('bob')]).toEqual([['one', 'two'], ['one']])
    expect(await service.verify()).toEqual([])
  })

  test('of one list, the later items are in effect, and the earlier call says so', async () => {
    const host = await holding('ann')
    const first = service.setItems('one', ['a']).catch((error: unknown) => error)
    await untilBlocked(database, 1)
    const second = serviceWith().setItems('one', ['a', 'c'])
    await untilBlocked(database, 2)
    await host.commit()
    expect(await first).toMatchObject({ code: 'APPLY_SUPERSEDED', details: { version: 1 } })
    expect(await second).toMatchObject({ version: 2, awardedCount: 0 })
    expect(await service.getItems('one')).toEqual(['a', 'c'])
    expect(await service.verify()).toEqual([])
  })

  test('what was stopped continues with the same call, and counts what open transactions recorded meanwhile', async () => {
    const host = await openTransaction(database.db)
    await serviceWith().record(lesson('new', 'a'), { db: host.tx })
    const stopped = serviceWith({ patienceMs: 400 }).setItems('one', ['a'])
    await expect(stopped).rejects.toMatchObject({ code: 'USER_BUSY' })
    expect(await service.getCatalogVersions()).toMatchObject([{ version: 1, list: 'one', appliedAt: null }])
    await host.commit()
    expect(await service.setItems('one', ['a'])).toMatchObject({ version: 1, status: 'applied' })
    expect(await idsOf('new')).toEqual(['one'])
    expect(await service.getCatalogVersions()).toMatchObject([{ version: 1, appliedAt: expect.any(Date) }])
    expect(await service.verify()).toEqual([])
  })
})
