import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService, followTable, listFollowed, parseCatalog, unfollowTable } from '../../../src/index.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import {
  ann,
  bob,
  catalog,
  holdingsOf,
  hostTables,
  insertion,
  lessons,
  recorded,
  type Shape,
  shapes,
} from './followed-shapes.js'

describeOnEach(everyDatabase, 'a followed table', database => {
  const newService = () => clockedService(database.host.db, catalog)
  const host = (text: string) => database.rows(sql.raw(text))
  const make = async (shape: Shape = 'a composite key') => {
    await hostTables(database, shapes[shape])
    await host(`insert into host_users values ('${ann}', 'Ann'), ('${bob}', 'Bob')`)
  }
  const follow = (options: object = {}) => followTable(database.host.db, { table: 'public.host_progress', ...options })

  test.each(Object.keys(shapes) as Shape[])(
    'with %s gives what recording gives, when the user is checked',
    async shape => {
      await make(shape)
      expect(await follow()).toMatchObject({ status: 'followed', table: 'public.host_progress', rowCount: 0 })
      const service = newService()
      const heard: string[] = []
      service.onAwarded(({ userId, badge }) => void (userId === ann && heard.push(badge.id)))
      for (const one of lessons) {
        await host(insertion(ann, [one]))
        await service.checkAndAwardMilestones(ann)
      }
      expect(await holdingsOf(service, ann)).toEqual(await recorded(service, 'one by one'))
      expect(heard.sort()).toEqual(['days', 'first', 'lines', 'rich', 'three'])
      expect(await service.verify()).toEqual([])
    },
  )

  test('gives the same when all users are counted at once, and each row counts once', async () => {
    await make()
    await follow()
    const service = newService()
    await host(insertion(ann))
    await host(`${insertion(ann)} on conflict do nothing`)
    await host(insertion(bob, lessons.slice(0, 1)))
    expect(await service.countFollowed()).toMatchObject({ userCount: 2, awardedCount: 6, isMoreDue: false })
    expect(await service.countFollowed()).toMatchObject({ userCount: 0 })
    expect(await holdingsOf(service, ann)).toEqual(await recorded(service, 'together'))
    expect(await service.verify()).toEqual([])
  })

  test('gives rows under a former id to the user who has it now', async () => {
    await make()
    await follow({ deletes: true })
    const service = newService()
    await host(insertion(ann, lessons.slice(0, 1)))
    await service.mergeUsers({ from: ann, into: bob }, { reason: 'one person' })
    await host(insertion(ann, lessons.slice(1)))
    expect(await service.countFollowed()).toMatchObject({ isMoreDue: false })
    expect(await host(`select 1 from milepost.user_progress where user_id = '${ann}'`)).toEqual([])
    expect(await host('select 1 from milepost.followed_changes')).toEqual([])
    await recorded(service, 'together', lessons.slice(0, 1))
    expect(await holdingsOf(service, bob)).toEqual(await recorded(service, 'together', lessons.slice(1)))
    expect((await service.importFollowed('public.host_progress')).completionCount).toBe(0)
    expect(await service.verify()).toEqual([])
  })

  test('brings nothing of a transaction that the host rolls back', async () => {
    await make()
    await follow()
    const rollback = new Error('rolled back')
    await expect(
      database.db.transaction(async tx => {
        await tx.execute(sql.raw(insertion(ann)))
        throw rollback
      }),
    ).rejects.toBe(rollback)
    expect(await host('select 1 from milepost.user_progress')).toEqual([])
    expect(await newService().countFollowed()).toMatchObject({ userCount: 0 })
  })

  test('is imported by the same mapping, in order of time, with doubles told and nobody notified', async () => {
    await make('a uuid key and a foreign key')
    await host(insertion(ann))
    await host(insertion(ann, [{ item: 'a', at: '2024-05-01T10:00:00Z', lines: 9 }]))
    await follow()
    const service = newService()
    const heard: string[] = []
    service.onAwarded(({ badge }) => void heard.push(badge.id))
    const report = await service.importFollowed('public.host_progress')
    expect(report).toMatchObject({ rowCount: 6, completionCount: 5, userCount: 1, refused: { count: 0 } })
    expect(report.duplicates).toMatchObject({ inSourceCount: 1, differingCount: 1 })
    expect(heard).toEqual([])
    expect(await holdingsOf(service, ann)).toEqual(await recorded(service, 'together'))
    expect(await service.importFollowed('host_progress')).toMatchObject({
      completionCount: 0,
      duplicates: { storedCount: 5 },
    })
  })

  test('continues an import that was stopped', async () => {
    await make()
    await host(
      `insert into host_progress select '${ann}', 'lesson', n::text, '2024-01-01T00:00:00Z'::timestamptz + n * interval '1 minute'
       from generate_series(1, 12000) as n`,
    )
    await follow()
    const service = newService()
    const stop = new Error('stopped')
    const onProgress = () => {
      throw stop
    }
    await expect(service.importFollowed('public.host_progress', { onProgress })).rejects.toBe(stop)
    const { rowCount } = await service.importFollowed('public.host_progress')
    expect(rowCount).toBe(2_000)
    const again = await service.importFollowed('public.host_progress', { fromStart: true })
    expect(again).toMatchObject({ rowCount: 12_000, completionCount: 0 })
  })

  test('reads a time without zone in UTC, or in the zone that was named', async () => {
    await make('a uuid key and a foreign key')
    await follow({ timeZone: 'Europe/Berlin' })
    await host(
      `insert into host_progress (user_id, category, item_key, completed_at) values ('${ann}', 'lesson', 'a', '2024-07-01 10:00')`,
    )
    await follow()
    await host(
      `insert into host_progress (user_id, category, item_key, completed_at) values ('${ann}', 'lesson', 'b', '2024-07-01 10:00')`,
    )
    const times = await host(
      "select item_key, completed_at at time zone 'UTC' = '2024-07-01 08:00' as is_berlin from milepost.user_progress order by 1",
    )
    expect(times).toEqual([
      { item_key: 'a', is_berlin: true },
      { item_key: 'b', is_berlin: false },
    ])
  })

  test('takes other names, quoted and in mixed case, a fixed category, numbers and JSON as text', async () => {
    await hostTables(
      database,
      ['create table "Done.Things" ("Who" bigint, "The ""Item""" int, "When" bigint, "Notes" text)'],
      ['"Done.Things"'],
    )
    const columns = {
      userId: 'Who',
      category: { value: "o'lesson\\" },
      itemKey: 'The "Item"',
      completedAt: 'When',
      metadata: 'Notes',
    }
    await follow({ table: 'public."Done.Things"', columns })
    await host(
      `insert into "Done.Things" values (9007199254740993, 7, ${Date.UTC(2024, 0, 1)}, '{"a":1}'), (2, 8, 1, ''), (3, 9, 1, null)`,
    )
    const brought = await host(
      'select user_id, category, item_key, metadata::text as metadata, extract(year from completed_at)::int as year from milepost.user_progress order by item_key',
    )
    expect(brought).toEqual([
      { user_id: '9007199254740993', category: "o'lesson\\", item_key: '7', metadata: '{"a": 1}', year: 2024 },
      { user_id: '2', category: "o'lesson\\", item_key: '8', metadata: '{}', year: 1970 },
      { user_id: '3', category: "o'lesson\\", item_key: '9', metadata: '{}', year: 1970 },
    ])
    expect(await newService().importFollowed('public."Done.Things"')).toMatchObject({
      rowCount: 3,
      duplicates: { storedCount: 3 },
    })
    expect(await unfollowTable(database.host.db, { table: 'public."Done.Things"' })).toEqual({ status: 'unfollowed' })
  })

  test('never makes the insert of the host fail, and lists what was not brought', async () => {
    await hostTables(database, [
      'create table host_progress (user_id text, category text, item_key text, completed_at timestamptz, metadata text)',
    ])
    await follow()
    const bad = [
      ["'', 'lesson', 'a', now(), null", 'userId is empty'],
      ["null, 'lesson', 'a', now(), null", 'userId is null'],
      ["repeat('é', 128), 'lesson', 'a', now(), null", 'userId is over 255 bytes'],
      ["'ann', repeat('c', 101), 'a', now(), null", 'category is over 100 bytes'],
      ["'ann', 'lesson', '..', now(), null", 'itemKey is "..", which cannot be part of a web address'],
      ["'ann', 'lesson', chr(65279) || 'a', now(), null", 'itemKey begins with a byte order mark'],
      ["'ann', 'lesson', 'a', null, null", 'completedAt is missing'],
      ["'ann', 'lesson', 'a', now() + interval '1 hour', null", 'completedAt is more than 5 minutes in the future'],
      ["'ann', 'lesson', 'a', '-infinity', null", 'completedAt is before the year 1'],
      ["'ann', 'lesson', 'a', now(), '{'", 'metadata is not a JSON object'],
      ["'ann', 'lesson', 'a', now(), '[1]'", 'metadata is not a JSON object'],
      [
        `'ann', 'lesson', 'a', now(), '${'{"a":'.repeat(17)}1${'}'.repeat(17)}'`,
        'metadata is nested deeper than 16 levels',
      ],
      [
        "'ann', 'lesson', 'a', now(), (select json_object_agg(n, n)::text from generate_series(1, 1001) as n)",
        'metadata has over 1000 keys',
      ],
      ["'ann', 'lesson', 'a', now(), '{\"a\":\"' || repeat('x', 66000) || '\"}'", 'metadata is over 65536 bytes'],
    ] as const
    await host(
      `insert into host_progress values ${bad.map(([values]) => `(${values})`).join(', ')}, ('ann', 'lesson', 'good', now() + interval '1 minute', '{}')`,
    )
    await host("insert into host_progress values ('ann', 'milestone_badge', 'first', now(), null)")
    expect(
      await host("select item_key, completed_at <= now() + interval '1 second' as is_now from milepost.user_progress"),
    ).toEqual([{ item_key: 'good', is_now: true }])
    const [followed] = await listFollowed(database.host.db)
    expect(followed).toMatchObject({ table: 'public.host_progress', status: 'followed', waitingCount: 1 })
    const problems = followed!.refused.map(({ problem, rowCount }) => [problem, rowCount])
    expect(problems.sort()).toEqual(
      [...new Set(bad.map(([, problem]) => problem))]
        .map(problem => [problem, bad.filter(([, own]) => own === problem).length])
        .sort(),
    )
    const service = createMilestoneService({ db: database.host.db, catalog: parseCatalog(catalog) })
    const report = await service.importFollowed('public.host_progress')
    expect(report).toMatchObject({ rowCount: 16, duplicates: { storedCount: 1 }, refused: { count: 15 } })
  })

  test('keeps the good rows where Milepost itself refuses one', async () => {
    await make()
    await follow()
    await host("alter table milepost.user_progress add constraint no_b check (item_key <> 'b')")
    try {
      await host(insertion(ann))
    } finally {
      await host('alter table milepost.user_progress drop constraint no_b')
    }
    const [followed] = await listFollowed(database.host.db)
    expect(followed!.refused).toMatchObject([{ rowCount: 1, problem: expect.stringContaining('no_b') }])
    expect(await host('select item_key from milepost.user_progress order by 1')).toHaveLength(4)
    expect(await newService().importFollowed('public.host_progress')).toMatchObject({ completionCount: 1 })
  })

  test('leaves badges out, or brings them if asked, filled in from the catalog', async () => {
    await make()
    await follow()
    const give = (badge: string) =>
      host(`insert into host_progress values ('${ann}', 'milestone_badge', '${badge}', '2024-01-01', null)`)
    await give('first')
    expect(await host('select 1 from milepost.user_progress')).toEqual([])
    expect(await follow({ badges: true })).toMatchObject({ status: 'changed' })
    await give('three')
    const service = newService()
    await service.countFollowed()
    expect(await service.getUserBadges(ann)).toMatchObject([{ id: 'three', points: 30 }])
  })

  test('does not bring back a user who was erased', async () => {
    await make()
    await follow()
    const service = newService()
    await host(insertion(ann, lessons.slice(0, 1)))
    await service.eraseUser(ann, { reason: 'asked for it' })
    await host(insertion(ann, lessons.slice(1)))
    expect(
      await host('select 1 from milepost.user_progress union all select 1 from milepost.followed_changes'),
    ).toEqual([])
    expect((await listFollowed(database.host.db))[0]!.refused).toMatchObject([
      { problem: 'userId was erased', rowCount: 4 },
    ])
  })

  test('may be divided into partitions, also those of later and rows inserted right there', async () => {
    await hostTables(database, [
      `create table host_progress (user_id text, category text, item_key text, completed_at timestamptz, extra int, metadata jsonb,
        primary key (user_id, category, item_key, completed_at)) partition by range (completed_at)`,
      "create table host_2024 partition of host_progress for values from ('2024-01-01') to ('2025-01-01')",
    ])
    await follow()
    await host("create table host_2025 partition of host_progress for values from ('2025-01-01') to ('2026-01-01')")
    await host(
      "insert into host_progress values ('ann', 'lesson', 'a', '2024-05-01', 1), ('', 'lesson', 'x', '2024-05-01', 1)",
    )
    await host("insert into host_2025 values ('ann', 'lesson', 'b', '2025-05-01', 1, '{\"lines\": 10}')")
    const service = newService()
    expect(await service.countFollowed()).toMatchObject({ userCount: 1, awardedCount: 2 })
    expect((await listFollowed(database.host.db))[0]!.refused).toMatchObject([
      { problem: 'userId is empty', rowCount: 1 },
    ])
    await host('drop table host_2024')
    expect(await listFollowed(database.host.db)).toMatchObject([{ status: 'followed' }])
    expect(await service.importFollowed('public.host_progress')).toMatchObject({
      rowCount: 1,
      duplicates: { storedCount: 1 },
    })
  })

  test('counts an insert that record has stored already as one', async () => {
    await make()
    await follow()
    const service = newService()
    const [one] = lessons
    await service.record({
      userId: ann,
      category: 'lesson',
      itemKey: one!.item,
      completedAt: new Date(one!.at),
      metadata: { lines: 3 },
    })
    await host(insertion(ann, [one!]))
    expect(await service.countFollowed()).toMatchObject({ userCount: 0 })
    await host(insertion(ann, lessons.slice(1)))
    await service.record({
      userId: ann,
      category: 'lesson',
      itemKey: 'late',
      completedAt: new Date('2024-02-20T00:00:00Z'),
    })
    await service.countFollowed()
    await recorded(service, 'one by one', [one!, { item: 'late', at: '2024-02-20T00:00:00Z', lines: 0 }])
    expect(await holdingsOf(service, ann)).toEqual(await recorded(service, 'together', lessons.slice(1)))
    expect(await service.verify()).toEqual([])
  })
})
