import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, onTestFinished, test } from 'vitest'
import { installPackage, serverPackages } from '../cli/installed-package.js'
import { freePort } from '../support/free-port.js'
import { createMigratedDatabase } from '../support/migrated-database.js'
import { administer, createDatabase } from '../support/postgres-database.js'
import { isLong } from '../support/scale.js'
import { blocksOf, root } from './pages.js'

const images = join(root, 'deploy/docker')
const dockerfile = readFileSync(join(images, 'Dockerfile'), 'utf8')
const listOf = (instruction: string): string[] =>
  JSON.parse(new RegExp(`^${instruction} (.*)$`, 'm').exec(dockerfile)![1]!) as string[]

type Program = {
  readonly page: string
  readonly packages: readonly string[]
  /** What runs, in order. */
  readonly files: readonly string[]
  /** What the last one prints. */
  readonly printed: string
  /** Makes what other tools would have made. Null: the first file makes it. */
  readonly orders: string | null
}

const programs: readonly Program[] = [
  {
    page: 'guides/kysely.md',
    packages: ['kysely', 'pg'],
    files: ['migrate.ts', 'try.ts'],
    printed: "[ 'first-order' ]\n",
    orders: null,
  },
  {
    page: 'guides/drizzle-kit.md',
    packages: ['drizzle-orm', 'pg'],
    files: ['try.ts'],
    printed: "[ 'first-order' ]\n[ { order: 'order 1', userId: 'ann', points: 0 } ]\n",
    orders: 'CREATE TABLE orders (id text PRIMARY KEY, "userId" text NOT NULL)',
  },
  {
    page: 'guides/prisma.md',
    packages: ['@prisma/client', '@prisma/adapter-pg', 'pg'],
    files: ['try.ts'],
    printed: "[ 'first-order' ]\n",
    orders: 'CREATE TABLE orders (id text PRIMARY KEY)',
  },
  {
    page: 'guides/neon.md',
    packages: ['pg'],
    files: ['try.ts'],
    printed: "recorded [ 'first-lesson' ]\n",
    orders: 'SELECT 1',
  },
]

// The compiler sees them in every run, and test/docs/databases.test.ts runs the same calls.
test.each(isLong ? programs : [])(
  'the program of docs/$page runs and prints what the page says',
  async ({ page, packages, files, printed, orders }) => {
    const { folder, remove } = await installPackage(packages)
    onTestFinished(remove)
    const server = inject('postgresUrl')
    const { url, drop } = await (orders === null ? createDatabase(server) : createMigratedDatabase())
    onTestFinished(drop)
    if (orders !== null) await administer(url, orders)
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    for (const { path, text, language } of blocksOf(page))
      if (path && language === 'ts') await write(join(folder, path), text)
    // In place of `prisma generate`, which downloads an engine.
    const client = join(root, 'test/databases/hosts/prisma-client.generated.ts')
    await cp(client, join(folder, 'generated/prisma/client.ts'))
    const outputs: string[] = []
    for (const file of files) outputs.push(await outputOf(folder, file, url))
    expect(outputs.at(-1)).toBe(printed)
  },
)

test('what the container starts migrates, takes a key, and records', async () => {
  const installed = await installPackage(['pg', ...serverPackages])
  onTestFinished(installed.remove)
  const { url, drop } = await createDatabase(inject('postgresUrl'))
  onTestFinished(drop)
  cpSync(join(images, 'catalog.json'), join(installed.folder, 'catalog.json'))
  const port = String(await freePort())
  const env = { ...process.env, DATABASE_URL: url, MILEPOST_USER_TOKEN_SECRET: 'x'.repeat(64), PORT: port }
  const place = { cwd: installed.folder, env }
  const [program, ...entry] = listOf('ENTRYPOINT') as [string, ...string[]]
  const run = promisify(execFile)
  await run(program, [...entry, 'migrate'], place)
  const key = await run(program, [...entry, 'keys', 'create', 'app', '--scopes', 'record,read'], place)
  const server = spawn(program, [...entry, ...listOf('CMD')], { ...place, stdio: 'ignore' })
  const ended = once(server, 'exit')
  onTestFinished(() => void server.kill('SIGKILL'))
  const base = `http://127.0.0.1:${port}`
  const ready = () =>
    fetch(`${base}/readyz`).then(
      ({ status }) => status,
      () => 0,
    )
  await expect.poll(ready).toBe(200)
  const answer = await fetch(`${base}/v1/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${/mp_live_\S{43}/.exec(key.stdout)![0]}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'ann', category: 'lesson', itemKey: 'intro' }),
  })
  expect(await answer.json()).toMatchObject({ status: 'recorded', awarded: [{ id: 'first-lesson' }] })
  server.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function outputOf(folder: string, file: string, url: string): Promise<string> {
  const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href
  const env = { ...process.env, DATABASE_URL: url }
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, file], { cwd: folder, env })
  return stdout
}
