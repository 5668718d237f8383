import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { installCommands } from '../../src/cli/init/packages.js'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { freePort } from '../support/free-port.js'
import { npm } from '../support/npm.js'
import { packedPackage } from '../support/packed.js'
import { isLong } from '../support/scale.js'
import { makeProject } from './projects.js'
import { startApp } from './running-app.js'

const minute = 60_000
const run = promisify(execFile)

// Each is downloaded, so only the long run has them.
const downloaded = [
  ['pnpm', 'pnpm@10', 'pnpm-lock.yaml'],
  ['yarn', 'yarn@1', 'yarn.lock'],
  ['bun', 'bun@1', 'bun.lock'],
] as const
const managers = isLong ? downloaded : []

test.each([
  ['npm', 'package-lock.json', ['npm install', 'npm install --save-dev'], 'npx milepost migrate', 'npm run dev'],
  ['pnpm', 'pnpm-lock.yaml', ['pnpm add', 'pnpm add -D'], 'pnpm exec milepost migrate', 'pnpm run dev'],
  ['yarn', 'yarn.lock', ['yarn add', 'yarn add -D'], 'yarn run milepost migrate', 'yarn run dev'],
  ['bun', 'bun.lock', ['bun add', 'bun add --dev'], 'bunx milepost migrate', 'bun run dev'],
])('in a project of %s it runs and prints the commands of that', (manager, lockFile, commands, ...next) => {
  const project = readProject(makeProject(['pg'], { 'tsconfig.json': '{}', [lockFile]: '' }))
  const plan = planInit(project, 'pg', new Date())
  expect(project.packageManager).toBe(manager)
  const packages = [plan.packages.needed, plan.packages.forDevelopment]
  const expected = commands.map((command, i) => [...command.split(' '), ...packages[i]!])
  expect(installCommands(project.packageManager, plan.packages)).toEqual(expected)
  expect(plan.next).toEqual(next)
})

let tools: string
beforeAll(async () => {
  if (managers.length === 0) return
  tools = mkdtempSync(join(tmpdir(), 'milepost-managers-'))
  await npm(['install', '--prefix', tools, '--no-audit', '--no-fund', ...managers.map(([, name]) => name)], tools)
  return () => rmSync(tools, { recursive: true, force: true, maxRetries: 5 })
}, 15 * minute)

test.each(managers)(
  'in a project of %s, init installs with it, and the command that it prints starts an app with badges',
  async (manager, _, lockFile) => {
    const folder = join(mkdtempSync(join(tmpdir(), 'milepost-managed-')), 'my-app')
    onTestFinished(() => rmSync(join(folder, '..'), { recursive: true, force: true, maxRetries: 5 }))
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), '{ "name": "my-app", "private": true, "type": "module" }\n')
    const port = await freePort()
    const env = { ...(await environment()), PORT: String(port) }
    const { tarball } = await packedPackage()
    await run(join(tools, 'node_modules', '.bin', manager), ['add', tarball], { cwd: folder, env })

    const program = join(folder, 'node_modules', 'milepost', 'dist', 'cli', 'main.js')
    const { stdout } = await run(process.execPath, [program, 'init', '--yes', '--json'], { cwd: folder, env })
    const done = JSON.parse(stdout)
    expect(done).toMatchObject({ status: 'done', packageManager: manager, next: [`${manager} run dev`] })
    expect(done.installed).toEqual([expect.stringMatching(`^${manager} add @electric-sql/pglite@`)])
    expect(readFileSync(join(folder, lockFile), 'utf8')).toContain('@electric-sql/pglite')
    expect(existsSync(join(folder, 'package-lock.json'))).toBe(false)

    const url = `http://localhost:${port}`
    const app = await startApp(done.next[0].split(' '), { folder, url: `${url}/badges`, env })
    onTestFinished(app.stop)
    expect((await fetch(`${url}/badges/try`, { method: 'POST' })).status).toBe(200)
    expect(await (await fetch(`${url}/badges`)).text()).toMatch(/data-earned="true"/)
  },
  15 * minute,
)

/** The programs of the package managers come first, and they use the registry that npm is set up for. */
async function environment(): Promise<NodeJS.ProcessEnv> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(NODE_.*|VITEST.*|npm_.*|DATABASE_URL)$/.test(name))
  const registry = (await npm(['config', 'get', 'registry'], tools)).trim()
  const path = [join(tools, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  return { ...Object.fromEntries(kept), PATH: path, npm_config_registry: registry, CI: '1' }
}
