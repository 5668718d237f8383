import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService, migrate, parseCatalog } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'

const catalogOf = (count: number) => ({
  milestones: [{ id: 't1', title: 'One', requirement: { type: 'tutorials_completed', count } }],
})

describeOnEach(['pglite', 'pg'], 'readiness', database => {
  test('a migrated database and a catalog that governs are ready', async () => {
    const { send } = httpClient(database.db, { catalog: catalogOf(1) })
    const { status, body } = await send('GET', '/readyz', { scopes: null })
    expect([status, body.status]).toEqual([200, 'ready'])
    expect(body.outbox).toEqual({ lagMs: null, heldBackMs: null })
  })

  test('a catalog that was never applied is told, one that was and is superseded serves on', async () => {
    const { send } = httpClient(database.db, { catalog: catalogOf(1) })
    const service = createMilestoneService({
      db: database.db,
      catalog: parseCatalog(catalogOf(2)),
      whenUnapplied: 'warn',
    })
    await service.apply(parseCatalog(catalogOf(2)))
    const unapplied = await send('GET', '/readyz', { scopes: null })
    expect([unapplied.status, unapplied.headers.get('retry-after')]).toEqual([503, '5'])
    expect(unapplied.body.checks.catalog).toMatchObject({ isOk: false, detail: expect.stringContaining('version 1') })
    await service.apply(parseCatalog(catalogOf(1)))
    await service.apply(parseCatalog(catalogOf(2)))
    expect((await send('GET', '/readyz', { scopes: null })).status).toBe(200)
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
