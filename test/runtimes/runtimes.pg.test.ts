import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { arch, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { everyDriver, type InstalledPackage, installPackage, serverPackages } from '../cli/installed-package.js'
import { npm } from '../support/npm.js'
import { createDatabase, type PostgresDatabase } from '../support/postgres-database.js'

/** A runtime: how to get it from npm, and how it is started. `package` is null for the Node that runs the tests. */
type Runtime = { readonly package: string | null; readonly program: string; readonly args: readonly string[] }

const system = `${platform()}-${arch()}`
const nodeOf = (version: string): Runtime => ({
  package: `node-${system}@${version}`,
  program: `node-${system}/bin/node`,
  args: [],
})
const own: Readonly<Record<string, Runtime>> = {
  'this Node': { package: null, program: process.execPath, args: [] },
}
const others: Readonly<Record<string, Runtime>> = {
  'Node 20.19': nodeOf('20.19'),
  'Node 22': nodeOf('22'),
  'Node 24': nodeOf('24'),
  'Node 26': nodeOf('26'),
  Bun: { package: `@oven/bun-${system}`, program: `@oven/bun-${system}/bin/bun`, args: ['run'] },
  Deno: {
    package: `@deno/${system}${platform() === 'linux' ? '-glibc' : ''}`,
    program: `@deno/${system}${platform() === 'linux' ? '-glibc' : ''}/deno`,
    args: ['run', '--allow-all', '--node-modules-dir=manual'],
  },
}
const runtimes = process.env.MILEPOST_TEST_LONG === '1' ? { ...own, ...others } : own

let installed: InstalledPackage
let folder: string
beforeAll(async () => {
  installed = await installPackage([...everyDriver, ...serverPackages])
  copyFileSync(fileURLToPath(new URL('smoke.mjs', import.meta.url)), join(installed.folder, 'smoke.mjs'))
  folder = mkdtempSync(join(tmpdir(), 'milepost-runtimes-'))
})
afterAll(() => {
  installed.remove()
  rmSync(folder, { recursive: true })
})

test.each(Object.keys(runtimes))('records, reads and answers over HTTP on %s', async name => {
  const runtime = runtimes[name]!
  const database = await createDatabase(inject('postgresUrl'))
  try {
    const { stdout } = await run(runtime, database)
    const expected = {
      single: ['first'],
      batch: [['recorded'], ['duplicate'], ['recorded', 'third']],
      http: { status: 200, totalPoints: 5, completedMilestones: ['first', 'third'] },
      problems: [],
    }
    expect(JSON.parse(stdout)).toEqual({
      ...{ pglite: expected, pg: expected },
      ...(name === 'Bun' && { bun: expected }),
    })
  } finally {
    await database.drop()
  }
})

async function run(runtime: Runtime, { url }: PostgresDatabase): Promise<{ readonly stdout: string }> {
  if (runtime.package) await npm(['install', '--no-save', '--force', '--prefix', folder, runtime.package], folder)
  const program = runtime.package ? join(folder, 'node_modules', runtime.program) : runtime.program
  const env = { ...process.env, DATABASE_URL: url, NODE_OPTIONS: '' }
  return promisify(execFile)(program, [...runtime.args, 'smoke.mjs'], { cwd: installed.folder, env })
}
