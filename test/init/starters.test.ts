import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/free-port.js'
import { npm } from '../support/npm.js'
import { packedPackage } from '../support/packed.js'
import { isLong } from '../support/scale.js'
import { type RunningApp, startApp } from './running-app.js'
import { type Starter, starters } from './starters.js'

const minute = 60_000
const execute = promisify(execFile)

const names = Object.keys(starters) as (keyof typeof starters)[]

test.each(isLong ? names : names.slice(0, 1))(
  'a fresh %s project shows a badge after `npx milepost init --yes` and its dev script',
  async name => {
    const starter = starters[name]
    const port = await freePort()
    const folder = await madeFolder(starter, port)

    const before = filesOf(folder)
    const preview = await milepost(folder, ['init', '--dry-run'])
    expect(preview).toMatch(/^\+ export const catalog = defineCatalog\(\{$/m)
    expect(filesOf(folder)).toEqual(before)

    const address = /^http:\/\/localhost:\d+\/badges$/
    const first = JSON.parse(await milepost(folder, ['init', '--yes', '--json']))
    expect(first).toMatchObject({ status: 'done', manual: [], page: expect.stringMatching(address) })
    const again = JSON.parse(await milepost(folder, ['init', '--yes', '--json']))
    expect(again).toMatchObject({ status: 'unchanged', installed: [] })
    if (starter.build) await run(folder, [join(folder, 'node_modules', starter.build[0]!), ...starter.build.slice(1)])

    const url = `http://localhost:${port}`
    const app = await start(['npm', 'run', ...starter.dev(port)], folder, port)
    await expectBadges(url, /^next/.test(name) ? `${url}/api/milepost` : `${url}/badges`, name)
    expect(app.said()).not.toMatch(/\bError:/)
    await app.stop()
    if (starter.production) await expectClosed(starter, folder, port)
  },
  30 * minute,
)

/** The page, then a completion, then the badge: on the page and in the API. */
async function expectBadges(url: string, api: string, name: string): Promise<void> {
  const page = async (): Promise<string> => (await fetch(`${url}/badges`)).text()
  expect(await page()).toContain('First lesson')
  const before = await fetch(`${api}/v1/users/demo/badges`)
  expect([before.status, JSON.stringify(await before.json())]).toEqual([
    200,
    expect.not.stringContaining('first-lesson'),
  ])
  if (name === 'next') await finishLessonInNext(url)
  else if (name === 'sveltekit') await finishLessonInSvelteKit(url)
  else if (name === 'nextPages') expect((await fetch(`${url}/badges`, { method: 'POST' })).status).toBe(200)
  else expect((await fetch(`${url}/badges/try`, { method: 'POST' })).status).toBe(200)
  const after = await fetch(`${api}/v1/users/demo/badges`)
  expect(JSON.stringify(await after.json())).toContain('first-lesson')
  expect(await page()).toMatch(/^next/.test(name) ? /data-state="earned"[\s\S]*First lesson/ : /data-earned="true"/)
  expect((await fetch(`${api}/v1/users/ann/badges`)).status).toBe(404)
}

/** Sends the form as a browser without JavaScript does. */
async function finishLessonInNext(url: string): Promise<void> {
  const html = await (await fetch(`${url}/badges`)).text()
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)]
  const form = new FormData()
  for (const [, field, value] of fields) form.append(field!, value ?? '')
  const response = await fetch(`${url}/badges`, { method: 'POST', body: form, headers: { origin: url } })
  expect(response.status).toBe(200)
}

async function finishLessonInSvelteKit(url: string): Promise<void> {
  const options = { method: 'POST', body: new FormData(), headers: { origin: url } }
  expect((await fetch(`${url}/badges?/finish`, options)).status).toBe(200)
}

/** In production nobody is signed in until the host says who. Told to stop, it closes its database. */
async function expectClosed({ production, ends = 0 }: Starter, folder: string, port: number): Promise<void> {
  const app = await start([process.execPath, ...production!], folder, port)
  const url = `http://localhost:${port}`
  const page = await fetch(`${url}/badges`)
  const file = /Nobody is signed in until (?:src\/)?milepost\/user\.m?[jt]s says who\./
  expect(await page.text()).toMatch(new RegExp(`Sign in to see your badges. .*${file.source}`))
  expect(app.said()).toMatch(file)
  for (const path of ['/badges', '/api/milepost'])
    expect((await fetch(`${url}${path}/v1/users/demo/badges`)).status).not.toBe(200)
  expect([await app.end(), app.said()]).toEqual([ends, expect.not.stringMatching(/\bError:/)])
  // Next.js ends the process by itself.
  expect(existsSync(join(folder, '.milepost.lock'))).toBe(production![0]!.includes('next'))
}

async function start(command: readonly string[], folder: string, port: number): Promise<RunningApp> {
  const env = { ...environment(), PORT: String(port) }
  const app = await startApp(command, { folder, url: `http://localhost:${port}/`, env })
  onTestFinished(app.stop)
  return app
}

async function madeFolder(starter: Starter, port: number): Promise<string> {
  const parent = mkdtempSync(join(tmpdir(), 'milepost-init-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }))
  const folder = join(parent, 'my-app')
  mkdirSync(folder)
  await starter.make(folder, port)
  const { tarball } = await packedPackage()
  await npm(['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], folder, environment())
  return folder
}

async function milepost(folder: string, args: readonly string[]): Promise<string> {
  return run(folder, [join(folder, 'node_modules', 'milepost', 'dist', 'cli', 'main.js'), ...args])
}

async function run(folder: string, args: readonly string[]): Promise<string> {
  const options = { cwd: folder, env: environment(), maxBuffer: 64 * 1024 * 1024 }
  return (await execute(process.execPath, [...args], options)).stdout
}

function filesOf(folder: string): readonly (readonly [string, string])[] {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  return paths
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(path => [path, readFileSync(path, 'utf8')])
}

// What the tests of this repository run with is not what an app runs with.
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(NODE_ENV|VITEST.*|DATABASE_URL|npm_lifecycle_.*|PORT|TEST|PROD|DEV|MODE|SSR)$/.test(name),
  )
  return { ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: '1', CI: '1' }
}
