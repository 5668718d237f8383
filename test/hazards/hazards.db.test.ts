import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { milepostTables } from '../../src/schema.js'
import { describeOnEach, everyDriver } from '../support/databases.js'
import { catalog, lesson, lessons, read, write } from './schedule-catalogs.js'

const { userProgress } = milepostTables()
const idsOf = (awarded: readonly { readonly id: string }[]) => awarded.map(({ id }) => id)

describeOnEach(everyDriver, 'hazards', database => {
  let service: MilestoneService
  beforeEach(() => {
    service = createMilestoneService({ db: database.db, catalog })
  })

  describe('hazard 3: deep or wide metadata', () => {
    const deep = (levels: number): { a?: unknown } => (levels === 1 ? {} : { a: deep(levels - 1) })
    const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key ${i}`, i]))

    test.each([
      ['6,000 levels', deep(6_000)],
      ['17 levels', deep(17)],
      ['1,001 keys', wide(1_001)],
      ['a megabyte', { text: 'x'.repeat(1_000_000) }],
    ])('is refused with %s, and what comes after is stored', async (_, metadata) => {
      const call = service.record([lesson('ann', 'before'), { ...lesson('ann', 'deep'), metadata }])
      await expect(call).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { index: 1 } })
      expect((await service.record(lesson('ann', 'after'))).status).toBe('recorded')
      const rows = await database.rows(sql`SELECT item_key FROM milepost.user_progress`)
      expect(rows).toEqual([{ item_key: 'after' }])
    })

    test.each([
      ['16 levels', deep(16)],
      ['1,000 keys', wide(1_000)],
    ])('is stored with %s and comes back as it was', async (_, metadata) => {
      await service.record({ ...lesson('ann', 'a'), metadata })
      expect((await service.record(lesson('ann', 'a'))).completion.metadata).toEqual(metadata)
    })
  })

  describe('hazard 8: targets', () => {
    const tiers = parseCatalog({
      milestones: [
        ...[10, 50, 100].map(target => ({
          id: `words-${target}`,
          title: `${target} words`,
          requirement: { type: 'total', category: 'write', property: 'words', target },
        })),
        { id: 'three', title: 'Three', requirement: { type: 'count', category: 'lesson', target: 3 } },
        { id: 'high', title: 'High', requirement: { type: 'best', category: 'write', property: 'words', target: 80 } },
      ],
    })

    test('one completion that reaches three tiers earns all three', async () => {
      const tiered = createMilestoneService({ db: database.db, catalog: tiers })
      await tiered.record({ ...write('ann', 'a'), metadata: { words: 9 } })
      const { awarded } = await tiered.record({ ...write('ann', 'b'), metadata: { words: 1_000 } })
      expect(idsOf(awarded).sort()).toEqual(['high', 'words-10', 'words-100', 'words-50'])
    })

    test('a batch that passes a target earns its badge, dated by the completion that reached it', async () => {
      const tiered = createMilestoneService({ db: database.db, catalog: tiers })
      const results = await tiered.record(
        lessons('ann', 7).map((completion, i) => ({ ...completion, completedAt: new Date(Date.UTC(2026, 0, i + 1)) })),
      )
      const awarded = results.map(({ awarded }) => idsOf(awarded))
      expect(awarded).toEqual([[], [], ['three'], [], [], [], []])
      const [badge] = await tiered.getUserBadges('ann')
      expect(badge?.earnedAt).toEqual(new Date(Date.UTC(2026, 0, 3)))
    })

    test('a target that is met exactly is reached, and never again after it', async () => {
      const tiered = createMilestoneService({ db: database.db, catalog: tiers })
      const awarded = []
      for (const completion of lessons('ann', 6)) awarded.push(idsOf((await tiered.record(completion)).awarded))
      expect(awarded).toEqual([[], [], ['three'], [], [], []])
    })
  })

  describe('hazard 13: newly awarded is what the database took', () => {
    test('a badge that the host gave by itself is not announced', async () => {
      const heard: string[] = []
      service.onAwarded(({ badge }) => void heard.push(badge.id))
      const badge = { userId: 'ann', category: 'milestone_badge', itemKey: 'ten', metadata: { points: 10 } }
      await database.db.insert(userProgress).values(badge)
      const results = await service.record(lessons('ann', 12))
      expect(results.flatMap(({ awarded }) => awarded)).toEqual([])
      expect(await service.checkAndAwardMilestones('ann')).toEqual([])
      expect(heard).toEqual([])
      expect(idsOf(await service.getUserBadges('ann'))).toEqual(['ten'])
      expect(await service.verify()).toEqual([])
    })

    test('badges held for long are not announced again by checks, rebuilds, restarts', async () => {
      await service.record([...lessons('ann', 10), read('ann'), write('ann')])
      const restarted = createMilestoneService({ db: database.db, catalog })
      const heard: string[] = []
      restarted.onAwarded(({ badge }) => void heard.push(badge.id))
      expect(await restarted.checkAndAwardMilestones('ann')).toEqual([])
      expect(await restarted.rebuild()).toEqual({ userCount: 1, awardedCount: 0 })
      expect((await restarted.record(lesson('ann', 'another'))).awarded).toEqual([])
      expect(heard).toEqual([])
    })
  })

  describe('hazard 20: pages of the leaderboard', () => {
    const board = parseCatalog({
      milestones: [1, 2, 3].map(target => ({
        id: `read-${target}`,
        title: `Read ${target}`,
        requirement: { type: 'count', category: 'read', target },
        reward: { points: 10 },
      })),
    })
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
    // 250 users on three levels of points, reached at five instants: every place but the id is shared by many.
    const everyone = Array.from({ length: 250 }, (_, i) => {
      const userId = `user ${String((i * 101) % 250).padStart(3, '0')}`
      return { userId, points: 10 * (1 + (i % 3)), minute: i % 5 }
    })
    const inOrder = everyone.toSorted(
      (a, b) => b.points - a.points || a.minute - b.minute || (a.userId < b.userId ? -1 : 1),
    )
    let ranked: MilestoneService
    beforeEach(async () => {
      ranked = createMilestoneService({ db: database.db, catalog: board })
      await ranked.record(
        everyone.flatMap(({ userId, points, minute }) =>
          Array.from({ length: points / 10 }, (_, i) => ({ ...read(userId, `${i}`), completedAt: at(minute) })),
        ),
      )
    })

    test('show all 250 tied users once each in the same order, for any page size', async () => {
      for (const limit of [7, 50, 249, 1_000]) {
        const entries = []
        let after: string | undefined
        do {
          const page = await ranked.getLeaderboard({ limit, ...(after && { after }) })
          entries.push(...page.entries)
          after = page.next ?? undefined
        } while (after !== undefined)
        expect(entries.map(({ userId }) => userId)).toEqual(inOrder.map(({ userId }) => userId))
        const ranks = inOrder.map(({ points }) => 1 + everyone.filter(other => other.points > points).length)
        expect(entries.map(({ rank }) => rank)).toEqual(ranks)
      }
    })

    test('neither miss nor repeat an unchanged user while others are awarded between pages', async () => {
      const movers = new Set(everyone.filter((_, i) => i % 10 === 0).map(({ userId }) => userId))
      const seen: string[] = []
      let after: string | undefined
      for (const mover of [...movers, undefined, undefined]) {
        const page = await ranked.getLeaderboard({ limit: 10, ...(after && { after }) })
        seen.push(...page.entries.map(({ userId }) => userId))
        after = page.next ?? undefined
        if (after === undefined) break
        if (mover) await ranked.record(['a', 'b', 'c'].map(itemKey => read(mover, itemKey)))
      }
      const staying = inOrder.filter(({ userId }) => !movers.has(userId)).map(({ userId }) => userId)
      expect(seen.filter(userId => !movers.has(userId))).toEqual(staying)
    })

    test('show a user among those just above and below', async () => {
      const middle = inOrder[125]!
      const { entries } = await ranked.getLeaderboard({ around: middle.userId, limit: 5 })
      expect(entries.map(({ userId }) => userId)).toEqual(inOrder.slice(123, 128).map(({ userId }) => userId))
    })
  })
})

describe('hazard 4: two processes on one folder of PGlite', () => {
  // Other processes, dead ones and other machines: test/pglite.
  test('the second process is refused, and the first continues', async () => {
    const home = await mkdtemp(join(tmpdir(), 'milepost-hazard-4-'))
    onTestFinished(() => rm(home, { recursive: true }))
    const first = await openPglite(join(home, 'data'))
    await expect(openPglite(join(home, 'data'))).rejects.toMatchObject({ code: 'DATABASE_IN_USE' })
    expect((await first.db.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await first.close()
  })
})
