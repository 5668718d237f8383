import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createMilestoneService, migrate, parseCatalog } from '../../src/index.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { writeFiles } from './catalogs.js'
import { type InstalledPackage, installPackage } from './installed-package.js'
import { runHere, start } from './program.js'

let installed: InstalledPackage
let database: TestDatabase<'pg'>

beforeAll(async () => {
  installed = await installPackage(['postgres'])
  writeFiles(installed.folder)
  database = await openDatabase('pg')
})
afterAll(async () => {
  installed.remove()
  await database.close()
})

test('an interrupted apply ends after its page, and the same command continues from there', async () => {
  await migrate(database.db)
  const service = createMilestoneService({ db: database.db, catalog: parseCatalog({ milestones: [] }) })
  const users = Array.from({ length: 2_400 }, (_, i) => `user ${String(i).padStart(4, '0')}`)
  await service.record(users.map(userId => ({ userId, category: 'lesson', itemKey: 'intro' })))
  const holder = new pg.Client({ connectionString: database.url })
  await holder.connect()
  // In the second page of 1,000.
  await holder.query(`begin; select from milepost.user_standings where user_id = 'user 1700' for update`)

  const apply = ['apply', '--catalog', 'one.json', '--yes']
  const env = { DATABASE_URL: database.url }
  const running = start(installed, apply, env)
  await untilCounted(holder, 1_000)
  running.child.kill('SIGINT')
  await running.said('Stopping after the current step')
  await holder.query('commit')
  const stopped = await running.ended
  expect(stopped.code).toBe(4)
  expect(stopped.stderr).toMatch(
    /INTERRUPTED: .* 2,000 of 2,400 users are recalculated\. Run the same command to continue/,
  )

  const again = await runHere(installed, apply, env)
  expect(again).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Version 1 is in effect\. 400 users recalculated/),
  })
  expect(await runHere(installed, ['verify'], env)).toMatchObject({ code: 0 })
  await holder.end()
})

async function untilCounted(client: pg.Client, userCount: number): Promise<void> {
  const statement = 'select 1 from milepost.catalog_versions where user_count >= $1'
  while ((await client.query(statement, [userCount])).rowCount === 0);
}

test('verify finds and shows manual changes and exits with 3, and rebuild corrects them', async () => {
  const env = { DATABASE_URL: database.url }
  await database.client.query(`update milepost.user_metrics set value = 7 where user_id = 'user 0003'`)
  const found = await runHere(installed, ['verify', 'user 0003'], env)
  expect(found).toMatchObject({ code: 3, stdout: expect.stringMatching(/^user 0003 +metric +count:lesson +7 +1$/m) })
  expect(await runHere(installed, ['verify', '--quiet'], env)).toEqual({ code: 3, stdout: '', stderr: '' })
  expect(await runHere(installed, ['rebuild', 'user 0003'], env)).toMatchObject({ code: 0 })
  expect(await runHere(installed, ['verify', 'user 0003', '--json'], env)).toMatchObject({ code: 0 })
})

test('a password is printed nowhere, also not by --debug', async () => {
  const url = new URL(inject('postgresUrl'))
  url.username = 'milepost_nobody'
  url.password = 'p%40ss-w0rd'
  url.port = '1'
  const runs = await Promise.all([
    runHere(installed, ['user', 'ann', '--debug', '--database', url.href]),
    runHere(installed, ['user', 'ann', '--debug', '--json', `--database=${url.href}`]),
    runHere(installed, ['user', 'ann', '--debug', `--databse=${url.href}`]),
    runHere(installed, ['user', 'ann', '--debug'], { DATABASE_URL: 'postgres://u:p%40ss-w0rd@:x' }),
  ])
  expect(runs.map(({ code }) => code)).toEqual([1, 1, 2, 1])
  for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toMatch(/p(%40|@)ss-w0rd/)
})

test('a missing driver or a missing PGlite is reported with what to install', async () => {
  const bare = await installPackage([])
  const args = ['migrate', '--json', '--database']
  for (const address of ['postgres://localhost/app', './data']) {
    const { code, stderr } = await runHere(bare, [...args, address])
    const { error } = JSON.parse(stderr)
    expect({ code, error: error.code }).toEqual({ code: 1, error: 'DRIVER_MISSING' })
    expect(error.advice).toContain('npm install')
  }
  const { stderr: unset } = await runHere(bare, ['migrate'])
  expect(unset).toContain('Set DATABASE_URL in your shell')
  const use = `import('milepost/pglite').then(({ openPglite }) => openPglite()).catch(({ code, message }) => console.log(code, message))`
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', use], { cwd: bare.folder })
  expect(stdout).toMatch(/^DRIVER_MISSING .*Run `npm install @electric-sql\/pglite`/)
  bare.remove()
})
