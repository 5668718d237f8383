import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseCatalog } from '../../../src/index.js'
import { auditLog, pointsLedger, userStandings } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const milestone = (id: string, target: number, reward: object, more: object = {}) => {
  return { id, title: id, requirement: { type: 'count', category: 'lesson', target }, reward, ...more }
}
const catalog = {
  currencies: ['gems', 'stars'],
  points: [
    { category: 'lesson', points: 1 },
    { category: 'lesson', currency: 'stars', points: 2, cap: { per: 'day', points: 4 } },
  ],
  milestones: [
    milestone('one', 1, { points: 10, coins: { gems: 5 } }),
    milestone('three', 3, { coins: { gems: 10, stars: 1 } }),
  ],
}
const hand = { reason: 'a mistake', by: 'support' }
const hint = { currency: 'gems', amount: 5, key: 'order:1', reason: 'A hint' }

describeOnEach(everyDatabase, 'coins', database => {
  let service: ClockedService
  const start = (definition: object = catalog): void => {
    service = clockedService(database.host.db, definition)
  }
  const lessons = (...items: readonly number[]) =>
    service.record(items.map(item => ({ userId: 'ann', category: 'lesson', itemKey: `lesson ${item}` })))
  const undo = (item: number) => service.undo({ userId: 'ann', category: 'lesson', itemKey: `lesson ${item}` }, hand)
  const balance = () => service.getBalance('ann')
  const history = async () => {
    const { entries } = await service.getCoinHistory('ann')
    return entries.map(({ amount, currency, cause, itemKey }) => `${amount} ${currency} ${cause} ${itemKey}`)
  }

  beforeEach(() => start())
  afterEach(async () => {
    expect(await service.verify()).toEqual([])
    const before = await balance()
    await service.rebuild()
    expect(await service.verify()).toEqual([])
    expect(await balance()).toEqual(before)
  })

  test('are read, spent and verified in the transaction of a host, over its connection', async () => {
    await lessons(1)
    const rolledBack = new Error('the host changed its mind')
    const inHost = database.host.transaction(async tx => {
      expect(await service.spend('ann', hint, { db: tx })).toMatchObject({ status: 'spent', balance: 0 })
      expect(await service.getBalance('ann', { db: tx })).toEqual({ gems: 0, stars: 2 })
      expect((await service.getCoinHistory('ann', { currency: 'gems' }, { db: tx })).entries).toHaveLength(2)
      throw rolledBack
    })
    await expect(inHost).rejects.toThrow(rolledBack.message)
    expect(await balance()).toEqual({ gems: 5, stars: 2 })
  })

  test('of no currency of the catalog are refused, also for users who have none yet', async () => {
    for (const userId of ['ann', 'nobody']) {
      const spending = service.spend(userId, { ...hint, currency: 'gold' })
      await expect(spending).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'currency' } })
    }
    expect(await service.spend('nobody', hint)).toEqual({ status: 'insufficient', balance: 0 })
  })

  test('are given by badges and by rules, and are no points', async () => {
    const [, , third] = await lessons(1, 2, 3)
    expect(third!.awarded).toMatchObject([{ id: 'three', points: 0, coins: { gems: 10, stars: 1 } }])
    expect(await balance()).toEqual({ gems: 15, stars: 5 })
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 13 })
    expect((await service.getLeaderboard({ period: 'week' })).entries).toMatchObject([{ points: 13 }])
    expect((await history()).sort()).toEqual([
      '1 stars badge three',
      '10 gems badge three',
      '2 stars completion lesson 1',
      '2 stars completion lesson 2',
      '5 gems badge one',
    ])
    expect(await service.getBalance('nobody')).toEqual({ gems: 0, stars: 0 })
  })

  test('are spent once per key, and never more than there are', async () => {
    await lessons(1)
    const spending = { userId: 'ann', ...hint, at: new Date('2026-06-01T12:00Z'), refundedAt: null }
    expect(await service.spend('ann', { ...hint, amount: 6 })).toEqual({ status: 'insufficient', balance: 5 })
    expect(await service.spend('ann', hint)).toEqual({ status: 'spent', spending, balance: 0 })
    expect(await service.spend('ann', { ...hint, amount: 1 })).toEqual({ status: 'duplicate', spending, balance: 0 })
    expect(await service.spend('ann', { ...hint, key: 'order:2' })).toEqual({ status: 'insufficient', balance: 0 })
    expect(await service.spend('nobody', hint)).toEqual({ status: 'insufficient', balance: 0 })
    expect(await database.db.select().from(userStandings)).toHaveLength(1)
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 11 })
  })

  test('are paid back once', async () => {
    await lessons(1)
    await service.spend('ann', hint)
    service.setClock('2026-06-01T13:00Z')
    const refundedAt = new Date('2026-06-01T13:00Z')
    const refund = { key: 'order:1', ...hand }
    expect(await service.refund('ann', refund)).toMatchObject({
      status: 'refunded',
      spending: { refundedAt },
      balance: 5,
    })
    expect(await service.refund('ann', refund)).toMatchObject({ status: 'duplicate', balance: 5 })
    expect(await service.refund('ann', { ...refund, key: 'order:2' })).toEqual({ status: 'not-found' })
    expect(await service.refund('nobody', refund)).toEqual({ status: 'not-found' })
    expect(await service.spend('ann', hint)).toMatchObject({ status: 'duplicate', balance: 5 })
    expect((await history()).sort()).toEqual([
      '-5 gems spending order:1',
      '2 stars completion lesson 1',
      '5 gems badge one',
      '5 gems refund order:1',
    ])
    expect(await database.db.select().from(auditLog)).toMatchObject([
      { userId: 'ann', action: 'refund', doneBy: 'support', details: { key: 'order:1', currency: 'gems', amount: 5 } },
    ])
  })

  test('that were spent before they were taken back are a debt, which the next ones pay', async () => {
    await lessons(1, 2)
    await service.spend('ann', hint)
    await undo(2)
    expect(await balance()).toEqual({ gems: 0, stars: 2 })
    expect(await undo(1)).toMatchObject({ revoked: [{ id: 'one' }], debts: { gems: 5 } })
    expect(await balance()).toEqual({ gems: -5, stars: 0 })
    expect(await service.spend('ann', { ...hint, key: 'order:2' })).toEqual({ status: 'insufficient', balance: -5 })
    await lessons(1, 2, 3)
    expect(await balance()).toEqual({ gems: 10, stars: 5 })
    const revoked = await service.revokeBadge('ann', 'one', hand)
    expect([revoked.status, revoked.debts, await balance()]).toEqual(['revoked', undefined, { gems: 5, stars: 5 }])
  })

  test('of a rule with a limit go to those that are left after an undo', async () => {
    await lessons(1, 2, 3)
    await undo(1)
    expect(await balance()).toMatchObject({ stars: 4 })
  })

  test('are given and taken manually, once per key', async () => {
    const gift = { points: 20, currency: 'gems', key: 'gift', ...hand }
    expect(await service.adjustPoints('ann', gift)).toMatchObject({
      status: 'adjusted',
      adjustment: { currency: 'gems' },
    })
    expect(await service.adjustPoints('ann', { ...gift, currency: 'stars' })).toMatchObject({
      status: 'duplicate',
      adjustment: { currency: 'gems', points: 20 },
    })
    expect(await service.adjustPoints('ann', { ...gift, points: -25, key: 'back' })).toMatchObject({
      debts: { gems: 5 },
    })
    expect([await balance(), (await history()).sort()]).toEqual([
      { gems: -5, stars: 0 },
      ['-25 gems adjustment back', '20 gems adjustment gift'],
    ])
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 0 })
  })

  test('follow a badge that is repriced, renamed or no longer earned by a changed catalog', async () => {
    await lessons(1, 2, 3)
    const changed = (milestones: readonly object[]) => parseCatalog({ ...catalog, milestones })
    const renamed = milestone('first', 1, { points: 10, coins: { gems: 7, stars: 1 } }, { formerly: ['one'] })
    await service.apply(changed([renamed, catalog.milestones[1]!]), { policy: 'reprice' })
    expect(await balance()).toEqual({ gems: 17, stars: 6 })
    await service.apply(changed([milestone('first', 1, { points: 10 }), catalog.milestones[1]!]), { policy: 'reprice' })
    expect(await balance()).toEqual({ gems: 10, stars: 5 })
    await service.apply(changed([milestone('three', 4, { coins: { gems: 10 } })]), { policy: 'recompute' })
    expect(await balance()).toEqual({ gems: 0, stars: 4 })
    start({ milestones: [] })
    await service.apply(parseCatalog({ milestones: [] }))
    expect(await balance()).toEqual({ gems: 0, stars: 4 })
  })

  test('are listed page by page, of one currency or of all', async () => {
    await lessons(1, 2, 3)
    await service.spend('ann', hint)
    const first = await service.getCoinHistory('ann', { limit: 4 })
    const rest = await service.getCoinHistory('ann', { limit: 4, after: first.next! })
    expect([first.entries.length, rest.entries.length, rest.next]).toEqual([4, 2, null])
    expect((await service.getCoinHistory('ann', { currency: 'gems' })).entries).toHaveLength(3)
    await expect(service.getCoinHistory('ann', { after: 'x' })).rejects.toMatchObject({ details: { field: 'after' } })
  })

  test.each([
    ['currency', { currency: 'coins' }],
    ['currency', { currency: '' }],
    ['amount', { amount: 0 }],
    ['amount', { amount: 0.5 }],
    ['key', { key: '' }],
    ['reason', { reason: '' }],
  ])('are not spent without a valid %s', async (field, wrong) => {
    await service.adjustPoints('ann', { points: 20, currency: 'gems', key: 'gift', ...hand })
    await expect(service.spend('ann', { ...hint, ...wrong })).rejects.toMatchObject({
      ...{ code: 'INPUT_INVALID', details: { field } },
    })
    expect(await database.db.select().from(pointsLedger)).toHaveLength(1)
  })
})
