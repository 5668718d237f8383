import type { PGlite } from '@electric-sql/pglite'
import { and, eq, sql } from 'drizzle-orm'
import { pgTable, text } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import type postgres from 'postgres'
import { expect, test } from 'vitest'
import { createMilestoneService, type Database, defineCatalog, migrate, migrationSql } from '../../../src/index.js'
import { milepostTables, userProgress } from '../../../src/schema.js'
import { describeOnEach, everyDatabase, type TestDatabase } from '../../support/databases.js'
import { clusterUrl } from '../../support/migrated-database.js'

const at = (day: number): Date => new Date(Date.UTC(2026, 0, day))
const catalog = defineCatalog({
  milestones: [1, 2, 4].map(count => ({
    id: `t${count}`,
    title: `${count} tutorials`,
    requirement: { type: 'tutorials_completed', count } as const,
    reward: { points: count * 10, unlocks: [`door-${count}`, 'lobby'] },
  })),
})

describeOnEach(everyDatabase, 'reading', database => {
  const newService = () => createMilestoneService({ db: database.host.db, catalog })
  const completions = (userId: string, days: readonly number[]) =>
    days.map(day => ({ userId, category: 'tutorial', itemKey: `on-${day}`, completedAt: at(day) }))

  const unearned = { isHidden: false, status: 'open', isEarned: false, timesEarned: 0, isLocked: false }
  const earned = { ...unearned, status: 'earned', isEarned: true, timesEarned: 1 }

  test('a user unknown so far has level 1 and nothing', async () => {
    expect(await newService().getUserProgress('nobody')).toEqual({
      userId: 'nobody',
      earnedBadges: [],
      completedMilestones: [],
      totalPoints: 0,
      level: 1,
      levelName: null,
      levelPoints: 0,
      nextLevelPoints: 100,
      unlocks: [],
      milestones: [1, 2, 4].map(target => ({ ...unearned, id: `t${target}`, current: 0, target, ratio: 0 })),
      timeZone: 'UTC',
      visibility: 'on',
    })
    expect(await newService().getUserBadges('nobody')).toEqual([])
    expect(await newService().hasUnlock('nobody', 'lobby')).toBe(false)
  })

  test('progress shows badges, points, unlocks, and the way to the rest', async () => {
    const service = newService()
    await service.record(completions('ann', [1, 2, 3]))
    const progress = await service.getUserProgress('ann')
    expect(progress).toMatchObject({
      completedMilestones: ['t1', 't2'],
      totalPoints: 30,
      level: 1,
      unlocks: ['door-1', 'lobby', 'door-2'],
    })
    expect(progress.milestones).toEqual([
      { ...earned, id: 't1', current: 3, target: 1, ratio: 1, earnedAt: at(1) },
      { ...earned, id: 't2', current: 3, target: 2, ratio: 1, earnedAt: at(2) },
      { ...unearned, id: 't4', current: 3, target: 4, ratio: 0.75 },
    ])
  })

  test('a wrong user id is refused, not unknown', async () => {
    for (const call of ['getUserProgress', 'getUserBadges', 'checkAndAwardMilestones'] as const) {
      await expect(newService()[call]('')).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        details: { field: 'userId' },
      })
    }
  })

  test('check counts rows that the host inserted, dates them truly, and awards once', async () => {
    const service = newService()
    await database.db.insert(userProgress).values(completions('ann', [5, 3]))
    expect((await service.getUserProgress('ann')).completedMilestones).toEqual([])
    const badges = await service.checkAndAwardMilestones('ann')
    expect(badges.map(({ id, earnedAt, awardedBy }) => [id, earnedAt, awardedBy])).toEqual([
      ['t1', at(3), null],
      ['t2', at(5), null],
    ])
    expect(await service.checkAndAwardMilestones('ann')).toEqual([])
    expect(await service.verify()).toEqual([])
  })

  test("check takes the host's badge rows as badges, with what they say", async () => {
    const service = newService()
    const metadata = { badge: 'Old hero', points: 40, unlocks: ['attic', 7], rarity: 'mythic' }
    const rows = [
      { userId: 'ann', category: 'milestone_badge', itemKey: 't4', metadata, completedAt: at(9) },
      { userId: 'ann', category: 'milestone_badge', itemKey: 'bare', metadata: { points: -5 }, completedAt: at(8) },
    ]
    await database.db.insert(userProgress).values(rows)
    await service.checkAndAwardMilestones('ann')
    const progress = await service.getUserProgress('ann')
    expect(progress.earnedBadges).toMatchObject([
      { id: 'bare', name: 'bare', points: 0, rarity: 'common', unlocks: [] },
      { id: 't4', name: 'Old hero', points: 40, rarity: 'rare', unlocks: ['attic'] },
    ])
    expect(progress.totalPoints).toBe(40)
    expect((await service.getLeaderboard()).entries[0]).toMatchObject({ userId: 'ann', points: 40, badgeCount: 2 })
    expect(await service.verify()).toEqual([])
  })

  test("a host's row dated more than 5 minutes after it was stored does not count", async () => {
    const service = newService()
    const minutes = (count: number) => new Date(at(1).getTime() + count * 60_000)
    const row = { userId: 'ann', category: 'tutorial', recordedAt: at(1) }
    const rows = [
      { ...row, itemKey: 'ahead', completedAt: minutes(6) },
      { ...row, itemKey: 'just', completedAt: minutes(5) },
    ]
    await database.db.insert(userProgress).values(rows)
    expect((await service.checkAndAwardMilestones('ann')).map(({ id }) => id)).toEqual(['t1'])
    expect((await service.getUserProgress('ann')).milestones[0]?.current).toBe(1)
  })

  test('verify names what differs, and rebuild puts it right', async () => {
    const service = newService()
    await service.record([...completions('ann', [1, 2]), ...completions('bob', [1])])
    const { userMetrics, userStandings } = milepostTables()
    await database.db.update(userMetrics).set({ value: '7' }).where(eq(userMetrics.userId, 'ann'))
    await database.db.update(userStandings).set({ points: 99 }).where(eq(userStandings.userId, 'ann'))
    await database.db.delete(userProgress).where(and(eq(userProgress.userId, 'bob'), eq(userProgress.itemKey, 't1')))
    const differences = await service.verify()
    expect(differences).toEqual([
      { userId: 'ann', kind: 'metric', name: 'count:tutorial', stored: 7, counted: 2 },
      { userId: 'ann', kind: 'standing', name: 'points', stored: 99, counted: 30 },
      { userId: 'bob', kind: 'standing', name: 'points', stored: 10, counted: 0 },
      { userId: 'bob', kind: 'standing', name: 'badge_count', stored: 1, counted: 0 },
      { userId: 'bob', kind: 'standing', name: 'reached_at', stored: at(1).toISOString(), counted: null },
      { userId: 'bob', kind: 'badge', name: 't1', stored: null, counted: at(1).toISOString() },
      { userId: 'bob', kind: 'ledger', name: 't1', stored: 10, counted: 0 },
    ])
    expect(await service.verify({ userId: 'bob' })).toHaveLength(5)
    expect(await service.verify({ limit: 2 })).toHaveLength(2)
    const heard: object[] = []
    await service.verify({ onProgress: progress => void heard.push(progress) })
    expect(heard).toEqual([{ userCount: 2, totalCount: 2 }])
    expect(await service.rebuild()).toEqual({ userCount: 2, awardedCount: 1 })
    expect(await service.verify()).toEqual([])
  })

  test('rebuild and verify reach every user, page by page', async () => {
    const service = newService()
    const userIds = Array.from({ length: 250 }, (_, i) => `user ${i}`)
    await database.db.insert(userProgress).values(userIds.flatMap(userId => completions(userId, [1])))
    const heard: number[] = []
    const report = await service.rebuild(undefined, { onProgress: userCount => heard.push(userCount) })
    expect(report).toEqual({ userCount: 250, awardedCount: 250 })
    // A cluster has few users in a transaction.
    const atOnce = clusterUrl ? 20 : 100
    expect(heard).toEqual(userIds.flatMap((_, i) => (i === 249 || i % atOnce === atOnce - 1 ? [i + 1] : [])))
    expect(await service.verify()).toEqual([])
  })

  test('the leaderboard goes by points, then who reached them first, then user id by code points', async () => {
    const service = newService()
    await service.record([
      ...completions('late', [1, 9]),
      ...completions('early', [1, 3]),
      ...completions('\ue000', [1, 5]),
      ...completions('𝒯', [1, 5]),
      ...completions('best', [1, 2, 3, 4]),
      { userId: 'none', category: 'action', itemKey: 'x' },
    ])
    const { entries, next } = await service.getLeaderboard()
    expect(entries.map(({ rank, userId, points }) => [rank, userId, points])).toEqual([
      [1, 'best', 70],
      [2, 'early', 30],
      [2, '\ue000', 30],
      [2, '𝒯', 30],
      [2, 'late', 30],
    ])
    expect(next).toBeNull()
    const around = await service.getLeaderboard({ around: '𝒯', limit: 3 })
    expect(around.entries.map(({ rank, userId }) => [rank, userId])).toEqual([
      [2, '\ue000'],
      [2, '𝒯'],
      [2, 'late'],
    ])
    expect((await service.getLeaderboard({ around: 'none' })).entries).toEqual([])
  })

  test('pages of the leaderboard show each user once, with the rank of the whole', async () => {
    const service = newService()
    const users = Array.from({ length: 30 }, (_, i) => completions(`user ${i}`, i % 3 === 0 ? [1, 2] : [1]))
    await service.record(users.flat())
    const whole = (await service.getLeaderboard({ limit: 100 })).entries
    const paged = []
    for (let after: string | undefined; ; ) {
      const page = await service.getLeaderboard(after === undefined ? { limit: 7 } : { limit: 7, after })
      paged.push(...page.entries)
      if (page.next === null) break
      after = page.next
    }
    expect(paged).toEqual(whole)
    expect(whole.map(({ rank }) => rank)).toEqual([...Array(10).fill(1), ...Array(20).fill(11)])
  })

  test.each([
    { limit: 0 },
    { limit: 1001 },
    { limit: 1.5 },
    { after: 'nonsense' },
    { after: 'WzFd' },
    { after: 'x', around: 'y' },
  ])('refuses the leaderboard query %j', async query => {
    await expect(newService().getLeaderboard(query)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  test('works in a schema that the host chooses, next to another', async () => {
    const schema = 'Ünder "quotes'.replace('"', '')
    expect(await migrate(database.host.db, { schema })).toHaveLength(migrationSql().length)
    expect(await migrate(database.host.db, { schema })).toEqual([])
    const service = createMilestoneService({ db: database.host.db, catalog, schema })
    await service.record(completions('ann', [1]))
    expect((await service.getUserProgress('ann')).completedMilestones).toEqual(['t1'])
    expect(await newService().getUserBadges('ann')).toEqual([])
    await database.db.execute(sql`drop schema ${sql.identifier(schema)} cascade`)
  })

  test('the SQL for other migration tools creates the same schema as migrate', async () => {
    const schema = 'by_hand'
    for (const { sql: text } of migrationSql({ schema })) {
      await sentWhole(database, text)
    }
    expect(await migrate(database.host.db, { schema })).toEqual([])
    await database.db.execute(sql.raw(`drop schema ${schema} cascade`))
  })

  test('a host joins and queries the tables like its own', async () => {
    const users = pgTable('app_users', { id: text('id').primaryKey(), name: text('name') })
    await database.db.execute(sql`create table app_users (id text primary key, name text)`)
    await database.db.insert(users).values({ id: 'ann', name: 'Ann' })
    await newService().record(completions('ann', [1]))
    const rows = await database.db
      .select({ name: users.name, badge: userProgress.itemKey })
      .from(userProgress)
      .innerJoin(users, eq(users.id, userProgress.userId))
      .where(eq(userProgress.category, 'milestone_badge'))
    expect(rows).toEqual([{ name: 'Ann', badge: 't1' }])
    await database.db.execute(sql`drop table app_users`)
  })

  test('refuses a schema name that cannot be one, a raw catalog and a missing database', async () => {
    await expect(migrate(database.host.db, { schema: 'pg_x' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    const wrong = { db: database.host.db, catalog: { milestones: [] } } as unknown as {
      db: Database
      catalog: typeof catalog
    }
    expect(() => createMilestoneService(wrong)).toThrow(/defineCatalog/)
    expect(() => createMilestoneService({ db: {} as Database, catalog })).toThrow(/pass a pool or client of pg/)
  })
})

/** Sends several statements at once, as a migration tool does. */
async function sentWhole({ kind, client }: TestDatabase, text: string): Promise<void> {
  if (kind === 'pglite') await (client as PGlite).exec(text)
  else if (kind === 'pg') await (client as pg.Pool).query(text)
  else await (client as postgres.Sql).unsafe(text)
}
