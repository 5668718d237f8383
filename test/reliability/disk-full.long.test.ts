import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createMilestoneService, migrate } from '../../src/index.js'
import { catalog, lessons, read, write } from '../hazards/schedule-catalogs.js'
import { names } from '../races/lists.js'
import { administer } from '../support/postgres-database.js'
import { postgresUser, temporaryFolder } from '../support/postgres-user.js'
import { scale } from '../support/scale.js'
import { tried } from './tried.js'

test('whatever is recorded while the disk is full is stored once when there is room again', async ({ skip }) => {
  const folder = mountSmallDisk()
  if (!folder) return skip('Only root can mount a small disk, and in many containers not even root.')
  onTestFinished(() => unmount(folder))
  const url = await databaseOn(folder)
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  onTestFinished(() => pool.end())
  await migrate(drizzle(pool))
  // Opened beforehand: while the disk is full, Postgres may refuse new connections.
  const filler = await pool.connect()
  onTestFinished(() => filler.release())
  const service = createMilestoneService({ db: drizzle(pool), catalog })
  for (const round of names('round', scale(1, 20))) {
    await fill(filler)
    const completions = names(round, 40).flatMap(userId => [...lessons(userId, 10), read(userId), write(userId)])
    const outcomes = await Promise.allSettled(completions.map(completion => service.record(completion)))
    const failures = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(failures.length).toBeGreaterThan(0)
    for (const failure of failures)
      expect(failure).toMatchObject({ code: 'DATABASE_FAILED', details: { sqlState: '53100' } })
    await filler.query('DROP TABLE filler')
    const results = await service.record(completions)
    expect(results.filter(({ status }) => status === 'duplicate')).toHaveLength(outcomes.length - failures.length)
    expect(results.flatMap(({ awarded }) => awarded)).toHaveLength(2 * 40)
    expect(await service.verify()).toEqual([])
    tried('disksFull')
  }
})

/** Makes a disk of 48 MB in memory, in a folder of its own. Undefined where that is not allowed. */
function mountSmallDisk(): string | undefined {
  // The server of `DATABASE_URL` may be on another machine.
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || process.env.DATABASE_URL) return undefined
  const folder = mkdtempSync(join(temporaryFolder(postgresUser()), 'milepost-small-disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder], { stdio: 'ignore' })
  if (status === 0) return folder
  rmSync(folder, { recursive: true })
  return undefined
}

async function unmount(folder: string): Promise<void> {
  spawnSync('umount', ['--lazy', folder], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
}

/** Creates a database whose tables are on this disk. What Postgres writes ahead is elsewhere: without room for that it stops. */
async function databaseOn(folder: string): Promise<string> {
  const { uid, gid } = postgresUser()
  chownSync(folder, uid!, gid!)
  chmodSync(folder, 0o700)
  const server = inject('postgresUrl')
  await administer(server, `CREATE TABLESPACE small_disk LOCATION '${folder}'`)
  await administer(server, 'CREATE DATABASE on_small_disk TABLESPACE small_disk')
  onTestFinished(async () => {
    await administer(server, 'DROP DATABASE on_small_disk WITH (FORCE)')
    await administer(server, 'DROP TABLESPACE small_disk')
  })
  return server.replace(/\/[^/?]*(\?|$)/, '/on_small_disk$1')
}

/** Fills the disk to the last page. */
async function fill(client: pg.PoolClient): Promise<void> {
  await client.query('CREATE TABLE filler (body text)')
  await client.query('ALTER TABLE filler ALTER body SET STORAGE PLAIN')
  for (const size of [1_000, 100, 10, 1, 1]) {
    const insert = `INSERT INTO filler SELECT repeat('x', 8000) FROM generate_series(1, ${size})`
    for (;;) {
      const error = await client.query(insert).then(
        () => null,
        error => error,
      )
      if (error === null) continue
      expect(error).toMatchObject({ code: '53100' })
      break
    }
  }
}
