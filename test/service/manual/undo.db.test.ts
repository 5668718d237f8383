import { afterEach, describe, expect, test } from 'vitest'
import type { CompletionInput, MilestoneDefinition } from '../../../src/index.js'
import { auditLog, userProgress } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { storedRows } from '../../support/stored-rows.js'

const april = (day: number, hour = '12:00'): Date => new Date(`2026-04-${String(day).padStart(2, '0')}T${hour}Z`)
const done = (itemKey: string, completedAt: Date, more: Partial<CompletionInput> = {}): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey, completedAt, ...more }
}
const key = (itemKey: string, category = 'lesson') => ({ userId: 'ann', category, itemKey })
const mistake = { reason: 'entered twice', by: 'support' }
const count = (target: number) => ({ type: 'count', category: 'lesson', target }) as const
const points = (target: number) => ({ type: 'points', target }) as const
type Goal = Partial<MilestoneDefinition> & Pick<MilestoneDefinition, 'id' | 'requirement'>
const goal = (given: Goal): unknown => ({ title: given.id, ...given })
const worth = (points: number) => ({ reward: { points } })

describeOnEach(everyDatabase, 'undo', database => {
  let service: ClockedService
  const serviceWith = (...goals: Goal[]): ClockedService => {
    service = clockedService(database.host.db, { milestones: goals.map(goal) })
    return service
  }
  const heldIds = async (): Promise<string[]> => (await service.getUserBadges('ann')).map(({ id }) => id)
  const totalPoints = async (): Promise<number> => (await service.getUserProgress('ann')).totalPoints
  const undo = async (itemKey: string) => {
    const result = await service.undo(key(itemKey), mistake)
    return result.status === 'undone' ? result.revoked.map(({ id }) => id) : result.status
  }

  afterEach(async () => {
    expect(await service.verify()).toEqual([])
  })

  describe('of a completion', () => {
    test('answers as it was stored, and takes the badge that rested on it', async () => {
      serviceWith({ id: 'two', requirement: count(2), ...worth(10) })
      await service.record([done('a', april(1)), done('b', april(2), { metadata: { lang: 'ts' } })])
      const result = await service.undo(key('b'), mistake)
      expect(result).toMatchObject({
        status: 'undone',
        completion: { ...done('b', april(2)), metadata: { lang: 'ts' } },
        revoked: [{ id: 'two', earnedAt: april(2), points: 10, awardedBy: { itemKey: 'b' } }],
      })
      expect(await service.getUserProgress('ann')).toMatchObject({
        totalPoints: 0,
        earnedBadges: [],
        milestones: [{ current: 1, isEarned: false }],
      })
    })

    test('leaves what holds without it, dated by what is left', async () => {
      serviceWith({ id: 'two', requirement: count(2) })
      await service.record(['a', 'b', 'c'].map((itemKey, i) => done(itemKey, april(1 + i))))
      expect(await undo('c')).toEqual([])
      expect(await service.getUserBadges('ann')).toMatchObject([{ id: 'two', earnedAt: april(2) }])
      await service.record(done('c', april(3)))
      expect(await undo('a')).toEqual([])
      expect(await service.getUserBadges('ann')).toMatchObject([{ id: 'two', earnedAt: april(3) }])
    })

    test('lets it be done again, and then earned again with a date of its own', async () => {
      serviceWith({ id: 'two', requirement: count(2) })
      await service.record([done('a', april(1)), done('b', april(2))])
      await undo('a')
      const again = await service.record(done('a', april(5)))
      expect(again).toMatchObject({ status: 'recorded', awarded: [{ id: 'two', earnedAt: april(5) }] })
      expect(await service.record(done('a', april(5)))).toMatchObject({ status: 'duplicate', awarded: [{ id: 'two' }] })
      expect(await service.record(done('b', april(2)))).toMatchObject({ status: 'duplicate', awarded: [] })
    })

    test('lets a duplicate of another name only what is still held', async () => {
      serviceWith({ id: 'one', requirement: count(1) }, { id: 'two', requirement: count(2) })
      await service.record(done('a', april(1)))
      await service.record(done('b', april(2), { category: 'quiz' }))
      await service.record(done('b', april(2)))
      await undo('a')
      expect(await service.record(done('b', april(2)))).toMatchObject({ status: 'duplicate', awarded: [] })
      expect(await heldIds()).toEqual(['one'])
    })

    test('stays undone when everything is counted again', async () => {
      serviceWith({ id: 'one', requirement: count(1), ...worth(5) })
      await service.record(done('a', april(1)))
      await undo('a')
      await service.rebuild()
      expect(await service.checkAndAwardMilestones('ann')).toEqual([])
      expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 0, earnedBadges: [] })
    })

    test("works for rows of the host's own", async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      await database.db.insert(userProgress).values({ ...key('a'), completedAt: april(1) })
      await service.checkAndAwardMilestones('ann')
      expect(await undo('a')).toEqual(['one'])
    })

    test('announces no awards', async () => {
      serviceWith({ id: 'one', requirement: count(1) }, { id: 'two', requirement: count(2) })
      await service.record([done('a', april(1)), done('b', april(2))])
      const heard: string[] = []
      service.onAwarded(({ badge }) => void heard.push(badge.id))
      await undo('a')
      await service.close()
      expect(heard).toEqual([])
    })
  })

  describe('of what rests on each other', () => {
    test('a badge is not kept by its own points', async () => {
      serviceWith(
        { id: 'b', requirement: { type: 'count', category: 'quiz', target: 1 }, ...worth(60) },
        { id: 'd', requirement: count(1), ...worth(40) },
        { id: 'a', requirement: points(100), ...worth(50) },
      )
      await service.record([done('q', april(1), { category: 'quiz' }), done('l', april(2))])
      expect(await totalPoints()).toBe(150)
      expect(await undo('l')).toEqual(['a', 'd'])
      expect(await heldIds()).toEqual(['b'])
      expect(await totalPoints()).toBe(60)
    })

    test('two badges do not keep each other', async () => {
      serviceWith(
        { id: 'start', requirement: count(1), ...worth(10) },
        { id: 'one', requirement: points(10), ...worth(10) },
        { id: 'two', requirement: points(20), ...worth(10) },
      )
      await service.record(done('a', april(1)))
      expect(await totalPoints()).toBe(30)
      expect(await undo('a')).toEqual(['one', 'start', 'two'])
      expect(await totalPoints()).toBe(0)
    })

    test('takes what needs a badge that goes, by `milestones` or `after`', async () => {
      serviceWith(
        { id: 'one', requirement: count(1) },
        { id: 'all', requirement: { type: 'milestones', ids: ['one'] } },
        { id: 'quiz', requirement: { type: 'count', category: 'quiz', target: 1 }, after: ['all'] },
        { id: 'free', requirement: { type: 'count', category: 'quiz', target: 1 } },
      )
      await service.record([done('q', april(1), { category: 'quiz' }), done('a', april(2))])
      expect(await heldIds()).toEqual(['free', 'all', 'one', 'quiz'])
      expect(await undo('a')).toEqual(['all', 'one', 'quiz'])
      expect(await heldIds()).toEqual(['free'])
    })

    test('counts the points that a badge gave when it was awarded', async () => {
      serviceWith(
        { id: 'one', requirement: count(1), ...worth(60) },
        { id: 'two', requirement: count(2), ...worth(40) },
        { id: 'goal', requirement: points(60) },
      )
      await service.record([done('a', april(1)), done('b', april(2))])
      serviceWith(
        { id: 'one', requirement: count(1), ...worth(5) },
        { id: 'two', requirement: count(2), ...worth(5) },
        { id: 'goal', requirement: points(60) },
      )
      expect(await undo('b')).toEqual(['two'])
      expect(await heldIds()).toEqual(['goal', 'one'])
    })

    test('leaves badges that nothing held up before either: of a milestone made harder, retired or gone, and of the host', async () => {
      const easy = (id: string): Goal => ({ id, requirement: count(1) })
      serviceWith(easy('harder'), easy('retired'), easy('gone'), easy('same'))
      await service.record(done('a', april(1)))
      const row = { userId: 'ann', category: 'milestone_badge', itemKey: "host's", completedAt: april(1) }
      await database.db.insert(userProgress).values(row)
      serviceWith({ id: 'harder', requirement: count(5) }, { ...easy('retired'), retired: true }, easy('same'))
      await service.rebuild()
      expect(await undo('a')).toEqual(['same'])
      expect(await heldIds()).toEqual(['gone', 'harder', "host's", 'retired'])
    })

    test('leaves badges of the host where what is undone lay ahead and never counted', async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      const recordedAt = april(1)
      await database.db.insert(userProgress).values([
        { ...key('a'), completedAt: april(2), recordedAt },
        { userId: 'ann', category: 'milestone_badge', itemKey: 'one', completedAt: april(1), recordedAt },
      ])
      await service.rebuild()
      expect(await undo('a')).toEqual([])
      expect(await heldIds()).toEqual(['one'])
    })

    test('leaves what a catalog that is counted only now holds up', async () => {
      const old: Goal[] = [
        { id: 'b', requirement: { type: 'count', category: 'quiz', target: 1 }, ...worth(60) },
        { id: 'd', requirement: count(1), ...worth(40) },
        { id: 'a', requirement: points(100) },
      ]
      serviceWith(...old)
      await service.record([done('q', april(1), { category: 'quiz' }), done('l', april(2))])
      serviceWith(...old, { id: 'new', requirement: { type: 'count', category: 'quiz', target: 1 }, ...worth(50) })
      expect(await undo('l')).toEqual(['d'])
      expect(await service.getUserBadges('ann')).toMatchObject([
        { id: 'b' },
        { id: 'new', earnedAt: april(1) },
        { id: 'a', earnedAt: april(2) },
      ])
    })
  })

  describe('with onUndo keep', () => {
    const kept = { onUndo: 'keep' } as const

    test('leaves the badge, its points and what rests on it', async () => {
      serviceWith(
        { id: 'one', requirement: count(1), ...kept, ...worth(10) },
        { id: 'rich', requirement: points(10) },
        { id: 'plain', requirement: count(1) },
      )
      await service.record(done('a', april(1)))
      expect(await undo('a')).toEqual(['plain'])
      expect(await heldIds()).toEqual(['one', 'rich'])
      expect(await totalPoints()).toBe(10)
    })

    test('awards the badge once: when done again, it is already held', async () => {
      serviceWith({ id: 'one', requirement: count(1), ...kept, ...worth(10) })
      await service.record(done('a', april(1)))
      await undo('a')
      expect(await service.record(done('a', april(3)))).toMatchObject({ status: 'recorded', awarded: [] })
      expect(await service.record(done('a', april(3)))).toMatchObject({ status: 'duplicate', awarded: [{ id: 'one' }] })
      expect(await service.getUserBadges('ann')).toMatchObject([{ id: 'one', earnedAt: april(1) }])
      expect(await totalPoints()).toBe(10)
    })

    test('holds for every tier and time of the milestone', async () => {
      serviceWith(
        { id: 'tiers', requirement: { type: 'count', category: 'lesson' }, tiers: [1, 2], ...kept } as Goal,
        { id: 'times', requirement: count(1), repeatable: {}, ...kept },
        { id: 'other', requirement: count(2) },
      )
      await service.record([done('a', april(1)), done('b', april(2))])
      expect(await undo('a')).toEqual(['other'])
      expect(await undo('b')).toEqual([])
      expect(await heldIds()).toEqual(['tiers#1', 'times@1', 'tiers#2', 'times@2'])
    })
  })

  describe('if there is nothing to undo', () => {
    test('answers not-found and writes nothing', async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      await service.record([done('a', april(1)), done('b', april(1))])
      await undo('a')
      const before = await storedRows(database)
      for (const place of [
        key('a'),
        key('b', 'quiz'),
        { ...key('b'), userId: 'bob' },
        { ...key('b'), userId: 'nobody' },
      ]) {
        expect(await service.undo(place, mistake)).toEqual({ status: 'not-found' })
      }
      expect(await storedRows(database)).toEqual(before)
    })

    test('refuses what cannot be, names the field and writes nothing', async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      await service.record(done('a', april(1)))
      const before = await storedRows(database)
      const calls: readonly (readonly [string, unknown, unknown?])[] = [
        ['reason', { reason: '' }],
        ['reason', {}],
        ['reason', undefined],
        ['reason', { reason: 5 }],
        ['reason', { reason: 'a\u0000b' }],
        ['by', { reason: 'a mistake', by: '' }],
        ['by', { reason: 'a mistake', by: null }],
        ['userId', mistake, { ...key('a'), userId: '' }],
        ['itemKey', mistake, { ...key('a'), itemKey: '\ud800' }],
        ['category', mistake, { ...key('a'), category: undefined }],
        ['category', mistake, key('one', 'milestone_badge')],
      ]
      for (const [field, hand, place = key('a')] of calls) {
        const undoing = service.undo(place as ReturnType<typeof key>, hand as typeof mistake)
        await expect(undoing, field).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field } })
      }
      expect(await storedRows(database)).toEqual(before)
    })

    test('is refused after close', async () => {
      serviceWith({ id: 'one', requirement: count(1) })
      await service.close()
      await expect(service.undo(key('a'), mistake)).rejects.toMatchObject({ code: 'SERVICE_CLOSED' })
    })
  })

  describe('in a transaction of the host', () => {
    test('leaves nothing when that is rolled back', async () => {
      serviceWith({ id: 'one', requirement: count(1), ...worth(10) })
      await service.record(done('a', april(1)))
      const before = await storedRows(database)
      const rolledBack = database.host.transaction(async tx => {
        expect(await service.undo(key('a'), mistake, { db: tx })).toMatchObject({ status: 'undone' })
        expect((await service.getUserProgress('ann', { db: tx })).totalPoints).toBe(0)
        throw new Error('the host changed its mind')
      })
      await expect(rolledBack).rejects.toThrow('the host changed its mind')
      expect(await storedRows(database)).toEqual(before)
    })

    test('is seen once that is committed, with what was done again in it', async () => {
      serviceWith({ id: 'one', requirement: count(1) }, { id: 'two', requirement: count(2) })
      await service.record([done('a', april(1)), done('b', april(2))])
      await database.host.transaction(async tx => {
        await service.undo(key('a'), mistake, { db: tx })
        await service.undo(key('b'), mistake, { db: tx })
        await service.record(done('a', april(3)), { db: tx })
      })
      expect(await service.getUserBadges('ann')).toMatchObject([{ id: 'one', earnedAt: april(3) }])
    })
  })

  test('is noted: who, why, when, and what went', async () => {
    serviceWith({ id: 'one', requirement: count(1) })
    await service.record([done('a', april(1)), done('b', april(2))])
    service.setClock('2026-06-02T00:00Z')
    await service.undo(key('a'), { reason: 'a slip' })
    service.setClock('2026-06-03T00:00Z')
    await service.undo(key('b'), mistake)
    const log = await database.db.select().from(auditLog).orderBy(auditLog.id)
    expect(log).toMatchObject([
      {
        userId: 'ann',
        action: 'undo',
        reason: 'a slip',
        doneBy: null,
        doneAt: new Date('2026-06-02T00:00Z'),
        details: { category: 'lesson', itemKey: 'a', completedAt: april(1).toISOString(), revoked: [] },
      },
      {
        userId: 'ann',
        action: 'undo',
        reason: 'entered twice',
        doneBy: 'support',
        doneAt: new Date('2026-06-03T00:00Z'),
        details: { category: 'lesson', itemKey: 'b', completedAt: april(2).toISOString(), revoked: ['one'] },
      },
    ])
  })
})
