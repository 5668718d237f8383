import { execFile } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, onTestFinished, test } from 'vitest'
import { installPackage } from '../cli/installed-package.js'
import { createMigratedDatabase } from '../support/migrated-database.js'
import { administer, createDatabase } from '../support/postgres-database.js'
import { scale } from '../support/scale.js'
import { blocksOf, root } from './pages.js'

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

// The first ones run always, all of them in the long run.
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

test.each(programs.slice(0, scale(1, programs.length)))(
  'the program of docs/$page runs and prints what the page says',
  async ({ page, packages, files, printed, orders }) => {
    const { folder, remove } = await installPackage(packages)
    onTestFinished(remove)
    const server = inject('postgresUrl')
    const { url, drop } = await (orders === null ? createDatabase(server) : createMigratedDatabase(server))
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
