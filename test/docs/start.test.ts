import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { type InstalledPackage, installPackage } from '../cli/installed-package.js'
import { createDatabase } from '../support/postgres-database.js'
import { run, stepsOf, walk } from './walked-page.js'

async function projectWith(packages: readonly string[]): Promise<InstalledPackage> {
  const installed = await installPackage(packages)
  onTestFinished(installed.remove)
  return installed
}

async function emptyDatabase(): Promise<NodeJS.ProcessEnv> {
  const { url, drop } = await createDatabase(inject('postgresUrl'))
  onTestFinished(drop)
  return { DATABASE_URL: url }
}

test.each(['docs/start/install.md', 'docs/start/quick-start.md'])(
  'what %s says works, and prints what it shows',
  async page => {
    const steps = stepsOf(page)
    expect(steps.filter(({ type }) => type === 'run').length).toBeGreaterThan(0)
    await walk(steps, await projectWith(['@electric-sql/pglite']))
  },
)

test('what AGENTS.md has an agent write works, on Postgres', async () => {
  const steps = stepsOf('AGENTS.md')
  expect(steps.filter(({ type }) => type === 'run')).toHaveLength(2)
  const installed = await projectWith(['pg', 'hono', '@hono/zod-openapi', '@hono/node-server', 'jose', 'pino', 'zod'])
  const env = await emptyDatabase()
  await walk(steps, installed, env)
  writeFileSync(
    join(installed.folder, 'asked.ts'),
    `import { milepost } from './milepost/server.ts'
    console.log((await milepost.handler(new Request('http://app/api/milepost/v1/users/ann/badges'))).status)
    process.exit()`,
  )
  expect(await run(installed, 'npx tsx asked.ts', env)).toBe('401\n')
})

test('the program of the home page records and reads', async () => {
  const installed = await projectWith(['pg'])
  await walk(stepsOf('site/pages/index.md'), installed)
  const seen = `import './badges.ts'\nprocess.exit()`
  writeFileSync(join(installed.folder, 'seen.ts'), seen)
  expect(await run(installed, 'npx tsx seen.ts', await emptyDatabase())).toBe('')
})
