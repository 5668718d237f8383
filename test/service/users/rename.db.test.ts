import { expect, test } from 'vitest'
import type { CompletionInput } from '../../../src/index.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const catalog = {
  points: [{ category: 'lesson', points: 2 }],
  milestones: [
    {
      id: 'three',
      title: 'Three',
      requirement: { type: 'count', category: 'lesson', target: 3 },
      reward: { points: 10 },
    },
    {
      id: 'twice',
      title: 'Twice',
      repeatable: {},
      requirement: { type: 'count', category: 'lesson', target: 2 },
      reward: { points: 1 },
    },
    { id: 'gift', title: 'Gift', requirement: { type: 'count', category: 'never', target: 1 } },
  ],
}
const hand = { reason: 'new ids', by: 'support' }
const lesson = (userId: string, itemKey: string, on = '2026-05-01'): CompletionInput => {
  return { userId, category: 'lesson', itemKey, completedAt: new Date(`${on}T12:00Z`) }
}

describeOnEach(everyDatabase, 'renaming a user', database => {
  const newService = (): ClockedService => clockedService(database.host.db, catalog)

  test('moves everything to the new id, and lets late calls for the former one count', async () => {
    const service = newService()
    await service.record([lesson('old', 'a'), lesson('old', 'b', '2026-05-02'), lesson('old', 'c', '2026-05-03')])
    await service.awardBadge('old', 'gift', hand)
    await service.updateUserSettings('old', {
      timeZone: 'Asia/Tokyo',
      visibility: 'quiet',
      attributes: { team: 'red' },
    })
    const before = await service.getUserProgress('old')
    expect(await service.renameUser('old', 'new', { by: 'support' })).toEqual({ status: 'renamed', userId: 'new' })
    expect(await service.getUserProgress('new')).toEqual({ ...before, userId: 'new' })
    expect(await service.getUserProgress('old')).toEqual({ ...before, userId: 'new' })
    expect((await service.record(lesson('old', 'd'))).completion.userId).toBe('new')
    expect(await service.renameUser('old', 'new')).toEqual({ status: 'already-renamed', userId: 'new' })
    const { audit, formerIds } = await service.exportUser('new')
    expect([audit.map(({ action, by }) => [action, by]), formerIds]).toEqual([
      [
        ['award', 'support'],
        ['rename', 'support'],
      ],
      ['old'],
    ])
    expect(await service.verify()).toEqual([])
  })

  test('can be taken back by another, and refuses ids that are taken', async () => {
    const service = newService()
    await service.record([lesson('old', 'a'), lesson('bob', 'a')])
    await service.renameUser('old', 'new')
    expect(await service.renameUser('new', 'old')).toEqual({ status: 'renamed', userId: 'old' })
    expect((await service.record(lesson('new', 'b'))).completion.userId).toBe('old')
    await expect(service.renameUser('old', 'bob')).rejects.toMatchObject({ details: { field: 'to' } })
    await expect(service.renameUser('bob', 'new')).rejects.toMatchObject({ details: { field: 'to' } })
    await expect(service.renameUser('new', 'fresh')).rejects.toMatchObject({ details: { field: 'from' } })
    await expect(service.renameUser('old', 'old')).rejects.toMatchObject({ details: { field: 'to' } })
    await service.eraseUser('gone', hand)
    await expect(service.renameUser('old', 'gone')).rejects.toMatchObject({ code: 'USER_ERASED' })
    expect((await service.getUserProgress('old')).totalPoints).toBe(5)
    expect(await service.verify()).toEqual([])
  })
})
