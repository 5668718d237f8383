import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { expect, onTestFinished, test } from 'vitest'
import { type EmbeddedDatabase, openPglite } from '../../src/pglite.js'
import { makeEmbeddedFolder } from '../support/embedded-folder.js'

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const insertNested = 'INSERT INTO t VALUES (1, $1::text::jsonb)'
const tooDeepForJavaScript = nested(20_000)

test('shows hazard 3: PGlite alone calls it a success, stores nothing, and commits a transaction that failed', async () => {
  const home = await mkdtemp(join(tmpdir(), 'milepost-abort-'))
  onTestFinished(() => rm(home, { recursive: true }))
  await makeEmbeddedFolder(join(home, 'data'))
  const client = await PGlite.create(join(home, 'data'))
  await client.exec('CREATE TABLE t (id integer, body jsonb)')
  await expect(client.query(insertNested, [tooDeepForJavaScript])).resolves.toMatchObject({ rows: [] })
  const transaction = client.transaction(async tx => {
    await tx.query("INSERT INTO t VALUES (2, '{}')")
    await tx.query(insertNested, [tooDeepForJavaScript])
    await tx.query("INSERT INTO t VALUES (3, '{}')")
  })
  await expect(transaction).rejects.toThrow('Aborted')
  expect((await client.query('SELECT id FROM t')).rows).toEqual([{ id: 2 }, { id: 3 }])
})

test('refuses moderately deep jsonb with an SQL error and continues', async () => {
  const { db: client, close } = await openWithTable()
  await expect(client.query(insertNested, [nested(3000)])).rejects.toMatchObject({ code: '54001' })
  await client.query("INSERT INTO t VALUES (2, '{}')")
  expect((await client.query('SELECT id FROM t')).rows).toEqual([{ id: 2 }])
  await close()
})

test('fails every call at once after Postgres broke down, and stores nothing more', async () => {
  const home = await mkdtemp(join(tmpdir(), 'milepost-abort-'))
  const folder = join(home, 'data')
  const database = await openWithTable(folder)
  await database.db.query("INSERT INTO t VALUES (1, '{}')")
  await expect(database.db.query(insertNested, [tooDeepForJavaScript])).rejects.toMatchObject({
    code: 'DATABASE_ABORTED',
  })
  const { db: client } = database
  await expect(client.query("INSERT INTO t VALUES (3, '{}')")).rejects.toMatchObject({ code: 'DATABASE_ABORTED' })
  await expect(client.exec('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_ABORTED' })
  await expect(client.transaction(tx => tx.query('SELECT 1'))).rejects.toMatchObject({ code: 'DATABASE_ABORTED' })
  await expect(drizzle({ client }).execute(sql`SELECT 1`)).rejects.toMatchObject({
    cause: { code: 'DATABASE_ABORTED' },
  })
  await database.close()
  const again = await openPglite(folder)
  expect((await again.db.query('SELECT id FROM t')).rows).toEqual([{ id: 1 }])
  await again.close()
  await rm(home, { recursive: true })
})

test('rolls back the transaction in which Postgres broke down', async () => {
  const home = await mkdtemp(join(tmpdir(), 'milepost-abort-'))
  const database = await openWithTable(join(home, 'data'))
  const inTransaction = database.db.transaction(async tx => {
    await tx.query("INSERT INTO t VALUES (1, '{}')")
    await tx.query(insertNested, [tooDeepForJavaScript]).catch(() => undefined)
    await tx.query("INSERT INTO t VALUES (3, '{}')")
  })
  await expect(inTransaction).rejects.toMatchObject({ code: 'DATABASE_ABORTED' })
  await database.close()
  const again = await openPglite(join(home, 'data'))
  expect((await again.db.query('SELECT id FROM t')).rows).toEqual([])
  await again.close()
  await rm(home, { recursive: true })
})

test('fails every call at once after Postgres has exited', async () => {
  const { db: client, close } = await openWithTable()
  // A client that promises rows and sends none: Postgres takes it for gone, and goes itself.
  await expect(client.exec('COPY t FROM STDIN')).rejects.toMatchObject({ code: 'DATABASE_ABORTED' })
  await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_ABORTED' })
  await close()
})

test('continues after ordinary SQL errors', async () => {
  const { db: client, close } = await openWithTable()
  await expect(client.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' })
  await expect(client.exec('nonsense')).rejects.toMatchObject({ code: '42601' })
  await expect(client.transaction(tx => tx.query('SELECT * FROM nowhere'))).rejects.toMatchObject({ code: '42P01' })
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await close()
})

async function openWithTable(folder?: string): Promise<EmbeddedDatabase> {
  if (folder !== undefined) await makeEmbeddedFolder(folder)
  const database = await openPglite(folder)
  await database.db.exec('CREATE TABLE t (id integer, body jsonb)')
  return database
}
