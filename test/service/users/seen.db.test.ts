import { expect, test } from 'vitest'
import { type CompletionInput, createMilestoneService, parseCatalog } from '../../../src/index.js'
import { badgeSightings, userProgress } from '../../../src/schema.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const at = (day: number): Date => new Date(Date.UTC(2026, 3, day))
const milestone = (id: string, target: number, more: object = {}) => {
  return { id, title: id, requirement: { type: 'count', category: 'lesson', target }, ...more }
}
const catalog = {
  milestones: [
    milestone('one', 1, { title: { en: 'One', de: 'Eins' } }),
    milestone('two', 2),
    { id: 'gift', title: 'Gift', requirement: { type: 'count', category: 'never', target: 1 } },
    { id: 'of-gift', title: 'Of gift', requirement: { type: 'milestones', ids: ['gift'] } },
  ],
}
const lesson = (day: number): CompletionInput => {
  return { userId: 'ann', category: 'lesson', itemKey: `on ${day}`, completedAt: at(day) }
}
const hand = { reason: 'well done' }

describeOnEach(everyDatabase, 'what was celebrated', database => {
  const newService = () => clockedService(database.host.db, catalog)
  const unseenIds = async (options = {}) => (await newService().getUnseenBadges('ann', options)).map(({ id }) => id)

  test('is nothing at first: badges wait in order of their dates, until they are seen', async () => {
    const service = newService()
    await service.record([lesson(2), lesson(1)])
    expect((await service.getUnseenBadges('ann')).map(({ id, earnedAt }) => [id, earnedAt])).toEqual([
      ['one', at(1)],
      ['two', at(2)],
    ])
    expect(await service.markSeen('ann', ['one'])).toEqual(['one'])
    expect(await unseenIds()).toEqual(['two'])
  })

  test('lists all times of a repeatable milestone, also in a process with an older catalog', async () => {
    const withTimes = { milestones: [...catalog.milestones, milestone('again', 1, { repeatable: {} })] }
    const newer = clockedService(database.host.db, withTimes)
    await newer.apply(parseCatalog(withTimes))
    await newer.record([lesson(1), lesson(2)])
    const options = { whenUnapplied: 'warn', onWarning: () => {} } as const
    const older = createMilestoneService({ db: database.host.db, catalog: parseCatalog(catalog), ...options })
    expect(await older.markSeen('ann', ['again'])).toEqual(['again@1', 'again@2'])
  })

  test('is in the requested locale', async () => {
    const service = newService()
    await service.record([lesson(1)])
    expect((await service.getUnseenBadges('ann', { locale: 'de' }))[0]?.name).toBe('Eins')
    await expect(service.getUnseenBadges('ann', { locale: 'none at all' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
  })

  test('is marked once: each badge comes back to one caller', async () => {
    const service = newService()
    await service.record([lesson(1), lesson(2)])
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => newService().markSeen('ann', ['two', 'one', 'two'])),
    )
    expect(answers.filter(ids => ids.length > 0)).toEqual([['two', 'one']])
    expect(await service.markSeen('ann', ['one'])).toEqual([])
  })

  test('is of badges held alone: others and unknown users are ignored', async () => {
    const service = newService()
    await service.record([lesson(1)])
    expect(await service.markSeen('ann', ['two', 'no such', 'one'])).toEqual(['one'])
    expect(await service.markSeen('nobody', ['one'])).toEqual([])
    expect(await service.markSeen('ann', [])).toEqual([])
    expect(await service.getUnseenBadges('nobody')).toEqual([])
    expect(await database.db.select().from(badgeSightings)).toHaveLength(1)
    expect((await service.exportUser('nobody')).standing).toBeNull()
    await service.record([lesson(2)])
    expect(await unseenIds()).toEqual(['two'])
  })

  test('is refused without badges', async () => {
    const service = newService()
    const refused = { code: 'INPUT_INVALID', details: { field: 'badgeIds' } }
    await expect(service.markSeen('ann', 'one' as unknown as string[])).rejects.toMatchObject(refused)
    await expect(service.markSeen('ann', [''])).rejects.toMatchObject(refused)
  })

  test('leaves out what a count found, unless it is asked for', async () => {
    const service = newService()
    await database.db.insert(userProgress).values([lesson(1), lesson(2)])
    await service.checkAndAwardMilestones('ann')
    expect(await unseenIds()).toEqual([])
    expect(await unseenIds({ includeBackfilled: true })).toEqual(['one', 'two'])
    await service.markSeen('ann', ['one'])
    expect(await unseenIds({ includeBackfilled: true })).toEqual(['two'])
  })

  test('leaves out the badges that the host stored, unless they are asked for', async () => {
    const row = { userId: 'ann', category: 'milestone_badge', itemKey: 'old', completedAt: at(1) }
    await database.db.insert(userProgress).values([row, { ...row, itemKey: 'odd', metadata: { awardedBy: 'me' } }])
    await newService().rebuild()
    expect(await unseenIds()).toEqual([])
    expect(await unseenIds({ includeBackfilled: true })).toEqual(['odd', 'old'])
  })

  test('includes manually awarded badges, and the badges they earn', async () => {
    const service = newService()
    const { badge } = await service.awardBadge('ann', 'gift', hand)
    expect(badge.awardedBy).toBeNull()
    expect(await unseenIds()).toEqual(['gift', 'of-gift'])
  })

  test('does not wait for badges that went', async () => {
    const service = newService()
    await service.record([lesson(1), lesson(2)])
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: 'on 2' }, hand)
    expect(await unseenIds()).toEqual(['one'])
  })

  test('stays seen when a badge goes and comes again', async () => {
    const service = newService()
    await service.record([lesson(1)])
    await service.markSeen('ann', ['one'])
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: 'on 1' }, hand)
    await service.record([lesson(1)])
    expect(await unseenIds()).toEqual([])
  })

  test('is of the highest tier where tiers replace each other', async () => {
    const tiered = milestone('reads', 1, {
      requirement: { type: 'count', category: 'lesson' },
      tiers: [1, 2],
      tierMode: 'replace',
    })
    const service = clockedService(database.host.db, { milestones: [tiered] })
    await service.record([lesson(1), lesson(2)])
    expect(await unseenIds()).toEqual(['reads#2'])
    await service.markSeen('ann', ['reads#2'])
    expect(await unseenIds()).toEqual([])
  })

  test("goes with the caller's transaction", async () => {
    const service = newService()
    await service.record([lesson(1)])
    const undecided = database.host.transaction(async tx => {
      expect(await service.markSeen('ann', ['one'], { db: tx })).toEqual(['one'])
      expect(await service.getUnseenBadges('ann', { db: tx })).toEqual([])
      throw new Error('the host changed its mind')
    })
    await expect(undecided).rejects.toThrow('changed its mind')
    expect(await unseenIds()).toEqual(['one'])
  })
})
