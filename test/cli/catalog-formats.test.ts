import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type InstalledPackage, installPackage } from './installed-package.js'
import { type Run, runHere } from './program.js'

const milestone = `{ id: 'first', title: 'First', requirement: { type: 'count', category: 'lesson', target: 1 } }`

const files = {
  'typed.ts': `import { defineCatalog, type CatalogDefinition } from 'milepost'
import { target } from './parts/target'
const definition = { milestones: [{ id: 'first', title: 'First', requirement: { type: 'count', category: 'lesson', target } }] } satisfies CatalogDefinition
export const catalog = defineCatalog(definition)`,
  'parts/target.ts': `export const target: number = 1 as const`,
  'alias.mts': `import { target } from '@parts/target'
enum Id { first = 'first' }
export default { milestones: [{ id: Id.first, title: 'First', requirement: { type: 'count', category: 'lesson', target } }] }`,
  'tsconfig.json': `{ "compilerOptions": { "paths": { "@parts/*": ["./parts/*"] } } }`,
  'plain.mjs': `export const catalog = { milestones: [${milestone}] }`,
  'plain.json': `{ "milestones": [{ "id": "first", "title": "First", "requirement": { "type": "count", "category": "lesson", "target": 1 } }] }`,
  'plain.yaml': `# The catalog
locale: en
milestones:
  - id: first
    title: First
    requirement: { type: count, category: lesson, target: 1 }`,
  'anchors.yml': `milestones:
  - &first
    id: first
    title: First
    requirement: { type: count, category: lesson, target: 1 }
  - <<: *first
    id: second
    requirement: { type: count, category: lesson, target: 2 }`,
  'faulty.yaml': `milestones:
  - id: first
    title: First
    reward:
      points: 10
      unloks: [forum]
    requirement:
      type: count
      category: lesson`,
  'faulty.json': `{
  "milestones": [
    { "id": "first", "title": "First", "requirement": { "type": "cuont" } }
  ]
}`,
  'broken.yaml': `milestones:
  - id: first
    title: "First
  - id: second`,
  'broken.json': `{
  "milestones": [,]
}`,
  'broken.ts': `export const catalog: = 1`,
  'thrown.ts': `throw new Error('no such setting')`,
  'empty.ts': `export const other: number = 1`,
}

let installed: InstalledPackage

beforeAll(async () => {
  installed = await installPackage([])
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(installed.folder, name)), { recursive: true })
    writeFileSync(join(installed.folder, name), text)
  }
})
afterAll(() => installed.remove())

test.each(['typed.ts', 'alias.mts', 'plain.mjs', 'plain.json', 'plain.yaml', 'anchors.yml'])(
  'the catalog in %s is read',
  async file => {
    expect(await lint(file)).toMatchObject({ code: 0, stderr: '', stdout: 'No problems found.\n' })
  },
)

test.each([
  ['faulty.yaml', 'milestones[0].reward.unloks', 6, 7, 'Did you mean "unlocks"?'],
  ['faulty.yaml', 'milestones[0].requirement.target', 7, 5, 'Say how many completions it takes'],
  ['faulty.json', 'milestones[0].requirement.type', 3, 57, 'Did you mean "count"?'],
])('a fault in %s at %s is told with its line and column', async (file, path, line, column, fix) => {
  const { code, stdout } = await lint(file)
  expect(code).toBe(3)
  expect(stdout).toContain(`${path} (${file}:${line}:${column})`)
  expect(stdout).toContain(fix)
})

test.each([
  ['broken.yaml', 'invalid YAML at line'],
  ['broken.json', 'invalid JSON at line 2, column 18'],
  ['broken.ts', 'broken.ts'],
  ['thrown.ts', 'no such setting'],
  ['empty.ts', 'it exports neither `catalog` nor a default'],
])('%s is refused with what is wrong', async (file, message) => {
  const { code, stderr } = await lint(file)
  expect(code).toBe(1)
  expect(stderr).toContain(`CATALOG_UNREADABLE: ${file} cannot be read as a catalog`)
  expect(stderr).toContain(message)
})

function lint(file: string): Promise<Run> {
  return runHere(installed, ['lint', file])
}
