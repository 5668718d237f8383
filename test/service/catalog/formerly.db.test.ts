import { expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../../src/index.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const post = { type: 'count', category: 'post' }
const steward = { id: 'steward', requirement: { ...post, target: 10 }, reward: { points: 100 } }
const tiered = (...formerly: readonly string[]) => ({
  id: 'steward',
  requirement: post,
  reward: { points: 10 },
  tiers: [
    { key: 'bronze', target: 10, ...(formerly.length > 0 && { formerly }) },
    { key: 'silver', target: 20 },
    { key: 'gold', target: 30 },
  ],
})
const catalogOf = (...milestones: readonly object[]) =>
  parseCatalog({ milestones: milestones.map(given => ({ title: 'M', ...given })) })
const hand = { reason: 'test' }
const posts = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({
    userId: 'ann',
    category: 'post',
    itemKey: `${from + i}`,
    completedAt: new Date(Date.UTC(2026, 0, 1 + from + i)),
  }))

describeOnEach(everyDatabase, 'badges of former ids', database => {
  const serviceWith = (...milestones: readonly object[]): MilestoneService =>
    createMilestoneService({
      db: database.host.db,
      catalog: catalogOf(...milestones),
      onWarning: () => {},
      whenUnapplied: 'warn',
    })
  const held = async (service: MilestoneService) => {
    const badges = await service.getUserBadges('ann')
    return badges.map(({ id, points, earnedAt }) => [id, points, earnedAt.getUTCDate()])
  }

  test.each(['keep', 'recompute', 'reprice'] as const)('become tiers under %s, paid once', async policy => {
    const service = serviceWith(steward)
    await service.record(posts(35))
    const next = catalogOf(tiered('steward'))
    const plan = await service.plan(next, { policy })
    const one = { userCount: 1, examples: ['ann'] }
    expect(plan).toMatchObject({
      renamed: [{ from: 'steward', to: 'steward#bronze', users: one }],
      warnings: [],
      badges: [
        { id: 'steward#silver', gained: one },
        { id: 'steward#gold', gained: one },
      ],
    })
    expect(await service.apply(next, { policy })).toMatchObject({ awardedCount: 2, revokedCount: 0 })
    expect(await held(service)).toEqual([
      ['steward#bronze', policy === 'reprice' ? 10 : 100, 10],
      ['steward#silver', 10, 20],
      ['steward#gold', 10, 30],
    ])
    expect((await service.getLeaderboard()).entries).toMatchObject([{ points: policy === 'reprice' ? 30 : 120 }])
    expect((await service.plan(next, { policy })).affectedCount).toBe(0)
    expect(await service.verify()).toEqual([])
  })

  test('that are not named are warned of where the same is paid again', async () => {
    const service = serviceWith(steward)
    await service.record(posts(35))
    const { warnings, renamed } = await service.plan(catalogOf(tiered()))
    expect(renamed).toEqual([])
    expect(warnings).toMatchObject([
      { type: 'paid-again', id: 'steward#bronze', formerId: 'steward', users: { userCount: 1, examples: ['ann'] } },
    ])
    expect(warnings[0]!.message).toContain('formerly: ["steward"]')
    const other = { ...steward, id: 'keeper' }
    expect((await service.plan(catalogOf(other))).warnings).toMatchObject([{ id: 'keeper', formerId: 'steward' }])
    expect((await service.plan(catalogOf(other), { policy: 'recompute' })).warnings).toEqual([])
    const unlike = { id: 'unlike', requirement: { type: 'count', category: ['post', 'reply'], target: 35 } }
    expect((await service.plan(catalogOf(unlike))).warnings).toEqual([])
  })

  test('keep decisions, sightings and the completions that earned them', async () => {
    const service = serviceWith(steward, { id: 'gift', requirement: { ...post, target: 900 } })
    await service.record(posts(12))
    await service.markSeen('ann', ['steward'])
    await service.awardBadge('ann', 'gift', hand)
    await service.apply(catalogOf({ ...steward, id: 'keeper', formerly: ['steward'] }, { ...steward, id: 'gone' }))
    const renamedGift = { id: 'present', requirement: { ...post, target: 900 }, formerly: ['gift'] }
    await service.apply(catalogOf({ ...steward, id: 'keeper', formerly: ['steward'] }, renamedGift))
    expect((await held(service)).map(([id]) => id)).toEqual(expect.arrayContaining(['keeper', 'present']))
    expect((await service.getUnseenBadges('ann')).map(({ id }) => id)).not.toContain('keeper')
    expect(await service.explain('ann', 'present')).toMatchObject({ manualDecision: { decision: 'awarded' } })
    for (const { itemKey } of posts(5)) await service.undo({ userId: 'ann', category: 'post', itemKey }, hand)
    const ids = (await held(service)).map(([id]) => id)
    expect(ids).toContain('present')
    expect(ids).not.toContain('keeper')
    expect(await service.verify()).toEqual([])
  })

  test('that were revoked manually stay revoked', async () => {
    const service = serviceWith(steward)
    await service.record(posts(12))
    await service.revokeBadge('ann', 'steward', hand)
    await service.apply(catalogOf({ ...steward, id: 'keeper', formerly: ['steward'] }), { policy: 'recompute' })
    expect(await held(service)).toEqual([])
    await service.awardBadge('ann', 'keeper', hand)
    expect((await held(service)).map(([id]) => id)).toEqual(['keeper'])
  })

  test('that are held besides the new one are removed, and give no points twice', async () => {
    const service = serviceWith(steward)
    await service.record(posts(12))
    await service.apply(catalogOf({ ...steward, id: 'keeper' }))
    expect((await held(service)).map(([id]) => id)).toEqual(['keeper', 'steward'])
    const next = catalogOf({ ...steward, id: 'keeper', formerly: ['steward'] })
    const plan = await service.plan(next)
    expect(plan).toMatchObject({ renamed: [{ from: 'steward', to: 'keeper' }], points: { lowered: { userCount: 1 } } })
    await service.apply(next)
    expect(await held(service)).toEqual([['keeper', 100, 10]])
    expect((await service.getUserProgress('ann')).totalPoints).toBe(100)
    expect(await service.verify()).toEqual([])
  })

  test('are renamed by whatever counts the user next: a recording, an undo, a decision, a check', async () => {
    const next = catalogOf({ ...steward, id: 'keeper', formerly: ['steward'] })
    const old = serviceWith(steward)
    const users = ['rec', 'undo', 'award', 'revoke', 'check', 'read']
    for (const userId of users) await old.record(posts(12).map(given => ({ ...given, userId })))
    const service = createMilestoneService({
      db: database.host.db,
      catalog: next,
      onWarning: () => {},
      whenUnapplied: 'warn',
    })
    const idsOf = async (userId: string) => (await service.getUserBadges(userId)).map(({ id }) => id)
    expect((await service.getUserProgress('read')).completedMilestones).toEqual(['keeper'])
    await service.record({ userId: 'rec', category: 'post', itemKey: 'more' })
    await service.undo({ userId: 'undo', category: 'post', itemKey: '0' }, hand)
    expect(await service.awardBadge('award', 'keeper', hand)).toMatchObject({ status: 'held' })
    expect(await service.revokeBadge('revoke', 'keeper', hand)).toMatchObject({ status: 'revoked' })
    expect(await service.checkAndAwardMilestones('check')).toEqual([])
    expect(await Promise.all(users.map(idsOf))).toEqual([
      ['keeper'],
      ['keeper'],
      ['keeper'],
      [],
      ['keeper'],
      ['steward'],
    ])
    expect(await service.verify()).toEqual([])
  })

  test('become times, and times of another milestone keep their names', async () => {
    const once = { id: 'helper', requirement: { ...post, target: 2 }, reward: { points: 5 } }
    const service = serviceWith(once)
    await service.record(posts(5))
    await service.apply(catalogOf({ ...once, repeatable: {} }))
    expect((await held(service)).map(([id]) => id)).toEqual(['helper@1', 'helper@2'])
    await service.apply(catalogOf({ ...once, id: 'friend', repeatable: {}, formerly: ['helper'] }))
    expect((await held(service)).map(([id]) => id)).toEqual(['friend@1', 'friend@2'])
    await service.apply(catalogOf({ ...once, id: 'ally', formerly: ['friend@1'] }))
    expect((await held(service)).map(([id]) => id)).toEqual(['ally', 'friend@2'])
    expect((await service.getUserProgress('ann')).totalPoints).toBe(10)
    expect(await service.verify()).toEqual([])
  })

  test('are those of tiers too, one by one or all by their keys', async () => {
    const service = serviceWith(tiered())
    await service.record(posts(35))
    await service.apply(catalogOf({ ...tiered(), id: 'keeper', formerly: ['steward'] }))
    expect((await held(service)).map(([id]) => id)).toEqual(['keeper#bronze', 'keeper#silver', 'keeper#gold'])
    const [bronze, silver, gold] = tiered().tiers
    const tiers = [bronze, { ...silver, key: 'argent', formerly: ['keeper#silver'] }, gold]
    expect(await service.apply(catalogOf({ ...tiered(), id: 'keeper', tiers }))).toMatchObject({ awardedCount: 0 })
    expect((await held(service)).map(([id]) => id)).toEqual(['keeper#bronze', 'keeper#argent', 'keeper#gold'])
    expect(await service.verify()).toEqual([])
  })
})
