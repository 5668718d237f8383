import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { installPackage, serverPackages } from '../cli/installed-package.js'
import { launchBrowser, type TestBrowser } from '../support/browser.js'
import { freePort } from '../support/free-port.js'
import { expectAccessible, watchConsole } from '../support/pages.js'
import { stepsOf, walk } from './walked-page.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const packages = ['@electric-sql/pglite', '@vitejs/plugin-react', 'vite', 'react', 'react-dom', ...serverPackages]

let browser: TestBrowser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

test('the app of the tutorial builds, and its page shows badges, a level, a streak and toasts as lessons are finished', async () => {
  const installed = await installPackage(packages)
  onTestFinished(installed.remove)
  await walk(stepsOf('docs/start/tutorial.md'), installed)
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  await promisify(execFile)(process.execPath, [vite, 'build'], { cwd: installed.folder })
  const address = await serve(installed.folder)
  const page = await (await browser.newContext({ viewport: { width: 900, height: 1000 } })).newPage()
  const faults = watchConsole(page)
  await page.goto(address)
  const text = (selector: string): Promise<string | null> => page.locator(selector).first().textContent()
  await expect.poll(() => text('.mp-level')).toContain('Level 1: Newcomer')

  await page.getByRole('button', { name: 'Finish Variables' }).click()
  await expect.poll(() => text('.mp-toast')).toContain('First lesson')
  await expect.poll(() => text('.mp-level')).toContain('Level 2: Beginner')
  await expect.poll(() => text('.mp-streak')).toContain('1 day in a row')
  for (const lesson of ['Variables', 'Functions', 'Types']) {
    await page.getByRole('button', { name: `Finish ${lesson}` }).click()
  }
  await expect.poll(() => text('.mp-level')).toContain('Level 3: Learner')
  expect(await page.locator('main .mp-stone[data-state=earned]').count()).toBe(2)
  await expectAccessible(page)
  expect(faults).toEqual([])
})

async function serve(folder: string): Promise<string> {
  const port = await freePort()
  const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href
  const server: ChildProcess = spawn(process.execPath, ['--liftoff-only', '--import', tsx, 'server.ts'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    server.kill('SIGTERM')
    await once(server, 'exit')
  })
  await once(server.stdout!, 'data')
  return `http://localhost:${port}`
}
