import { expect, test } from 'vitest'
import { createMilestoneService, parseCatalog } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const count = (target: number) => ({ type: 'count', category: 'lesson', target })
const catalog = {
  milestones: [
    {
      id: 'first',
      title: { en: 'First', de: 'Erste' },
      description: { en: 'One lesson', de: 'Eine Lektion' },
      icon: '🎯',
      category: 'school',
      rarity: 'epic',
      requirement: count(5),
      reward: { badge: { en: 'First', de: 'Erste' }, badgeIcon: '🎯', points: 10, unlocks: ['playground'] },
      formerly: ['one'],
    },
    { id: 'again', title: 'Again', requirement: count(7), reward: { points: 5 }, repeatable: {} },
    {
      id: 'steps',
      title: 'Steps',
      requirement: { type: 'count', category: 'lesson' },
      tiers: [
        { key: 'low', target: 20, reward: { points: 1 } },
        { key: 'high', target: 30, reward: { points: 2 } },
      ],
      tierMode: 'replace',
    },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 15 }, reward: { points: 100 } },
  ],
}
const at = new Date('2026-03-01T09:00:00Z')
const badgeRow = (itemKey: string, metadata?: object) => ({
  userId: 'ann',
  category: 'milestone_badge',
  itemKey,
  completedAt: at,
  ...(metadata && { metadata: { ...metadata } as Record<string, unknown> }),
})

describeOnEach(everyDatabase, 'a badge row that the host wrote', database => {
  const open = (given: unknown = catalog) => {
    const warnings: string[] = []
    const service = createMilestoneService({
      db: database.host.db,
      catalog: parseCatalog(given),
      now: () => new Date('2026-03-02T00:00:00Z'),
      onWarning: warning => void warnings.push(warning),
    })
    return { service, warnings }
  }

  test('is complete once its user was counted, and its points and unlocks count for other badges', async () => {
    const { service, warnings } = open()
    await database.db.insert(userProgress).values([badgeRow('first'), badgeRow('steps#low'), badgeRow('steps#high')])
    expect((await service.verify()).length).toBeGreaterThan(0)
    expect(await service.checkAndAwardMilestones('ann')).toEqual([])
    await database.db.insert(userProgress).values([badgeRow('again')])
    expect((await service.checkAndAwardMilestones('ann')).map(({ id }) => id)).toEqual(['rich'])
    const { earnedBadges, totalPoints } = await service.getUserProgress('ann')
    expect(earnedBadges.find(({ id }) => id === 'first')).toMatchObject({
      name: 'First',
      icon: '🎯',
      description: 'One lesson',
      category: 'school',
      rarity: 'epic',
      points: 10,
      unlocks: ['playground'],
      earnedAt: at,
    })
    expect(earnedBadges.map(({ id }) => id).sort()).toEqual(['again@1', 'first', 'rich', 'steps#high'])
    expect((await service.getUserBadges('ann', { locale: 'de' })).find(({ id }) => id === 'first')?.name).toBe('Erste')
    expect(totalPoints).toBe(118)
    expect(await service.hasUnlock('ann', 'playground')).toBe(true)
    expect([await service.verify(), warnings]).toEqual([[], []])
  })

  test('keeps its own content, and what was filled in earlier', async () => {
    await database.db.insert(userProgress).values([badgeRow('one', { badge: 'My own', points: 0, mine: true })])
    await open().service.rebuild()
    const [first, ...others] = catalog.milestones
    const later = { ...first, rarity: 'legendary', reward: { ...first!.reward, points: 90, unlocks: ['attic'] } }
    const { service } = open({ milestones: [later, ...others] })
    await service.rebuild()
    expect(await service.getUserBadges('ann')).toMatchObject([
      { id: 'first', name: 'My own', points: 0, rarity: 'epic', unlocks: ['playground'] },
    ])
    const [row] = await database.db.select({ metadata: userProgress.metadata }).from(userProgress)
    expect(row?.metadata).toMatchObject({ mine: true, badge: 'My own' })
    expect(row?.metadata).not.toHaveProperty('texts')
  })

  test('is reported once if the catalog does not know it, and stays', async () => {
    const { service, warnings } = open()
    await database.db
      .insert(userProgress)
      .values([badgeRow('lost'), badgeRow('steps'), badgeRow('told', { badge: 'x' })])
    for (let i = 0; i < 2; i++) await service.rebuild()
    expect(warnings.map(warning => /"([^"]+)"/.exec(warning)?.[1]).sort()).toEqual(['lost', 'steps', 'told'])
    expect((await service.getUserBadges('ann')).map(({ id }) => id).sort()).toEqual(['lost', 'steps', 'told'])
    expect(await service.verify()).toEqual([])
  })

  test('is filled in when an undo counts its user', async () => {
    const { service } = open()
    await service.record({ userId: 'ann', category: 'lesson', itemKey: 'a' })
    await database.db.insert(userProgress).values([badgeRow('first')])
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: 'a' }, { reason: 'a mistake' })
    expect(await service.verify()).toEqual([])
    expect((await service.getUserProgress('ann')).totalPoints).toBe(10)
  })
})
