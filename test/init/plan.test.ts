import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeChanges } from '../../src/cli/init/change.js'
import { type InitPlan, planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { makeProject } from './projects.js'

const now = new Date('2026-05-08T10:20:30Z')

const darkStyles = '@media (prefers-color-scheme: dark) {\n  :root {\n    --background: #000;\n  }\n}\n'

function planFor(folder: string): InitPlan {
  const project = readProject(folder)
  return planInit(project, project.driver ?? 'pglite', now)
}

function pathsOf(plan: InitPlan): readonly string[] {
  return plan.changes.filter(({ status }) => status !== 'there').map(({ path }) => path)
}

test('in Next.js there is a route, a page with the components, and a line in the configuration', () => {
  const files = {
    'tsconfig.json': '{}',
    'src/app/layout.tsx': '',
    'next.config.ts': 'const config = {}\nexport default config\n',
    'src/app/globals.css': `:root {\n  --background: #fff;\n}\n${darkStyles}`,
  }
  const plan = planFor(makeProject(['next', 'react'], files, { scripts: { dev: 'next dev' } }))
  expect(pathsOf(plan)).toEqual([
    'src/milepost/catalog.ts',
    'src/milepost/user.ts',
    'src/milepost/database.ts',
    'src/milepost/service.ts',
    'src/app/api/milepost/[...path]/route.ts',
    'src/app/badges/page.tsx',
    'src/app/badges/badges.tsx',
    'next.config.ts',
    'src/app/globals.css',
  ])
  const styles = plan.changes.find(({ path }) => path.endsWith('globals.css'))!.after
  expect(styles).toMatch(/^:root \{\n {2}color-scheme: light dark;\n {2}--background/)
  const service = plan.changes.find(({ path }) => path.endsWith('service.ts'))!.after
  expect(service).toContain(`from './catalog'`)
  expect(service).toContain(`basePath: '/api/milepost'`)
  expect(plan.next).toEqual(['npm run dev'])
})

test('in the Pages Router of Next.js there is a page too, also when the route is there already', () => {
  const files = {
    'tsconfig.json': '{}',
    'src/pages/_app.tsx': '',
    'src/pages/index.tsx': '',
    'next.config.ts': 'const config = {}\nexport default config\n',
    'src/styles/globals.css': `:root {\n  --background: #fff;\n}\n${darkStyles}`,
  }
  const folder = makeProject(['next', 'react'], files, { scripts: { dev: 'next dev' } })
  const plan = planFor(folder)
  expect(pathsOf(plan)).toEqual([
    ...['catalog', 'user', 'database', 'service'].map(name => `src/milepost/${name}.ts`),
    'src/app/api/milepost/[...path]/route.ts',
    'src/pages/badges.tsx',
    'src/milepost/badges.tsx',
    'next.config.ts',
    'src/styles/globals.css',
  ])
  expect(plan.page).toBe('/badges')
  const badges = plan.changes.find(({ path }) => path === 'src/milepost/badges.tsx')!.after
  expect(badges).toContain(`baseUrl: '/api/milepost'`)
  writeChanges(folder, plan.changes)
  expect(pathsOf(planFor(folder))).toEqual([])
})

test.each([
  ['say which colours they are in', `html {\n  color-scheme: light;\n}\n:root {\n}\n${darkStyles}`],
  ['are light only', ':root {\n  --background: #fff;\n}\n'],
])('in Next.js styles that %s are left alone', (_, styles) => {
  const files = { 'app/layout.tsx': '', 'app/globals.css': styles }
  expect(pathsOf(planFor(makeProject(['next', 'react'], files)))).not.toContain('app/globals.css')
})

test('in SvelteKit there is a page of Svelte with what it loads, and a route for the API', () => {
  for (const [isTypeScript, ending] of [
    [true, 'ts'],
    [false, 'js'],
  ] as const) {
    const files: Readonly<Record<string, string>> = isTypeScript ? { 'tsconfig.json': '{}' } : {}
    const plan = planFor(makeProject(['@sveltejs/kit'], files, { scripts: { dev: 'vite dev' } }))
    expect(pathsOf(plan)).toEqual([
      ...['catalog', 'user', 'database', 'service'].map(name => `src/lib/server/milepost/${name}.${ending}`),
      `src/routes/badges/v1/[...path]/+server.${ending}`,
      `src/routes/badges/+page.server.${ending}`,
      'src/routes/badges/+page.svelte',
    ])
    const load = plan.changes.find(({ path }) => path.includes('+page.server'))!.after
    expect(load.includes('PageServerLoad')).toBe(isTypeScript)
  }
})

test('in CommonJS the files are modules that Express requires, and a dev script is added', () => {
  const files = {
    'app.js': "const express = require('express')\nconst app = express()\napp.listen(3000)\n",
    '.gitignore': 'node_modules',
  }
  const plan = planFor(makeProject(['express'], files, { scripts: { start: 'node app.js' } }))
  expect(pathsOf(plan)).toEqual([
    'milepost/catalog.mjs',
    'milepost/user.mjs',
    'milepost/database.mjs',
    'milepost/service.mjs',
    'milepost/routes.mjs',
    'app.js',
    'package.json',
    '.gitignore',
  ])
  const app = plan.changes.find(({ path }) => path === 'app.js')!.after
  expect(app).toContain("const { handleBadges } = require('./milepost/routes.mjs')")
  expect(app).toContain("const app = express()\napp.use('/badges', toNodeHandler({ handler: handleBadges }))\n")
  expect(plan.changes.find(({ path }) => path === '.gitignore')!.after).toMatch(/^node_modules\n[\s\S]*^\.milepost\n/m)
  const user = plan.changes.find(({ path }) => path === 'milepost/user.mjs')!.after
  expect(user).toContain('export async function userIdOf(sent) {')
})

test.each([
  ['what `start` runs', { 'bin/www': '' }, { scripts: { start: 'node ./bin/www' } }, 'node --watch ./bin/www'],
  ['the file that listens', { 'server.js': 'app.listen(3000)\n' }, { main: 'index.js' }, 'node --watch server.js'],
  ['the app itself', {}, {}, 'node --watch app.js'],
])(
  'where one file creates the app and another one starts it, the dev script runs %s',
  (_, files, manifest, command) => {
    const app = "import express from 'express'\nexport const app = express()\n"
    const plan = planFor(makeProject(['express'], { 'app.js': app, ...files }, { type: 'module', ...manifest }))
    const { scripts } = JSON.parse(plan.changes.find(({ path }) => path === 'package.json')!.after)
    expect(scripts.dev).toBe(command)
  },
)

test('in TypeScript the dev script runs the source, not what was built from it', () => {
  const files = {
    'tsconfig.json': '{}',
    'src/app.ts': "import express from 'express'\nexport const app = express()\n",
    'src/server.ts': 'app.listen(3000)\n',
    'dist/server.js': '',
  }
  const plan = planFor(makeProject(['express'], files, { scripts: { start: 'node dist/server.js' } }))
  const { scripts } = JSON.parse(plan.changes.find(({ path }) => path === 'package.json')!.after)
  expect(scripts.dev).toBe('tsx watch src/server.ts')
})

test('a repository without a .gitignore gets one for the embedded database', () => {
  const ignored = (files: Readonly<Record<string, string>>): string | undefined =>
    planFor(makeProject([], files)).changes.find(({ path }) => path === '.gitignore')?.after
  expect(ignored({ '.git/HEAD': '' })).toMatch(/^\.milepost$/m)
  expect(ignored({})).toBeUndefined()
})

test('a file that exists is left alone, and a second plan has nothing to write', () => {
  const files = {
    'server.js': "import Fastify from 'fastify'\nconst app = Fastify()\n",
    'milepost/catalog.js': '// mine\n',
  }
  const folder = makeProject(['fastify'], files, { type: 'module', scripts: { dev: 'node server.js' } })
  const plan = planFor(folder)
  expect(plan.changes.find(({ path }) => path === 'milepost/catalog.js')).toMatchObject({ status: 'there' })
  writeChanges(folder, plan.changes)
  expect(readFileSync(join(folder, 'milepost/catalog.js'), 'utf8')).toBe('// mine\n')
  expect(readFileSync(join(folder, 'server.js'), 'utf8')).toContain('const app = Fastify()\napp.register(badges)')
  expect(pathsOf(planFor(folder))).toEqual([])
})

test('an app that is created in a way it does not know is told what to add', () => {
  const plan = planFor(makeProject(['hono'], { 'src/index.js': 'export default createApp()\n' }, { type: 'module' }))
  expect(plan.manual).toEqual([
    'Add this to the file that creates your app:',
    "import { handleBadges } from './milepost/routes.js'",
    "app.all('/badges/*', c => handleBadges(c.req.raw))",
  ])
})

test('drizzle-kit gets a migration and an entry in its journal', () => {
  const journal = {
    version: '7',
    dialect: 'postgresql',
    entries: [{ idx: 4, version: '7', when: 1, tag: '0004_orders', breakpoints: true }],
  }
  const files = {
    'drizzle.config.ts': "export default defineConfig({ out: './database/migrations', schema: './schema.ts' })",
    'database/migrations/meta/_journal.json': JSON.stringify(journal),
  }
  const folder = makeProject(['drizzle-orm', 'drizzle-kit', 'pg'], files)
  const plan = planFor(folder)
  expect(plan.next[0]).toBe('npx drizzle-kit migrate')
  writeChanges(folder, plan.changes)
  const sql = readFileSync(join(folder, 'database/migrations/0005_milepost.sql'), 'utf8')
  expect(sql).toContain('CREATE SCHEMA IF NOT EXISTS "milepost"')
  const { entries } = JSON.parse(readFileSync(join(folder, 'database/migrations/meta/_journal.json'), 'utf8'))
  expect(entries.at(-1)).toEqual({ idx: 5, version: '7', when: now.getTime(), tag: '0005_milepost', breakpoints: true })
  expect(pathsOf(planFor(folder))).toEqual([])
})

test('Prisma gets a migration, once', () => {
  const folder = makeProject(['@prisma/client', 'prisma'], {
    'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
  })
  const plan = planFor(folder)
  expect(pathsOf(plan)).toContain('prisma/migrations/20260508102030_milepost/migration.sql')
  expect(plan.next[0]).toBe('npx prisma migrate deploy')
  writeChanges(folder, plan.changes)
  expect(pathsOf(planInit(readProject(folder), 'pg', new Date()))).toEqual([])
})

test('Kysely gets a migration beside the others, and a plain Postgres the command', () => {
  const kysely = planFor(makeProject(['kysely', 'pg'], { 'migrations/1_orders.ts': '', 'tsconfig.json': '{}' }))
  expect(pathsOf(kysely)).toContain('migrations/20260508102030_milepost.ts')
  const plain = planFor(makeProject(['pg']))
  expect(plain.next[0]).toBe('npx milepost migrate')
})

test('what is missing is installed with the package manager of the project', () => {
  const plan = planFor(makeProject(['pg'], { 'tsconfig.json': '{}' }))
  expect(plan.packages.needed).toEqual([expect.stringMatching(/^milepost@/)])
  expect(plan.packages.forDevelopment).toEqual(['@types/node', '@types/pg', 'tsx'])
})

test('nothing is written while it plans', () => {
  const folder = makeProject(['express'])
  planFor(folder)
  expect(existsSync(join(folder, 'milepost'))).toBe(false)
})
