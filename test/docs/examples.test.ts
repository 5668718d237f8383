import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseCatalog } from '../../src/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(match => match[1]!)

let folder: string
beforeAll(async () => {
  // Below the root, where the package finds itself by its own name, and where the rules of the house do not look.
  await mkdir(`${root}.cache`, { recursive: true })
  folder = await mkdtemp(`${root}.cache/docs-`)
})
afterAll(() => rm(folder, { recursive: true }))

test("the README's quick start prints what the README shows, awards once over two runs, and leaves a user for the command", async () => {
  const readme = await readFile(`${root}README.md`, 'utf8')
  const shown = blocks(readme, 'sh').find(block => block.startsWith('$ npx tsx quickstart.mts\n'))!
  const [ran, asked] = shown.split('\n\n').map(part => part.slice(part.indexOf('\n') + 1))
  await writeFile(`${folder}/quickstart.mts`, blocks(readme, 'ts')[0]!)
  const node = async (...args: string[]) => (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout
  const runOnce = () => node('--liftoff-only', '--import', 'tsx', 'quickstart.mts')
  expect(await runOnce()).toBe(`${ran}\n`)
  expect(await runOnce()).toBe(`${ran}\n`.replace('recorded', 'duplicate'))
  const answer = await node('--liftoff-only', `${root}dist/cli/main.js`, 'user', 'ann', '--database', '.milepost')
  expect(answer).toContain(asked!.replace(/…\n$/, ''))
})

test('every catalog and requirement in docs/catalog.md is sound', async () => {
  const page = await readFile(`${root}docs/catalog.md`, 'utf8')
  const catalogs = blocks(page, 'json catalog').map(text => JSON.parse(text))
  const requirements = blocks(page, 'json requirement').map(text => JSON.parse(text))
  expect(catalogs.length + requirements.length).toBeGreaterThan(12)
  for (const catalog of catalogs) parseCatalog(catalog)
  for (const requirement of requirements) parseCatalog({ milestones: [{ id: 'a', title: 'A', requirement }] })
})

test('docs/catalog.md shows every requirement type', async () => {
  const page = await readFile(`${root}docs/catalog.md`, 'utf8')
  const { requirementShapes, compositeShapes } = await import('../../src/core/catalog/catalog-schema.js')
  for (const type of [...Object.keys(requirementShapes), ...Object.keys(compositeShapes)]) {
    expect(page).toContain(`"type": "${type}"`)
  }
})

test('docs/calls.md and docs/cli.md leave out no call and no command', async () => {
  const [listed, page, calls] = await Promise.all(
    ['docs/calls.md', 'docs/cli.md', 'src/service/calls.ts'].map(path => readFile(`${root}${path}`, 'utf8')),
  )
  const { commands } = await import('../../src/cli/commands.js')
  const names = [...calls!.matchAll(/^ {2}(\w+)\(/gm)].map(match => match[1]!)
  expect(names).toContain('record')
  expect(names.filter(name => !listed!.includes(`| \`${name}(`))).toEqual([])
  expect(commands.filter(({ name }) => !new RegExp(`^\\| \`${name}[ \`]`, 'm').test(page!))).toEqual([])
})
