import { sql } from 'drizzle-orm'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createMilestoneService, followTable, listFollowed, parseCatalog } from '../../../src/index.js'
import { untilBlocked } from '../../races/interleaving.js'
import { names, randomFrom, shuffled } from '../../races/lists.js'
import { describeOnEach } from '../../support/databases.js'
import { clusterUrl } from '../../support/migrated-database.js'
import { scale } from '../../support/scale.js'
import { race } from '../../support/workers.js'
import { catalog, hostTables, type Shape, shapes } from './followed-shapes.js'

const file = new URL('./follow.worker.ts', import.meta.url)
const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const plain = 'create table host_progress (user_id text, category text, item_key text, completed_at timestamptz)'

describeOnEach(['pg'], 'a followed table', database => {
  const newService = () => createMilestoneService({ db: database.db, catalog: parseCatalog(catalog) })
  const host = (text: string) => database.rows(sql.raw(text))
  const follow = (options: object = {}) => followTable(database.db, { table: 'host_progress', ...options })
  const connect = async (url = database.url): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    return client
  }

  const dropLater = (role: string): void =>
    onTestFinished(async () => {
      await host(`drop owned by ${role}`)
      await host(`drop role ${role}`)
    })

  test.each(Object.keys(shapes) as Shape[])(
    'with %s gives what recording gives under parallel inserts of several processes',
    async shape => {
      await hostTables(database, shapes[shape])
      const users = names('user', scale(12, 100)).map((_, i) => idOf(i))
      await host(`insert into host_users values ${users.map(id => `('${id}', 'x')`).join(', ')}`)
      await follow()
      const rows = users.flatMap((userId, u) =>
        Array.from({ length: 8 }, (_, i) => ({
          userId,
          itemKey: `${i}`,
          completedAt: new Date(Date.UTC(2024, 0, 1 + ((i * 5 + u) % 6), i)),
        })),
      )
      const statements = batchesOf(shuffled(rows, randomFrom(7))).map(
        own =>
          `insert into host_progress (user_id, category, item_key, completed_at, metadata) values ${own
            .map(
              ({ userId, itemKey, completedAt }) =>
                `('${userId}', 'lesson', '${itemKey}', '${completedAt.toISOString()}', '{"lines": 2}')`,
            )
            .join(', ')}`,
      )
      const service = newService()
      let isOver = false
      const counting = (async () => {
        while (!isOver) await service.countFollowed()
      })()
      const tasks = [0, 1, 2].map(n => ({ url: database.url, statements: statements.filter((_, i) => i % 3 === n) }))
      await race(file, tasks)
      isOver = true
      await counting
      await service.countFollowed()
      for (const { userId, itemKey, completedAt } of rows)
        await service.record({
          userId: `recorded ${userId}`,
          category: 'lesson',
          itemKey,
          completedAt,
          metadata: { lines: 2 },
        })
      for (const userId of users) {
        const [badges, wanted] = await Promise.all([userId, `recorded ${userId}`].map(id => service.getUserBadges(id)))
        const held = (list: typeof badges) => list!.map(({ id, points }) => [id, points]).sort()
        expect(held(badges)).toEqual(held(wanted))
      }
      expect(await service.verify()).toEqual([])
      expect(await listFollowed(database.db)).toMatchObject([{ waitingCount: 0, refused: [] }])
    },
  )

  test('is counted without the users whom another transaction holds, who follow later', async () => {
    await hostTables(database, [plain])
    await follow()
    const insert = (item: string) =>
      host(
        `insert into host_progress values ${['ann', 'bob', 'cat'].map(id => `('${id}', 'lesson', '${item}', '2024-01-01')`).join(', ')}`,
      )
    await insert('a')
    const service = newService()
    expect(await service.countFollowed()).toMatchObject({ userCount: 3, isMoreDue: false })
    const holder = await connect()
    await holder.query('begin')
    await holder.query("select 1 from milepost.user_standings where user_id = 'bob' for update")
    await insert('b')
    expect(await service.countFollowed()).toMatchObject({ userCount: 2, isMoreDue: true })
    expect(await service.countFollowed({ deadlineMs: 50 })).toMatchObject({ userCount: 0, isMoreDue: true })
    await holder.query('rollback')
    expect(await service.countFollowed()).toMatchObject({ userCount: 1, isMoreDue: false })
    expect(await service.verify()).toEqual([])
  })

  test('is imported with an error that can be caught if the place of the import cannot be stored', async () => {
    await hostTables(database, [plain])
    await host(
      "insert into host_progress select 'ann', 'lesson', n::text, '2024-01-01' from generate_series(1, 12000) as n",
    )
    await follow()
    await host(
      "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no room left'; end $$",
    )
    onTestFinished(() => host('drop function refuse cascade').then(() => {}))
    await host('create trigger refuse before update on milepost.follows for each row execute function refuse()')
    await expect(newService().importFollowed('host_progress')).rejects.toThrow('no room left')
  })

  test('is imported again by its new options if it was followed with others when the import began', async () => {
    await hostTables(database, [
      'create table host_progress (user_id text, category text, item_key text, begun_at timestamptz, completed_at timestamptz)',
    ])
    await host("insert into host_progress values ('ann', 'lesson', 'a', '2024-01-01', '2024-01-05')")
    await follow({ columns: { completedAt: 'begun_at' } })
    const service = newService()
    const holder = await connect()
    await holder.query("begin; insert into milepost.user_standings (user_id, counted_with) values ('ann', '')")
    const importing = service.importFollowed('host_progress').catch((error: unknown) => error)
    await untilBlocked(database)
    expect(await follow()).toMatchObject({ status: 'changed' })
    await holder.query('rollback')
    expect(await importing).toMatchObject({ code: 'INPUT_INVALID', details: { field: 'table' } })
    expect(await listFollowed(database.db)).toMatchObject([{ importedAt: null }])
    await service.importFollowed('host_progress')
    expect(await listFollowed(database.db)).toMatchObject([{ importedAt: expect.any(Date) }])
  })

  test.skipIf(clusterUrl)(
    'with deletes undoes the completion of a row that is deleted after an import has read it',
    async () => {
      await hostTables(database, [plain.replace(')', ', primary key (user_id, category, item_key))')])
      await host(
        "insert into host_progress values ('ann', 'lesson', 'a', '2024-01-01'), ('ann', 'lesson', 'b', '2024-01-02')",
      )
      await follow({ deletes: true })
      const service = newService()
      const holder = await connect()
      await holder.query("begin; insert into milepost.user_standings (user_id, counted_with) values ('ann', '')")
      const importing = service.importFollowed('host_progress')
      await untilBlocked(database)
      await host("delete from host_progress where item_key = 'a'")
      expect(await service.countFollowed()).toMatchObject({ userCount: 0, isMoreDue: false })
      await holder.query('rollback')
      await importing
      expect(await service.countFollowed()).toMatchObject({ undoneCount: 1, isMoreDue: false })
      expect(await host("select item_key from milepost.user_progress where category = 'lesson'")).toEqual([
        { item_key: 'b' },
      ])
      expect(await service.verify()).toEqual([])
      await host('delete from host_progress')
      expect(await service.countFollowed()).toMatchObject({ undoneCount: 1 })
      expect(await listFollowed(database.db)).toMatchObject([{ waitingCount: 0, refused: [] }])
    },
  )

  test('divided into partitions brings the rows of sessions that are older than a change of a type', async () => {
    await hostTables(database, [
      `create table host_progress (user_id text, category text, item_key int, completed_at timestamptz,
        primary key (user_id, category, item_key)) partition by list (category)`,
      'create table host_rest partition of host_progress default',
    ])
    await follow({ deletes: true })
    const app = await connect()
    const change = (item: number) =>
      app.query(`insert into host_progress values ('ann', 'lesson', ${item}, '2024-01-01'), ('bob', 'lesson', ${item}, '2024-01-01');
        delete from host_progress where user_id = 'bob'`)
    await change(1)
    await host('alter table host_progress alter column item_key type bigint')
    await change(2)
    expect(await listFollowed(database.db)).toMatchObject([{ waitingCount: 6, refused: [] }])
  })

  test('takes rows in bulk, by COPY', async () => {
    await hostTables(database, [plain])
    await follow()
    const rows = `awk 'BEGIN { for (i = 1; i <= 3000; i++) printf "user%d\\tlesson\\t%d\\t2024-01-01\\n", i % 10, i }'`
    await host(`copy host_progress from program '${rows.replaceAll("'", "''")}'`)
    const service = newService()
    expect(await service.countFollowed()).toMatchObject({ userCount: 10, isMoreDue: false })
    expect(await host("select count(*)::int as count from milepost.user_progress where category = 'lesson'")).toEqual([
      { count: 3000 },
    ])
    expect((await service.getUserProgress('user3')).completedMilestones).toContain('three')
  })

  test('is written by a role without rights on the tables of Milepost, whatever its search_path finds first', async () => {
    await hostTables(database, [plain])
    await follow({ deletes: false })
    const role = `follow_app_${process.pid}`
    await host(`create role ${role} login`)
    dropLater(role)
    await host(`create schema trap authorization ${role}`)
    await host(`grant insert on host_progress to ${role}`)
    const url = new URL(database.url)
    url.username = role
    const client = await connect(url.href)
    await client.query(
      "create function trap.least(timestamptz, timestamptz) returns timestamptz language sql as 'select null::timestamptz'",
    )
    await client.query('create table trap.user_progress (user_id text)')
    await client.query('set search_path = trap, public')
    await client.query("insert into public.host_progress values ('ann', 'lesson', 'a', '2024-01-01')")
    await expect(client.query('select 1 from milepost.user_progress')).rejects.toThrow('permission denied')
    await expect(
      client.query(
        'create table trap.mine (); create trigger t after insert on trap.mine execute function milepost.follow_1()',
      ),
    ).rejects.toThrow('permission denied')
    expect(await newService().countFollowed()).toMatchObject({ userCount: 1 })
  })

  // A cluster ends one of them, which the host then repeats.
  test.skipIf(clusterUrl)('lets two transactions commit that insert the same rows in opposite order', async () => {
    await hostTables(database, [plain])
    await follow()
    const [one, other] = [await connect(), await connect()]
    const insert = (client: pg.Client, userId: string) =>
      client.query(`insert into host_progress values ('${userId}', 'lesson', 'a', '2024-01-01')`)
    await Promise.all([one.query('begin'), other.query('begin')])
    await insert(one, 'ann')
    await insert(other, 'bob')
    await Promise.all([
      insert(one, 'bob').then(() => one.query('commit')),
      insert(other, 'ann').then(() => other.query('commit')),
    ])
    expect(await host('select count(*)::int as count from host_progress')).toEqual([{ count: 4 }])
    const service = newService()
    await service.importFollowed('host_progress', { fromStart: true })
    await service.countFollowed()
    expect(await host("select user_id from milepost.user_progress where category = 'lesson' order by 1")).toEqual([
      { user_id: 'ann' },
      { user_id: 'bob' },
    ])
    expect(await service.verify()).toEqual([])
  })

  test.each(['repeatable read', 'serializable'])('is written by a host at %s', async level => {
    await hostTables(database, [plain])
    await follow()
    const client = await connect()
    await client.query(`begin isolation level ${level}`)
    await client.query('select 1 from host_progress')
    await newService().record({ userId: 'ann', category: 'lesson', itemKey: 'a' })
    await client.query(
      "insert into host_progress values ('ann', 'lesson', 'a', '2024-01-01'), ('ann', 'lesson', 'b', '2024-01-02')",
    )
    await client.query('commit')
    const service = newService()
    await service.countFollowed()
    expect(await service.explain('ann', 'three')).toMatchObject({ isEarned: false })
    expect(await host("select item_key from milepost.user_progress where category = 'lesson' order by 1")).toEqual([
      { item_key: 'a' },
      { item_key: 'b' },
    ])
    expect((await listFollowed(database.db))[0]!.refused).toEqual([])
  })

  test('says that nothing was changed where a transaction keeps it locked', async () => {
    await hostTables(database, [plain])
    const client = await connect()
    await client.query('begin')
    await client.query("insert into host_progress values ('ann', 'lesson', 'a', '2024-01-01')")
    await expect(follow()).rejects.toThrow(
      'Other transactions kept host_progress locked for 5s, so nothing was changed.',
    )
    await client.query('rollback')
    expect(await listFollowed(database.db)).toEqual([])
  })

  test('is refused where row level security hides rows', async () => {
    await hostTables(database, [plain])
    await host('alter table host_progress enable row level security')
    const role = `follow_owner_${process.pid}`
    await host(`create role ${role} login`)
    dropLater(role)
    await host(`grant all on all tables in schema milepost to ${role}`)
    await host(`grant usage, create on schema milepost to ${role}`)
    await host(`grant all on host_progress to ${role}`)
    const url = new URL(database.url)
    url.username = role
    const pool = new pg.Pool({ connectionString: url.href })
    onTestFinished(() => pool.end())
    await expect(followTable(pool, { table: 'host_progress' })).rejects.toThrow(
      'hides rows from this role by row level security',
    )
  })
})

function batchesOf<Row>(rows: readonly Row[]): Row[][] {
  const batches: Row[][] = []
  for (let i = 0; i < rows.length; i += 3) batches.push(rows.slice(i, i + 3))
  return batches
}
