import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type Boost, type PointsRule, parseCatalog } from '../../../src/index.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { scale } from '../../support/scale.js'

const quiz = (itemKey: string, time: string, metadata: Record<string, string | number> = {}) => {
  return { userId: 'ann', category: 'quiz', itemKey, completedAt: new Date(`2026-04-${time}Z`), metadata }
}
type Quiz = ReturnType<typeof quiz>
const fixed = (more: Partial<PointsRule> = {}): PointsRule => ({ category: 'quiz', points: 10, ...more })
const score = { property: 'score', per: 10 }
const goal = (target: number) => ({ id: `p${target}`, title: 'P', requirement: { type: 'points', target } })
const mistake = { reason: 'spam' }

describeOnEach(everyDatabase, 'limits of points', database => {
  let service: ClockedService
  const catalogOf = (rules: readonly PointsRule[], targets: readonly number[], boosts: readonly Boost[] = []) => {
    return { levels: { every: 10 }, points: rules, boosts, milestones: targets.map(goal) }
  }
  const start = (rule: PointsRule, ...targets: number[]): void => {
    service = clockedService(database.host.db, catalogOf([rule], targets))
  }
  const boosted = (rule: PointsRule, ...boosts: Boost[]): void => {
    service = clockedService(database.host.db, catalogOf([rule], [], boosts))
  }
  const apply = (rule: PointsRule, boosts: readonly Boost[] = []) => {
    const catalog = catalogOf([rule], [10, 20], boosts)
    service = clockedService(database.host.db, catalog)
    return service.apply(parseCatalog(catalog), { policy: 'recompute' })
  }
  const points = async (): Promise<number> => (await service.getUserProgress('ann')).totalPoints
  const held = async (): Promise<readonly string[]> => (await service.getUserProgress('ann')).completedMilestones
  const undo = ({ userId, category, itemKey }: Quiz) => service.undo({ userId, category, itemKey }, mistake)
  // What each stored completion brings, as the ledger says.
  const shares = async (): Promise<Record<string, number>> => {
    const rows = await database.rows(
      sql`select item_key, sum(points)::int as points from milepost.points_ledger
        where source <> 'badge' group by item_key having sum(offered) <> 0 order by item_key`,
    )
    return Object.fromEntries(rows.map(({ item_key, points }) => [item_key, Number(points)]))
  }

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  test('a cap per week, per month and in all holds at and beyond it', async () => {
    const times = ['01T01:00', '05T23:59', '06T00:00', '30T23:59', '30T23:59:30']
    for (const [per, expected] of [
      ['week', [10, 5, 10, 10, 5]],
      ['month', [10, 5, 0, 0, 0]],
      ['ever', [10, 5, 0, 0, 0]],
    ] as const) {
      await database.clear()
      start(fixed({ cap: { per, points: 15 } }))
      for (const [i, time] of times.entries()) await service.record(quiz(`k${i}`, time))
      expect(Object.values(await shares())).toEqual(expected)
      expect(await service.verify()).toEqual([])
    }
    await service.record({ ...quiz('may', '30T00:00'), completedAt: new Date('2026-05-01T00:00Z') })
    expect(await points()).toBe(15)
  })

  test('points by a number, of which a better time of one item adds only the difference', async () => {
    start(fixed({ points: score, per: 'quizId', take: 'best' }), 7, 8)
    const given = [
      quiz('a1', '01T01:00', { quizId: 'a', score: 45 }),
      quiz('a2', '01T02:00', { quizId: 'a', score: 30 }),
      quiz('a3', '01T03:00', { quizId: 'a', score: 79.9 }),
      quiz('b1', '01T04:00', { quizId: 'b', score: 9 }),
      quiz('b2', '01T05:00', { score: 90 }),
      quiz('b3', '01T06:00', { quizId: 'b', score: 10 }),
    ]
    const awarded = []
    for (const completion of given) {
      const result = await service.record(completion)
      awarded.push(...result.awarded.map(({ id }) => [completion.itemKey, id]))
    }
    expect(await shares()).toEqual({ a1: 4, a2: 0, a3: 3, b3: 1 })
    expect(awarded).toEqual([
      ['a3', 'p7'],
      ['b3', 'p8'],
    ])
    await undo(given[2]!)
    expect([await shares(), await held()]).toEqual([{ a1: 4, a2: 0, b3: 1 }, []])
    await undo(given[0]!)
    expect(await shares()).toEqual({ a2: 3, b3: 1 })
    await service.record([given[2]!, given[0]!])
    expect([await shares(), await held()]).toEqual([{ a1: 4, a2: 0, a3: 3, b3: 1 }, ['p7', 'p8']])
  })

  test('once, an item gives its points for the first of its completions in time, whatever arrives first', async () => {
    start(fixed({ points: score, per: 'quizId', once: true }))
    const second = quiz('a2', '01T02:00', { quizId: 'a', score: 70 })
    await service.record([second, quiz('b1', '01T02:00', { quizId: 'b', score: 20 })])
    expect(await points()).toBe(9)
    await service.record(quiz('a1', '01T01:00', { quizId: 'a', score: 40 }))
    expect([await shares(), await points()]).toEqual([{ a1: 4, a2: 0, b1: 2 }, 6])
    await undo(quiz('a1', '01T01:00'))
    expect([await shares(), await points()]).toEqual([{ a2: 7, b1: 2 }, 9])
  })

  test('a cooldown starts with each completion that gave points', async () => {
    start(fixed({ points: 1, cooldown: 'PT60S' }))
    const at = (second: number) =>
      quiz(
        `s${String(second).padStart(3, '0')}`,
        `01T00:0${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`,
      )
    await service.record([0, 59, 60, 90, 119, 120].map(at))
    expect(await shares()).toEqual({ s000: 1, s059: 0, s060: 1, s090: 0, s119: 0, s120: 1 })
    await undo(at(60))
    expect(await shares()).toEqual({ s000: 1, s059: 0, s090: 1, s119: 0, s120: 0 })
    await service.record(at(130))
    expect(await shares()).toMatchObject({ s120: 0, s130: 0 })
    await service.record(at(80))
    expect(await shares()).toEqual({ s000: 1, s059: 0, s080: 1, s090: 0, s119: 0, s120: 0, s130: 0 })
  })

  test('a boost multiplies what happened in its time, and stays when it goes', async () => {
    const weekend: Boost = { from: '2026-04-04', until: '2026-04-06', times: 2, where: { hard: { eq: 'yes' } } }
    boosted(fixed(), weekend, { from: '2026-04-01T00:00:00Z', until: '2026-04-02T00:00:00Z', times: 1.25 })
    await service.updateUserSettings('ann', { timeZone: 'Pacific/Kiritimati' })
    const hard = { hard: 'yes' }
    await service.record([
      quiz('before', '03T09:59', hard),
      quiz('first', '03T10:00', hard),
      quiz('easy', '04T12:00', { hard: 'no' }),
      quiz('last', '05T09:59', hard),
      quiz('after', '05T10:00', hard),
      quiz('quarter', '01T12:00'),
    ])
    const gained = async () =>
      Object.fromEntries(
        (await database.rows(sql`select item_key, points::int as points from milepost.points_ledger`)).map(row => [
          row.item_key,
          Number(row.points),
        ]),
      )
    const expected = { before: 10, first: 20, easy: 10, last: 20, after: 10, quarter: 12 }
    expect(await gained()).toEqual(expected)
    await apply(fixed())
    await service.rebuild()
    expect([await gained(), await points()]).toEqual([expected, 82])
    const { requirement } = await service.explain('ann', 'p10')
    expect(requirement).toMatchObject({
      gains: { boosted: { count: 3, latest: [{ times: 1.25 }, { times: 2 }, { times: 2, points: 20 }] } },
    })
  })

  test('what was offered stays under the limits it was recorded with, when the catalog changes', async () => {
    await apply(fixed({ cap: { per: 'week', points: 15 } }))
    await service.record([quiz('a', '01T01:00'), quiz('b', '01T02:00', { quizId: 'x' })])
    await apply(fixed({ per: 'quizId', once: true }))
    await service.record([quiz('c', '01T03:00', { quizId: 'x' }), quiz('d', '01T04:00', { quizId: 'x' })])
    expect(await shares()).toEqual({ a: 10, b: 5, c: 10, d: 0 })
    await apply({ category: 'other', points: 1 })
    await undo(quiz('a', '01T01:00'))
    await undo(quiz('c', '01T03:00'))
    expect([await shares(), await points(), await held()]).toEqual([{ b: 10, d: 10 }, 20, ['p10', 'p20']])
    await apply(fixed({ cap: { per: 'week', points: 15 } }))
    await service.record(quiz('e', '01T05:00'))
    expect(await shares()).toEqual({ b: 10, d: 10, e: 5 })
  })

  test('what was cut and why is explained', async () => {
    start(fixed({ points: score, per: 'quizId', take: 'best', cap: { per: 'ever', points: 9 } }), 10)
    await service.record([
      quiz('a', '01T01:00', { quizId: 'a', score: 50 }),
      quiz('b', '01T02:00', { quizId: 'a', score: 40 }),
      quiz('c', '01T03:00', { quizId: 'b', score: 50 }),
      quiz('d', '01T04:00', { quizId: 'c', score: 50 }),
    ])
    const { requirement } = await service.explain('ann', 'p10')
    expect(requirement).toMatchObject({
      gains: {
        completionPoints: 9,
        adjustedPoints: 0,
        cut: {
          count: 3,
          countByReason: { 'not-better': 1, cap: 2 },
          latest: [
            { itemKey: 'b', points: 0, offered: 4, reason: 'not-better' },
            { itemKey: 'c', points: 4, offered: 5, reason: 'cap' },
            { itemKey: 'd', points: 0, offered: 5, reason: 'cap' },
          ],
        },
      },
    })
  })

  test('rows of limits that were changed manually are found by verify, and set right by a rebuild', async () => {
    start(fixed({ cap: { per: 'ever', points: 15 }, cooldown: 'PT1H' }))
    await service.record([quiz('a', '01T01:00'), quiz('b', '02T02:00')])
    await database.rows(sql`update milepost.points_limits set points = 3 where bucket = 'ever'`)
    await database.rows(sql`delete from milepost.points_limits where bucket = ''`)
    expect(await service.verify()).toEqual([
      { userId: 'ann', kind: 'limit', name: 'points:quiz', stored: null, counted: 15 },
      { userId: 'ann', kind: 'limit', name: 'points:quiz ever', stored: 3, counted: 15 },
    ])
    await service.rebuild()
  })

  test('an undone completion leaves no limit behind', async () => {
    start(fixed({ cap: { per: 'month', points: 15 }, cooldown: 'PT1H', per: 'quizId', once: true }))
    await service.record(quiz('a', '01T01:00', { quizId: 'x' }))
    await undo(quiz('a', '01T01:00'))
    expect(await database.rows(sql`select * from milepost.points_limits`)).toEqual([])
    await service.record(quiz('b', '01T01:00', { quizId: 'x' }))
    expect(await points()).toBe(10)
  })

  describe('in any order, batches, undo and redo', () => {
    const limits = fc.record(
      {
        points: fc.constantFrom<PointsRule['points']>(3, { property: 'score', per: 2 }),
        items: fc.constantFrom<Partial<PointsRule>>({}, { per: 'quizId', once: true }, { per: 'quizId', take: 'best' }),
        cap: fc
          .constantFrom('day', 'week', 'month', 'ever')
          .chain(per => fc.record({ per: fc.constant(per), points: fc.integer({ min: 3, max: 12 }) })),
        cooldown: fc.constantFrom('PT5M', 'PT60M'),
        boosts: fc.constant<readonly Boost[]>([
          { from: '2026-04-01T00:10:00Z', until: '2026-04-01T00:20:00Z', times: 1.5 },
        ]),
      },
      { requiredKeys: ['points', 'items'], noNullPrototype: true },
    )
    const completions = fc.uniqueArray(
      fc.record({
        key: fc.nat(20),
        minute: fc.constantFrom(-1500, -2, 0, 1, 4, 5, 12, 15, 16, 30, 31, 1440),
        quizId: fc.constantFrom('a', 'b'),
        score: fc.constantFrom(1, 2, 7, 12),
      }),
      { minLength: 1, maxLength: 8, selector: ({ key }) => key },
    )
    const story = completions.chain(list =>
      fc.record({
        list: fc.constant(list),
        order: fc.shuffledSubarray(list, { minLength: list.length }),
        size: fc.integer({ min: 1, max: 4 }),
        undone: fc.subarray(list),
        redone: fc.subarray(list),
      }),
    )

    test('each completion is worth what is left for it in order of time', async () => {
      const start = Date.parse('2026-04-01T00:00Z')
      const completionOf = ({
        key,
        minute,
        ...metadata
      }: {
        key: number
        minute: number
        quizId: string
        score: number
      }): Quiz => {
        const at = new Date(start + minute * 60_000).toISOString()
        return { ...quiz(`k${String(key).padStart(2, '0')}`, '01T00:00', metadata), completedAt: new Date(at) }
      }
      await fc.assert(
        fc.asyncProperty(
          limits,
          story,
          async ({ points, items, cap, cooldown, boosts = [] }, { list, order, size, undone, redone }) => {
            const rule = {
              category: 'quiz',
              points,
              ...items,
              ...(cap && { cap }),
              ...(cooldown && { cooldown }),
            } as PointsRule
            await database.clear()
            service = clockedService(database.host.db, catalogOf([rule], [5, 10], boosts))
            const batches = Array.from({ length: Math.ceil(order.length / size) }, (_, i) =>
              order.slice(i * size, (i + 1) * size),
            )
            for (const batch of batches) await service.record(batch.map(completionOf))
            for (const one of undone) await undo(completionOf(one))
            await service.record(redone.map(completionOf))
            expect(await service.verify()).toEqual([])
            const left = list.filter(one => !undone.includes(one) || redone.includes(one))
            const before = [await shares(), await ledgerTotal()]
            await database.clear()
            const inTime = left
              .map(completionOf)
              .sort((a, b) => +a.completedAt - +b.completedAt || (a.itemKey < b.itemKey ? -1 : 1))
            for (const completion of inTime) await service.record(completion)
            expect(before).toEqual([await shares(), await ledgerTotal()])
            expect(await service.verify()).toEqual([])
          },
        ),
        { numRuns: scale(12, 1_000) },
      )
    })

    const ledgerTotal = async (): Promise<number> => {
      const [row] = await database.rows(
        sql`select coalesce(sum(points), 0)::int as points from milepost.points_ledger where source <> 'badge'`,
      )
      return Number(row!.points)
    }
  })
})
