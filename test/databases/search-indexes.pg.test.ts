import { sql } from 'drizzle-orm'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/index.js'
import type { Session } from '../../src/store/database/session.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { readUserPage } from '../../src/store/studio/user-list.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'

async function openFilled(userCount: number): Promise<TestDatabase<'pg'>> {
  const database = await openDatabase('pg')
  onTestFinished(() => database.close())
  await database.rows(sql`insert into milepost.user_standings (user_id, points, badge_count, counted_with)
    select md5(n::text), n, 0, '' from generate_series(1, ${userCount}::int) as n`)
  await database.rows(sql`insert into milepost.user_attributes (user_id, name, value)
    select md5(n::text), 'name', 'Person ' || n from generate_series(1, ${userCount}::int) as n`)
  await database.rows(sql`analyze milepost.user_standings, milepost.user_attributes`)
  return database
}

/** The plan of a search, and what it finds. */
async function searched(database: TestDatabase<'pg'>, search: string): Promise<{ plan: string; userIds: string[] }> {
  let plan = ''
  const session: Session = {
    ...database.session,
    query: async (statement, isKept) => {
      const rows = await database.client.query(`explain ${statement.text}`, [...statement.values])
      plan = rows.rows.map(row => Object.values(row)[0]).join('\n')
      return database.session.query(statement, isKept)
    },
  }
  const users = await readUserPage(session, tablesIn(), { search, after: undefined, limit: 10 })
  return { plan, userIds: users.map(({ userId }) => userId) }
}

test('users are found by indexes, which are made beside what is there, once', async () => {
  const database = await openFilled(5_000)
  const { rows } = await database.client.query("select md5('4321') as id")
  const part = rows[0].id.slice(7, 16).toUpperCase()
  const before = [await searched(database, part), await searched(database, 'person 4321')]
  expect(before.map(({ userIds }) => userIds)).toEqual([[rows[0].id], [rows[0].id]])
  expect(before[0]!.plan).not.toContain('user_standings_search')
  expect(await migrate(database.client, { search: true })).toEqual([])
  await migrate(database.client, { search: true })
  const after = [await searched(database, part), await searched(database, 'person 4321')]
  expect(after.map(({ userIds }) => userIds)).toEqual(before.map(({ userIds }) => userIds))
  for (const { plan } of after) {
    expect(plan).toContain('Index Scan on user_standings_search')
    expect(plan).toContain('Index Scan on user_attributes_search')
  }
  // What nearly everybody has is found by going through the users in order.
  const common = await searched(database, 'person')
  expect(common.plan).not.toContain('user_attributes_search')
  expect(common.userIds).toHaveLength(10)
})

test('without the right to create the extension, it says who must', async () => {
  const database = await openDatabase('pg')
  const role = `plain_${process.pid}`
  onTestFinished(async () => {
    await database.rows(sql.raw(`drop owned by ${role}`))
    await database.rows(sql.raw(`drop role ${role}`))
    await database.close()
  })
  await database.rows(sql.raw(`create role ${role} login`))
  await database.rows(sql.raw(`grant usage on schema milepost to ${role}`))
  await database.rows(sql.raw(`grant select on all tables in schema milepost to ${role}`))
  const url = new URL(database.url)
  url.username = role
  const pool = new pg.Pool({ connectionString: url.href })
  onTestFinished(() => pool.end())
  await expect(migrate(pool, { search: true })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    details: { field: 'search', problem: expect.stringContaining('CREATE EXTENSION pg_trgm') },
  })
})

test('is refused where the extension is not there, as in an embedded database', async () => {
  const database = await openDatabase('pglite')
  await expect(migrate(database.client, { search: true })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    details: { field: 'search' },
  })
  await database.close()
})
