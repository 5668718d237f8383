import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chooseSource } from './source.js'

let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'milepost-source-')))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function repository(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  git(path, 'init', '--quiet')
  git(path, 'commit', '--quiet', '--allow-empty', '--message', 'Begin')
  return path
}

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd })
}

function choose(path?: string, here = folder) {
  return chooseSource({ path, isSample: false, here })
}

test('the repository we stand in is read, from any folder of it', async () => {
  const path = repository('here')
  mkdirSync(join(path, 'src'))
  const source = await choose(undefined, join(path, 'src'))
  expect(source).toMatchObject({ status: 'ready', name: 'here', commitCount: 1 })
  expect(source).not.toHaveProperty('note')
})

test('a named repository is read instead, also without a work tree', async () => {
  const path = repository('named')
  git(folder, 'clone', '--quiet', '--bare', path, 'bare.git')
  expect(await choose(path)).toMatchObject({ status: 'ready', name: 'named', commitCount: 1 })
  expect(await choose(join(folder, 'bare.git'))).toMatchObject({ name: 'bare', commitCount: 1 })
})

test('each repository has a database of its own, which its work trees share', async () => {
  const path = repository('one')
  mkdirSync(join(folder, 'elsewhere'))
  git(path, 'worktree', 'add', '--quiet', '--detach', join(folder, 'tree'))
  const names = [path, join(folder, 'tree'), repository('elsewhere/one')].map(async each => {
    const source = await choose(each)
    return source.status === 'ready' && source.storeName
  })
  const [one, tree, other] = await Promise.all(names)
  expect(one).toMatch(/^one-[0-9a-f]{8}$/)
  expect(tree).toBe(one)
  expect(other).not.toBe(one)
})

test('where there is no history, the shipped log is read and the reason is said', async () => {
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  expect(await choose(undefined, empty)).toMatchObject({
    storeName: 'sample',
    note: expect.stringMatching(/^No history here \(not a git repository\),/),
  })
  git(empty, 'init', '--quiet')
  expect(await choose(undefined, empty)).toMatchObject({
    storeName: 'sample',
    note: expect.stringMatching(/^No commits here/),
  })
  expect(await choose(empty)).toMatchObject({ name: 'empty', commitCount: 0 })
})

test('a named path that cannot be read is refused, with the reason', async () => {
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'plain'))
  const messages = ['missing', 'file', 'plain'].map(async name => {
    const source = await choose(join(folder, name))
    return source.status === 'none' && source.message
  })
  expect(await Promise.all(messages)).toEqual([
    expect.stringMatching(/^There is nothing at .*missing\. Give the folder of a git repository\.$/),
    expect.stringMatching(/^.*file is not a folder\. Give that of a git repository\.$/),
    expect.stringMatching(/^Cannot read .*plain: not a git repository\.$/),
  ])
})
