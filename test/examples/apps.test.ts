import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createClient } from '../../src/client.js'
import { launchBrowser } from '../support/browser.js'
import { freePort } from '../support/free-port.js'
import { isLong } from '../support/scale.js'
import {
  type InstalledExample,
  type InstalledExamples,
  installExamples,
  type RunningApp,
  startApp,
} from './installed-example.js'

const minute = 60_000

type App = {
  readonly name: string
  readonly record: string
  readonly api: string
  /** A file of a package, and what it is given. */
  readonly build?: readonly string[]
  /** A file of its own or of a package, and what it is given. */
  readonly start: readonly string[]
  /** Where it says itself which port it takes. */
  readonly env?: () => Promise<NodeJS.ProcessEnv>
  readonly look?: (app: RunningApp, example: InstalledExample) => Promise<void>
}

/** Their packages are many, so only the long run installs them. */
const rare: readonly App[] = [
  {
    name: 'express',
    record: '/lessons',
    api: '/badges',
    start: ['server.js'],
    env: async () => ({ PORT: String(await freePort()) }),
  },
  { name: 'hono', record: '/lessons', api: '/badges', start: ['server.js'] },
  { name: 'fastify', record: '/lessons', api: '/badges', start: ['server.js'] },
  { name: 'nestjs', record: '/lessons', api: '/badges', build: ['typescript/bin/tsc'], start: ['dist/main.js'] },
  {
    name: 'sveltekit',
    record: '/lessons',
    api: '/api/milepost',
    build: ['vite/bin/vite.js', 'build'],
    start: ['build/index.js'],
    env: async () => ({ HOST: '127.0.0.1', PORT: String(await freePort()) }),
  },
]

const apps: readonly App[] = [
  // Turbopack, which Next.js takes by itself; in the long run webpack as well.
  ...(isLong ? [[], ['--webpack']] : [[]]).map(flags => ({
    name: 'next',
    record: '/api/lessons',
    api: '/api/milepost',
    build: ['next/dist/bin/next', 'build', ...flags],
    start: ['next/dist/bin/next', 'start', '--hostname', '127.0.0.1'],
    look: lookAtPage,
  })),
  ...(isLong ? rare : []),
]

const names = [...new Set(apps.map(({ name }) => name))]
let installed: InstalledExamples

beforeAll(async () => {
  installed = await installExamples(names)
  buildOnceOnly(installed.example('next'))
}, 15 * minute)
afterAll(() => installed.remove())

