import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, onTestFinished, test } from 'vitest'
import { npm } from '../support/npm.js'
import { packedPackage } from '../support/packed.js'
import { createDatabase } from '../support/postgres-database.js'
import { isLong } from '../support/scale.js'
import { startApp } from './installed-example.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const minute = 60_000
const cronSecret = 'a secret of the cron job'

// What Vercel does: it loads the handler of a function once, and calls it with each request.
const launcher = `
const { createServer } = require('node:http')
const { readFileSync } = require('node:fs')
const { handler } = JSON.parse(readFileSync(__dirname + '/.vc-config.json', 'utf8'))
const handle = require(__dirname + '/' + handler)
const server = createServer((request, response) => void handle(request, response))
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port))
`

test('the guide changes package.json and writes vercel.json as the example has them', () => {
  const guide = readFileSync(join(root, 'docs/guides/vercel.md'), 'utf8')
  expect(guide).toContain(`\n\`\`\`json\n${readFileSync(join(root, 'examples/vercel/vercel.json'), 'utf8')}`)
  expect(guide).toContain(`npm pkg set scripts.vercel-build="${manifestOf('vercel').scripts!['vercel-build']}"`)
  const { dependencies: before } = manifestOf('next')
  const { dependencies: after } = manifestOf('vercel')
  const added = Object.keys(after).filter(name => before[name] === undefined)
  expect(added.sort()).toEqual(namesIn(guide, 'npm install '))
  expect(Object.keys(before).filter(name => after[name] === undefined)).toEqual(namesIn(guide, 'npm uninstall '))
})

// Its packages are large, and only the long run installs them.
test.each(isLong ? ['examples/vercel'] : [])(
  '%s, built by the command of Vercel, records a lesson and answers in functions of its own files alone',
  async () => {
    const parent = mkdtempSync(join(tmpdir(), 'milepost-vercel-'))
    onTestFinished(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }))
    const { url, drop } = await createDatabase(inject('postgresUrl'))
    onTestFinished(drop)
    const project = join(parent, 'app')
    await makeProject(project)
    await build(project, join(parent, 'command'), url)
    const routes = { record: 'api/lessons/[id]/finished', api: 'api/milepost/[...path]' }
    for (const [name, route] of Object.entries(routes)) copyFunction(project, route, join(parent, name))
    rmSync(project, { recursive: true, maxRetries: 5 })

    const start = async (name: keyof typeof routes): Promise<string> => {
      const example = { folder: join(parent, name), packages: '', run: async () => {} }
      const app = await startApp(example, ['launcher.cjs'], { DATABASE_URL: url, CRON_SECRET: cronSecret })
      onTestFinished(app.stop)
      return app.url
    }
    const [record, api] = [await start('record'), await start('api')]
    const ann = { 'x-demo-user': 'ann' }
    const finished = `${record}/api/lessons/intro/finished`
    expect(await answer(finished, { method: 'POST', headers: ann })).toEqual([200, '{"awarded":["first-lesson"]}'])
    const badges = `${api}/api/milepost/v1/users/ann/badges`
    expect(await answer(badges, { headers: ann })).toEqual([200, expect.stringContaining('first-lesson')])
    expect((await answer(badges, { headers: { 'x-demo-user': 'ben' } }))[0]).toBe(404)
    expect((await answer(badges))[0]).toBe(401)
    const cron = `${api}/api/milepost/v1/cron`
    expect((await answer(cron))[0]).toBe(401)
    const delivered = await answer(cron, { headers: { authorization: `Bearer ${cronSecret}` } })
    expect(delivered).toEqual([200, expect.stringContaining('"isMoreDue":false')])
  },
  15 * minute,
)

/** The app of the guide for Next.js, with the files of this guide over it, and the package as its users get it. */
async function makeProject(folder: string): Promise<void> {
  for (const name of ['next', 'vercel']) {
    const filter = (path: string): boolean => !/[/\\](node_modules|\.milepost|\.next)$/.test(path)
    cpSync(join(root, 'examples', name), folder, { recursive: true, filter })
  }
  const manifest = manifestOf('vercel')
  const dependencies = { ...manifest.dependencies, milepost: `file:${(await packedPackage()).tarball}` }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies }))
  // What `vercel link` writes.
  const link = { projectId: 'prj_test', orgId: 'team_test', settings: { framework: 'nextjs', nodeVersion: '22.x' } }
  mkdirSync(join(folder, '.vercel'))
  writeFileSync(join(folder, '.vercel', 'project.json'), JSON.stringify(link))
}

/** Installs the packages, migrates and builds, as Vercel does after a push. It needs no account. */
async function build(project: string, command: string, databaseUrl: string): Promise<void> {
  mkdirSync(command)
  await npm(['install', '--prefix', command, '--no-audit', '--no-fund', '--prefer-offline', 'vercel@50.44.0'], command)
  // What the tests of this repository run with is not what a build runs with.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NODE_.*|VITEST.*|npm_.*|TEST|PROD|DEV|MODE|SSR)$/.test(name)),
  )
  const quiet = { VERCEL_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1', npm_config_prefer_offline: 'true' }
  await promisify(execFile)(process.execPath, [join(command, 'node_modules/vercel/dist/vc.js'), 'build', '--yes'], {
    cwd: project,
    env: { ...env, ...quiet, DATABASE_URL: databaseUrl },
    maxBuffer: 64 * 1024 * 1024,
  })
}

/** Copies what is uploaded for a function: its folder, and the files of the project that it lists. */
function copyFunction(project: string, route: string, folder: string): void {
  cpSync(join(project, '.vercel/output/functions', `${route}.func`), folder, { recursive: true, dereference: true })
  const { filePathMap } = JSON.parse(readFileSync(join(folder, '.vc-config.json'), 'utf8')) as {
    filePathMap: Record<string, string>
  }
  for (const [path, source] of Object.entries(filePathMap))
    cpSync(join(project, source), join(folder, path), { recursive: true, verbatimSymlinks: true })
  writeFileSync(join(folder, 'launcher.cjs'), launcher)
}

async function answer(url: string, options: RequestInit = {}): Promise<readonly [number, string]> {
  const response = await fetch(url, options)
  return [response.status, await response.text()]
}

function manifestOf(name: string): { scripts?: Record<string, string>; dependencies: Record<string, string> } {
  return JSON.parse(readFileSync(join(root, 'examples', name, 'package.json'), 'utf8'))
}

function namesIn(guide: string, command: string): readonly string[] {
  return guide
    .split('\n')
    .find(line => line.startsWith(command))!
    .slice(command.length)
    .split(' ')
    .sort()
}
