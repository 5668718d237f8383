import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explanationText, type MilestoneService, parseCatalog } from '../../../src/index.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { scale } from '../../support/scale.js'

const lesson = (userId: string, itemKey = 'a', day = '2026-05-01') => ({
  userId,
  category: 'lesson',
  itemKey,
  completedAt: new Date(`${day}T09:00:00Z`),
})
const key = (userId: string, itemKey = 'a') => ({ userId, category: 'lesson', itemKey })
const asGiven = { userId: 'userId', category: 'category', itemKey: 'itemKey', completedAt: 'completedAt' }
const because = { reason: 'A test' }
const pioneer = (more: object = {}) => ({
  id: 'pioneer',
  title: 'Pioneer',
  requirement: { type: 'count', category: 'lesson', target: 1 },
  reward: { points: 30 },
  limit: 2,
  ...more,
})
const follower = { id: 'follower', title: 'Follower', requirement: { type: 'points', target: 30 } }
const catalogOf = (...milestones: readonly object[]) => ({ milestones })

describeOnEach(everyDatabase, 'a badge with a limit', database => {
  const serve = (catalog: object = catalogOf(pioneer(), follower)) => clockedService(database.host.db, catalog)
  const holders = async (service: MilestoneService, users = 'abcde', id = 'pioneer') => {
    const held = await Promise.all(
      [...users].map(async user => ((await service.getUserBadges(user)).some(badge => badge.id === id) ? user : '')),
    )
    expect(await service.verify()).toEqual([])
    return held.join('')
  }

  test('goes to the first users by recording, and nothing follows from it for the others', async () => {
    const service = serve()
    const results = await service.record([lesson('a'), lesson('b'), lesson('c', 'a', '2026-01-01')])
    expect(results.map(({ awarded }) => awarded.map(({ id }) => id))).toEqual([
      ['pioneer', 'follower'],
      ['pioneer', 'follower'],
      [],
    ])
    expect(await service.record(lesson('d'))).toMatchObject({ awarded: [] })
    expect(await service.checkAndAwardMilestones('c')).toEqual([])
    expect(await holders(service)).toBe('ab')
    expect(await service.getUserProgress('c')).toMatchObject({
      totalPoints: 0,
      milestones: [{ status: 'full', current: 1 }, { status: 'open' }],
    })
    expect((await service.whatNext('e')).map(({ id }) => id)).toEqual(['follower'])
    expect(await service.getUserProgress('a')).toMatchObject({
      milestones: [{ status: 'earned' }, { status: 'earned' }],
    })
  })

  test('is explained to those who came too late, in their language', async () => {
    const service = serve(catalogOf(pioneer({ limit: 1 })))
    await service.record([lesson('a'), lesson('b')])
    const explained = await service.explain('b', 'pioneer')
    expect(explained).toMatchObject({ status: 'full', holds: true, nextStep: { type: 'none', because: 'full' } })
    expect(explanationText(explained)).toContain('All badges of this kind have been given.')
    const german = explanationText(await service.explain('b', 'pioneer', { locale: 'de' }))
    expect(german).toContain('Alle Abzeichen dieser Art sind vergeben.')
    expect(await service.explain('a', 'pioneer')).toMatchObject({ status: 'earned', nextStep: null })
  })

  test('has a free place after an undo, a revocation and an erasure, for the next user who is counted', async () => {
    const service = serve()
    await service.record([lesson('a'), lesson('b'), lesson('c'), lesson('d'), lesson('e')])
    await service.undo(key('a'), because)
    expect(await holders(service)).toBe('b')
    expect(await service.getUserProgress('e')).toMatchObject({ milestones: [{ status: 'open' }, {}] })
    expect((await service.checkAndAwardMilestones('d')).map(({ id }) => id)).toEqual(['pioneer', 'follower'])
    await service.revokeBadge('b', 'pioneer', because)
    expect((await service.record(lesson('f'))).awarded.map(({ id }) => id)).toEqual(['pioneer', 'follower'])
    await service.eraseUser('d', because)
    expect(await service.checkAndAwardMilestones('c')).toHaveLength(2)
    expect(await service.checkAndAwardMilestones('e')).toEqual([])
    expect(await holders(service, 'abcef')).toBe('cf')
  })

  test('has its place again after the transaction of the host was rolled back', async () => {
    const service = serve(catalogOf(pioneer({ limit: 1 })))
    const rolledBack = database.host.transaction(async tx => {
      expect((await service.record(lesson('a'), { db: tx })).awarded).toHaveLength(1)
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    await service.record(lesson('b'))
    await service.record(lesson('a'))
    expect(await holders(service)).toBe('b')
  })

  test('moves with its user to another id, and has a free place after two of its holders were made one user', async () => {
    const service = serve()
    await service.record([lesson('a'), lesson('b'), lesson('c')])
    await service.mergeUsers({ from: 'c', into: 'e' }, because)
    await service.renameUser('a', 'd', because)
    expect(await service.checkAndAwardMilestones('e')).toEqual([])
    expect(await holders(service, 'bde')).toBe('bd')
    await service.mergeUsers({ from: 'd', into: 'b' }, because)
    expect(await service.checkAndAwardMilestones('e')).toHaveLength(2)
    expect(await holders(service, 'be')).toBe('be')
    await service.mergeUsers({ from: 'b', into: 'f' }, because)
    expect((await service.record(lesson('g'))).awarded).toEqual([])
    expect(await holders(service, 'efg')).toBe('ef')
  })

  test('is given and taken with points that are given and taken manually', async () => {
    const rich = { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 50 }, limit: 1 }
    const service = serve(catalogOf(rich))
    const adjust = (userId: string, points: number, key: string) =>
      service.adjustPoints(userId, { points, key, ...because })
    expect((await adjust('a', 60, '1')).awarded).toHaveLength(1)
    expect((await adjust('b', 60, '1')).awarded).toEqual([])
    expect(await holders(service, 'ab', 'rich')).toBe('a')
    expect((await adjust('a', -20, '2')).revoked).toHaveLength(1)
    expect((await adjust('b', 5, '2')).awarded).toHaveLength(1)
    expect(await holders(service, 'ab', 'rich')).toBe('b')
  })

  test('goes to a user whose completions were folded while no place was free', async () => {
    const service = serve()
    await service.apply(parseCatalog(catalogOf(pioneer({ limit: 1 }))))
    await service.record([lesson('a'), lesson('b', 'a', '2026-01-01')])
    await service.foldCompletions(new Date('2026-03-01'), { categories: ['lesson'] })
    expect(await holders(service)).toBe('a')
    await service.undo(key('a'), because)
    expect(await service.checkAndAwardMilestones('b')).toHaveLength(1)
    expect(await holders(service)).toBe('b')
  })

  test('can be awarded manually while places are left, and confirmed at any time', async () => {
    const service = serve(catalogOf(pioneer()))
    await service.awardBadge('a', 'pioneer', because)
    await service.record([lesson('b'), lesson('c')])
    const error = { code: 'BADGE_LIMIT_REACHED', details: { badgeId: 'pioneer' } }
    await expect(service.awardBadge('d', 'pioneer', because)).rejects.toMatchObject(error)
    expect(await service.getUserProgress('d')).toMatchObject({ totalPoints: 0, completedMilestones: [] })
    expect(await service.awardBadge('b', 'pioneer', because)).toMatchObject({ status: 'held' })
    expect(await holders(service)).toBe('ab')
    await service.revokeBadge('a', 'pioneer', because)
    await service.awardBadge('d', 'pioneer', because)
    expect(await holders(service)).toBe('bd')
  })

  test('counts imported badges too, and keeps those beyond its limit', async () => {
    const service = serve(catalogOf(pioneer()))
    await service.record(lesson('a'))
    const badge = (userId: string) => ({ ...lesson(userId), category: 'milestone_badge', itemKey: 'pioneer' })
    await service.importCompletions([badge('b'), badge('c'), lesson('d')], asGiven, { badges: true })
    await service.record(lesson('e'))
    expect(await holders(service)).toBe('abc')
    await service.undo(key('a'), because)
    expect(await service.checkAndAwardMilestones('d')).toEqual([])
    await service.revokeBadge('b', 'pioneer', because)
    expect(await service.checkAndAwardMilestones('d')).toHaveLength(1)
  })

  test('is planned and applied: who reached it first gets it, and nobody loses it by a smaller limit', async () => {
    const service = serve(catalogOf(follower))
    await service.record([
      lesson('a', 'a', '2026-04-01'),
      lesson('b', 'a', '2026-03-01'),
      lesson('c', 'a', '2026-02-01'),
      lesson('d', 'a', '2026-01-01'),
    ])
    for (const [limit, policy, gained, expected, beyond] of [
      [2, 'keep', 2, 'cd', []],
      [1, 'keep', 0, 'cd', [{ limit: 1, userCount: 2 }]],
      [1, 'recompute', 0, 'cd', [{ limit: 1, userCount: 2 }]],
      [3, 'keep', 1, 'bcd', []],
      [undefined, 'keep', 1, 'abcd', []],
      [2, 'recompute', 0, 'abcd', [{ limit: 2, userCount: 4 }]],
    ] as const) {
      const catalog = parseCatalog(catalogOf(pioneer({ limit }), follower))
      const plan = await service.plan(catalog, { policy })
      expect(plan.badges.map(({ id, gained, lost }) => [id, gained.userCount, lost.userCount])).toEqual(
        gained === 0 ? [] : ['pioneer', 'follower'].map(id => [id, gained, 0]),
      )
      const examples = [...expected]
      const warnings = beyond.map(({ limit, userCount }) => {
        return { type: 'beyond-limit', id: 'pioneer', limit, users: { userCount, examples } }
      })
      expect(plan.warnings).toMatchObject(warnings)
      expect(plan.warnings).toHaveLength(warnings.length)
      expect(await service.apply(catalog, { policy })).toMatchObject({ awardedCount: gained * 2, revokedCount: 0 })
      expect(await holders(service)).toBe(expected)
      expect(await service.apply(catalog)).toMatchObject({ awardedCount: 0 })
    }
    const [warning] = (await service.plan(parseCatalog(catalogOf(pioneer({ limit: 3 }))))).warnings
    expect(warning!.message).toBe(
      '4 users have "pioneer", more than its limit of 3. They keep it, and nobody else gets it.',
    )
    expect((await service.plan(parseCatalog(catalogOf(pioneer({ limit: 5 }), follower)))).changes).toMatchObject({
      milestones: { changed: [{ id: 'pioneer', sides: ['conditions'] }] },
    })
    await service.record(lesson('e'))
    expect(await service.getUserProgress('e')).toMatchObject({ milestones: [{ status: 'full' }, {}] })
  })

  test('keeps its places under a new id, and has as many for each tier', async () => {
    await serve(catalogOf(pioneer())).record([lesson('a'), lesson('b')])
    const tiers = [{ key: 'one', target: 1, formerly: ['pioneer'] }, 2]
    const service = serve(
      catalogOf({ ...pioneer({ id: 'learner' }), tiers, requirement: { type: 'count', category: 'lesson' } }),
    )
    await service.record([lesson('c'), lesson('c', 'b'), lesson('d'), lesson('d', 'b'), lesson('e'), lesson('e', 'b')])
    expect(await holders(service, 'abcde', 'learner#2')).toBe('cd')
    await service.checkAndAwardMilestones('a')
    await service.checkAndAwardMilestones('b')
    expect(await holders(service, 'abcde', 'learner#one')).toBe('ab')
  })

  test('is never held by more users than its limit, and always by as many as it can once they are counted', async () => {
    const users = ['a', 'b', 'c', 'd']
    const step = fc.record({
      type: fc.constantFrom('record', 'record', 'record', 'undo', 'revoke', 'check'),
      userId: fc.constantFrom(...users),
      itemKey: fc.constantFrom('x', 'y'),
      day: fc.constantFrom('2026-04-01', '2026-04-02', '2026-04-03'),
    })
    const second = {
      id: 'second',
      title: 'Second',
      requirement: { type: 'count', category: 'lesson', target: 2 },
      limit: 1,
    }
    const both = {
      id: 'both',
      title: 'Both',
      requirement: { type: 'milestones', ids: ['pioneer', 'second'] },
      limit: 1,
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async steps => {
        await database.clear()
        const service = serve(catalogOf(pioneer(), second, both, follower))
        for (const { type, userId, itemKey, day } of steps) {
          if (type === 'record') await service.record(lesson(userId, itemKey, day))
          else if (type === 'undo') await service.undo(key(userId, itemKey), because)
          else if (type === 'check') await service.checkAndAwardMilestones(userId)
          else await service.revokeBadge(userId, 'pioneer', { ...because, lasting: itemKey === 'x' })
          const held = await Promise.all(users.map(user => service.getUserBadges(user)))
          const ids = held.flat().map(({ id }) => id as string)
          expect(ids.filter(id => id === 'pioneer').length).toBeLessThanOrEqual(2)
          expect(ids.filter(id => id === 'second').length).toBeLessThanOrEqual(1)
        }
        expect(await service.verify()).toEqual([])
        for (const userId of users) await service.checkAndAwardMilestones(userId)
        const explained = await Promise.all(users.map(userId => service.explain(userId, 'pioneer')))
        const able = explained.filter(({ holds, status }) => holds && status !== 'revoked').length
        expect((await holders(service, 'abcd')).length).toBe(Math.min(able, 2))
        expect((await service.rebuild()).awardedCount).toBe(0)
      }),
      { numRuns: scale(2, 300) },
    )
  })
})

test.each([
  [{ limit: 0 }, /milestones\[0\]\.limit/],
  [{ limit: 1.5 }, /milestones\[0\]\.limit/],
  [{ repeatable: {} }, /milestones\[0\]\.limit: cannot be combined with repeatable/],
])('a catalog cannot say %j', (more, fault) => {
  expect(() => parseCatalog(catalogOf(pioneer(more)))).toThrow(fault)
})