test.each(names)('examples/%s imports nothing that it does not ask for', name => {
  const { folder } = installed.example(name)
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const known = new Set(Object.keys({ ...dependencies, ...devDependencies }))
  const sources = filesOf(folder, /\.([mc]?[jt]sx?|css)$/).map(file => readFileSync(file, 'utf8'))
  const imports = sources.flatMap(source =>
    [...source.matchAll(/(?:from|import|import\() ?['"]([^'"]+)['"]/g)].map(([, name]) => name!),
  )
  const packages = imports
    .filter(name => !/^(\.|@\/|\$lib|node:)/.test(name))
    .map(name => /^(@[^/]+\/)?[^/]+/.exec(name)![0])
  expect(packages).toContain('milepost')
  expect(packages.filter(name => !known.has(name))).toEqual([])
})

test.each(apps)(
  'examples/$name, installed from the tarball, records a lesson and shows users their own badges alone',
  async ({ name, record, api, build, start, env, look }) => {
    const example = installed.example(name)
    if (build) await example.run(inPackages(example, build))
    const app = await startApp(example, programOf(example, start), await env?.())
    onTestFinished(app.stop)
    const finished = await call(app, 'POST', `${record}/intro/finished`, 'ann')
    expect(finished).toEqual([200, { awarded: ['first-lesson'] }])
    const [status, body] = await call(app, 'GET', `${api}/v1/users/ann/badges`, 'ann')
    expect([status, JSON.stringify(body)]).toEqual([200, expect.stringContaining('first-lesson')])
    expect(await call(app, 'GET', `${api}/v1/users/ann/badges`, 'ben')).toMatchObject([404, { code: 'NOT_FOUND' }])
    expect(await call(app, 'GET', `${api}/v1/users/ann/badges`)).toMatchObject([401, { code: 'UNAUTHENTICATED' }])
    const completion = { userId: 'ann', category: 'lesson', itemKey: 'cheat' }
    expect(await call(app, 'POST', `${api}/v1/completions`, 'ann', completion)).toMatchObject([
      403,
      { code: 'FORBIDDEN' },
    ])
    await look?.(app, example)
    const stream = (await fetch(`${app.url}${api}/v1/stream`, { headers: { 'x-demo-user': 'ann' } })).text()
    // Told to stop, it ends although the stream is open.
    await app.stop()
    await stream
  },
  // The packages of Next.js are large, and its build takes all processors.
  15 * minute,
)

/** Leaves out of the build what only later builds and debuggers use: a quarter of its work. */
function buildOnceOnly({ folder }: InstalledExample): void {
  const file = join(folder, 'next.config.ts')
  const config = readFileSync(file, 'utf8')
  const opening = 'const nextConfig: NextConfig = {\n'
  expect(config).toContain(opening)
  const experimental = '{ turbopackFileSystemCacheForBuild: false, turbopackSourceMaps: false }'
  writeFileSync(file, config.replace(opening, `${opening}  experimental: ${experimental},\n`))
}

/** The page that the server renders, its live changes, and its colours after the tools that Next.js builds with. */
async function lookAtPage(app: RunningApp, { folder }: InstalledExample): Promise<void> {
  const headers = { 'x-demo-user': 'ann' }
  const html = await (await fetch(app.url, { headers })).text()
  expect(html).toMatch(/data-state="earned"[\s\S]*First lesson/)
  expect(cssIn(join(folder, '.next', 'static'))).not.toMatch(/light-dark\(|var\(--lightningcss/)
  const client = createClient({ baseUrl: `${app.url}/api/milepost`, headers })
  for await (const event of client.stream({ userId: 'ann', progress: true })) {
    expect(event).toMatchObject({ type: 'progress', data: { totalPoints: 10 } })
    break
  }
  const browser = await launchBrowser()
  onTestFinished(() => browser.close())
  for (const [colorScheme, expected] of [
    ['light', [21, 29, 26]],
    ['dark', [241, 245, 243]],
  ] as const) {
    const context = await browser.newContext({ colorScheme, extraHTTPHeaders: headers })
    const page = await context.newPage()
    await page.goto(app.url)
    expect(await textColour(page), colorScheme).toEqual(expected)
  }
}

function programOf(example: InstalledExample, start: readonly string[]): readonly string[] {
  return existsSync(join(example.folder, start[0]!)) ? start : inPackages(example, start)
}

function inPackages({ packages }: InstalledExample, [file, ...args]: readonly string[]): readonly string[] {
  return [join(packages, file!), ...args]
}

function cssIn(folder: string): string {
  const files = filesOf(folder, /\.css$/)
  expect(files).not.toEqual([])
  return files.map(file => readFileSync(file, 'utf8')).join('\n')
}

function filesOf(folder: string, pattern: RegExp): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return paths.filter(path => pattern.test(path)).map(path => join(folder, path))
}

function textColour(page: Page): Promise<readonly number[]> {
  return page
    .locator('.mp-badge-name')
    .first()
    .evaluate(element => {
      const { color } = getComputedStyle(element)
      const shares = color.match(/[\d.]+/g)!.map(Number)
      return shares.map(share => (color.startsWith('rgb') ? share : Math.round(share * 255)))
    })
}

async function call({ url }: RunningApp, method: string, path: string, userId?: string, body?: object) {
  // Fastify refuses a JSON body that is empty.
  const typed = body && { 'content-type': 'application/json' }
  const headers = { ...typed, ...(userId !== undefined && { 'x-demo-user': userId }) }
  const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const text = await response.text()
  return [response.status, text === '' ? null : JSON.parse(text)] as const
}
