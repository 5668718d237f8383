import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Finding } from '../../src/cli/doctor/finding.js'
import { hasPgbouncer, startPgbouncer } from '../support/pgbouncer.js'
import { administer, connected, createDatabase, type PostgresDatabase } from '../support/postgres-database.js'
import { writeFiles } from './catalogs.js'
import { type InstalledPackage, installPackage } from './installed-package.js'
import { type Run, runHere } from './program.js'

let installed: InstalledPackage
let database: PostgresDatabase

beforeAll(async () => {
  installed = await installPackage()
  writeFiles(installed.folder)
  database = await createDatabase(inject('postgresUrl'))
})
afterAll(async () => {
  installed.remove()
  await database.drop()
})

test('it says what is missing on an empty database, each with its fix', async () => {
  const { code, findings } = await doctor('--catalog one.json')
  expect(code).toBe(3)
  expect(findings).toMatchObject({
    node: { status: 'ok' },
    driver: { status: 'ok', found: 'pg opens the database' },
    connection: { status: 'ok' },
    migrations: { status: 'problem', fix: expect.stringContaining('milepost migrate') },
    rights: { status: 'ok', found: expect.stringContaining('can create the tables') },
    'catalog file': { status: 'ok', found: 'one.json: 1 milestone' },
    'time zones': { status: 'ok' },
  })
})

test('it finds no problem once the tables are there and the catalog is applied, and says if the file is another one', async () => {
  await milepost('migrate')
  expect((await doctor('--catalog one.json')).findings['catalog in effect']).toMatchObject({
    status: 'ok',
    found: 'the one in your code, until you apply one',
  })
  await milepost('apply --catalog one.json --yes')
  const { code, findings } = await doctor('--catalog one.json')
  expect(Object.values(findings).filter(({ status }) => status !== 'ok')).toEqual([])
  expect(code).toBe(0)
  expect((await doctor('--catalog two.mjs')).findings['catalog in effect']).toMatchObject({
    status: 'warning',
    fix: expect.stringContaining('milepost apply'),
  })
  const { stdout } = await milepost('doctor --catalog one.json')
  expect(stdout).toMatch(/^ok +migrations +all applied$/m)
})

test('it names followed tables, what waits to be counted, and triggers that are turned off or gone', async () => {
  const send = (statement: string) => connected(database.url, client => client.query(statement))
  const found = async () => (await doctor('--catalog one.json')).findings
  expect((await found())['followed tables']).toMatchObject({ status: 'ok', found: 'none' })
  await send(
    'create table done (user_id text, category text, item_key text, completed_at timestamptz, primary key (user_id, category, item_key))',
  )
  expect(await milepost('follow public.done --deletes --no-import --yes')).toMatchObject({ code: 0 })
  expect((await found())['followed tables']).toMatchObject({ status: 'ok', found: 'public.done' })
  await send("insert into done values ('ann', 'lesson', 'a', now()), ('bob', 'lesson', 'a', now())")
  expect((await found())['followed tables']).toMatchObject({
    status: 'warning',
    found: 'public.done: 2 changes wait to be counted',
    fix: expect.stringContaining('countFollowed'),
  })
  for (const statement of [
    'alter table done disable trigger milepost_follow',
    'alter table done enable trigger milepost_follow; drop trigger milepost_follow_deletes on done',
  ]) {
    await send(statement)
    expect((await found())['public.done']).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('turned off or was dropped'),
      fix: expect.stringContaining('milepost follow public.done'),
    })
  }
  await send('drop table done')
  const { code, findings } = await doctor('--catalog one.json')
  expect(code).toBe(3)
  expect(findings['public.done']).toMatchObject({
    status: 'problem',
    found: expect.stringContaining('gone'),
    fix: expect.stringContaining('milepost unfollow public.done'),
  })
  await milepost('unfollow public.done')
  await send('delete from milepost.followed_changes')
  expect((await found())['followed tables']).toMatchObject({ found: 'none' })
})

test('it finds a catalog with faults, a zone that does not exist, and a server that does not answer', async () => {
  const { code, findings } = await doctor(
    '--catalog faulty.json --default-time-zone Mars/Base',
    'postgres://ann@127.0.0.1:1/x',
  )
  expect(code).toBe(3)
  expect(findings).toMatchObject({
    'catalog file': { status: 'problem', fix: expect.stringContaining('milepost lint faulty.json') },
    'time zones': { status: 'problem' },
    connection: { status: 'problem', fix: expect.stringContaining('Nothing answers at this address') },
  })
})

test('it finds a user who may not record, and the grants that are missing', async () => {
  const name = `reader_${process.pid}`
  await administer(database.url, `CREATE ROLE ${name} LOGIN`)
  await administer(database.url, `GRANT USAGE ON SCHEMA milepost TO ${name}`)
  await administer(database.url, `GRANT SELECT ON ALL TABLES IN SCHEMA milepost TO ${name}`)
  try {
    const url = new URL(database.url)
    url.username = name
    expect((await doctor('--catalog one.json', url.href)).findings.rights).toMatchObject({
      status: 'problem',
      fix: expect.stringContaining(
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "milepost" TO "${name}"`,
      ),
    })
  } finally {
    await connected(database.url, client => client.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`))
  }
})

test.skipIf(!hasPgbouncer)('it finds a pooler in transaction mode', async () => {
  const bouncer = await startPgbouncer(database.url)
  try {
    expect((await doctor('--catalog one.json', bouncer.url)).findings.pooler).toMatchObject({
      status: 'warning',
      fix: expect.stringContaining('preparedStatements: false'),
    })
  } finally {
    await bouncer.stop()
  }
})

test('it finds a folder without a database', async () => {
  const project = await installPackage(['@electric-sql/pglite'])
  const run = await runHere(project, ['doctor', '--json'])
  project.remove()
  const { findings } = JSON.parse(run.stdout) as { findings: readonly Finding[] }
  expect(findings.find(({ check }) => check === 'driver')).toMatchObject({ status: 'ok' })
  expect(findings.find(({ check }) => check === 'connection')).toMatchObject({
    status: 'problem',
    found: 'No database found at .milepost.',
    fix: expect.stringContaining('milepost migrate'),
  })
})

async function doctor(
  line: string,
  url = database.url,
): Promise<{ readonly code: number | null; readonly findings: Readonly<Record<string, Finding>> }> {
  const { code, stdout } = await milepost(`doctor ${line} --json`, url)
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] }
  return { code, findings: Object.fromEntries(findings.map(finding => [finding.check, finding])) }
}

function milepost(line: string, url = database.url): Promise<Run> {
  return runHere(installed, line.split(' '), { DATABASE_URL: url })
}
