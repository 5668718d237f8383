import { once } from 'node:events'
import fs, { watch } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openPglite } from '../../src/pglite.js'
import { makeEmbeddedFolder } from '../support/embedded-folder.js'
import { startProcess } from './other-process.js'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'milepost-open-'))
})

afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

test('keeps data in a folder that it creates, including parent folders', async () => {
  const folder = join(home, 'a', 'b', 'data')
  const first = await openPglite(folder)
  await first.db.exec('CREATE TABLE numbers (value integer PRIMARY KEY)')
  await first.db.query('INSERT INTO numbers VALUES (1), (2)')
  await first.close()
  const second = await openPglite(folder)
  expect((await second.db.query('SELECT value FROM numbers')).rows).toEqual([{ value: 1 }, { value: 2 }])
  await second.close()
})

test('keeps nothing and shares nothing when it is opened in memory', async () => {
  const [one, two] = [await openPglite(), await openPglite()]
  await one.db.exec('CREATE TABLE numbers (value integer PRIMARY KEY)')
  await expect(two.db.query('SELECT value FROM numbers')).rejects.toThrow()
  await Promise.all([one.close(), two.close()])
})

test('closes as often as it is asked to, by itself or through PGlite', async () => {
  const folder = join(home, 'data')
  await makeEmbeddedFolder(folder)
  const database = await openPglite(folder)
  await Promise.all([database.close(), database.db.close(), database[Symbol.asyncDispose]()])
  await database.close()
  expect(await readdir(home)).toEqual(['data'])
})

test('lets the process end while it is open', async () => {
  await makeEmbeddedFolder(join(home, 'data'))
  const other = startProcess(join(home, 'data'))
  onTestFinished(() => other.kill())
  expect(await other.ask('open')).toBe('opened')
  await other.end()
})

test('has every commit in a folder on the disk before it answers', async () => {
  let syncCount = 0
  const { fsyncSync } = fs
  fs.fsyncSync = descriptor => {
    syncCount += 1
    fsyncSync(descriptor)
  }
  syncBuiltinESMExports()
  const { db: client, close } = await openPglite(join(home, 'data'))
  await client.exec('CREATE TABLE numbers (value integer PRIMARY KEY)')
  syncCount = 0
  for (let value = 1; value <= 10; value += 1) {
    await client.transaction(tx => tx.query('INSERT INTO numbers VALUES ($1)', [value]))
    expect(syncCount).toBeGreaterThanOrEqual(value)
  }
  await close()
  fs.fsyncSync = fsyncSync
  syncBuiltinESMExports()
})

test('keeps other users of the machine out of the folder', async () => {
  const folder = join(home, 'data')
  await mkdir(folder)
  await chmod(folder, 0o755)
  await (await openPglite(folder)).close()
  expect((await stat(folder)).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o700)
})

test('refuses a folder that holds something else, and leaves it as it was', async () => {
  await writeFile(join(home, 'thesis.txt'), 'mine')
  await expect(openPglite(home)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('thesis.txt'),
    details: { field: 'folder' },
  })
  expect(await readdir(home)).toEqual(['thesis.txt'])
})

test.each(['', ' ', 'memory://', 'idb://mine'])('refuses "%s" as a folder', async address => {
  await expect(openPglite(address)).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'folder' } })
})

test('opens a folder whose creation was interrupted by SIGKILL', async () => {
  const folder = join(home, 'data')
  await mkdir(folder)
  const other = startProcess(folder)
  const watcher = watch(folder)
  const firstFile = once(watcher, 'change')
  void other.ask('open').catch(() => undefined)
  await firstFile
  watcher.close()
  await other.kill()
  const database = await openPglite(folder)
  expect((await database.db.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await database.close()
})

test('opens a folder whose creation was interrupted at its last file', async () => {
  const folder = join(home, 'data')
  await makeEmbeddedFolder(folder)
  await truncate(join(folder, 'PG_VERSION'), 0)
  await rm(join(folder, 'global'), { recursive: true })
  const database = await openPglite(folder)
  expect((await database.db.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await database.close()
})

test('reports why a new database cannot be written, and releases the folder', async () => {
  const folder = join(home, 'data')
  await mkdir(folder)
  await writeFile(join(folder, 'base'), 'a file where the database has a folder')
  await expect(openPglite(folder)).rejects.toMatchObject({
    code: 'DATABASE_FAILED',
    message: expect.stringMatching(/cannot be written to .*data: .*base/),
    details: { folder },
  })
  expect(await readdir(home)).toEqual(['data'])
  await rm(join(folder, 'base'))
  await (await openPglite(folder)).close()
})

test('says what Postgres said when a damaged database does not start, and frees the folder', async () => {
  const folder = join(home, 'data')
  await makeEmbeddedFolder(folder)
  await writeFile(join(folder, 'PG_VERSION'), '12\n')
  await expect(openPglite(folder)).rejects.toMatchObject({
    code: 'DATABASE_FAILED',
    message: expect.stringMatching(/does not start.*initialized by PostgreSQL version 12/),
  })
  expect(await readdir(home)).toEqual(['data'])
})

test('starts from a template that it keeps', async () => {
  const { HOME } = process.env
  process.env.HOME = home
  const cache = join(home, '.cache', 'milepost')
  await (await openPglite()).close()
  const template = join(cache, (await readdir(cache))[0]!)
  const { size, mtimeMs } = await stat(template)
  expect(size).toBeGreaterThan(1_000_000)
  await (await openPglite(join(home, 'data'))).close()
  expect((await stat(template)).mtimeMs).toBe(mtimeMs)
  expect(await readdir(cache)).toHaveLength(1)
  process.env.HOME = HOME
})
