import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import {
  importCycles,
  importsAgainstTheGrain,
  importsOfForbiddenPackages,
  importsOfStudio,
  importsThatBreakBundles,
  needlessPackages,
} from './import-rules.js'
import { kindsNamedElsewhere } from './kind-rules.js'
import { fullFolders, importsAgainstRooms } from './room-rules.js'
import {
  busyEntryFiles,
  defaultExports,
  hiddenState,
  impurities,
  missingReturnTypes,
  placesOfCode,
  shadowingTypes,
  strayQueries,
  tooLongFiles,
  tooLongFunctions,
  vagueNames,
  vagueTypeNames,
  worldlyDealings,
} from './source-rules.js'
import { isTest, readSources, type Source } from './sources.js'

type Rule = (sources: readonly Source[]) => string[]

const loadsLittle: Rule = sources =>
  ['src/index.ts', 'src/testing.ts'].flatMap(entry => needlessPackages(sources, entry))
const shippedCycles: Rule = sources => importCycles(sources.filter(source => !isTest(source)))

const rules: readonly (readonly [behaviour: string, rule: Rule])[] = [
  ['folders import only what stands left of them', importsAgainstTheGrain],
  ['rooms of a folder import only rooms before them', importsAgainstRooms],
  ['no folder holds over 40 files', fullFolders],
  ['Studio brings nothing of the server into its page', importsOfStudio],
  ['core imports no package but its own two, and only the store imports Drizzle', importsOfForbiddenPackages],
  ['the main entry loads no driver', loadsLittle],
  ['what a host bundles imports no package that the host may not have', importsThatBreakBundles],
  ['what a host bundles does not ask where it stands', placesOfCode],
  ['no files import each other in a circle', shippedCycles],
  ['core reads no clock, no chance and no world', impurities],
  ['only the command reads the environment, prints and exits', worldlyDealings],
  ['SQL stands in the store', strayQueries],
  ['entry files only hand names on', busyEntryFiles],
  ['nothing is exported by default', defaultExports],
  ['exported functions state their return type', missingReturnTypes],
  ['no file is over 400 lines', tooLongFiles],
  ['no function is over 60 lines', tooLongFunctions],
  ['file names say what is inside', vagueNames],
  ['a kind of metric is named in its own files alone', kindsNamedElsewhere],
  ['type names say what they hold', vagueTypeNames],
  ['no state is hidden in module-level weak collections', hiddenState],
  ['no exported type shadows a name of the platform', shadowingTypes],
]

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['src', 'studio/src', 'test', 'bench', 'scripts', 'examples']
// Frameworks name their files by themselves, and want default exports.
const sources = readSources(root, folders).filter(({ path }) => !/^examples\/(next|nestjs|sveltekit)\//.test(path))

test.each(rules)('%s', (_, rule) => {
  expect(rule(sources)).toEqual([])
})

test('the rules see the sources', () => {
  expect(sources.filter(({ path }) => path.startsWith('src/')).length).toBeGreaterThan(20)
})

test('an import of the service by core is found', () => {
  const planted = plant({ 'src/core/level.ts': `import { record } from '../service/record.js'` })
  expect(importsAgainstTheGrain(planted)).toEqual([
    'src/core/level.ts:1 imports ../service/record.js: core may import no other folder',
  ])
})

test('a sideways import, a dynamic one, a re-export and one out of src are found', () => {
  const planted = plant({
    'src/next/route.ts': `export { serve } from '../node/serve.js'`,
    'src/store/badges.ts': `const record = await import('../service/record.js')`,
    'src/service/record.ts': `import { scale } from '../../test/support/scale.js'`,
    'src/core/catalog.ts': `import { defineCatalog } from '../index.js'`,
    'src/extras/one.ts': `import '../core/catalog.js'`,
  })
  expect(importsAgainstTheGrain(planted).map(fault => fault.split(' imports ')[0])).toEqual([
    'src/core/catalog.ts:1',
    'src/extras/one.ts:1',
    'src/next/route.ts:1',
    'src/service/record.ts:1',
    'src/store/badges.ts:1',
  ])
})

test('a browser folder may know the types of the server, and nothing of it at run time', () => {
  const planted = plant({
    'src/client/client.ts': `import type { Badge } from '../core/badge.js'\nimport { type Level } from '../core/level.js'`,
    'src/react/badge.tsx': `import { level, type Level } from '../core/level.js'`,
  })
  expect(importsAgainstTheGrain(planted)).toEqual([
    'src/react/badge.tsx:1 imports ../core/level.js: react may import client',
  ])
})

test('a circle of imports is found, also by way of a third file', () => {
  const planted = plant({
    'src/core/a.ts': `import { b } from './b.js'`,
    'src/core/b.ts': `import type { C } from './c.js'`,
    'src/core/c.ts': `export { a } from './a.js'`,
    'src/core/d.ts': `import { a } from './a.js'`,
  })
  expect(importCycles(planted)).toEqual(['src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts'])
})

test('a circle is found by way of a component, and in Studio', () => {
  const planted = plant({
    'src/react/grid.tsx': `import { card } from './card.js'`,
    'src/react/card.tsx': `import type { Grid } from './grid.js'`,
    'studio/src/plan.tsx': `import { result } from './result.js'`,
    'studio/src/result.tsx': `import type { Plan } from './plan.js'`,
  })
  expect(importCycles(planted)).toEqual([
    'src/react/card.tsx → src/react/grid.tsx → src/react/card.tsx',
    'studio/src/plan.tsx → studio/src/result.tsx → studio/src/plan.tsx',
  ])
})

test('an import of a later room, and a room without a place, are found', () => {
  const planted = plant({
    'src/core/time/period.ts': `import type { Level } from '../catalog/level.js'\nimport { csv } from '../values/csv.js'`,
    'src/core/extras/one.ts': '',
    'src/service/read/progress.ts': `import { createMilestoneService } from '../milestone-service.js'`,
  })
  expect(importsAgainstRooms(planted)).toEqual([
    'src/core/extras/one.ts: say in test/house/room-rules.ts where core/extras stands',
    'src/core/time/period.ts:1 imports ../catalog/level.js: core/catalog comes after time',
    'src/service/read/progress.ts:1 imports ../milestone-service.js: service/. comes after read',
  ])
})

test('finds server code that Studio would include, but not types', () => {
  const planted = plant({
    'studio/src/api.ts': [
      `import { createBlockReader } from '../../src/client/event-blocks.js'`,
      `import type { Answered } from '../../src/http/contract/operations.js'`,
      `import { dayLabel } from '../../src/core/time/period.js'`,
    ].join('\n'),
  })
  expect(importsOfStudio(planted).map(fault => fault.split(': ')[0])).toEqual([
    'studio/src/api.ts:3 imports ../../src/core/time/period.js',
  ])
})

test('a folder of 41 files is found', () => {
  const files = Array.from({ length: 41 }, (_, i) => [`src/core/values/v${i}.ts`, ''])
  expect(fullFolders(plant(Object.fromEntries(files)))).toEqual([
    'src/core/values has 41 files: over 40, a folder is two rooms',
  ])
})

test('a package that core or the service does without is found', () => {
  const planted = plant({
    'src/core/a.ts': `import { z } from 'zod/v4'\nimport { createHash } from 'node:crypto'`,
    'src/service/b.ts': `import { sql } from 'drizzle-orm/pg-core'\nimport sql from 'sql-template-tag'`,
    'src/core/a.test.ts': `import fc from 'fast-check'`,
  })
  expect(importsOfForbiddenPackages(planted)).toEqual([
    'src/core/a.ts:1 imports zod/v4: core imports no package',
    'src/core/a.ts:2 imports node:crypto: core imports no package',
    'src/service/b.ts:1 imports drizzle-orm/pg-core: hosts may be without Drizzle; write SQL with the tag of store/database/sql.ts',
    'src/service/b.ts:2 imports sql-template-tag: SQL is written in src/store',
  ])
})

test('a driver that the main entry would load is found, one of which it takes only types is not', () => {
  const planted = plant({
    'src/index.ts': `export { migrate } from './store/migrate.js'`,
    'src/store/migrate.ts': `import pg from 'pg'\nimport type { Sql } from 'postgres'\nimport { join } from 'node:path'`,
  })
  expect(needlessPackages(planted, 'src/index.ts')).toEqual([
    'src/store/migrate.ts imports pg: src/index.ts is to load without it',
  ])
})

test('a driver that is imported, and a place that is asked for, are found where hosts bundle', () => {
  const text = `const pg = await import('pg')\nconst here = import.meta.url`
  const planted = plant({ 'src/store/a.ts': text, 'src/cli/b.ts': text })
  expect(importsThatBreakBundles(planted)).toEqual([
    'src/store/a.ts:1 imports pg: a host without it could not be bundled; take it from the host',
  ])
  expect(placesOfCode(planted)).toEqual([
    'src/store/a.ts:2: import.meta: a bundler moves this file; make what it reads a module',
  ])
})

test('a clock, chance and the world in core are found', () => {
  const planted = plant({
    'src/core/a.ts': [
      'const faults = [new Date(), Date.now(), Math.random(), performance.now(), crypto.randomUUID(), fetch("")]',
      'const fine = [new Date(0), Math.max(1), at.now, JSON.parse("1")]',
    ].join('\n'),
    'src/service/b.ts': 'const now = new Date()',
  })
  expect(impurities(planted)).toHaveLength(6)
  expect(impurities(planted)[0]).toBe('src/core/a.ts:1: core has no clock: pass the time in')
})

test('a print, a query, a default export and a guessed return type are found', () => {
  const planted = plant({
    'src/service/a.ts': 'export function a() { console.log(process.env.A) }\nexport const b = () => sql`SELECT 1`',
    'src/http/c.ts': 'export default 1',
    'src/cli/d.ts': 'console.log(process.argv)',
  })
  expect(worldlyDealings(planted)).toHaveLength(2)
  expect(strayQueries(planted)).toEqual(['src/service/a.ts:2: SQL is written in src/store'])
  expect(defaultExports(planted)).toEqual(['src/http/c.ts:1: export by name'])
  expect(missingReturnTypes(planted)).toEqual([
    'src/service/a.ts:1: an exported function states its return type',
    'src/service/a.ts:2: an exported function states its return type',
  ])
})

test('an entry file that does work is found', () => {
  const planted = plant({ 'src/index.ts': `export * from './core/a.js'\nexport function work(): void {}` })
  expect(busyEntryFiles(planted)).toHaveLength(1)
})

test('a file of 401 lines is found, one of 400 is not', () => {
  const planted = plant({ 'src/core/long.ts': '\n'.repeat(401), 'src/core/fine.ts': '\n'.repeat(400) })
  expect(tooLongFiles(planted)).toEqual(['src/core/long.ts has 401 lines: over 400, a file is two files'])
})

test('a function of 61 lines is found in the package and in Studio, one of 60 is not', () => {
  const lines = (count: number): string => `{${'\n'.repeat(count - 1)}}`
  const planted = plant({
    'src/core/a.ts': `export function long() ${lines(61)}\nexport function fine() ${lines(60)}`,
    'src/core/a.test.ts': `test('works', () => ${lines(61)})`,
    'studio/src/b.tsx': `export const view = () => ${lines(61)}\nconst c = { get d() ${lines(61)} }\nrun(() => ${lines(62)})`,
  })
  expect(tooLongFunctions(planted)).toEqual([
    'src/core/a.ts:1: long has 61 lines: over 60, a function is two functions',
    'studio/src/b.tsx:1: view has 61 lines: over 60, a function is two functions',
    'studio/src/b.tsx:62: d has 61 lines: over 60, a function is two functions',
    'studio/src/b.tsx:123: a function has 62 lines: over 60, a function is two functions',
  ])
})

test('a vague type name, hidden state and a name of the platform are found', () => {
  const planted = plant({
    'src/core/a.ts': 'type Place = string\nconst seen = new WeakSet<object>()\ntype LeaderboardPlace = number',
    'src/core/b.ts': 'export type Text = string\nexport type LocalizedText = string',
  })
  expect(shadowingTypes(planted).map(fault => fault.split(' ')[1])).toEqual(['Text'])
  expect(vagueTypeNames(planted)).toEqual(['src/core/a.ts:1: the type Place says nothing; name what it is'])
  expect(hiddenState(planted)).toEqual(['src/core/a.ts:2: state in a WeakSet; let the object carry it'])
})

test('a vague name is found, of a file, of a folder and within a name', () => {
  const planted = plant({
    'src/core/utils.ts': '',
    'src/lib/a.ts': '',
    'src/http/badge-types.ts': '',
    'src/core/B.ts': '',
  })
  expect(vagueNames(planted)).toEqual([
    'src/core/B.ts: names are in kebab-case',
    'src/core/utils.ts: "utils" says nothing; name the noun or verb it holds',
    'src/http/badge-types.ts: "types" says nothing; name the noun or verb it holds',
    'src/lib: "lib" says nothing; name the noun or verb it holds',
  ])
})

test('finds the name of a metric kind in conditions, objects and types, but not as another word', () => {
  const planted = plant({
    'src/core/metrics/kinds/best.ts': `export const best = { type: 'best' }`,
    'src/core/lint/a.ts': `export type A = { readonly type: 'total' | 'sum' }\nexport const isA = (b: { type: string }) => b.type === 'best'`,
    'src/http/b.ts': `export const b = (kind: string) => { switch (kind) { case 'streak': return ['count'] } }`,
    'src/store/c.ts': `export type C = Pick<{ count: number }, 'count'>`,
  })
  expect(kindsNamedElsewhere(planted)).toEqual([
    `src/core/lint/a.ts:1: 'total': say it in the file of the kind`,
    `src/core/lint/a.ts:2: 'best': say it in the file of the kind`,
    `src/http/b.ts:1: 'streak': say it in the file of the kind`,
    `src/http/b.ts:1: 'count': say it in the file of the kind`,
  ])
})

/** Writes small sources to a folder of their own and reads them as the rules see the real ones. */
function plant(files: Readonly<Record<string, string>>): Source[] {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-planted-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return readSources(folder, ['src', 'studio/src'])
}
