import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService, migrate, parseCatalog } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'
import { watched } from '../support/watched.js'

const catalogOf = (count: number) => ({
  milestones: [{ id: 't1', title: 'One', requirement: { type: 'tutorials_completed', count } }],
})

describeOnEach(['pglite', 'pg'], 'readiness', database => {
  test('a migrated database with the catalog in effect is ready', async () => {
    const { send } = httpClient(database.db, { catalog: catalogOf(1) })
    const { status, body } = await send('GET', '/readyz', { scopes: null })
    expect([status, body.status]).toEqual([200, 'ready'])
    expect(body.outbox).toEqual({ lagMs: null, heldBackMs: null })
  })

  test('reports that another catalog is in effect, and still serves calls', async () => {
    const { send } = httpClient(database.db, { catalog: catalogOf(1) })
    const service = createMilestoneService({
      db: database.db,
      catalog: parseCatalog(catalogOf(2)),
      whenUnapplied: 'warn',
    })
    await service.apply(parseCatalog(catalogOf(2)))
    const unapplied = await send('GET', '/readyz', { scopes: null })
    expect([unapplied.status, unapplied.body.status]).toEqual([200, 'ready'])
    expect(unapplied.body.checks.catalog).toEqual({
      isOk: true,
      detail: expect.stringContaining('Using catalog version 1'),
    })
    await service.apply(parseCatalog(catalogOf(1)))
    await service.apply(parseCatalog(catalogOf(2)))
    const superseded = await send('GET', '/readyz', { scopes: null })
    expect([superseded.status, superseded.body.checks.catalog.detail]).toEqual([
      200,
      expect.stringContaining('catalog version 3'),
    ])
  })

  test('a database that refuses writes is not ready, and is again once it takes them', async () => {
    const { send } = httpClient(database.db, { catalog: catalogOf(1) })
    const asked = async () => {
      const { status, body } = await send('GET', '/readyz', { scopes: null })
      return [status, body.checks.writes.isOk, body.checks.database.isOk]
    }
    expect(await asked()).toEqual([200, true, true])
    await database.db.execute(sql`create function milepost.disk_full() returns trigger language plpgsql as
      $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$`)
    await database.db.execute(sql`create trigger disk_full before insert on milepost.user_progress
      for each row execute function milepost.disk_full()`)
    expect(await asked()).toEqual([503, false, true])
    await database.db.execute(sql`drop function milepost.disk_full() cascade`)
    expect(await asked()).toEqual([200, true, true])
    expect(await database.rows(sql`select from milepost.user_progress`)).toEqual([])
  })

  test('frequent requests cost one check at a time, and few writes', async () => {
    let [underWay, mostAtOnce] = [0, 0]
    const db = watched(database.session, (_, answered) => {
      underWay += 1
      mostAtOnce = Math.max(mostAtOnce, underWay)
      const end = (): void => {
        underWay -= 1
      }
      answered.then(end, end)
    })
    const { send } = httpClient(db, { catalog: catalogOf(1) })
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('GET', '/readyz', { scopes: null })))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(mostAtOnce).toBeLessThan(4)
  })

  test('migrations that were not applied are named', async () => {
    const { send } = httpClient(database.db, {})
    await database.db.execute(sql`delete from milepost.migrations where name like '0005%'`)
    const { status, body } = await send('GET', '/readyz', { scopes: null })
    expect(status).toBe(503)
    expect(body.checks).toMatchObject({ database: { isOk: true }, migrations: { isOk: false } })
    expect(body.checks.migrations.detail).toMatch(/^not applied: 0005/)
    const name = String(body.checks.migrations.detail).slice('not applied: '.length)
    await database.db.execute(sql`insert into milepost.migrations (name) values (${name})`)
    expect(await migrate(database.db)).toEqual([])
  })
})
