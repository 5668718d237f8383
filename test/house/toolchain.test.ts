import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { packedPackage } from '../support/packed.js'
import { lockedHosts, machineTraces, missingPlatformPackages, packageFaults } from './tree-rules.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const require = createRequire(import.meta.url)

test('Biome finds nothing to mend', async () => {
  expect(await failureOf('@biomejs/biome', 'bin/biome', ['check', '.'])).toBe('')
})

test('knip finds nothing unused', async () => {
  expect(await failureOf('knip', 'bin/knip.js', [])).toBe('')
})

test('the migrations in src are those of sql/', async () => {
  const script = new URL('../../scripts/inline-sql.mjs', import.meta.url).href
  const { migrationsModule } = (await import(script)) as { migrationsModule: () => string }
  const inlined = readFileSync(join(root, 'src/store/schema/migrations.generated.ts'), 'utf8')
  expect(inlined, 'run `node scripts/inline-sql.mjs`').toBe(migrationsModule())
})

test('the templates in src are those of templates/', async () => {
  const script = new URL('../../scripts/inline-templates.mjs', import.meta.url).href
  const { templatesModule } = (await import(script)) as { templatesModule: () => string }
  const inlined = readFileSync(join(root, 'src/cli/init/templates.generated.ts'), 'utf8')
  expect(inlined, 'run `node scripts/inline-templates.mjs`').toBe(templatesModule())
})

test('the version in src is that of package.json', async () => {
  const script = new URL('../../scripts/inline-version.mjs', import.meta.url).href
  const { versionModule } = (await import(script)) as { versionModule: () => string }
  const inlined = readFileSync(join(root, 'src/core/values/version.generated.ts'), 'utf8')
  expect(inlined, 'run `node scripts/inline-version.mjs`').toBe(versionModule())
})

describe('the package', () => {
  let tarball = ''
  let files: readonly string[] = []
  let installedBytes = 0

  beforeAll(async () => {
    ;({ tarball, files, installedBytes } = await packedPackage())
  })

  test('holds the built code, the SQL and the documents, and nothing else', () => {
    expect(packageFaults(files)).toEqual([])
  })

  test('holds every migration', () => {
    const migrations = readdirSync(join(root, 'sql')).map(name => `sql/${name}`)
    expect(files.filter(file => file.startsWith('sql/')).sort()).toEqual(migrations.sort())
  })

  test('stays small: how many files there are, and how large they are installed', () => {
    const installed = { fileCount: files.length, megabytes: Math.ceil(installedBytes / 100_000) / 10 }
    console.log(`The package has ${installed.fileCount} files and takes ${installed.megabytes} MB when installed.`)
    expect(installed.fileCount).toBeLessThan(400)
    expect(installed.megabytes).toBeLessThan(3.5)
    // Without the sources, which are not published, a map leads nowhere.
    expect(files.filter(file => file.endsWith('.map'))).toEqual([])
  })

  test('is found in order by publint', async () => {
    const bytes = new Uint8Array(readFileSync(tarball))
    const { messages, pkg } = await publint({
      strict: true,
      pack: { tarball: bytes.buffer },
    })
    expect(messages.map(message => formatMessage(message, pkg ?? {}, { color: false }))).toEqual([])
  })

  test('resolves to its types in ES modules, CommonJS, bundlers, and as TypeScript did before `exports`', async () => {
    const args = ['--no-definitely-typed', '--format', 'ascii', tarball]
    expect(await failureOf('@arethetypeswrong/cli', 'dist/index.js', args)).toBe('')
  })
})

describe('the repository', () => {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')

  test('names no registry in its lock file', () => {
    expect(lockedHosts(lock)).toEqual([])
  })

  test('locks the packages of every platform', () => {
    expect(missingPlatformPackages(lock), 'run `node scripts/complete-lock.mjs`').toEqual([])
  })

  test.skipIf(!existsSync(join(root, '.git')))('names no folder of one machine and no registry', async () => {
    const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
    const paths = stdout.split('\0').filter(path => path !== '' && existsSync(join(root, path)))
    expect(machineTraces(root, paths)).toEqual([])
  })
})

describe('the rules find', () => {
  test('a test, a source and a note that would be published, and a licence that would not', () => {
    const files = [
      'package.json',
      'README.md',
      'AGENTS.md',
      'CHANGELOG.md',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/core/a.test.js',
    ]
    expect(packageFaults([...files, 'src/index.ts', 'dist/.stamp'])).toEqual([
      'LICENSE is not published',
      'dist/core/a.test.js is published',
      'src/index.ts is published',
      'dist/.stamp is published',
    ])
  })

  test('a registry in a lock file, and not the path of a workspace', () => {
    const lines = ['"resolved": "https://packages.example/zod.tgz",', '"resolved": "examples/contributors",']
    expect(lockedHosts(lines.join('\n'))).toHaveLength(1)
  })

  test('a platform whose packages are missing from the lock', () => {
    const optionalDependencies = { '@tool/linux': '1.0.0', '@tool/darwin': '1.0.0' }
    const packages = { '': {}, 'node_modules/tool': { optionalDependencies }, 'node_modules/@tool/linux': {} }
    expect(missingPlatformPackages(JSON.stringify({ packages }))).toEqual([
      'node_modules/tool may use @tool/darwin, which the lock does not name',
    ])
  })

  test('a folder of one machine and a registry, and neither a route nor a public address', () => {
    const folder = mkdtempSync(join(tmpdir(), 'milepost-planted-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    mkdirSync(join(folder, 'docs'))
    const bad = [`cd ${'/ho'}me/me/app`, `see file://${'/ro'}ot/a`, `https://${'regis'}try.example.com/zod`]
    const fine = ['GET /v1/home/page', `https://example.com/${'wo'}rk/a`, `./${'wo'}rk/x`, 'src/home/a.ts']
    writeFileSync(join(folder, 'docs/a.md'), [...bad, ...fine].join('\n'))
    expect(machineTraces(folder, ['docs/a.md']).map(line => line.split(': ')[0])).toEqual([
      'docs/a.md:1',
      'docs/a.md:2',
      'docs/a.md:3',
    ])
  })
})

/** Runs a program of a package and returns what it says where it fails; nothing where it succeeds. */
async function failureOf(name: string, program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(process.execPath, [join(packageFolder(name), program), ...args])
  return code === 0 ? '' : `exit code ${code}\n${stdout}\n${stderr}`
}

/** Walks up from here, since a package may export neither its package.json nor its program. */
function packageFolder(name: string): string {
  const folder = require.resolve.paths(name)?.find(path => existsSync(join(path, name)))
  if (!folder) throw new TypeError(`${name} is not installed`)
  return join(folder, name)
}

function run(command: string, args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NO_COLOR: '1' } }
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      if (typeof code === 'number') resolve({ code, stdout, stderr })
      else reject(error)
    })
  })
}
