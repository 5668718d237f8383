import { expect, test } from 'vitest'
import { writeChanges } from '../../src/cli/init/change.js'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { makeProject } from './projects.js'

const js = { 'app.js': "import express from 'express'\nconst app = express()\napp.listen(3000)\n" }
const ts = { 'tsconfig.json': '{}', 'src/app.ts': js['app.js'] }

type Given = {
  readonly packages: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
}

test.each<[string, Given, Record<string, string>, string]>([
  [
    'Express in JavaScript',
    { packages: ['express'], files: js },
    { dev: 'node --watch app.js', start: 'node app.js' },
    'In production: `npm run start`.',
  ],
  [
    'Express in TypeScript, which nothing builds',
    { packages: ['express'], files: ts },
    { dev: 'tsx watch src/app.ts', start: 'tsx src/app.ts' },
    'In production: `npm run start`.',
  ],
  [
    'Express with scripts of its own',
    { packages: ['express'], files: ts, scripts: { dev: 'tsx src/app.ts', build: 'tsc', start: 'node dist/app.js' } },
    {},
    'In production: `npm run build`, then `npm run start`.',
  ],
  [
    'a project without a framework',
    { packages: [], files: { 'tsconfig.json': '{}' } },
    { dev: 'tsx watch milepost/start.ts', start: 'tsx milepost/start.ts' },
    'In production: `npm run start`.',
  ],
  [
    'a project whose scripts start something else',
    { packages: ['vite'], scripts: { dev: 'vite', build: 'vite build' } },
    { 'dev:badges': 'node --watch milepost/start.js', 'start:badges': 'node milepost/start.js' },
    'In production: `npm run start:badges`.',
  ],
  [
    'Next.js',
    { packages: ['next'], scripts: { dev: 'next dev', build: 'next build', start: 'next start' } },
    {},
    'In production: `npm run build`, then `npm run start`.',
  ],
  [
    'NestJS',
    {
      packages: ['@nestjs/core', 'typescript'],
      files: { 'src/main.ts': 'const app = await NestFactory.create(AppModule)\n' },
      scripts: {
        build: 'nest build',
        start: 'nest start',
        'start:dev': 'nest start --watch',
        'start:prod': 'node dist/main',
      },
    },
    {},
    'In production: `npm run build`, then `npm run start:prod`.',
  ],
])('%s has a script for development and one for production', (_, { packages, files, scripts }, added, production) => {
  const folder = makeProject(packages, files, { type: 'module', ...(scripts && { scripts }) })
  const { changes, later, dev, notes } = planInit(readProject(folder), 'pglite', new Date())
  const manifest = changes.find(({ path }) => path === 'package.json')?.after ?? '{}'
  const expected = Object.keys(added).length > 0 ? { ...scripts, ...added } : undefined
  expect(JSON.parse(manifest).scripts).toEqual(expected)
  expect(later).toEqual([`${production} Stop \`${dev}\` first: one process at a time opens .milepost.`])
  expect(notes.length).toBe(dev === 'npm run dev:badges' ? 1 : 0)
})

test('Bun reads TypeScript itself, and listens for what a file exports', () => {
  const files = {
    'tsconfig.json': '{}',
    'bun.lock': '',
    'src/index.ts': 'const app = new Hono()\nexport default app\n',
  }
  const { changes, packages } = planInit(readProject(makeProject(['hono'], files)), 'pglite', new Date())
  const { scripts } = JSON.parse(changes.find(({ path }) => path === 'package.json')!.after)
  expect(scripts).toEqual({ dev: 'bun --watch src/index.ts', start: 'bun src/index.ts' })
  expect([...packages.needed, ...packages.forDevelopment]).not.toContain('tsx')
})

test('an app that nothing makes listen has no script for production', () => {
  const files = { 'index.js': 'const app = new Hono()\nexport default app\n' }
  const { changes, later } = planInit(readProject(makeProject(['hono'], files)), 'pglite', new Date())
  expect(JSON.parse(changes.find(({ path }) => path === 'package.json')!.after).scripts.start).toBeUndefined()
  expect(later).toEqual([])
})

test('what a script needs is installed in a second run too, if the first did not', () => {
  const folder = makeProject(['express'], ts)
  writeChanges(folder, planInit(readProject(folder), 'pglite', new Date()).changes)
  expect(planInit(readProject(folder), 'pglite', new Date()).packages.needed).toContain('tsx')
})

test('a TypeScript app that starts with tsx in production has it among its dependencies', () => {
  const { packages } = planInit(readProject(makeProject(['express'], ts)), 'pglite', new Date())
  expect([packages.needed.includes('tsx'), packages.forDevelopment.includes('tsx')]).toEqual([true, false])
})

const listening = (text: string): Given => ({
  packages: ['express'],
  files: { 'app.js': `const app = express()\n${text}` },
})

test.each<[Given, string]>([
  [{ packages: ['next'], files: { 'app/layout.tsx': '' } }, 'http://localhost:3000/badges'],
  [
    { packages: ['next'], files: { 'app/layout.tsx': '' }, scripts: { dev: 'next dev -p 4000' } },
    'http://localhost:4000/badges',
  ],
  [{ packages: ['@sveltejs/kit'] }, 'http://localhost:5173/badges'],
  [
    { packages: ['@sveltejs/kit'], files: { 'vite.config.ts': 'export default { server: { port: 3001 } }' } },
    'http://localhost:3001/badges',
  ],
  [{ packages: [] }, 'http://localhost:3000/badges'],
  [listening('app.listen(8080)\n'), 'http://localhost:8080/badges'],
  [listening('app.listen(process.env.PORT ?? 8080)\n'), 'http://localhost:8080/badges'],
  [
    listening("const pool = { port: 5432 }\nconst port = Number(process.env.PORT || '80')\napp.listen(port)\n"),
    'http://localhost:80/badges',
  ],
  [listening('app.listen({ port: 9000 })\n'), 'http://localhost:9000/badges'],
  [{ ...listening('app.listen(8080)\n'), scripts: { dev: 'PORT=9090 node app.js' } }, 'http://localhost:9090/badges'],
  [listening('app.listen(config.port)\n'), '/badges'],
])('with %j the badges are at %s', ({ packages, files, scripts }, page) => {
  const folder = makeProject(packages, files, scripts && { scripts })
  expect(planInit(readProject(folder), 'pglite', new Date()).page).toBe(page)
})

test('a .env says the port of an app that reads it', () => {
  const files = { ...listening('app.listen(process.env.PORT ?? 8080)\n').files, '.env': 'A=1\nPORT="4321"\n' }
  expect(planInit(readProject(makeProject(['express'], files)), 'pglite', new Date()).page).toBe(
    'http://localhost:4321/badges',
  )
})
