import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LeaderboardQuery } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase, type TestDatabase } from '../../support/databases.js'
import { clusterUrl } from '../../support/migrated-database.js'
import { scale } from '../../support/scale.js'
import { countRanks, rankFaults } from './rank-boards.js'

const catalog = {
  points: [
    { category: 'lesson', points: 1 },
    { category: 'quiz', points: 7 },
    { category: 'task', points: 2, cap: { per: 'day', points: 4 } },
  ],
  milestones: [
    {
      id: 'three',
      title: 'Three',
      requirement: { type: 'count', category: 'lesson', target: 3 },
      reward: { points: 5 },
    },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 20 }, reward: { points: 10 } },
    { id: 'gift', title: 'Gift', requirement: { type: 'count', category: 'never', target: 1 }, reward: { points: 3 } },
  ],
}
const boards: readonly { readonly period: string; readonly query: LeaderboardQuery }[] = [
  { period: '', query: {} },
  { period: '2026-04', query: { period: 'month', at: new Date('2026-04-10') } },
  { period: '2026-W15', query: { period: 'week', at: new Date('2026-04-10') } },
]
const mapping = { userId: 'userId', category: 'category', itemKey: 'itemKey', completedAt: 'completedAt' }
const hand = { reason: 'a test' }
const userId = fc.integer({ min: 0, max: 5 }).map(n => `user ${n}`)
const completion = fc.record({
  userId,
  category: fc.constantFrom('lesson', 'quiz', 'task'),
  itemKey: fc.integer({ min: 0, max: 5 }).map(n => `item ${n}`),
})
const completedAt = fc.integer({ min: 0, max: 40 }).map(day => new Date(Date.UTC(2026, 2, 25 + day, 12)))

type Step = (service: ClockedService, database: TestDatabase) => Promise<unknown>

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.tuple(completion, completedAt), { minLength: 1, maxLength: 12 }).map(record) },
  {
    weight: 2,
    arbitrary: completion.map(
      (key): Step =>
        service =>
          service.undo(key, hand),
    ),
  },
  fc.tuple(userId, fc.constantFrom('on', 'off', 'quiet')).map(
    ([id, visibility]): Step =>
      service =>
        service.updateUserSettings(id, { visibility: visibility as 'on' }),
  ),
  userId.map(
    (id): Step =>
      service =>
        service.awardBadge(id, 'gift', hand),
  ),
  fc.tuple(userId, fc.constantFrom('gift', 'three')).map(
    ([id, badgeId]): Step =>
      service =>
        service.revokeBadge(id, badgeId, hand),
  ),
  userId.map(
    (id): Step =>
      async service => {
        await service.eraseUser(id, hand)
        await service.allowReturn(id, hand)
      },
  ),
  fc.tuple(completion, completedAt).map(
    ([row, at]): Step =>
      async (service, { db }) => {
        await db
          .insert(userProgress)
          .values({ ...row, completedAt: at, recordedAt: at })
          .onConflictDoNothing()
        await service.checkAndAwardMilestones(row.userId)
      },
  ),
  fc.tuple(completion, completedAt).map(
    ([row, at]): Step =>
      service =>
        service.importCompletions([{ ...row, completedAt: at }], mapping),
  ),
  fc.constant<Step>(service => service.rebuild()),
  { weight: 3, arbitrary: fc.constantFrom(...boards).map(fold) },
)

function record(rows: readonly [{ userId: string; category: string; itemKey: string }, Date][]): Step {
  return service => service.record(rows.map(([row, at]) => ({ ...row, completedAt: at })))
}

function fold({ period }: { readonly period: string }): Step {
  return async (_, database) => {
    const at = new Date('2026-06-01T12:00Z')
    await countRanks(database, { board: period, at })
  }
}

// In a cluster no board is counted.
const kinds = clusterUrl === undefined ? everyDatabase : (['pglite'] as const)

