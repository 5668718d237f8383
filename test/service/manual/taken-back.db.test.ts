import { afterEach, describe, expect, test } from 'vitest'
import type { CompletionInput, MilestoneDefinition } from '../../../src/index.js'
import { badgeDecisions } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const april = (day: number): Date => new Date(Date.UTC(2026, 3, day, 12))
const done = (itemKey: string, completedAt: Date): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey, completedAt }
}
const hand = { reason: 'helped out', by: 'support' }
const count = (target: number) => ({ type: 'count', category: 'lesson', target }) as const
const points = (target: number) => ({ type: 'points', target }) as const
const worth = (points: number) => ({ reward: { points } })
type Goal = Partial<MilestoneDefinition> & Pick<MilestoneDefinition, 'id' | 'requirement'>

describeOnEach(everyDatabase, 'badges by hand', database => {
  let service: ClockedService
  const serviceWith = (...goals: Goal[]): void => {
    const milestones = goals.map(given => ({ title: given.id.toUpperCase(), ...given }))
    service = clockedService(database.host.db, { milestones }, '2026-04-20T12:00Z')
  }
  const idsOf = (badges: readonly { readonly id: string }[]): string[] => badges.map(({ id }) => id)
  const heldIds = async (): Promise<string[]> => idsOf(await service.getUserBadges('ann'))
  const undo = async (itemKey: string): Promise<string[]> => {
    const result = await service.undo({ userId: 'ann', category: 'lesson', itemKey }, hand)
    return result.status === 'undone' ? idsOf(result.revoked) : [result.status]
  }
  const revoke = async (badgeId: string): Promise<string[]> =>
    idsOf((await service.revokeBadge('ann', badgeId, hand)).revoked)
  const countAnew = async (): Promise<void> => {
    await service.rebuild()
    await service.checkAndAwardMilestones('ann')
  }

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  describe('awarded to the wrong user and revoked', () => {
    test('can be earned later, as if it had never been given', async () => {
      serviceWith({ id: 'one', requirement: count(1), ...worth(5) })
      await service.awardBadge('ann', 'one', hand)
      expect(await revoke('one')).toEqual(['one'])
      await countAnew()
      expect([await heldIds(), await database.db.select().from(badgeDecisions)]).toEqual([[], []])
      expect(await service.record(done('a', april(1)))).toMatchObject({ awarded: [{ id: 'one', earnedAt: april(1) }] })
      expect(await service.revokeBadge('ann', 'other', hand)).toEqual({ status: 'not-held', revoked: [] })
    })

    test('stay away where completions support them', async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      await service.awardBadge('ann', 'one', hand)
      await service.record(done('a', april(1)))
      expect(await revoke('one')).toEqual(['one'])
      await service.record(done('b', april(2)))
      await countAnew()
      expect(await heldIds()).toEqual([])
    })

    test('stay away or come again as `lasting` says', async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      await service.awardBadge('ann', 'one', hand)
      await service.revokeBadge('ann', 'one', { ...hand, lasting: true })
      await service.record(done('a', april(1)))
      expect(await heldIds()).toEqual([])
      await service.awardBadge('ann', 'one', hand)
      await service.revokeBadge('ann', 'one', { ...hand, lasting: false })
      expect(await service.getUserBadges('ann')).toMatchObject([{ id: 'one', earnedAt: april(1) }])
      const wrong = { ...hand, lasting: 'no' } as never
      await expect(service.revokeBadge('ann', 'one', wrong)).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        details: { field: 'lasting' },
      })
    })
  })

  describe('given', () => {
    test('hold up what rests on them when other support goes', async () => {
      serviceWith(
        { id: 'one', requirement: count(1), ...worth(20) },
        { id: 'gift', requirement: count(9), ...worth(20) },
        { id: 'rich', requirement: points(20), ...worth(20) },
        { id: 'richer', requirement: points(60) },
      )
      await service.record(done('a', april(1)))
      await service.awardBadge('ann', 'gift', hand)
      expect(await undo('a')).toEqual(['one', 'richer'])
      expect(await service.getUserBadges('ann')).toMatchObject([
        { id: 'gift', earnedAt: april(20) },
        { id: 'rich', earnedAt: april(20) },
      ])
    })
  })

  describe('given with a date', () => {
    test('hold and count from then on, also on the leaderboard, with what was completed before', async () => {
      serviceWith({ id: 'one', requirement: count(3), ...worth(5) }, { id: 'rich', requirement: points(5) })
      await service.record(done('a', april(1)))
      const result = await service.awardBadge('ann', 'one', { ...hand, at: new Date('2026-03-15T12:00Z') })
      expect(result).toMatchObject({ status: 'awarded', badge: { earnedAt: new Date('2026-03-15T12:00Z') } })
      expect(await service.getUserBadges('ann')).toMatchObject([
        { id: 'one' },
        { earnedAt: new Date('2026-03-15T12:00Z') },
      ])
      const { entries } = await service.getLeaderboard({ period: 'month', at: new Date('2026-03-20T00:00Z') })
      expect(entries).toMatchObject([{ userId: 'ann', points: 5 }])
      expect((await service.getLeaderboard({ period: 'month' })).entries).toEqual([])
      expect(await service.awardBadge('ann', 'one', { ...hand, at: april(3) })).toMatchObject({
        status: 'held',
        badge: { earnedAt: new Date('2026-03-15T12:00Z') },
      })
    })

    test.each([new Date('2026-04-20T12:00:00.001Z'), new Date(Number.NaN), '2026-04-01' as never])(
      'are refused for %s, and nothing is written',
      async at => {
        serviceWith({ id: 'one', requirement: count(1) })
        await expect(service.awardBadge('ann', 'one', { ...hand, at })).rejects.toMatchObject({
          code: 'INPUT_INVALID',
          details: { field: 'at' },
        })
        expect(await heldIds()).toEqual([])
      },
    )
  })
})
