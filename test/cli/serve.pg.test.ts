import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { createMigratedDatabase } from '../support/migrated-database.js'
import { createDatabase, type PostgresDatabase } from '../support/postgres-database.js'
import { scale } from '../support/scale.js'
import { writeFiles } from './catalogs.js'
import { everyDriver, type InstalledPackage, installPackage, serverPackages } from './installed-package.js'
import { runHere, runProgram } from './program.js'
import { firstKeyIn, type Serving, serve } from './serving.js'

let installed: InstalledPackage
let database: PostgresDatabase
const started: Serving[] = []

beforeAll(async () => {
  installed = await installPackage([...everyDriver, ...serverPackages])
  writeFiles(installed.folder)
})
afterAll(() => installed.remove())
beforeEach(async () => {
  database = await createMigratedDatabase()
})
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL')
  await database.drop()
})

async function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Serving> {
  const all = ['--catalog', 'one.json', '--port', '0', ...args]
  const serving = await serve(installed, all, { DATABASE_URL: database.url, ...env })
  started.push(serving)
  return serving
}

function lesson(userId: string, itemKey: string): string {
  return JSON.stringify({ userId, category: 'lesson', itemKey })
}

function post({ url }: Serving, path: string, secret: string, body: string): Promise<Response> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  return fetch(url + path, { method: 'POST', headers, body })
}

test('on an empty database it makes the tables, prints the first admin key once, and serves', async () => {
  const empty = await createDatabase(inject('postgresUrl'))
  onTestFinished(empty.drop)
  const env = { DATABASE_URL: empty.url }
  const first = await start([], env)
  const secret = firstKeyIn(first.said())
  const answer = await post(first, '/v1/completions', secret, lesson('ann', 'intro'))
  expect([answer.status, JSON.stringify(await answer.json())]).toEqual([200, expect.stringContaining('"first"')])
  first.child.kill('SIGTERM')
  expect(await first.ended).toMatchObject({ code: 0 })
  expect(first.said().split(secret)).toHaveLength(2)
  const records = first
    .said()
    .split('\n')
    .filter(line => line.startsWith('{'))
  expect(records.map(line => JSON.parse(line).msg)).toEqual(['listening', 'answered', 'stopping', 'stopped'])
  expect(records.join('')).not.toContain('mp_live_')

  const second = await start([], env)
  expect((await post(second, '/v1/completions', secret, lesson('ann', 'intro'))).status).toBe(200)
  second.child.kill('SIGINT')
  expect((await second.ended).code).toBe(0)
  expect(second.said()).not.toContain('mp_live_')
})

test('it does not start on an address that others reach, without keys and tokens; a key that was made lets it', async () => {
  const serveOnAll = ['serve', '--catalog', 'one.json', '--port', '0', '--host', '0.0.0.0', '--json']
  const env = { DATABASE_URL: database.url }
  const refused = await runHere(installed, serveOnAll, env)
  expect([refused.code, JSON.parse(refused.stderr).error.code, refused.stdout]).toEqual([1, 'KEYS_MISSING', ''])
  const made = await runHere(installed, ['keys', 'create', 'ops', '--scopes', 'admin', '--json'], env)
  const { secret } = JSON.parse(made.stdout)
  const serving = await start(['--host', '0.0.0.0'])
  expect(serving.said()).not.toContain('mp_live_')
  expect((await post(serving, '/v1/completions', secret, lesson('ann', 'intro'))).status).toBe(200)
})

test('user tokens let it start as well, and their secret never comes by a word of the command', async () => {
  writeFileSync(join(installed.folder, 'secret'), 'a secret of the host of 32 bytes\n')
  await start(['--host', '0.0.0.0', '--user-token-secret-file', 'secret'])
  await start(['--host', '0.0.0.0'], { MILEPOST_USER_TOKEN_SECRET: 'a secret of the host of 32 bytes' })
  const short = await runHere(installed, ['serve', '--catalog', 'one.json'], {
    DATABASE_URL: database.url,
    MILEPOST_USER_TOKEN_SECRET: 'too short',
  })
  expect(short).toMatchObject({ code: 2, stderr: expect.stringMatching(/^INPUT_INVALID: userTokens\.keys\[0\]/) })
  expect(short.stderr).not.toContain('too short')
})

test('a port in use is reported', async () => {
  const { url } = await start()
  const { port } = new URL(url)
  const env = { DATABASE_URL: database.url }
  const taken = await runProgram(installed, ['serve', '--catalog', 'one.json', '--port', port], env)
  expect(taken).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^ADDRESS_UNUSABLE: .*another process is using it/),
  })
})

