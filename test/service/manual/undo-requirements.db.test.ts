import { afterEach, expect, test } from 'vitest'
import type { CompletionInput, MilestoneDefinition } from '../../../src/index.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const count = (target: number) => ({ type: 'count', category: 'lesson', target }) as const
type Goal = Partial<MilestoneDefinition> & Pick<MilestoneDefinition, 'id' | 'requirement'>

describeOnEach(everyDatabase, 'undo, by what a requirement counts,', database => {
  let service: ClockedService
  const heldIds = async (): Promise<string[]> => (await service.getUserBadges('ann')).map(({ id }) => id)

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  const at = (...times: readonly (readonly [day: number, metadata?: CompletionInput['metadata']])[]) =>
    times.map(([day, metadata = {}], i): CompletionInput => {
      const completedAt = new Date(Date.UTC(2026, 3, day, 12))
      return { userId: 'ann', category: 'lesson', itemKey: `k${i}`, completedAt, metadata }
    })
  const streak = { type: 'streak', category: 'lesson', every: 'day', target: 3 } as const
  const measured = { category: 'lesson', property: 'n' } as const
  const cases: readonly (readonly [string, Goal, CompletionInput[], undone: string, held: string[], left: string[]])[] =
    [
      ['a streak of days, cut in the middle', { id: 'm', requirement: streak }, at([1], [2], [3]), 'k1', ['m'], []],
      [
        'a streak of days with two on one',
        { id: 'm', requirement: streak },
        at([1], [2], [2], [3]),
        'k1',
        ['m'],
        ['m'],
      ],
      [
        'a streak that grace carries over the gap',
        { id: 'm', requirement: { ...streak, grace: 1 } },
        at([1], [2], [3], [4]),
        'k1',
        ['m'],
        ['m'],
      ],
      [
        'a streak of weeks',
        { id: 'm', requirement: { ...streak, every: 'week', target: 2 } },
        at([1], [6]),
        'k0',
        ['m'],
        [],
      ],
      [
        'each further streak',
        { id: 'm', requirement: streak, repeatable: {} },
        at([1], [2], [3], [4], [5], [6]),
        'k2',
        ['m@1', 'm@2'],
        ['m@1'],
      ],
      [
        'the best day',
        { id: 'm', requirement: { ...count(2), during: 'day' } },
        at([1], [2], [2], [3]),
        'k1',
        ['m'],
        [],
      ],
      [
        'each day',
        { id: 'm', requirement: { ...count(1), during: 'day' }, repeatable: {} },
        at([1], [2]),
        'k0',
        ['m@2026-04-01', 'm@2026-04-02'],
        ['m@2026-04-02'],
      ],
      [
        'a rolling window',
        { id: 'm', requirement: { ...count(2), within: 'P2D' } },
        at([1], [3], [4]),
        'k2',
        ['m'],
        [],
      ],
      [
        'distinct values',
        { id: 'm', requirement: { ...count(2), distinct: 'lang' } },
        at([1, { lang: 'ts' }], [2, { lang: 'js' }], [3, { lang: 'js' }]),
        'k0',
        ['m'],
        [],
      ],
      [
        'distinct values of which one came twice',
        { id: 'm', requirement: { ...count(2), distinct: 'lang' } },
        at([1, { lang: 'ts' }], [2, { lang: 'js' }], [3, { lang: 'js' }]),
        'k1',
        ['m'],
        ['m'],
      ],
      [
        'a total of decimals',
        { id: 'm', requirement: { type: 'total', ...measured, target: 0.3 } },
        at([1, { n: 0.1 }], [2, { n: 0.2 }], [3, { n: -5 }]),
        'k0',
        ['m'],
        [],
      ],
      [
        'a best',
        { id: 'm', requirement: { type: 'best', ...measured, target: 10 } },
        at([1, { n: 12 }], [2, { n: 9 }]),
        'k0',
        ['m'],
        [],
      ],
      [
        'a best that was there twice',
        { id: 'm', requirement: { type: 'best', ...measured, target: 10 } },
        at([1, { n: 12 }], [2, { n: 11 }]),
        'k0',
        ['m'],
        ['m'],
      ],
      [
        'tiers, the highest first',
        { id: 'm', requirement: { type: 'count', category: 'lesson' }, tiers: [1, 2, 3] } as Goal,
        at([1], [2], [3]),
        'k0',
        ['m#1', 'm#2', 'm#3'],
        ['m#1', 'm#2'],
      ],
      [
        'tiers that replace each other, showing the one below',
        { id: 'm', requirement: { type: 'count', category: 'lesson' }, tiers: [1, 2], tierMode: 'replace' } as Goal,
        at([1], [2]),
        'k1',
        ['m#2'],
        ['m#1'],
      ],
      [
        'repeats, the last first',
        { id: 'm', requirement: count(2), repeatable: {} },
        at([1], [2], [3], [4]),
        'k0',
        ['m@1', 'm@2'],
        ['m@1'],
      ],
      [
        'repeats under a cooldown, which frees what lay in it',
        { id: 'm', requirement: count(1), repeatable: { cooldown: 'P2D' } },
        at([1], [2], [4]),
        'k0',
        ['m@1', 'm@2'],
        ['m@1', 'm@2'],
      ],
      [
        'a time in which alone it counts',
        { id: 'm', requirement: count(1), available: { from: '2026-04-02' } },
        at([1], [2], [3]),
        'k2',
        ['m'],
        ['m'],
      ],
    ]

  test.each(cases)(
    'leaves what still holds of %s, and gives the rest back when it is done again',
    async (_, milestone, given, undone, held, left) => {
      service = clockedService(database.host.db, { milestones: [{ title: 'M', ...milestone }] })
      await service.record(given)
      expect(await heldIds()).toEqual(held)
      await service.undo({ userId: 'ann', category: 'lesson', itemKey: undone }, { reason: 'a mistake' })
      expect(await heldIds()).toEqual(left)
      expect(await service.verify()).toEqual([])
      await service.record(given.filter(({ itemKey }) => itemKey === undone))
      expect(await heldIds()).toEqual(held)
    },
  )
})