describeOnEach(kinds, 'counted ranks', database => {
  test('equal a full count after any history, however it is folded', async () => {
    const steps = fc.array(step, { minLength: 20, maxLength: 40, size: 'max' })
    await fc.assert(
      fc.asyncProperty(steps, async history => {
        await database.clear()
        const service = clockedService(database.host.db, catalog)
        for (const board of boards) await fold(board)(service, database)
        for (const each of history) {
          await each(service, database)
          expect(await rankFaults(database)).toEqual([])
        }
        for (const { query } of boards) await expectRanks(service, query)
        for (const board of boards) await fold(board)(service, database)
        expect(await rankFaults(database)).toEqual([])
        for (const { query } of boards) await expectRanks(service, query)
      }),
      { numRuns: scale(8, 400) },
    )
  })

  test('are not noted while nobody reads them', async () => {
    const service = clockedService(database.host.db, catalog)
    await service.record({ userId: 'ann', category: 'quiz', itemKey: 'a' })
    await service.getLeaderboard({ around: 'ann' })
    expect(await noted()).toEqual([])
    await countRanks(database, { board: '', at: new Date('2026-06-01T12:00Z') })
    await service.record({ userId: 'ann', category: 'quiz', itemKey: 'b' })
    expect(await noted()).toEqual([{ period: '', points_before: 7, points_after: 14 }])
    service.setClock('2026-06-03T13:00Z')
    await service.record({ userId: 'ann', category: 'quiz', itemKey: 'c' })
    expect(await noted()).toHaveLength(1)
    expect(await service.getLeaderboard({ around: 'ann' })).toMatchObject({ entries: [{ rank: 1, points: 31 }] })
    // Read again, it is counted from scratch.
    await countRanks(database, { board: '', at: new Date('2026-06-03T13:00Z') })
    expect(await rankFaults(database)).toEqual([])
    expect(await noted()).toEqual([])
  })

  test('begin after a reader counted many users one by one, and change no answer', async () => {
    const service = clockedService(database.host.db, catalog)
    // On the embedded database, a service applies its catalog at its first call, which would recount these users.
    await service.getLeaderboard()
    await database.rows(sql`insert into milepost.user_standings (user_id, points, reached_at, counted_with)
      select 'user ' || n, 1 + n % 300, '2026-01-01', '' from generate_series(1, 10500) as n`)
    const near = { around: 'user 299', limit: 3 }
    await service.getLeaderboard(near)
    expect(await boardsCounted()).toEqual([])
    const far = { around: 'user 1', limit: 3 }
    const before = await service.getLeaderboard(far)
    while ((await boardsCounted()).length === 0) await service.getLeaderboard(near)
    expect(await service.getLeaderboard(far)).toEqual(before)
    const [counted] = await database.rows(
      sql`select count(*)::int, sum(users)::int as users from milepost.rank_buckets`,
    )
    expect(counted).toEqual({ count: 21, users: 10_500 })
  })

  test('keep nothing of an erased user', async () => {
    const service = clockedService(database.host.db, catalog)
    await countRanks(database, { board: '', at: new Date('2026-06-01T12:00Z') })
    await service.record({ userId: 'ann', category: 'quiz', itemKey: 'a' })
    await service.eraseUser('ann', hand)
    expect(await database.rows(sql`select user_id from milepost.rank_changes`)).toEqual([
      { user_id: '' },
      { user_id: '' },
    ])
    expect(await rankFaults(database)).toEqual([])
  })

  const boardsCounted = () => database.rows(sql`select period from milepost.rank_boards where is_counted`)
  const noted = () =>
    database.rows(sql`select period, points_before::int, points_after::int from milepost.rank_changes order by id`)
})

// The whole board in one page has its ranks from the first row, so around each user they are compared with these.
async function expectRanks(service: ClockedService, query: LeaderboardQuery): Promise<void> {
  const { entries } = await service.getLeaderboard({ ...query, limit: 100 })
  for (const [i, { userId: id }] of entries.entries()) {
    const from = Math.max(0, i - 2)
    const around = await service.getLeaderboard({ ...query, around: id, limit: 5 })
    expect(around.entries).toEqual(entries.slice(from, i + 3))
  }
}
