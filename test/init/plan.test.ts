import { existsSync, readFileSync, writeFileSync } from 'node:fs'
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
    'src/milepost/stop.ts',
    'src/app/api/milepost/[...path]/route.ts',
    'src/app/badges/page.tsx',
    'src/app/badges/badges.tsx',
    'next.config.ts',
    'src/app/globals.css',
    '.gitignore',
  ])
  const styles = plan.changes.find(({ path }) => path.endsWith('globals.css'))!.after
  expect(styles).toMatch(/^:root \{\n {2}color-scheme: light dark;\n {2}--background/)
  const service = plan.changes.find(({ path }) => path.endsWith('service.ts'))!.after
  expect(service).toContain('from "./catalog"')
  expect(service).toContain('basePath: "/api/milepost"')
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
    ...['catalog', 'user', 'database', 'service', 'stop'].map(name => `src/milepost/${name}.ts`),
    'src/app/api/milepost/[...path]/route.ts',
    'src/pages/badges.tsx',
    'src/milepost/badges.tsx',
    'next.config.ts',
    'src/styles/globals.css',
    '.gitignore',
  ])
  expect(plan.page).toBe('http://localhost:3000/badges')
  const badges = plan.changes.find(({ path }) => path === 'src/milepost/badges.tsx')!.after
  expect(badges).toContain('baseUrl: "/api/milepost"')
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
      ...['catalog', 'user', 'database', 'service', 'stop'].map(name => `src/lib/server/milepost/${name}.${ending}`),
      `src/routes/badges/v1/[...path]/+server.${ending}`,
      `src/routes/badges/+page.server.${ending}`,
      'src/routes/badges/+page.svelte',
      '.gitignore',
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
    'milepost/stop.mjs',
    'app.js',
    'package.json',
    '.gitignore',
  ])
  const app = plan.changes.find(({ path }) => path === 'app.js')!.after
  expect(app).toContain("const { handleBadges } = require('./milepost/routes.mjs')")
  expect(app).toContain("const app = express()\napp.use('/badges', toNodeHandler({ handler: handleBadges }))\n")
  expect(app).toContain("const { stopGracefully } = require('./milepost/stop.mjs')")
  expect(app).toMatch(/^const server = app\.listen\(3000\)\nstopGracefully\(server\)$/m)
  expect(plan.changes.find(({ path }) => path === '.gitignore')!.after).toMatch(/^node_modules\n[\s\S]*^\.milepost\n/m)
  const user = plan.changes.find(({ path }) => path === 'milepost/user.mjs')!.after
  expect(user).toContain('export async function userIdOf(sent) {')
})

test.each([
  ['what `start` runs', { 'bin/www': '' }, { scripts: { start: 'node ./bin/www' } }, 'node --watch ./bin/www'],
  ['the file that listens', { 'server.js': 'app.listen(3000)\n' }, { main: 'index.js' }, 'node --watch server.js'],
  ['the app itself', {}, {}, 'node --watch app.js'],
  ['the folder', {}, { main: 'app.js', scripts: { start: 'node .' } }, 'node --watch .'],
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

test.each([
  [['next', 'react'], {}, ['node_modules', '.next', 'next-env.d.ts']],
  [['@sveltejs/kit'], {}, ['node_modules', '.svelte-kit', 'build']],
  [['@nestjs/core', 'typescript'], {}, ['node_modules', 'dist']],
  [['express'], { 'tsconfig.json': '{ "compilerOptions": { "outDir": "./out/" } }' }, ['node_modules', 'out']],
  [['express'], {}, ['node_modules']],
])('without a .gitignore, a project with %j and %j gets one, with what is installed and built', (...given) => {
  const [packages, files, folders] = given
  const { changes } = planFor(makeProject(packages, files as Readonly<Record<string, string>>))
  const lines = changes.find(({ path }) => path === '.gitignore')!.after.split('\n')
  expect(lines.slice(0, lines.indexOf(''))).toEqual(folders)
  expect(lines).toEqual(expect.arrayContaining(['.milepost', '.milepost.lock']))
})

test('for a Postgres server there is nothing to ignore', () => {
  expect(pathsOf(planFor(makeProject(['pg'])))).not.toContain('.gitignore')
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
    "app.all('/badges/*', (c) => handleBadges(c.req.raw))",
  ])
})

