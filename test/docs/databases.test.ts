import { execFile } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, onTestFinished, test } from 'vitest'
import { type InstalledPackage, installPackage } from '../cli/installed-package.js'
import { administer, createDatabase } from '../support/postgres-database.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href
const page = await readFile(join(root, 'docs/databases.md'), 'utf8')
const programs = new Map(
  [...page.matchAll(/^```ts\n\/\/ (\S+\.mts)\n(.*?)^```/gms)].map(([, name, text]) => [name!, text!]),
)
const expected = "[ 'first-order' ]\n"
const [printed] = [...page.matchAll(/^It prints:\n\n```\n(.*?)^```/gms)].map(match => match[1]!)
// What the page tells to install, beside Milepost.
const installs: Readonly<Record<string, readonly string[]>> = {
  'with-kysely.mts': ['kysely', 'pg'],
  'with-drizzle.mts': ['drizzle-orm', 'pg'],
  'with-pg.mts': ['pg'],
  'with-postgres-js.mts': ['postgres'],
  'with-pglite.mts': ['@electric-sql/pglite'],
  'with-knex.mts': ['knex', 'pg'],
  'with-prisma.mts': ['@prisma/client', '@prisma/adapter-pg', 'pg'],
  'with-typeorm.mts': ['typeorm', 'pg'],
}

test('there is a program for each library', () => {
  expect([...programs.keys()].filter(name => name !== 'catalog.mts')).toEqual(Object.keys(installs))
  for (const packages of Object.values(installs)) {
    expect(page).toContain(`npm install milepost ${packages.join(' ')}\n`)
  }
})

test.each(Object.keys(installs))('%s runs in a project that has only what the page installs', async name => {
  const installed = await installPackage(installs[name]!)
  onTestFinished(installed.remove)
  const { url, drop } = await createDatabase(inject('postgresUrl'))
  onTestFinished(drop)
  await administer(url, 'CREATE TABLE orders (id text PRIMARY KEY)')
  expect(await run(installed, { name, url })).toBe(name === 'with-kysely.mts' ? printed : expected)
})

async function run({ folder }: InstalledPackage, { name, url }: { name: string; url: string }): Promise<string> {
  for (const file of ['catalog.mts', name]) await writeFile(join(folder, file), programs.get(file)!)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  // In place of `prisma generate`, which downloads an engine.
  const client = join(root, 'test/databases/hosts/prisma-client.generated.ts')
  await cp(client, join(folder, 'generated/prisma/client.ts'))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, name], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: url },
  })
  return stdout
}
