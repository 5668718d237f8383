import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyDriver, type InstalledPackage, installPackage, serverPackages } from '../cli/installed-package.js'
import { isLong } from '../support/scale.js'

const host = `
import { createServer } from 'node:http'
import { createMilestoneService, type Database, defineCatalog, isMilepostError, MilepostError, migrate } from 'milepost'
import { createClient } from 'milepost/client'
import { createMilepostServer } from 'milepost/http'
import { toNextHandler } from 'milepost/next'
import { toNodeHandler } from 'milepost/node'
import { openPglite } from 'milepost/pglite'
import { given } from 'milepost/testing'

const catalog = defineCatalog({
  milestones: [{ id: 'first', title: 'First', requirement: { type: 'count', category: 'lesson', target: 1 } }],
})

const serviceOn = (db: Database) => createMilestoneService({ db, catalog })

class BadgesService {
  constructor(private readonly milestones: ReturnType<typeof serviceOn>) {}

  async finish(userId: string): Promise<readonly string[]> {
    const { awarded } = await this.milestones.record({ userId, category: 'lesson', itemKey: 'intro' })
    return awarded.map(({ id }) => id)
  }

  async refuse(): Promise<string> {
    try {
      // @ts-expect-error: a user id is a text
      await this.milestones.record({ userId: 7, category: 'lesson', itemKey: 'intro' })
    } catch (error) {
      if (isMilepostError(error) && error instanceof MilepostError) return error.code
    }
    return 'accepted'
  }
}

async function main(): Promise<void> {
  const { db, close } = await openPglite()
  await migrate(db)
  const service = serviceOn(db)
  const badges = new BadgesService(service)
  const server = createMilepostServer({ service, db, authorize: () => ({ userId: 'ann' }) })
  const awarded = await badges.finish('ann')
  const answer = await server.handler(new Request('http://app/v1/users/ann/badges'))
  console.log(JSON.stringify({ awarded, refused: await badges.refuse(), status: answer.status }))
  await server.close()
  await service.close()
  await close()
}
void main()
void [createServer, createClient, toNextHandler, toNodeHandler, given]
`

let installed: InstalledPackage
beforeAll(async () => {
  installed = await installPackage([
    ...everyDriver,
    ...serverPackages,
    'react',
    '@types/node',
    '@types/react',
    '@opentelemetry/api',
  ])
})
afterAll(() => installed.remove())

const { ModuleKind, ModuleResolutionKind } = ts
type Kind = readonly [name: string, type: 'module' | 'commonjs', options: ts.CompilerOptions]
const always: readonly Kind[] = [
  [
    'module commonjs, moduleResolution node10',
    'commonjs',
    { module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10, ignoreDeprecations: '6.0' },
  ],
]
// In every run attw resolves as they do, and Next.js builds with the first.
const long: readonly Kind[] = [
  ['moduleResolution bundler', 'module', { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler }],
  ['module nodenext, in CommonJS', 'commonjs', { module: ModuleKind.NodeNext }],
  ['module nodenext, in ES modules', 'module', { module: ModuleKind.NodeNext }],
  ['module node16, in CommonJS', 'commonjs', { module: ModuleKind.Node16 }],
  ['module node16, in ES modules', 'module', { module: ModuleKind.Node16 }],
]
const kinds = isLong ? [...always, ...long] : always

const hasRun = new Set<string>()

test.each(kinds)('a host with %s compiles, and runs in Node', async (name, type, options) => {
  const folder = join(installed.folder, name.replaceAll(/\W+/g, '-'))
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }))
  writeFileSync(join(folder, 'app.ts'), host)
  expect(compile(join(folder, 'app.ts'), options)).toEqual([])
  const program = `${type}: ${readFileSync(join(folder, 'app.js'), 'utf8')}`
  // Node would run the same file a second time.
  if (hasRun.has(program)) return
  hasRun.add(program)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--liftoff-only', join(folder, 'app.js')])
  expect(JSON.parse(stdout)).toEqual({ awarded: ['first'], refused: 'INPUT_INVALID', status: 200 })
  expect(stderr).toBe('')
})

/** Compiles a program next to its source. Returns what the compiler says, also of the types of the package. */
function compile(file: string, options: ts.CompilerOptions): readonly string[] {
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    strict: true,
    esModuleInterop: true,
    types: ['node'],
    typeRoots: [join(installed.folder, 'node_modules', '@types')],
    ...options,
  })
  program.emit()
  // The types of other packages have faults of their own, so not every file is checked.
  const checked = program.getSourceFiles().filter(({ fileName }) => fileName === file || fileName.endsWith('.d.cts'))
  const found = checked
    .filter(({ fileName }) => fileName.startsWith(installed.folder))
    .flatMap(source => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)])
  return [...program.getOptionsDiagnostics(), ...found].map(
    ({ file: at, messageText }) => `${at?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  )
}