test('SIGTERM under load loses nothing that was acknowledged, and ends well', async () => {
  const serving = await start()
  const secret = firstKeyIn(serving.said())
  const acknowledged: string[] = []
  const enough = scale(100, 4_000)
  const client = async (userId: string): Promise<void> => {
    for (let i = 0; ; i++) {
      const itemKey = String(i)
      const isAnswered = await post(serving, '/v1/completions', secret, lesson(userId, itemKey)).then(
        async response =>
          response.status === 200 && ((await response.json()) as { status: string }).status === 'recorded',
        () => false,
      )
      if (!isAnswered) return
      acknowledged.push(`${userId} ${itemKey}`)
      if (acknowledged.length === enough) serving.child.kill('SIGTERM')
    }
  }
  await Promise.all(Array.from({ length: 24 }, (_, i) => client(`client ${i}`)))
  expect(await serving.ended).toMatchObject({ code: 0 })
  expect(serving.said()).not.toContain('cut off')
  const stored = await storedKeys()
  expect(acknowledged.filter(key => !stored.has(key))).toEqual([])
  expect(acknowledged.length).toBeGreaterThanOrEqual(enough)
})

test('SIGTERM ends live streams and does not wait for listeners', async () => {
  const serving = await start()
  const headers = { authorization: `Bearer ${firstKeyIn(serving.said())}` }
  const streams = await Promise.all([1, 2, 3].map(() => fetch(`${serving.url}/v1/stream`, { headers })))
  expect(streams.map(({ status }) => status)).toEqual([200, 200, 200])
  const ends = streams.map(stream => stream.text())
  serving.child.kill('SIGTERM')
  expect(await serving.ended).toMatchObject({ code: 0 })
  await Promise.all(ends)
  expect(serving.said()).not.toContain('cut off')
})

test('a second signal ends it at once, though a request is under way', async () => {
  const serving = await start()
  const secret = firstKeyIn(serving.said())
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await post(serving, '/v1/completions', secret, lesson('ann', 'intro'))
  await client.query(`begin; select from milepost.user_standings where user_id = 'ann' for update`)
  const held = post(serving, '/v1/completions', secret, lesson('ann', 'loops')).catch(() => 'cut')
  while ((await waitingFor(client)) === 0);
  serving.child.kill('SIGTERM')
  await serving.heard('"stopping"')
  serving.child.kill('SIGTERM')
  const [code] = await once(serving.child, 'exit')
  expect([code, await held]).toEqual([4, 'cut'])
  await client.end()
})

async function waitingFor(client: pg.Client): Promise<number | null> {
  const statement = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  return (await client.query(statement)).rowCount
}

async function storedKeys(): Promise<ReadonlySet<string>> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query(
    `select user_id || ' ' || item_key as key from milepost.user_progress where category = 'lesson'`,
  )
  await client.end()
  return new Set(rows.map(({ key }) => key))
}

test('studio serves as serve does, and prints the address of a server’s Studio, also under a path', async () => {
  const args = ['--catalog', 'one.json', '--port', '0', '--base-path', '/badges']
  const serving = await serve(installed, args, { DATABASE_URL: database.url }, 'studio')
  started.push(serving)
  const studio = `${serving.url}/studio/`
  expect(
    JSON.parse(
      serving
        .said()
        .split('\n')
        .find(line => line.includes('"listening"'))!,
    ).studio,
  ).toBe(studio)
  expect(await (await fetch(studio)).text()).toContain('<title>Milepost Studio</title>')
  expect(await runHere(installed, ['studio', serving.url])).toMatchObject({ code: 0, stdout: `${studio}\n` })
  const told = await runHere(installed, ['studio', studio, '--json'])
  expect(JSON.parse(told.stdout)).toEqual({ studio })
  const missing = await runHere(installed, ['studio', new URL('/', serving.url).href, '--json'])
  expect([missing.code, JSON.parse(missing.stderr).error.code]).toEqual([1, 'STUDIO_MISSING'])
  serving.child.kill('SIGTERM')
  const { code, stderr } = await serving.ended
  expect([code, stderr]).toEqual([0, expect.stringContaining(`Studio: ${studio}`)])
  const gone = await runHere(installed, ['studio', serving.url, '--json'])
  expect(JSON.parse(gone.stderr).error).toMatchObject({
    code: 'STUDIO_MISSING',
    message: expect.stringContaining('does not answer'),
  })
})
