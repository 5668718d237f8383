import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPglite } from '../../src/pglite.js'
import { makeEmbeddedFolder } from '../support/embedded-folder.js'

const fill = `CREATE TABLE "Busy rows" (id integer PRIMARY KEY, n integer);
  INSERT INTO "Busy rows" SELECT i, 0 FROM generate_series(1, 5000) i`
const touchAll = 'UPDATE "Busy rows" SET n = n + 1'
let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'milepost-upkeep-'))
})

afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

test('vacuums a table with many dead rows while the database is used', async () => {
  const { db: client, close } = await openPglite(undefined, { upkeepIntervalMs: 0 })
  await client.exec(fill)
  await client.exec(touchAll)
  // The round queues behind the statement that brought it on; each of its statements is one turn.
  for (let turn = 0; turn < 20 && (await vacuumCount(client)) === 0; turn += 1);
  expect(await vacuumCount(client)).toBeGreaterThan(0)
  await close()
})

test('leaves transactions alone while it vacuums', async () => {
  const { db: client, close } = await openPglite(undefined, { upkeepIntervalMs: 0 })
  await client.exec(fill)
  for (let turn = 0; turn < 5; turn += 1)
    await client.transaction(async tx => {
      await tx.exec(touchAll)
      await tx.query('SELECT 1')
      await tx.exec(touchAll)
    })
  expect((await client.query('SELECT DISTINCT n FROM "Busy rows"')).rows).toEqual([{ n: 10 }])
  await close()
})

test('leaves a transaction alone that was begun with BEGIN', async () => {
  const { db: client, close } = await openPglite(undefined, { upkeepIntervalMs: 0 })
  await client.exec(fill)
  for (let turn = 0; turn < 5; turn += 1) {
    await client.exec('BEGIN')
    for (let statement = 0; statement < 8; statement += 1) await client.exec(touchAll)
    await client.exec('COMMIT')
  }
  expect((await client.query('SELECT DISTINCT n FROM "Busy rows"')).rows).toEqual([{ n: 40 }])
  await close()
})

test('vacuums on demand, even if little changed', async () => {
  const { db: client, vacuum, close } = await openPglite()
  await client.exec(
    'CREATE TABLE small (id integer); INSERT INTO small VALUES (1), (2); DELETE FROM small WHERE id = 1',
  )
  await vacuum()
  expect((await client.query("SELECT reltuples FROM pg_class WHERE relname = 'small'")).rows).toEqual([
    { reltuples: 1 },
  ])
  await close()
})

test('vacuums at close, so that many short sessions do not let a table grow', async () => {
  const folder = join(home, 'data')
  await makeEmbeddedFolder(folder)
  const sizes: number[] = []
  for (let session = 0; session < 3; session += 1) {
    const { db: client, close } = await openPglite(folder)
    if (session === 0) await client.exec(fill)
    await client.exec(touchAll)
    const { rows } = await client.query<{ size: number }>(`SELECT pg_relation_size('"Busy rows"') AS size`)
    sizes.push(Number(rows[0]?.size))
    await close()
  }
  expect(sizes[2]).toBe(sizes[1])
})

test('checkpoints, so that the log of changes does not grow for ever', async () => {
  const { db: client, close } = await openPglite(undefined, { upkeepIntervalMs: 0 })
  await client.exec('CREATE TABLE big (id integer, body text)')
  for (let turn = 0; turn < 8; turn += 1)
    await client.exec("INSERT INTO big SELECT i, repeat('x', 1000) FROM generate_series(1, 16000) i; TRUNCATE big")
  const { rows } = await client.query<{ written: number; kept: number }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::int / 1048576 AS written,
            (SELECT sum(size)::int / 1048576 FROM pg_ls_waldir()) AS kept`,
  )
  expect(rows[0]!.written).toBeGreaterThan(150)
  expect(rows[0]!.kept).toBeLessThan(120)
  await close()
})

test('warns when a round fails, and the caller continues', async () => {
  const { db: client, close } = await openPglite(undefined, { upkeepIntervalMs: 0 })
  const warned = once(process, 'warning')
  await client.exec('REVOKE EXECUTE ON FUNCTION pg_stat_force_next_flush() FROM public; CREATE ROLE guest')
  await client.exec('SET ROLE guest')
  // The round after the one that is under way meets the refusal.
  for (let turn = 0; turn < 20; turn += 1) expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  expect((await warned)[0].message).toMatch(/could not vacuum.*permission denied/)
  await close()
})

async function vacuumCount(client: PGlite): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'SELECT sum(vacuum_count)::int AS count FROM pg_stat_user_tables',
  )
  return rows[0]?.count ?? 0
}
