import { expect, test } from 'vitest'
import { explanationText, parseCatalog } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const lesson = (itemKey: string, day: string) => ({
  userId: 'ann',
  category: 'lesson',
  itemKey,
  completedAt: new Date(`${day}T09:00:00Z`),
})
const license = (more: object = {}) => ({
  id: 'license',
  title: 'License',
  requirement: { type: 'count', category: 'lesson', target: 2 },
  reward: { points: 30, unlocks: ['forklift'] },
  ...more,
})
const catalogOf = (...milestones: readonly object[]) => ({ milestones })
const yearly = { expiresAfter: 'P1Y' }
const twoLessons = [lesson('a', '2026-01-01'), lesson('b', '2026-01-31')]

describeOnEach(everyDatabase, 'a badge that expires', database => {
  const serve = (catalog: object, start = '2026-02-01T00:00Z') => clockedService(database.host.db, catalog, start)
  const place = async (service: ReturnType<typeof serve>, userId = 'ann') => {
    const { unlocks, totalPoints, milestones } = await service.getUserProgress(userId)
    expect(await service.getUserUnlocks(userId)).toEqual(unlocks)
    expect(await service.hasUnlock(userId, 'forklift')).toBe(unlocks.length > 0)
    return { unlocks, totalPoints, status: milestones[0]!.status, expiresAt: milestones[0]!.expiresAt?.toISOString() }
  }
  const valid = { unlocks: ['forklift'], totalPoints: 30, status: 'earned', expiresAt: '2027-01-31T09:00:00.000Z' }
  const expired = { ...valid, unlocks: [], status: 'expired' }

  test('unlocks until it ends and not at its end, and stays held with its points', async () => {
    const service = serve(catalogOf(license(yearly), { ...license(), id: 'next', after: ['license'] }))
    await service.record(twoLessons)
    expect((await service.getUserBadges('ann'))[0]).toMatchObject({ expiresAt: new Date('2027-01-31T09:00:00Z') })
    service.setClock('2027-01-31T08:59:59.999Z')
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 60, unlocks: ['forklift'] })
    service.setClock('2027-01-31T09:00:00Z')
    const progress = await service.getUserProgress('ann')
    expect(progress.completedMilestones).toEqual(['license', 'next'])
    expect(progress.milestones).toMatchObject([
      { status: 'expired', isEarned: true },
      { status: 'earned', isLocked: false },
    ])
    // The other one unlocks the same, and never expires.
    expect(progress.unlocks).toEqual(['forklift'])
    await service.revokeBadge('ann', 'next', { reason: 'A test' })
    expect(await place(service)).toEqual(expired)
    expect(await service.verify()).toEqual([])
    // A clock that is put back opens it again: nothing was written.
    service.setClock('2027-01-30T00:00Z')
    expect(await place(service)).toEqual(valid)
  })

  test('ends by the date it has: late completions, undo and redo move it', async () => {
    const service = serve(catalogOf(license({ expiresAfter: 'P1M' })), '2026-02-02T00:00Z')
    await service.record([...twoLessons, lesson('c', '2026-02-01')])
    expect(await place(service)).toMatchObject({ expiresAt: '2026-02-28T09:00:00.000Z' })
    const { completedAt: _, ...b } = twoLessons[1]!
    await service.undo(b, { reason: 'A test' })
    expect(await place(service)).toMatchObject({ expiresAt: '2026-03-01T09:00:00.000Z' })
    await service.record(twoLessons[1]!)
    expect(await place(service)).toMatchObject({ expiresAt: '2026-02-28T09:00:00.000Z' })
    service.setClock('2026-04-01T00:00Z')
    expect(await service.undo(b, { reason: 'A test' })).toMatchObject({ revoked: [] })
    expect(await place(service)).toMatchObject({ status: 'expired' })
  })

  test('has an end of its own for each time, so that using renews', async () => {
    const service = serve(catalogOf(license({ expiresAfter: 'P10D', repeatable: {} })))
    await service.record(twoLessons)
    service.setClock('2026-02-12T00:00Z')
    expect(await place(service)).toMatchObject({
      status: 'expired',
      unlocks: [],
      expiresAt: '2026-02-10T09:00:00.000Z',
    })
    expect(await service.explain('ann', 'license')).toMatchObject({
      status: 'expired',
      isEarned: true,
      expiresAt: new Date('2026-02-10T09:00:00Z'),
      nextStep: { type: 'complete', remaining: 2 },
    })
    await service.record([lesson('c', '2026-02-11'), lesson('d', '2026-02-11')])
    const renewed = { status: 'earned', unlocks: ['forklift'], expiresAt: '2026-02-21T09:00:00.000Z', totalPoints: 60 }
    expect(await place(service)).toEqual(renewed)
    const [first, second] = await Promise.all([
      service.explain('ann', 'license@1'),
      service.explain('ann', 'license@2'),
    ])
    expect([first.status, second.status]).toEqual(['expired', 'earned'])
    expect(await service.explain('ann', 'license')).toMatchObject({ status: 'earned', nextStep: null })
  })

  test('is explained in words', async () => {
    const service = serve(catalogOf(license(yearly)))
    await service.record(twoLessons)
    expect(explanationText(await service.explain('ann', 'license'))).toContain('It is valid until Jan 31, 2027.')
    service.setClock('2028-01-01T00:00Z')
    const german = await service.explain('ann', 'license', { locale: 'de' })
    expect(explanationText(german)).toContain('Es ist am 31.01.2027 abgelaufen.')
    expect(german.nextStep).toBeNull()
  })

  test('keeps its end when the catalog changes, unless that is applied with recompute', async () => {
    await serve(catalogOf(license())).record(twoLessons)
    const service = serve(catalogOf(license()), '2027-06-01T00:00Z')
    const [free, strict] = [catalogOf(license()), catalogOf(license(yearly))].map(each => parseCatalog(each))
    const never = { ...valid, expiresAt: undefined }
    for (const policy of ['keep', 'reprice'] as const) {
      const plan = await service.plan(strict!, { policy })
      expect(plan.unlocks).toEqual([])
      const sides = policy === 'keep' ? [{ id: 'license', sides: ['reward'] }] : []
      expect(plan.changes.milestones.changed).toEqual(sides)
      await service.apply(strict!, { policy })
      expect(await place(service)).toEqual(never)
    }
    const plan = await service.plan(strict!, { policy: 'recompute' })
    expect(plan.unlocks).toMatchObject([{ unlock: 'forklift', lost: { examples: ['ann'] }, gained: { examples: [] } }])
    expect(await service.apply(strict!, { policy: 'recompute' })).toMatchObject({ awardedCount: 0, revokedCount: 0 })
    expect(await place(service)).toEqual(expired)
    expect(await service.verify()).toEqual([])
    await service.apply(free!, { policy: 'keep' })
    expect(await place(service)).toEqual(expired)
    const back = await service.plan(free!, { policy: 'recompute' })
    expect(back.unlocks).toMatchObject([{ unlock: 'forklift', gained: { examples: ['ann'] } }])
    await service.apply(free!, { policy: 'recompute' })
    expect(await place(service)).toEqual(never)
  })

  test('expires by the catalog if the host wrote its row without saying more', async () => {
    const service = serve(catalogOf(license(yearly)), '2026-06-01T00:00Z')
    const row = { category: 'milestone_badge', itemKey: 'license', completedAt: new Date('2026-01-31T09:00Z') }
    const metadata = { badge: 'License', points: 30, unlocks: ['forklift'], expiresAfter: 12 }
    await database.db.insert(userProgress).values([
      { userId: 'ann', ...row },
      { userId: 'bob', ...row, metadata },
    ])
    await service.checkAndAwardMilestones('ann')
    await service.checkAndAwardMilestones('bob')
    expect(await place(service)).toEqual(valid)
    expect(await place(service, 'bob')).toEqual({ ...valid, expiresAt: undefined })
  })
})

test.each(['', '1Y', 'P', 'P0D', 'P101Y'])('a catalog cannot say that a badge expires after %j', expiresAfter => {
  expect(() => parseCatalog(catalogOf(license({ expiresAfter })))).toThrow(/milestones\[0\]\.expiresAfter/)
})
