import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { followTable, listFollowed, migrate, unfollowTable } from '../../../src/index.js'
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

describeOnEach(everyDatabase, 'a followed table that changes', database => {
  const newService = () => clockedService(database.host.db, catalog)
  const host = (text: string) => database.rows(sql.raw(text))
  const make = async (shape: Shape = 'a composite key') => {
    await hostTables(database, shapes[shape])
    await host(`insert into host_users values ('${ann}', 'Ann'), ('${bob}', 'Bob')`)
  }
  const follow = (options: object = {}) => followTable(database.host.db, { table: 'public.host_progress', ...options })

  test('with deletes undoes the completion of a deleted row, and counts it again if it comes back', async () => {
    await make()
    await follow({ deletes: true })
    const service = newService()
    await host(insertion(ann))
    await service.countFollowed()
    await host("delete from host_progress where item_key in ('b', 'd')")
    expect(await service.countFollowed()).toMatchObject({ undoneCount: 2 })
    await recorded(service, 'together')
    for (const itemKey of ['b', 'd'])
      await service.undo({ userId: 'recorded', category: 'lesson', itemKey }, { reason: 'the same' })
    expect(await holdingsOf(service, ann)).toEqual(await holdingsOf(service, 'recorded'))
    const audit = await host(
      "select reason, done_by from milepost.audit_log where action = 'undo' and user_id <> 'recorded'",
    )
    expect(audit).toEqual([1, 2].map(() => ({ reason: 'Deleted from public.host_progress', done_by: null })))
    await host(
      insertion(
        ann,
        lessons.filter(({ item }) => ['b', 'd'].includes(item)),
      ),
    )
    await service.checkAndAwardMilestones(ann)
    expect(await holdingsOf(service, ann)).toEqual(await recorded(service, 'together'))
    expect(await service.verify()).toEqual([])
  })

  test('with deletes takes the last state of a row that was deleted and inserted again before it was counted', async () => {
    await make()
    await follow({ deletes: true })
    const service = newService()
    await host(insertion(ann))
    await service.countFollowed()
    await host(`delete from host_progress where user_id = '${ann}'`)
    const later = lessons.slice(0, 2).map(one => ({ ...one, at: one.at.replace('-03-', '-04-') }))
    await host(insertion(ann, later))
    await host("delete from host_progress where item_key = 'c'")
    await service.countFollowed()
    expect(await holdingsOf(service, ann)).toEqual(await recorded(service, 'one by one', later.slice(1)))
    expect(await service.verify()).toEqual([])
  })

  test('with deletes counts a row that comes back after its completion was undone', async () => {
    await make()
    await follow({ deletes: true })
    const service = newService()
    await host(insertion(ann))
    await service.countFollowed()
    await host("delete from host_progress where item_key = 'b'")
    await service.undo({ userId: ann, category: 'lesson', itemKey: 'b' }, { reason: 'the same' })
    await host(
      insertion(
        ann,
        lessons.filter(({ item }) => item === 'b'),
      ),
    )
    await service.countFollowed()
    expect(await holdingsOf(service, ann)).toEqual(await recorded(service, 'together'))
    expect(await service.verify()).toEqual([])
  })

  test('without deletes keeps the completion of a deleted row, and of one that was changed', async () => {
    await make()
    await follow()
    const service = newService()
    await host(insertion(ann))
    await service.countFollowed()
    await host("update host_progress set item_key = 'z' where item_key = 'a'")
    await host('delete from host_progress')
    await service.countFollowed()
    expect(await holdingsOf(service, ann)).toEqual(await recorded(service, 'together'))
  })

  test('is followed again without a change, and with one', async () => {
    await make()
    const planned = await follow({ dryRun: true })
    expect(await listFollowed(database.host.db)).toEqual([])
    expect(await follow()).toEqual(planned)
    expect(await follow()).toMatchObject({ status: 'unchanged', statements: [] })
    expect(await migrate(database.db)).toEqual([])
    await host(insertion(ann, lessons.slice(0, 1)))
    expect(await follow({ deletes: true })).toMatchObject({ status: 'changed' })
    expect(await listFollowed(database.host.db)).toMatchObject([{ deletes: true, waitingCount: 1 }])
  })

  test('is listed under its new name, and as disabled or gone, and leaves nothing broken', async () => {
    await make()
    await follow()
    await host('alter table host_progress rename to host_moved')
    await host(`insert into host_moved values ('${ann}', 'lesson', 'a', '2024-01-01')`)
    expect(await listFollowed(database.host.db)).toMatchObject([{ table: 'public.host_moved', waitingCount: 1 }])
    await host('alter table host_moved disable trigger all')
    expect(await listFollowed(database.host.db)).toMatchObject([{ status: 'disabled' }])
    await host('drop table host_moved')
    expect(await listFollowed(database.host.db)).toMatchObject([{ table: 'public.host_progress', status: 'gone' }])
    expect(await newService().countFollowed()).toMatchObject({ userCount: 1, awardedCount: 1 })
    expect(await unfollowTable(database.host.db, { table: 'public.host_progress' })).toEqual({ status: 'unfollowed' })
    expect(await unfollowTable(database.host.db, { table: 'public.host_progress' })).toEqual({ status: 'not-followed' })
    expect(await host("select 1 from pg_proc where proname ~ '^follow_[0-9]'")).toEqual([])
  })

  test('is listed as disabled if one of its triggers was dropped, and whole again once it is followed again', async () => {
    await make()
    await follow({ deletes: true })
    expect(await listFollowed(database.host.db)).toMatchObject([{ status: 'followed' }])
    await host('drop trigger milepost_follow_deletes on host_progress')
    expect(await listFollowed(database.host.db)).toMatchObject([{ status: 'disabled' }])
    expect(await follow({ deletes: true })).toMatchObject({ status: 'changed' })
    expect(await listFollowed(database.host.db)).toMatchObject([{ status: 'followed' }])
  })

  test('is left alone after it was unfollowed, and keeps what it brought', async () => {
    await make()
    await follow({ deletes: true })
    await host(insertion(ann, lessons.slice(0, 1)))
    expect(await unfollowTable(database.host.db, { table: 'host_progress' })).toEqual({ status: 'unfollowed' })
    await host(insertion(ann, lessons.slice(1)))
    expect(
      await host("select 1 from pg_trigger where not tgisinternal and tgrelid = 'host_progress'::regclass"),
    ).toEqual([])
    const service = newService()
    await service.countFollowed()
    expect((await holdingsOf(service, ann)).badges).toMatchObject([['first', '2024-03-03T10:00:00.000Z', 10]])
  })

  test('refuses what a trigger cannot follow, in words', async () => {
    await make('a uuid key and a foreign key')
    await hostTables(
      database,
      [
        'create view host_view as select * from host_progress',
        'create table host_parent (user_id text, category text, item_key text, completed_at timestamptz)',
        'create table host_child () inherits (host_parent)',
        'create table host_times (user_id text, category text, item_key bytea, completed_at text, metadata int)',
        'create table host_parts (user_id text, category text, item_key text, completed_at timestamptz) partition by range (completed_at)',
        "create table host_part partition of host_parts for values from ('2024-01-01') to ('2025-01-01')",
      ],
      ['host_child', 'host_parent', 'host_times', 'host_parts'],
    )
    const refused = [
      [{ table: 'host_view' }, 'table is a view'],
      [{ table: 'host_parent' }, 'table has child tables'],
      [{ table: 'host_part' }, 'table is a part of host_parts; follow that table'],
      [{ table: 'milepost.user_progress' }, "table is Milepost's own table"],
      [{ table: 'pg_class' }, 'table belongs to Postgres'],
      [{ table: 'host_nothing' }, 'table is not in this database'],
      [{ table: 'a.b.c' }, 'table must be name or schema.name'],
      [{ table: 'host_times' }, 'columns.itemKey is of type bytea'],
      [{ table: 'host_times', columns: { itemKey: 'user_id' } }, 'columns.completedAt is of type text'],
      [
        { columns: { userId: 'who' } },
        'columns.userId is not a column of public.host_progress, which has: id, user_id',
      ],
      [{ columns: { user: 'who' } }, 'columns.user is not an option of followTable; did you mean "userId"?'],
      [{ deletes: true }, 'deletes needs a unique key on user_id, category, item_key'],
      [{ timeZone: 'Mars/Base' }, 'timeZone'],
      [{ dryrun: true }, 'dryrun is not an option of followTable; did you mean "dryRun"?'],
    ] as const
    for (const [options, message] of refused) await expect(follow(options)).rejects.toThrow(message)
    await host('drop view host_view')
    expect(await listFollowed(database.host.db)).toEqual([])
  })
})
