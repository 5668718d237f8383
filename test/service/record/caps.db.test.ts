import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { parseCatalog } from '../../../src/index.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { scale } from '../../support/scale.js'

const post = (itemKey: string, time: string, more: object = {}) => {
  return { userId: 'ann', category: 'post', itemKey, completedAt: new Date(`2026-04-01T${time}Z`), ...more }
}
const capped = (points: number, cap: number) => ({ category: 'post', points, cap: { per: 'day', points: cap } })
const goal = (id: string, requirement: object, points = 0) => ({ id, title: id, requirement, reward: { points } })
const ten = goal('ten', { type: 'points', target: 10 })
const level = goal('level', { type: 'level', target: 3 })
const mistake = { reason: 'spam' }

describeOnEach(everyDatabase, 'a cap', database => {
  let service: ClockedService
  const start = (rule: object, ...milestones: object[]): void => {
    service = clockedService(database.host.db, { levels: { every: 10 }, points: [rule], milestones })
  }
  const apply = (policy: 'keep' | 'recompute', rule: object, ...milestones: object[]) => {
    start(rule, ...milestones)
    return service.apply(parseCatalog({ levels: { every: 10 }, points: [rule], milestones }), { policy })
  }
  const undo = async (itemKey: string): Promise<readonly string[]> => {
    const result = await service.undo({ userId: 'ann', category: 'post', itemKey }, mistake)
    return result.status === 'undone' ? result.revoked.map(({ id }) => id) : []
  }
  const held = async () => {
    const { totalPoints, completedMilestones } = await service.getUserProgress('ann')
    return [totalPoints, ...[...completedMilestones].sort()]
  }
  // What each completion brings, as the ledger says.
  const shares = async () => {
    const rows = await database.rows(
      sql`select item_key, sum(points)::int as points from milepost.points_ledger
        where source <> 'badge' group by item_key having sum(offered) <> 0 order by item_key`,
    )
    return rows.map(({ item_key, points }) => [item_key, Number(points)])
  }
  const board = async (period: 'week' | 'month', at: string) => {
    const { entries } = await service.getLeaderboard({ period, at: new Date(at) })
    return entries.map(({ points, reachedAt }) => [points, reachedAt.toISOString().slice(5, 16)])
  }

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  test('gives the room of what is undone to those that were cut, and badges over points follow', async () => {
    start(capped(10, 20), ten, level)
    await service.record([post('a', '01:00'), post('b', '02:00'), post('c', '03:00')])
    expect(await held()).toEqual([20, 'level', 'ten'])
    expect(await undo('a')).toEqual([])
    expect(await held()).toEqual([20, 'level', 'ten'])
    expect(await undo('b')).toEqual(['level'])
    expect(await held()).toEqual([10, 'ten'])
    expect(await shares()).toEqual([['c', 10]])
    expect(await undo('c')).toEqual(['ten'])
    expect(await held()).toEqual([0])
  })

  test('is shared out again by a late arrival, one of two at one instant by its key', async () => {
    start(capped(10, 15))
    for (const [itemKey, time] of [
      ['m', '05:00'],
      ['z', '05:00'],
      ['a', '05:00'],
      ['y', '01:00'],
    ] as const) {
      await service.record(post(itemKey, time))
      expect((await held())[0]).toBe(itemKey === 'm' ? 10 : 15)
    }
    expect(await shares()).toEqual([
      ['a', 5],
      ['m', 0],
      ['y', 10],
      ['z', 0],
    ])
  })

  test('moves points to the week and the month in which they are gained now', async () => {
    // A local day of Kiritimati begins at 10:00 of UTC: here in March, and in the week before.
    start(capped(10, 10))
    service.setClock('2026-01-01T00:00Z')
    await service.updateUserSettings('ann', { timeZone: 'Pacific/Kiritimati' })
    service.setClock('2026-06-01T12:00Z')
    const late = { completedAt: new Date('2026-03-31T12:00Z') }
    await service.record(post('b', '02:00'))
    expect([await board('month', '2026-04-01'), await board('month', '2026-03-01')]).toEqual([
      [[10, '04-01T02:00']],
      [],
    ])
    await service.record(post('a', '', late))
    expect([await board('month', '2026-04-01'), await board('month', '2026-03-01')]).toEqual([
      [],
      [[10, '03-31T12:00']],
    ])
    await undo('a')
    expect([await board('month', '2026-04-01'), await board('month', '2026-03-01')]).toEqual([
      [[10, '04-01T02:00']],
      [],
    ])
    expect(await board('week', '2026-04-01')).toEqual([[10, '04-01T02:00']])
  })

  test('keeps what was offered when the rule changes, and when it goes', async () => {
    start(capped(10, 20))
    await service.record([post('a', '01:00'), post('b', '02:00'), post('c', '03:00')])
    await apply('keep', capped(1, 5))
    await undo('a')
    expect(await shares()).toEqual([
      ['b', 10],
      ['c', 10],
    ])
    await service.record(post('d', '04:00'))
    expect((await held())[0]).toBe(20)
    await apply('recompute', { category: 'quiz', points: 1 })
    await undo('b')
    await service.rebuild()
    expect((await held())[0]).toBe(10)
  })

  test('counts one item again that was undone, by its new time', async () => {
    start(capped(10, 10))
    await service.record([post('a', '01:00'), post('b', '02:00')])
    await undo('a')
    await service.record(post('a', '03:00'))
    expect(await shares()).toEqual([
      ['a', 0],
      ['b', 10],
    ])
    await undo('b')
    expect(await shares()).toEqual([['a', 10]])
  })

  test('is explained by what each completion offered', async () => {
    start(capped(10, 15), ten)
    await service.record([post('a', '01:00'), post('b', '02:00'), post('c', '03:00')])
    await apply('keep', capped(99, 99), ten)
    const { requirement } = await service.explain('ann', 'ten')
    expect(requirement).toMatchObject({ gains: { count: 2, completionPoints: 15, cut: { count: 2 } } })
  })

  test('is corrected by a rebuild if the ledger was changed manually', async () => {
    start(capped(10, 15), ten)
    await service.record([post('a', '01:00'), post('b', '02:00')])
    await database.rows(sql`update milepost.points_ledger set points = 9 where item_key = 'b'`)
    const [found] = (await service.verify()).filter(({ kind }) => kind === 'ledger')
    expect(found).toMatchObject({ name: 'points:post 2026-04-01 post b', stored: 9, counted: 5 })
    await service.rebuild()
    expect(await shares()).toEqual([
      ['a', 10],
      ['b', 5],
    ])
  })

  test('is shared the same way near a change of zone, whichever completion is recorded first', async () => {
    const days = [post('b', '12:00'), { ...post('a', '00:00'), completedAt: new Date('2026-04-02T00:00Z') }]
    for (const order of [days, [...days].reverse()]) {
      await database.clear()
      start(capped(1, 1))
      service.setClock('2026-03-30T00:00Z')
      await service.updateUserSettings('ann', { timeZone: 'America/St_Johns' })
      await service.record({ userId: 'ann', category: 'other', itemKey: 'under the first zone' })
      service.setClock('2026-04-01T11:00Z')
      await service.updateUserSettings('ann', { timeZone: 'UTC' })
      service.setClock('2026-04-05T00:00Z')
      for (const completion of order) await service.record(completion)
      expect(await shares()).toEqual([
        ['a', 0],
        ['b', 1],
      ])
      expect(await service.verify()).toEqual([])
    }
  })

  test('keeps the points of rows written before offers were stored', async () => {
    start(capped(10, 20))
    await service.record([post('a', '01:00'), post('b', '02:00'), post('c', '03:00')])
    await database.rows(sql`delete from milepost.points_ledger where points = 0`)
    await database.rows(sql`update milepost.points_ledger set offered = null, cap = null`)
    expect(await service.verify()).toEqual([])
    await undo('a')
    await service.record(post('d', '04:00'))
    await service.rebuild()
    expect((await held())[0]).toBe(20)
  })

  test('imports and recordings share it the same way, in any order and batches', async () => {
    const given = fc
      .uniqueArray(fc.record({ key: fc.nat(30), minute: fc.integer({ min: 10, max: 20 }) }), {
        minLength: 1,
        maxLength: 8,
        selector: ({ key }) => key,
      })
      .chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(3)))
    await fc.assert(
      fc.asyncProperty(given, async ([list, order, size]) => {
        await database.clear()
        start(capped(10, 25), ten, level)
        const rows = order.map(({ key, minute }) => post(`k${key}`, `01:${minute}`))
        for (let i = 0; i < rows.length; i += size + 1) await service.record(rows.slice(i, i + size + 1))
        const total = Math.min(25, 10 * list.length)
        expect((await held())[0]).toBe(total)
        const inTime = [...rows].sort((a, b) => {
          return a.completedAt.getTime() - b.completedAt.getTime() || (a.itemKey < b.itemKey ? -1 : 1)
        })
        const expected = inTime.map(({ itemKey }, i) => [itemKey, [10, 10, 5][i] ?? 0])
        expect(await shares()).toEqual(expected.sort(([a], [b]) => (a! < b! ? -1 : 1)))
        expect(await service.verify()).toEqual([])
      }),
      { numRuns: scale(6, 500) },
    )
  })
})
