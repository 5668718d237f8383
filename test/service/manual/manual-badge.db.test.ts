import { afterEach, describe, expect, test } from 'vitest'
import type { CompletionInput, MilestoneDefinition } from '../../../src/index.js'
import { auditLog, badgeDecisions, userProgress } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { storedRows } from '../../support/stored-rows.js'

const april = (day: number): Date => new Date(Date.UTC(2026, 3, day, 12))
const done = (itemKey: string, completedAt: Date, more: Partial<CompletionInput> = {}): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey, completedAt, ...more }
}
const hand = { reason: 'helped out', by: 'support' }
const count = (target: number) => ({ type: 'count', category: 'lesson', target }) as const
const points = (target: number) => ({ type: 'points', target }) as const
const worth = (points: number) => ({ reward: { points } })
type Goal = Partial<MilestoneDefinition> & Pick<MilestoneDefinition, 'id' | 'requirement'>

describeOnEach(everyDatabase, 'badges by hand', database => {
  let service: ClockedService
  const serviceWith = (...goals: Goal[]): ClockedService => {
    const milestones = goals.map(given => ({ title: given.id.toUpperCase(), ...given }))
    service = clockedService(database.host.db, { milestones }, '2026-04-20T12:00Z')
    return service
  }
  const idsOf = (badges: readonly { readonly id: string }[]): string[] => badges.map(({ id }) => id)
  const heldIds = async (): Promise<string[]> => idsOf(await service.getUserBadges('ann'))
  const totalPoints = async (): Promise<number> => (await service.getUserProgress('ann')).totalPoints
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

  describe('given', () => {
    test('are dated now, complete, and earn the badges that depend on them', async () => {
      serviceWith(
        { id: 'ten', requirement: count(10), reward: { badge: 'Ten', points: 30, unlocks: ['night'] } },
        { id: 'rich', requirement: points(30) },
        { id: 'all', requirement: { type: 'milestones', ids: ['ten', 'rich'] }, ...worth(5) },
      )
      const result = await service.awardBadge('ann', 'ten', hand)
      expect(result).toMatchObject({
        status: 'awarded',
        badge: { id: 'ten', name: 'Ten', points: 30, unlocks: ['night'], earnedAt: april(20), awardedBy: null },
        awarded: [
          { id: 'rich', earnedAt: april(20) },
          { id: 'all', earnedAt: april(20) },
        ],
      })
      expect(await service.getUserProgress('ann')).toMatchObject({
        totalPoints: 35,
        milestones: [{ id: 'ten', current: 0, target: 10, isEarned: true }, {}, {}],
      })
      expect(await service.hasUnlock('ann', 'night')).toBe(true)
    })

    test('date what rests on them by the later of the two, also where the clock went back', async () => {
      serviceWith(
        { id: 'gift', requirement: count(9), ...worth(10) },
        { id: 'one', requirement: count(1), ...worth(10) },
        { id: 'rich', requirement: points(20) },
      )
      await service.record(done('a', april(20)))
      service.setClock('2026-04-20T11:00Z')
      const { badge, awarded } = await service.awardBadge('ann', 'gift', hand)
      expect(badge.earnedAt).toEqual(new Date('2026-04-20T11:00Z'))
      expect(awarded).toMatchObject([{ id: 'rich', earnedAt: april(20) }])
    })

    test('stay after undos and recounts', async () => {
      serviceWith({ id: 'one', requirement: count(1) }, { id: 'gift', requirement: count(2) })
      await service.record(done('a', april(1)))
      await service.awardBadge('ann', 'gift', hand)
      expect(await undo('a')).toEqual(['one'])
      await countAnew()
      await service.record(done('b', april(2)))
      await service.record(done('c', april(3)))
      expect(await service.getUserBadges('ann')).toMatchObject([{ id: 'one' }, { id: 'gift', earnedAt: april(20) }])
    })

    test('are kept from then on if already held, with their date', async () => {
      serviceWith({ id: 'one', requirement: count(1) }, { id: 'two', requirement: count(1) })
      await service.record(done('a', april(1)))
      expect(await service.awardBadge('ann', 'one', hand)).toMatchObject({
        status: 'held',
        badge: { id: 'one', earnedAt: april(1), awardedBy: { itemKey: 'a' } },
        awarded: [],
      })
      expect(await undo('a')).toEqual(['two'])
      expect(await heldIds()).toEqual(['one'])
    })

    test('may be a tier or a time, without those before', async () => {
      serviceWith(
        {
          id: 'tiers',
          requirement: { type: 'count', category: 'lesson' },
          tiers: [1, 2, 3],
          tierMode: 'replace',
        } as Goal,
        { id: 'times', requirement: count(1), repeatable: { max: 3 }, ...worth(1) },
      )
      for (const id of ['tiers#3', 'times@3']) {
        expect(await service.awardBadge('ann', id, hand)).toMatchObject({
          status: 'awarded',
          badge: { id },
          awarded: [],
        })
      }
      expect((await service.getUserProgress('ann')).milestones.at(-1)).toMatchObject({
        timesEarned: 1,
        isEarned: true,
      })
      const { awarded } = await service.record(done('a', april(1)))
      expect(idsOf(awarded)).toEqual(['tiers#1', 'times@1'])
      expect(await heldIds()).toEqual(['times@1', 'tiers#3', 'times@3'])
      await service.record([done('b', april(2)), done('c', april(3))])
      expect(await heldIds()).toEqual(['times@1', 'times@2', 'tiers#3', 'times@3'])
      expect((await service.getUserProgress('ann')).milestones.at(-1)).toMatchObject({ timesEarned: 3, current: 3 })
    })

    test('are announced once, with the badges they earned', async () => {
      serviceWith({ id: 'gift', requirement: count(9), ...worth(5) }, { id: 'rich', requirement: points(5) })
      const heard: string[] = []
      service.onAwarded(({ userId, badge }) => void heard.push(`${userId} ${badge.id}`))
      await service.awardBadge('ann', 'gift', hand)
      await service.awardBadge('ann', 'gift', hand)
      await service.revokeBadge('ann', 'rich', hand)
      await database.host.transaction(tx => service.awardBadge('bob', 'gift', hand, { db: tx }))
      await service.close()
      expect(heard.sort()).toEqual(['ann gift', 'ann rich'])
    })

    test('gain their points in the week in which they are given', async () => {
      serviceWith({ id: 'gift', requirement: count(1), ...worth(10) })
      await service.awardBadge('ann', 'gift', hand)
      const week = async (at: Date) => (await service.getLeaderboard({ period: 'week', at })).entries.map(e => e.points)
      expect([await week(april(1)), await week(april(20))]).toEqual([[], [10]])
      await revoke('gift')
      expect([await week(april(1)), await week(april(20))]).toEqual([[], []])
    })
  })

  describe('taken', () => {
    test('go with what no longer holds without them, and with their points', async () => {
      serviceWith(
        { id: 'one', requirement: count(1), ...worth(20) },
        { id: 'rich', requirement: points(20), ...worth(20) },
        { id: 'all', requirement: { type: 'milestones', ids: ['one'] } },
        { id: 'kept', requirement: { type: 'milestones', ids: ['one'] }, onUndo: 'keep' },
        { id: 'other', requirement: count(1) },
      )
      await service.record(done('a', april(1)))
      expect(await service.revokeBadge('ann', 'one', hand)).toMatchObject({
        status: 'revoked',
        revoked: [{ id: 'one', points: 20, earnedAt: april(1) }, { id: 'all' }, { id: 'rich' }],
      })
      expect(await heldIds()).toEqual(['kept', 'other'])
      expect(await totalPoints()).toBe(0)
    })

    test('are not awarded again by recordings or recounts', async () => {
      serviceWith({ id: 'one', requirement: count(1) }, { id: 'two', requirement: count(2), after: ['one'] })
      await service.record(done('a', april(1)))
      await revoke('one')
      await countAnew()
      const { awarded } = await service.record(done('b', april(2)))
      expect(awarded).toEqual([])
      expect(await undo('a')).toEqual([])
      await service.record([done('a', april(1)), done('c', april(3))])
      expect(await service.getUserProgress('ann')).toMatchObject({
        earnedBadges: [],
        milestones: [
          { id: 'one', current: 3, isEarned: false },
          { id: 'two', isLocked: true },
        ],
      })
    })

    test('are not given by a target that is crossed only afterwards, nor what needs them', async () => {
      serviceWith(
        { id: 'two', requirement: count(2), ...worth(10) },
        { id: 'rich', requirement: points(10), ...worth(10) },
        { id: 'other', requirement: count(2) },
        { id: 'times', requirement: count(1), repeatable: {} },
      )
      for (const id of ['two', 'times@2']) {
        await service.awardBadge('ann', id, hand)
        await service.revokeBadge('ann', id, { ...hand, lasting: true })
      }
      expect(idsOf((await service.record(done('a', april(1)))).awarded)).toEqual(['times@1'])
      expect(idsOf((await service.record(done('b', april(2)))).awarded)).toEqual(['other'])
      expect(idsOf((await service.record(done('c', april(3)))).awarded)).toEqual(['times@3'])
      await undo('a')
      await undo('b')
      expect(idsOf((await service.record(done('a', april(4)))).awarded)).toEqual(['other'])
    })

    test('are awarded again only manually, with a new date, together with the badges that depended on them', async () => {
      serviceWith({ id: 'one', requirement: count(1) }, { id: 'two', requirement: count(2), after: ['one'] })
      await service.record([done('a', april(1)), done('b', april(2))])
      expect(await revoke('one')).toEqual(['one', 'two'])
      expect(await service.awardBadge('ann', 'one', hand)).toMatchObject({
        status: 'awarded',
        badge: { id: 'one', earnedAt: april(20) },
        awarded: [{ id: 'two', earnedAt: april(20) }],
      })
      expect(await undo('a')).toEqual(['two'])
      expect(await heldIds()).toEqual(['one'])
    })

    test('leave a duplicate only what is still held', async () => {
      serviceWith({ id: 'one', requirement: count(1) }, { id: 'uno', requirement: count(1) })
      await service.record(done('a', april(1)))
      await revoke('one')
      expect(await service.record(done('a', april(1)))).toMatchObject({ status: 'duplicate', awarded: [{ id: 'uno' }] })
    })

    test('can be one that is kept, or was awarded manually', async () => {
      serviceWith({ id: 'kept', requirement: count(1), onUndo: 'keep' }, { id: 'gift', requirement: count(9) })
      await service.record(done('a', april(1)))
      await service.awardBadge('ann', 'gift', hand)
      expect(await revoke('kept')).toEqual(['kept'])
      expect(await revoke('gift')).toEqual(['gift'])
      await countAnew()
      expect(await heldIds()).toEqual([])
    })

    test('may be one time of several: the others stay', async () => {
      serviceWith({ id: 'times', requirement: count(1), repeatable: {} })
      await service.record([done('a', april(1)), done('b', april(2)), done('c', april(3))])
      expect(await revoke('times@2')).toEqual(['times@2'])
      expect(await service.record(done('d', april(4)))).toMatchObject({ awarded: [{ id: 'times@4' }] })
      expect(await heldIds()).toEqual(['times@1', 'times@3', 'times@4'])
      expect((await service.getUserProgress('ann')).milestones).toMatchObject([{ timesEarned: 3 }])
    })

    test('may be of a milestone that is gone or retired, or of the host, and take what rested on them', async () => {
      const dependent: Goal = { id: 'a-dependent', requirement: points(10) }
      serviceWith({ id: 'gone', requirement: count(1) }, { id: 'retired', requirement: count(1) }, dependent)
      await service.record(done('a', april(1)))
      const row = { category: 'milestone_badge', itemKey: "host's", metadata: { points: 10 }, completedAt: april(1) }
      await database.db.insert(userProgress).values({ ...row, userId: 'ann' })
      serviceWith({ id: 'retired', requirement: count(1), retired: true }, dependent)
      await countAnew()
      expect(await heldIds()).toEqual(['a-dependent', 'gone', "host's", 'retired'])
      expect(await revoke('gone')).toEqual(['gone'])
      expect(await revoke('retired')).toEqual(['retired'])
      expect(await revoke("host's")).toEqual(["host's", 'a-dependent'])
      await countAnew()
      expect(await heldIds()).toEqual([])
    })

    test('leave badges that hold each other up, where nothing else did before either', async () => {
      const loop = (target: number): Goal[] => [
        { id: 'start', requirement: count(1), ...worth(10) },
        { id: 'one', requirement: points(target), ...worth(10) },
        { id: 'two', requirement: points(target), ...worth(10) },
      ]
      serviceWith(...loop(10))
      await service.record([done('a', april(1)), done('b', april(2))])
      serviceWith(...loop(20))
      await service.rebuild()
      expect(await revoke('start')).toEqual(['start', 'two'])
      expect(await heldIds()).toEqual(['one'])
    })
  })

  describe('not there', () => {
    test('are not-held when taken, and nothing is written', async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      await service.record(done('a', april(1), { userId: 'bob' }))
      const before = await storedRows(database)
      for (const place of ['bob two', 'bob one@2', 'nobody one']) {
        const [userId, badgeId] = place.split(' ') as [string, string]
        expect(await service.revokeBadge(userId, badgeId, hand)).toEqual({ status: 'not-held', revoked: [] })
      }
      expect(await storedRows(database)).toEqual(before)
      expect(await service.record(done('a', april(1)))).toMatchObject({ awarded: [{ id: 'one' }] })
    })

    test('are refused with those that the catalog has when given, and nothing is written', async () => {
      serviceWith(
        { id: 'one', requirement: count(1) },
        { id: 'tiers', requirement: { type: 'count', category: 'lesson' }, tiers: [1, 2] } as Goal,
        { id: 'times', requirement: count(1), repeatable: { max: 2 } },
        { id: 'retired', requirement: count(1), retired: true },
      )
      await service.record(done('a', april(1), { userId: 'bob' }))
      const before = await storedRows(database)
      for (const id of 'tow retired one@2 one#1 tiers tiers#3 tiers#1@1 times@0 times@2026-11 times@3 times#1'.split(
        ' ',
      )) {
        await expect(service.awardBadge('ann', id, hand), id).rejects.toMatchObject({
          code: 'MILESTONE_NOT_FOUND',
          details: { known: ['one', 'tiers#1', 'tiers#2', 'times'] },
        })
      }
      expect(await storedRows(database)).toEqual(before)
    })

    test('are refused where who, what or why cannot be, with the field, and nothing is written', async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      await service.record(done('a', april(1)))
      const before = await storedRows(database)
      const calls: readonly (readonly [field: string, userId: unknown, badgeId: unknown, hand: unknown])[] = [
        ['reason', 'ann', 'one', { reason: '' }],
        ['reason', 'ann', 'one', undefined],
        ['reason', 'nobody', 'one', { reason: ['a'] }],
        ['by', 'ann', 'one', { reason: 'helped out', by: '' }],
        ['by', 'nobody', 'one', { reason: 'helped out', by: 7 }],
        ['userId', '', 'one', hand],
        ['badgeId', 'ann', '', hand],
        ['badgeId', 'ann', undefined, hand],
      ]
      for (const [field, userId, badgeId, given] of calls) {
        for (const call of [service.awardBadge, service.revokeBadge]) {
          const refused = { code: 'INPUT_INVALID', details: { field } }
          await expect(call(userId as string, badgeId as string, given as typeof hand), field).rejects.toMatchObject(
            refused,
          )
        }
      }
      expect(await storedRows(database)).toEqual(before)
    })

    test('are refused after close', async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      await service.close()
      for (const call of [service.awardBadge, service.revokeBadge]) {
        await expect(call('ann', 'one', hand)).rejects.toMatchObject({ code: 'SERVICE_CLOSED' })
      }
    })
  })

  test('leave nothing in a transaction of the host that is rolled back', async () => {
    serviceWith({ id: 'one', requirement: count(1), ...worth(5) }, { id: 'gift', requirement: count(9), ...worth(5) })
    await service.record(done('a', april(1)))
    const before = await storedRows(database)
    const rolledBack = database.host.transaction(async tx => {
      await service.awardBadge('ann', 'gift', hand, { db: tx })
      await service.revokeBadge('ann', 'one', hand, { db: tx })
      await service.awardBadge('nobody', 'gift', hand, { db: tx })
      expect(idsOf(await service.getUserBadges('ann', { db: tx }))).toEqual(['gift'])
      throw new Error('the host changed its mind')
    })
    await expect(rolledBack).rejects.toThrow('the host changed its mind')
    expect(await storedRows(database)).toEqual(before)
  })

  test('are noted: the last decision of each, and every act with who, why and when', async () => {
    serviceWith({ id: 'one', requirement: count(1) })
    await service.awardBadge('ann', 'one', { reason: 'a prize' })
    service.setClock('2026-04-21T12:00Z')
    await service.revokeBadge('ann', 'one', { reason: 'a mix-up', by: 'eve', lasting: true })
    const decided = { reason: 'a mix-up', decidedBy: 'eve', decidedAt: april(21) }
    expect(await database.db.select().from(badgeDecisions)).toEqual([
      { userId: 'ann', badgeId: 'one', decision: 'revoked', ...decided },
    ])
    const log = await database.db.select().from(auditLog).orderBy(auditLog.id)
    expect(log).toMatchObject([
      {
        userId: 'ann',
        action: 'award',
        reason: 'a prize',
        doneBy: null,
        doneAt: april(20),
        details: { badgeId: 'one' },
      },
      {
        userId: 'ann',
        action: 'revoke',
        reason: 'a mix-up',
        doneBy: 'eve',
        doneAt: april(21),
        details: { badgeId: 'one' },
      },
    ])
  })
})
