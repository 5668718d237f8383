import { expect, test } from 'vitest'
import type { CompletionInput } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const dayMs = 86_400_000
const at = (day: number): Date => new Date(Date.UTC(2026, 3, day))
const lessons = (userId: string, ...days: readonly number[]): CompletionInput[] =>
  days.map(day => ({ userId, category: 'lesson', itemKey: `on ${day}`, completedAt: at(day) }))
const count = (target: number) => ({ type: 'count', category: 'lesson', target })
const milestones = [
  { id: 'one', title: 'One', requirement: count(1) },
  { id: 'tiers', title: 'Tiers', requirement: { type: 'count', category: 'lesson' }, tiers: [2, 3] },
  { id: 'later', title: 'Later', after: ['one', 'tiers#2'], requirement: count(3) },
  { id: 'secret', title: 'Secret', hidden: true, requirement: count(1) },
  { id: 'never', title: 'Never', after: ['secret'], requirement: { type: 'count', category: 'quiz', target: 1 } },
]

describeOnEach(everyDatabase, 'getMilestoneStatistics', database => {
  let service: ClockedService
  const fresh = (id?: string, options: object = {}) => service.getMilestoneStatistics(id, { maxAgeMs: 0, ...options })
  const recordAll = async (): Promise<void> => {
    service = clockedService(database.host.db, { milestones }, '2026-05-01T00:00Z')
    await service.record([...lessons('ann', 1, 3, 8), ...lessons('bob', 2, 4), ...lessons('cid', 5)])
    service.setClock('2026-06-15T00:00Z')
    await service.record([...lessons('dee', 7), ...lessons('eve', 6, 9)])
  }

  test('counts the holders of each milestone and tier among all, active and eligible users, each with n', async () => {
    await recordAll()
    const { asOf, milestones: found } = await fresh()
    expect(asOf).toEqual(new Date('2026-06-15T00:00Z'))
    const figures = found.map(({ id, holderCount, ofAll, ofActive, ofEligible }) => [
      id,
      holderCount,
      ...[ofAll, ofActive, ofEligible].map(({ count, n }) => `${count}/${n}`),
    ])
    expect(figures).toEqual([
      ['one', 5, '5/5', '2/2', '5/5'],
      ['tiers#2', 3, '3/5', '1/2', '3/5'],
      ['tiers#3', 1, '1/5', '0/2', '1/5'],
      ['later', 1, '1/5', '0/2', '1/3'],
      ['never', 0, '0/5', '0/2', '0/5'],
    ])
    expect(found[1]).toMatchObject({ title: 'Tiers 2', ofAll: { share: 0.6 }, ofActive: { share: 0.5 } })
  })

  test('gives the median time from the first completion to the badge', async () => {
    await recordAll()
    const { milestones: found } = await fresh('tiers')
    expect(found.map(({ id, timeToEarn }) => [id, timeToEarn])).toEqual([
      ['tiers#2', { medianMs: 2 * dayMs, n: 3 }],
      ['tiers#3', { medianMs: 7 * dayMs, n: 1 }],
    ])
    expect((await fresh('never')).milestones[0]).toMatchObject({ timeToEarn: { medianMs: null, n: 0 } })
  })

  test('counts only users with a completion, and in the shares only them among the holders', async () => {
    await recordAll()
    await service.awardBadge('fay', 'one', { reason: 'Guest' })
    const ahead = { ...lessons('gus', 20)[0]!, recordedAt: at(10) }
    await database.db.insert(userProgress).values(ahead)
    const [one] = (await fresh('one')).milestones
    expect(one).toMatchObject({ holderCount: 6, ofAll: { count: 5, n: 5 }, timeToEarn: { n: 5 } })
  })

  test('counts active users by the given days', async () => {
    await recordAll()
    const [one] = (await fresh('one', { activeDays: 60 })).milestones
    expect(one?.ofActive).toEqual({ count: 5, n: 5, share: 1 })
  })

  test('has no share of zero users', async () => {
    service = clockedService(database.host.db, { milestones })
    const [one] = (await fresh('one')).milestones
    expect(one).toMatchObject({ holderCount: 0, ofAll: { count: 0, n: 0, share: null } })
  })

  test('gives the same figures again until they are too old, with the instant as of which they hold', async () => {
    await recordAll()
    const before = await service.getMilestoneStatistics('one')
    service.setClock('2026-06-16T00:00Z')
    await service.record(lessons('hal', 1))
    const together = await Promise.all([1, 2, 3].map(() => service.getMilestoneStatistics('tiers#2')))
    for (const page of together) expect(page.asOf).toEqual(before.asOf)
    expect((await service.getMilestoneStatistics('one')).milestones).toEqual(before.milestones)
    const after = await fresh('one')
    expect(after.asOf).toEqual(new Date('2026-06-16T00:00Z'))
    expect(after.milestones[0]?.ofAll.n).toBe(6)
    expect(await service.getMilestoneStatistics('one')).toEqual(after)
  })

  test('counts again for another number of days, and for a transaction of the caller', async () => {
    await recordAll()
    const before = await service.getMilestoneStatistics('one')
    await database.host.transaction(async tx => {
      await service.record(lessons('hal', 1), { db: tx })
      expect((await service.getMilestoneStatistics('one', { db: tx })).milestones[0]?.holderCount).toBe(6)
    })
    expect(await service.getMilestoneStatistics('one')).toEqual(before)
    expect((await service.getMilestoneStatistics('one', { activeDays: 7 })).milestones[0]?.holderCount).toBe(6)
  })

  test('says nothing about secrets until they are earned, except on request', async () => {
    const secret = { id: 'surprise', title: 'Surprise', hidden: 'until-earned', requirement: count(1) }
    service = clockedService(database.host.db, { milestones: [...milestones, secret] }, '2026-05-01T00:00Z')
    await service.record(lessons('ann', 1))
    const listed = async (options: object) => (await fresh(undefined, options)).milestones.map(({ id }) => id)
    expect(await listed({})).toEqual(['one', 'tiers#2', 'tiers#3', 'later', 'never'])
    expect(await listed({ includeHidden: true })).toContain('surprise')
    await expect(fresh('surprise')).rejects.toMatchObject({ code: 'MILESTONE_NOT_FOUND' })
  })

  test('includes hidden milestones only on request, and refuses invalid input', async () => {
    await recordAll()
    await expect(fresh('secret')).rejects.toMatchObject({
      code: 'MILESTONE_NOT_FOUND',
      details: { known: ['one', 'tiers#2', 'tiers#3', 'later', 'never'] },
    })
    expect((await fresh('secret', { includeHidden: true })).milestones).toMatchObject([{ holderCount: 5 }])
    for (const wrong of [{ activeDays: 0 }, { maxAgeMs: -1 }, { activeDays: Number.NaN }]) {
      await expect(service.getMilestoneStatistics(undefined, wrong)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    }
  })
})
