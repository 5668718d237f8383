import { afterEach, expect, test } from 'vitest'
import { type CompletionInput, parseCatalog } from '../../../src/index.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const definition = {
  points: [{ category: 'lesson', points: 10, cap: { per: 'day', points: 15 } }],
  milestones: [
    { id: 'six', title: 'Six', requirement: { type: 'count', category: 'lesson', target: 6 }, reward: { points: 7 } },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 4 } },
    { id: 'ace', title: 'Ace', requirement: { type: 'best', category: 'lesson', property: 'score', target: 90 } },
    {
      id: 'langs',
      title: 'Languages',
      requirement: { type: 'count', category: 'lesson', distinct: 'lang', target: 3 },
    },
    {
      id: 'month',
      title: 'Month',
      requirement: { type: 'count', category: 'lesson', during: 'month', target: 4 },
    },
  ],
}
const before = new Date('2025-01-01')
const hand = { reason: 'one person' }
const lesson = (userId: string, itemKey: string, on: string, metadata = {}): CompletionInput => {
  return { userId, category: 'lesson', itemKey, completedAt: new Date(`${on}T12:00Z`), metadata }
}

describeOnEach(everyDatabase, 'merging users of whom completions were folded', database => {
  let service: ClockedService
  const started = async (...completions: CompletionInput[]): Promise<void> => {
    service = clockedService(database.host.db, definition, '2025-06-01T12:00Z')
    await service.apply(parseCatalog(definition))
    await service.record(completions)
  }
  const fold = (at = before) => service.foldCompletions(at, { categories: ['lesson'] })
  const merge = () => service.mergeUsers({ from: 'visitor', into: 'ann' }, hand)

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
    const { awardedCount } = await service.rebuild()
    expect(awardedCount).toBe(0)
  })

  test('the fold of the user stays, and what it has goes before what the other did later', async () => {
    await started(
      lesson('ann', 'a', '2024-12-30', { lang: 'ts' }),
      lesson('ann', 'b', '2024-12-31', { lang: 'js' }),
      lesson('ann', 'c', '2025-01-01'),
    )
    await fold()
    await service.record([
      lesson('visitor', 'a', '2025-01-03', { lang: 'go' }),
      lesson('visitor', 'd', '2025-01-02', { lang: 'rs' }),
    ])
    const { completionCount, duplicateCount, awarded } = await merge()
    expect([completionCount, duplicateCount, awarded.map(({ id }) => id).sort()]).toEqual([1, 1, ['days', 'langs']])
    expect((await service.getUserProgress('ann')).totalPoints).toBe(40)
    expect(await service.record(lesson('visitor', 'b', '2025-02-01'))).toMatchObject({
      status: 'duplicate',
      isFolded: true,
    })
    expect((await service.exportUser('ann')).folds).toHaveLength(1)
  })

  test('the fold of the other moves with its keys, and a later completion of the user is a duplicate', async () => {
    await started(
      lesson('visitor', 'a', '2024-12-30', { lang: 'ts' }),
      lesson('visitor', 'b', '2024-12-31'),
      lesson('visitor', 'c', '2025-01-01'),
    )
    await fold()
    await service.record([lesson('ann', 'a', '2025-01-05'), lesson('ann', 'd', '2025-01-02')])
    expect(await merge()).toMatchObject({ completionCount: 1, duplicateCount: 1, awarded: [{ id: 'days' }] })
    expect((await service.getUserProgress('ann')).totalPoints).toBe(40)
    expect(await service.record(lesson('ann', 'b', '2025-02-01'))).toMatchObject({ isFolded: true })
    const early = service.record(lesson('visitor', 'new', '2024-12-31'))
    await expect(early).rejects.toMatchObject({ code: 'HISTORY_FOLDED', details: { userId: 'ann' } })
    // A later fold finds the keys, and adds its own.
    await service.record(lesson('ann', 'e', '2025-01-03'))
    await fold(new Date('2025-02-01'))
    for (const key of ['a', 'b', 'c', 'd', 'e'])
      expect(await service.record(lesson('ann', key, '2025-03-01'))).toMatchObject({ isFolded: true })
  })

  test('is refused if the other has completions from before the line, stored or folded, and changes nothing', async () => {
    await started(lesson('ann', 'a', '2024-12-01'), lesson('visitor', 'b', '2024-12-02'))
    const refused = {
      code: 'HISTORY_FOLDED',
      details: { userId: 'ann', otherId: 'visitor', until: before.toISOString() },
    }
    await fold()
    const both = await Promise.all(['ann', 'visitor'].map(userId => service.getUserProgress(userId)))
    // Either could be named first: both were folded.
    await expect(merge()).rejects.toMatchObject({ code: 'HISTORY_FOLDED' })
    expect(await Promise.all(['ann', 'visitor'].map(userId => service.getUserProgress(userId)))).toEqual(both)
    await service.record(lesson('late', 'c', '2024-12-03'))
    for (const [from, into] of [
      ['late', 'ann'],
      ['ann', 'late'],
    ] as const)
      await expect(service.mergeUsers({ from, into }, hand)).rejects.toMatchObject({
        ...refused,
        details: { ...refused.details, otherId: 'late' },
        message: expect.stringContaining('erase the other one'),
      })
    await service.undo({ userId: 'late', category: 'lesson', itemKey: 'c' }, hand)
    expect(await service.mergeUsers({ from: 'late', into: 'ann' }, hand)).toMatchObject({ status: 'merged' })
  })

  test('a rename moves the fold, whatever the app stored under the new id before', async () => {
    await started(lesson('ann', 'a', '2024-12-01'), lesson('ann', 'b', '2025-01-02'))
    await fold()
    await service.renameUser('ann', 'anna')
    expect(await service.record(lesson('ann', 'a', '2025-02-01'))).toMatchObject({
      status: 'duplicate',
      isFolded: true,
    })
    expect((await service.exportUser('anna')).folds).toHaveLength(1)
    expect((await service.getUserProgress('anna')).totalPoints).toBe(20)
  })
})
