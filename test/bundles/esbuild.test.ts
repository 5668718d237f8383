import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, type Plugin } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

const app = `
import { createMilestoneService, defineCatalog, migrate } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { openPglite } from 'milepost/pglite'

const catalog = defineCatalog({
  milestones: [{ id: 'first', title: 'First', requirement: { type: 'count', category: 'lesson', target: 1 } }],
})

async function main() {
  const { db, close } = await openPglite()
  await migrate(db)
  const service = createMilestoneService({ db, catalog })
  const server = createMilepostServer({ service, db, studio: true, authorize: () => ({ userId: 'ann' }) })
  const { awarded } = await service.record({ userId: 'ann', category: 'lesson', itemKey: 'intro' })
  const answers = {}
  for (const path of ['/healthz', '/openapi.json', '/v1/users/ann/badges', '/studio/', '/studio/stone.svg'])
    answers[path] = (await server.handler(new Request('http://app' + path))).status
  console.log(JSON.stringify({ awarded: awarded.map(({ id }) => id), answers }))
  await server.close()
  await service.close()
  await close()
}
main()
`

/** A host without these packages, all of which this repository has. */
const notInstalled: Plugin = {
  name: 'not-installed',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^(pg|postgres|@opentelemetry\/api|drizzle-orm)(\/.*)?$/ }, ({ path }) => ({
      errors: [{ text: `${path} is not installed` }],
    })),
}

test.each(['esm', 'cjs'] as const)(
  'a server bundled by esbuild as %s runs in a folder that has nothing but PGlite',
  async format => {
    const folder = mkdtempSync(join(tmpdir(), 'milepost-bundled-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, format === 'esm' ? 'app.mjs' : 'app.cjs')
    const { warnings } = await build({
      stdin: { contents: app, resolveDir: root },
      outfile: file,
      bundle: true,
      minify: true,
      platform: 'node',
      format,
      external: ['@electric-sql/pglite'],
      plugins: [notInstalled],
      logLevel: 'silent',
    })
    expect(warnings).toEqual([])
    linkPglite(folder)
    const { stdout } = await promisify(execFile)(process.execPath, ['--liftoff-only', file], { cwd: folder })
    const ok = 200
    expect(JSON.parse(stdout)).toEqual({
      awarded: ['first'],
      answers: {
        '/healthz': ok,
        '/openapi.json': ok,
        '/v1/users/ann/badges': ok,
        '/studio/': ok,
        '/studio/stone.svg': ok,
      },
    })
  },
  3 * 60_000,
)

test('a bundle that was put where PGlite is not says what to install', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-bundled-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'app.cjs')
  await build({
    stdin: {
      contents: `import { openPglite } from 'milepost/pglite'\nopenPglite().catch(({ code }) => console.log(code))`,
      resolveDir: root,
    },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@electric-sql/pglite'],
    plugins: [notInstalled],
    logLevel: 'silent',
  })
  const { stdout } = await promisify(execFile)(process.execPath, ['--liftoff-only', file], { cwd: folder })
  expect(stdout).toBe('DRIVER_MISSING\n')
})

function linkPglite(folder: string): void {
  mkdirSync(join(folder, 'node_modules', '@electric-sql'), { recursive: true })
  const name = join('node_modules', '@electric-sql', 'pglite')
  symlinkSync(join(root, name), join(folder, name), 'junction')
}