test.each([
  ['express', 'npm init -y', {}, { main: 'index.js' }, 'index.js', "const express = require('express')\n"],
  ['express', 'a module', {}, { type: 'module' }, 'index.js', "import express from 'express'\n"],
  [
    'fastify',
    'TypeScript',
    { 'tsconfig.json': '{}', 'src/x': '' },
    {},
    'src/index.ts',
    "import express from 'fastify'\n",
  ],
])('before there is a file that creates the app of %s (%s), it says so, and a second run finishes', (...given) => {
  const [framework, _, files, manifest, entry, head] = given
  const folder = makeProject([framework], files as Readonly<Record<string, string>>, manifest)
  const first = planFor(folder)
  const isRequired = head.includes('require')
  expect(first.manual.join('\n')).toContain(`Create one, such as ${entry}, then run \`npx milepost init\` again`)
  const style = isRequired ? /^const \{ \w+ \} = require\('/ : /^import \{ \w+ \} from '/
  expect(first.manual.filter(line => style.test(line)).length).toBeGreaterThan(0)
  expect(first).toMatchObject({ next: ['npx milepost init'], page: null, dev: null })
  writeChanges(folder, first.changes)
  writeFileSync(join(folder, entry), `${head}const app = ${framework}()\napp.listen({ port: 3000 })\n`)
  const second = planFor(folder)
  expect(pathsOf(second)).toEqual([entry, 'package.json'])
  expect(second).toMatchObject({ manual: [], next: ['npm run dev'], page: 'http://localhost:3000/badges' })
  writeChanges(folder, second.changes)
  expect(pathsOf(planFor(folder))).toEqual([])
})

test('the lines that were added by hand are seen, also in a file with another name', () => {
  const files = {
    'web.js': "import { handleBadges } from './milepost/routes.js'\nconst app = create()\n",
    'listen.js': "import { stopGracefully } from './milepost/stop.js'\n",
  }
  const folder = makeProject(['express'], files, { type: 'module', scripts: { dev: 'node web.js' } })
  writeChanges(folder, planFor(folder).changes)
  expect(planFor(folder)).toMatchObject({ manual: [], page: '/badges' })
  expect(pathsOf(planFor(folder))).toEqual([])
})

test('an app whose routes are mounted in another file gets no second route', () => {
  const files = {
    'app.js': "import express from 'express'\nexport const app = express()\nconst server = app.listen(80)\n",
    'routes.js': "import { handleBadges } from './milepost/routes.js'\n",
  }
  const { changes } = planFor(makeProject(['express'], files, { type: 'module' }))
  const app = changes.find(({ path }) => path === 'app.js')!.after
  expect(app).toMatch(/stopGracefully\(server\)\n$/)
  expect(app).not.toContain('app.use')
})

test.each([
  ['handles SIGTERM', "process.on('SIGTERM', end)\napp.listen(80)\n", 'await closeMilepost()'],
  ['listens in a way it does not know', 'start(() => app.listen(80))\n', 'stopGracefully(server)'],
])('an app that %s is told how to close', (_, text, line) => {
  const source = `const express = require('express')\nconst app = express()\n${text}`
  const { manual, changes } = planFor(makeProject(['express'], { 'index.js': source }))
  expect(manual.at(-1)).toBe(line)
  expect(changes.find(({ path }) => path === 'index.js')!.after).not.toMatch(/stopGracefully|closeMilepost/)
})

test('NestJS gets its shutdown hooks, and a module that closes everything', () => {
  const files = {
    'tsconfig.json': '{}',
    'src/main.ts':
      "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module.js';\n\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule);\n  await app.listen(3000);\n}\n",
    'src/app.module.ts':
      "import { Module } from '@nestjs/common';\n\n@Module({\n  imports: [],\n})\nexport class AppModule {}\n",
  }
  const folder = makeProject(['@nestjs/core'], files, {
    type: 'module',
    scripts: { 'start:dev': 'nest start --watch' },
  })
  const plan = planFor(folder)
  expect(pathsOf(plan)).toEqual([
    ...['catalog', 'user', 'database', 'service', 'routes', 'milepost.module'].map(name => `src/milepost/${name}.ts`),
    'src/main.ts',
    'src/app.module.ts',
    '.gitignore',
  ])
  expect(plan.dev).toBe('npm run start:dev')
  writeChanges(folder, plan.changes)
  expect(readFileSync(join(folder, 'src/main.ts'), 'utf8')).toContain(
    "  app.enableShutdownHooks();\n  app.use('/badges', toNodeHandler({ handler: handleBadges }));\n",
  )
  expect(readFileSync(join(folder, 'src/app.module.ts'), 'utf8')).toContain('imports: [MilepostModule]')
  expect(pathsOf(planFor(folder))).toEqual([])
})

test('a new SvelteKit app is told that Node needs another adapter', () => {
  const later = (packages: readonly string[]): readonly string[] => planFor(makeProject(packages)).later
  expect(later(['@sveltejs/kit', '@sveltejs/adapter-auto'])).toEqual([
    'In production on a server of your own: `npx sv add sveltekit-adapter="adapter:node"`, then `node build`.',
  ])
  expect(later(['@sveltejs/kit', '@sveltejs/adapter-node'])).toEqual(['In production: `node build`.'])
})

test('only where the framework stops its server itself, the service listens for that', () => {
  const service = (packages: readonly string[]): string =>
    planFor(makeProject(packages)).changes.find(({ path }) => /service\.m?js$/.test(path))!.after
  expect(service(['next'])).toMatch(/^ {2}closeWithServer\(\);$/m)
  expect(service(['hono'])).not.toContain('closeWithServer')
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
  expect(plan.packages.needed).toEqual([expect.stringMatching(/^milepost@/), 'tsx'])
  expect(plan.packages.forDevelopment).toEqual(['@types/node', '@types/pg'])
})

test('nothing is written while it plans', () => {
  const folder = makeProject(['express'])
  planFor(folder)
  expect(existsSync(join(folder, 'milepost'))).toBe(false)
})
