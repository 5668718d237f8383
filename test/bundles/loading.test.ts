import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type InstalledPackage, installPackage } from '../cli/installed-package.js'

let installed: InstalledPackage
beforeAll(async () => {
  installed = await installPackage()
})
afterAll(() => installed.remove())

test("import 'milepost' loads a few files, of no other package than a tag for SQL", async () => {
  const loaded = await filesLoaded(`await import('milepost')`)
  const packages = new Set(
    loaded.map(url => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1]),
  )
  expect([...packages].sort()).toEqual(['milepost', 'sql-template-tag'])
  expect(loaded.length).toBeLessThanOrEqual(20)
})

test('a function that records stays small', async () => {
  const { outputFiles, warnings } = await build({
    stdin: {
      contents: `import { createMilestoneService, defineCatalog } from 'milepost'
        export const start = (db, milestones) => createMilestoneService({ db, catalog: defineCatalog({ milestones }) })`,
      resolveDir: installed.folder,
    },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'silent',
  })
  expect(warnings).toEqual([])
  expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(142_500)
})

/** Returns the scripts of packages that a program loads. Node notes every script that it compiles for coverage. */
async function filesLoaded(program: string): Promise<readonly string[]> {
  const notes = mkdtempSync(join(tmpdir(), 'milepost-loaded-'))
  onTestFinished(() => rmSync(notes, { recursive: true }))
  const file = join(installed.folder, 'app.mjs')
  writeFileSync(file, program)
  await promisify(execFile)(process.execPath, [file], { env: { ...process.env, NODE_V8_COVERAGE: notes } })
  const scripts = readdirSync(notes).flatMap(name => {
    const { result } = JSON.parse(readFileSync(join(notes, name), 'utf8')) as { result: readonly { url: string }[] }
    return result.map(({ url }) => url)
  })
  return [...new Set(scripts)].filter(url => url.includes('/node_modules/'))
}
