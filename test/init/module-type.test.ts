import { expect, test } from 'vitest'
import { writeChanges } from '../../src/cli/init/change.js'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { makeProject } from './projects.js'

/** What `tsc --init` of TypeScript 5.9 and newer writes, as far as it matters. */
const tsconfig = `{
  // Visit https://aka.ms/tsconfig to read more about this file
  "compilerOptions": {
    // "outDir": "./dist",
    /* "allowImportingTsExtensions": true, */
    "module": "nodenext",
    "verbatimModuleSyntax": true,
  },
}
`
const app = "import express from 'express'\nconst app = express()\napp.listen(3000)\n"

test('a TypeScript project in which imports are refused becomes one of ES modules, and says why', () => {
  const folder = makeProject(['express'], { 'tsconfig.json': tsconfig, 'src/index.ts': app }, { type: 'commonjs' })
  const { changes, notes, manual } = planInit(readProject(folder), 'pglite', new Date())
  const textOf = (name: string): string => changes.find(({ path }) => path === name)!.after
  expect(JSON.parse(textOf('package.json')).type).toBe('module')
  expect(textOf('src/milepost/service.ts')).toContain('from "./catalog.js"')
  expect(textOf('src/index.ts')).toContain("from './milepost/routes.js'")
  expect([notes, manual]).toEqual([[expect.stringContaining('TS1295')], []])
  writeChanges(folder, changes)
  const again = planInit(readProject(folder), 'pglite', new Date())
  expect([again.notes, again.changes.every(({ status }) => status === 'there')]).toEqual([[], true])
})

test('it is so before there is a file that creates the app', () => {
  const folder = makeProject(['express'], { 'tsconfig.json': tsconfig })
  const { changes, manual } = planInit(readProject(folder), 'pglite', new Date())
  expect(JSON.parse(changes.find(({ path }) => path === 'package.json')!.after).type).toBe('module')
  expect(manual).toContain("import { handleBadges } from './milepost/routes.js'")
})

test.each([
  ['jest.config.js', 'module.exports = {}\n'],
  ['src/old.ts', "import fs = require('fs')\n"],
  ['src/old.ts', "import { old } from './older'\n"],
  ['src/old.ts', 'console.log(__dirname)\n'],
])('a project with CommonJS in %s (%j) is left as it is, and told what to change', (path, text) => {
  const files = { 'tsconfig.json': tsconfig, 'src/index.ts': app, [path]: text }
  const { changes, notes, manual } = planInit(readProject(makeProject(['express'], files)), 'pglite', new Date())
  expect([notes, manual.join(' ')]).toEqual([[], expect.stringContaining('set "verbatimModuleSyntax": false')])
  expect(manual.join(' ')).toContain(path)
  expect(JSON.parse(changes.find(({ path: each }) => each === 'package.json')!.after).type).toBeUndefined()
})

test.each([
  ['compiles everything to CommonJS', tsconfig.replace('nodenext', 'commonjs'), /set "verbatimModuleSyntax": false/],
  ['allows imports in CommonJS', tsconfig.replace('"verbatimModuleSyntax": true', ''), /^$/],
  ['leaves modules to a bundler', tsconfig.replace('nodenext', 'preserve'), /^$/],
])('a tsconfig.json that %s changes no package.json', (_, text, expected) => {
  const folder = makeProject(['express'], { 'tsconfig.json': text, 'src/index.ts': app })
  const { changes, manual } = planInit(readProject(folder), 'pglite', new Date())
  expect(manual.join(' ')).toMatch(expected)
  expect(JSON.parse(changes.find(({ path }) => path === 'package.json')!.after).type).toBeUndefined()
})

test('options that are commented out are not set', () => {
  const { compiler } = readProject(makeProject([], { 'tsconfig.json': tsconfig }))
  expect(compiler).toMatchObject({ importsTs: false, outDir: null })
})
