import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Change } from '../../src/cli/init/change.js'
import { formatWithPrettier } from '../../src/cli/init/format.js'
import { readProject } from '../../src/cli/init/project.js'
import { makeProject } from './projects.js'

const changes: readonly Change[] = [
  { path: 'milepost/catalog.js', status: 'new', before: '', after: '1' },
  { path: 'src/app/[id]/+page.svelte', status: 'new', before: '', after: '1' },
  { path: 'app.js', status: 'changed', before: '1', after: '2' },
  { path: 'milepost/user.js', status: 'there', before: '1', after: '1' },
  { path: '.gitignore', status: 'new', before: '', after: '1' },
]

/** Makes a project with a Prettier that writes down what it is given. */
function projectWith(packages: readonly string[], end = ''): string {
  const program = `require('fs').writeFileSync('given.json', JSON.stringify(process.argv.slice(2)))\n${end}`
  return makeProject(packages, {
    'node_modules/prettier/package.json': '{}',
    'node_modules/prettier/bin/prettier.cjs': program,
  })
}

const expected = ['--write', 'milepost/catalog.js', 'src/app/[id]/+page.svelte']

test.each(['', 'process.exit(1)'])(
  'Prettier of the project formats the new files of code, and may fail (%j)',
  async end => {
    const folder = projectWith(['prettier'], end)
    await formatWithPrettier(readProject(folder), changes)
    expect(JSON.parse(readFileSync(join(folder, 'given.json'), 'utf8'))).toEqual(expected)
  },
)

test('a project without Prettier, or where it is not installed, is left as it is', async () => {
  const folder = projectWith([])
  await formatWithPrettier(readProject(folder), changes)
  expect(existsSync(join(folder, 'given.json'))).toBe(false)
  await formatWithPrettier(readProject(makeProject(['prettier'])), changes)
})
