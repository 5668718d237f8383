import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import type { CompletionInput } from '../../../src/index.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const start = Date.UTC(2026, 0, 1)
const lesson = (itemKey: string, ms: number, metadata: Record<string, number> = {}): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey, completedAt: new Date(start + ms), metadata }
}
const count = (target: number) => ({ type: 'count', category: 'lesson', target })

describeOnEach(everyDatabase, 'whatever the order of arrival', database => {
  let service: ClockedService
  const serve = (milestones: readonly object[]): void => {
    service = clockedService(database.host.db, { milestones })
  }
  const dates = async () => {
    const badges = await service.getUserBadges('ann')
    return Object.fromEntries(badges.map(({ id, earnedAt }) => [id, earnedAt.getTime() - start]))
  }
  const lastAts = async () => {
    const rows = await database.rows<{ ms: number }>(
      sql`select (extract(epoch from last_at) * 1000)::float8 as ms from milepost.user_metrics order by 1`,
    )
    return rows.map(({ ms }) => Math.round(Number(ms)) - start)
  }

  beforeEach(() => serve([{ id: 'two', title: 'Two', requirement: count(2) }]))

  test('a history of several pages is counted to its end, and the badge dated by the last in time', async () => {
    serve([{ id: 'many', title: 'Many', requirement: count(6_001) }])
    const lessons = Array.from({ length: 6_000 }, (_, i) => lesson(`item ${i}`, (i + 1) * 1_000))
    await service.record(lessons.slice(0, 3_000))
    await service.record(lessons.slice(3_000))
    const { awarded } = await service.record(lesson('first of all', 0))
    expect(awarded.map(({ id }) => id)).toEqual(['many'])
    expect(await dates()).toEqual({ many: 6_000_000 })
    expect(await service.verify()).toEqual([])
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: 'item 5500' }, { reason: 'never happened' })
    expect([await dates(), await service.verify()]).toEqual([{}, []])
    await service.record(lesson('item 5500', 5_501_000))
    await service.rebuild()
    expect([await dates(), await service.verify()]).toEqual([{ many: 6_000_000 }, []])
  })

  test('one a millisecond before the latest is dated by time', async () => {
    const once = [1, 2, 3].map(target => ({ id: `${target}`, title: `${target}`, requirement: count(target) }))
    serve([...once, { id: 'again', title: 'Again', requirement: count(1), repeatable: {} }])
    await service.record(lesson('a', 1_000))
    await service.record(lesson('b', 2_000))
    await service.record(lesson('c', 1_999))
    expect(await dates()).toEqual({
      ...{ 1: 1_000, 2: 2_000, 3: 2_000 },
      ...{ 'again@1': 1_000, 'again@2': 2_000, 'again@3': 2_000 },
    })
    expect(await service.verify()).toEqual([])
  })

  test('two at one instant are two times of what comes again', async () => {
    serve([{ id: 'again', title: 'Again', requirement: count(1), repeatable: {} }])
    await service.record(lesson('b', 1_000))
    await service.record(lesson('a', 1_000))
    expect(await dates()).toEqual({ 'again@1': 1_000, 'again@2': 1_000 })
    expect(await service.verify()).toEqual([])
  })

  test('two at one instant fill one target, and a value that arrives late is counted at its time', async () => {
    const total = { type: 'total', category: 'lesson', property: 'n', target: 5 }
    serve([
      { id: 'two', title: 'Two', requirement: count(2) },
      { id: 'five', title: 'Five', requirement: total },
    ])
    await service.record(lesson('a', 1_000, { n: 2 }))
    await service.record(lesson('b', 1_000, { n: 2 }))
    await service.record(lesson('c', 999, { n: 1 }))
    expect(await dates()).toEqual({ two: 1_000, five: 1_000 })
    expect(await service.verify()).toEqual([])
  })

  test('the latest stays the latest: after the third, the first and the second', async () => {
    for (const [itemKey, ms] of [
      ['third', 3_000],
      ['first', 1_000],
      ['second', 2_000],
    ] as const) {
      await service.record(lesson(itemKey, ms))
      expect(new Set(await lastAts())).toEqual(new Set([3_000]))
    }
    expect(await dates()).toEqual({ two: 3_000 })
    expect(await service.verify()).toEqual([])
  })
})
