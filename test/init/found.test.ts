import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readProject } from '../../src/cli/init/project.js'
import { makeProject } from './projects.js'

test.each([
  [['next', 'react'], 'next'],
  [['@sveltejs/kit'], 'sveltekit'],
  [['@nestjs/core', '@nestjs/platform-express', 'express'], 'nest'],
  [['hono', '@hono/node-server'], 'hono'],
  [['fastify'], 'fastify'],
  [['express'], 'express'],
  [['lodash'], 'plain'],
])('a project with %j is one of %s', (packages, framework) => {
  expect(readProject(makeProject(packages)).framework).toBe(framework)
})

test.each([
  [['pg'], null, 'pg'],
  [['drizzle-orm', 'postgres'], 'drizzle-orm', 'postgres'],
  [['kysely', 'pg'], 'kysely', 'pg'],
  [['knex', 'pg'], 'knex', 'pg'],
  [['typeorm', 'pg'], 'typeorm', 'pg'],
  [['drizzle-orm', '@electric-sql/pglite'], 'drizzle-orm', 'pglite'],
  [['drizzle-orm', 'better-sqlite3'], 'drizzle-orm', null],
  [[], null, null],
])('with %j the ORM is %s and the driver %s', (packages, orm, driver) => {
  expect(readProject(makeProject(packages))).toMatchObject({ orm, driver })
})

test('Prisma on Postgres is reached with pg, on another database not', () => {
  const schema = (provider: string) => ({ 'prisma/schema.prisma': `datasource db {\n  provider = "${provider}"\n}\n` })
  expect(readProject(makeProject(['@prisma/client'], schema('postgresql'))).driver).toBe('pg')
  expect(readProject(makeProject(['@prisma/client'], schema('sqlite'))).driver).toBeNull()
})

test.each([
  [{ 'pnpm-lock.yaml': '' }, {}, 'pnpm'],
  [{ 'yarn.lock': '' }, {}, 'yarn'],
  [{ 'bun.lock': '' }, {}, 'bun'],
  [{ 'package-lock.json': '{}' }, {}, 'npm'],
  [{}, {}, 'npm'],
  [{ 'package-lock.json': '{}' }, { packageManager: 'pnpm@10.1.0' }, 'pnpm'],
])('with the files %j and %j packages are installed by %s', (files, manifest, packageManager) => {
  expect(readProject(makeProject([], files as Record<string, string>, manifest)).packageManager).toBe(packageManager)
})

test.each([
  [{ '../pnpm-workspace.yaml': '', '../pnpm-lock.yaml': '' }, {}, 'pnpm'],
  [{ '../../package.json': '{ "workspaces": ["apps/*"], "packageManager": "yarn@4.9.0" }' }, {}, 'yarn'],
  [{ '../../package.json': '{ "workspaces": ["apps/*"] }', '../../bun.lock': '' }, {}, 'bun'],
  [{ '../yarn.lock': '' }, {}, 'npm'],
  [{ '../pnpm-workspace.yaml': '', '../pnpm-lock.yaml': '', 'package-lock.json': '{}' }, {}, 'npm'],
])('in a workspace its root decides: with %j above and %j it is %s', (files, manifest, packageManager) => {
  const parent = mkdtempSync(join(tmpdir(), 'milepost-workspace-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  mkdirSync(join(parent, 'apps'))
  const folder = makeProject([], files as Record<string, string>, manifest, join(parent, 'apps'))
  expect(readProject(folder).packageManager).toBe(packageManager)
})

test('without a package.json it says what to do', () => {
  expect(() => readProject('/nowhere')).toThrow('There is no package.json in /nowhere.')
})
