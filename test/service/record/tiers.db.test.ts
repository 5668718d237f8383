import { describe, expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../../src/index.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const bronze = { key: 'bronze', target: 5, title: 'Bronze', reward: { points: 1 } }
const silver = { key: 'silver', target: 10, title: 'Silver', reward: { points: 10 } }
const gold = { key: 'gold', target: 50, title: 'Gold', reward: { points: 100 } }
const posts = (tiers: readonly unknown[], more: object = {}) =>
  parseCatalog({
    milestones: [{ id: 'posts', title: 'Writer', requirement: { type: 'count', category: 'post' }, tiers, ...more }],
  })
const twelve = Array.from({ length: 12 }, (_, i) => ({ userId: 'ann', category: 'post', itemKey: `${i}` }))

describeOnEach(everyDatabase, 'tiers by their keys', database => {
  const serviceWith = (catalog: ReturnType<typeof posts>): MilestoneService =>
    createMilestoneService({ db: database.host.db, catalog, onWarning: () => {}, whenUnapplied: 'warn' })
  const held = async (service: MilestoneService) =>
    (await service.getUserBadges('ann')).map(({ id, name }) => `${id} ${name}`).sort()

  describe.each(['keep', 'recompute', 'reprice'] as const)('applied with %s', policy => {
    test('a tier put in front changes no other', async () => {
      const service = serviceWith(posts([silver, gold]))
      await service.record(twelve)
      expect(await held(service)).toEqual(['posts#silver Silver'])
      const report = await service.apply(posts([bronze, silver, gold]), { policy })
      expect(report).toMatchObject({ awardedCount: 1, revokedCount: 0 })
      expect(await held(service)).toEqual(['posts#bronze Bronze', 'posts#silver Silver'])
      expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 11 })
      expect(await service.verify()).toEqual([])
    })

    test('a tier taken out changes no other', async () => {
      const service = serviceWith(posts([bronze, silver, gold]))
      await service.record(twelve)
      await service.apply(posts([silver, gold]), { policy })
      const kept = policy === 'recompute' ? [] : ['posts#bronze Bronze']
      expect(await held(service)).toEqual([...kept, 'posts#silver Silver'])
      expect(await service.verify()).toEqual([])
    })
  })

  test('a number is its own key, and so is the target of a tier without one', async () => {
    const service = serviceWith(posts([5, { target: 10, reward: { points: 3 } }]))
    await service.record(twelve)
    expect(await held(service)).toEqual(['posts#10 Writer 10', 'posts#5 Writer 5'])
    await service.apply(posts([2, 5, { target: 10 }, 11]))
    expect(await held(service)).toEqual([
      'posts#10 Writer 10',
      'posts#11 Writer 11',
      'posts#2 Writer 2',
      'posts#5 Writer 5',
    ])
  })

  test('of tiers that replace each other the highest is shown, also after one was put in front or between', async () => {
    const replace = { tierMode: 'replace' }
    const service = serviceWith(posts([silver, gold], replace))
    await service.record(twelve)
    await service.apply(posts([bronze, silver, gold], replace))
    expect(await held(service)).toEqual(['posts#silver Silver'])
    const { earnedBadges, completedMilestones } = await service.getUserProgress('ann')
    expect([earnedBadges.map(({ id }) => id), completedMilestones]).toEqual([
      ['posts#silver'],
      ['posts#bronze', 'posts#silver'],
    ])
    await service.apply(posts([bronze, silver, { key: 'more', target: 11, title: 'More' }, gold], replace))
    expect(await held(service)).toEqual(['posts#more More'])
    await service.revokeBadge('ann', 'posts#more', { reason: 'test' })
    expect(await held(service)).toEqual(['posts#silver Silver'])
  })

  test('a lower tier is not shown if the tiers between were revoked manually', async () => {
    const service = serviceWith(posts([bronze, silver, gold], { tierMode: 'replace' }))
    await service.record(twelve.slice(0, 5))
    await service.awardBadge('ann', 'posts#gold', { reason: 'test' })
    expect(await held(service)).toEqual(['posts#gold Gold'])
  })

  test('are asked for by their keys', async () => {
    const service = serviceWith(posts([bronze, silver, gold]))
    await service.record(twelve)
    expect(await service.explain('ann', 'posts#silver')).toMatchObject({
      isEarned: true,
      milestone: { title: 'Silver', tier: { of: 'posts', key: 'silver', number: 2, count: 3 } },
    })
    expect((await service.whatNext('ann')).map(({ id }) => id)).toEqual(['posts#gold'])
    const { milestones } = await service.getMilestoneStatistics('posts')
    expect(milestones.map(({ id }) => id)).toEqual(['posts#bronze', 'posts#silver', 'posts#gold'])
    await expect(service.explain('ann', 'posts#2')).rejects.toMatchObject({ code: 'MILESTONE_NOT_FOUND' })
  })
})
