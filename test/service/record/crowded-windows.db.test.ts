import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type CompletionInput, parseCatalog } from '../../../src/index.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const start = Date.parse('2026-04-01T00:00Z')
const review = (second: number): CompletionInput => {
  return { userId: 'ann', category: 'review', itemKey: `k${second}`, completedAt: new Date(start + second * 1_000) }
}
const catalogWith = (...targets: readonly number[]) => {
  const requirement = { type: 'count', category: 'review', within: 'PT20M' } as const
  const milestones = targets.map(target => ({
    id: `in-${target}`,
    title: 'Many',
    requirement: { ...requirement, target },
  }))
  return { milestones }
}

describeOnEach(everyDatabase, 'a user with more completions in a rolling window than a row stores', database => {
  test('is counted exactly, also when completions leave the window, come late, or a larger target comes', async () => {
    const service = clockedService(database.host.db, catalogWith(1_200, 1_201))
    const record = async (...seconds: readonly number[]): Promise<readonly string[]> => {
      const results = await service.record(seconds.map(review))
      return results.flatMap(({ awarded }) => awarded.map(({ id }) => id))
    }
    const secondsFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i)
    const currentAt = async (second: number): Promise<number | undefined> => {
      service.setClock(new Date(start + second * 1_000).toISOString())
      return (await service.getUserProgress('ann')).milestones[0]?.current
    }

    await record(...secondsFrom(0, 600))
    await record(...secondsFrom(600, 599))
    const sizes = await database.rows(
      sql`select jsonb_array_length(state->'entries') as size from milepost.user_metrics where user_id = 'ann'`,
    )
    expect(sizes).toEqual([{ size: 2 * 401 }])
    expect(await record(1_199)).toEqual(['in-1200'])
    // From the row, from the history, and from the row again.
    expect(await currentAt(1_400)).toBe(999)
    expect(await currentAt(1_700)).toBe(699)
    expect(await currentAt(2_399)).toBe(0)
    expect(await record(...secondsFrom(1_200, 350))).toEqual([])
    expect(await service.verify()).toEqual([])
    // In the middle, where entries are joined.
    expect(await record(700.5)).toEqual(['in-1201'])
    expect(await service.verify()).toEqual([])
    await service.apply(parseCatalog(catalogWith(1_200, 1_201, 1_202)))
    expect(await record(701.5)).toEqual(['in-1202'])
    expect(await service.verify()).toEqual([])
  })
})
