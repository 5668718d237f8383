import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keptInCache } from './template-cache.js'

let root: string
let makingCount = 0

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'milepost-cache-'))
  makingCount = 0
  vi.stubEnv('HOME', root).stubEnv('USERPROFILE', root)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

test('makes what is missing once, and keeps it in the home folder', async () => {
  expect([await ask(), await ask()]).toEqual(['made 1', 'made 1'])
  expect(await readdir(join(root, '.cache', 'milepost'))).toEqual(['mine.gz'])
})

test.each([
  ['not a template', (_: Buffer) => Buffer.from('not a template')],
  ['cut off', (kept: Buffer) => kept.subarray(0, kept.length - 5)],
  ['changed', (kept: Buffer) => kept.map((byte, i) => (i === kept.length - 6 ? byte ^ 1 : byte))],
  ['empty', (_: Buffer) => Buffer.alloc(0)],
])('makes a file again that is %s, and keeps that', async (_, spoil) => {
  await ask()
  const file = join(root, '.cache', 'milepost', 'mine.gz')
  await writeFile(file, spoil(await readFile(file)))
  expect([await ask(), await ask()]).toEqual(['made 2', 'made 2'])
})

test('keeps it in the folder for temporary files when there is no home folder', async () => {
  const [home, temporary] = [join(root, 'a file'), await mkdtemp(join(root, 'temporary-'))]
  await writeFile(home, '')
  vi.stubEnv('HOME', home).stubEnv('USERPROFILE', home).stubEnv('TMPDIR', temporary).stubEnv('TEMP', temporary)
  expect([await ask(), await ask()]).toEqual(['made 1', 'made 1'])
  const [folder] = await readdir(temporary)
  expect(await readdir(join(temporary, folder!))).toEqual(['mine.gz'])
})

test('makes it each time when no folder takes it', async () => {
  const nowhere = join(root, 'a file')
  await writeFile(nowhere, '')
  vi.stubEnv('HOME', nowhere).stubEnv('USERPROFILE', nowhere).stubEnv('TMPDIR', nowhere).stubEnv('TEMP', nowhere)
  expect([await ask(), await ask()]).toEqual(['made 1', 'made 2'])
})

async function ask(): Promise<string> {
  const kept = await keptInCache('mine.gz', async () => {
    makingCount += 1
    return Buffer.from(`made ${makingCount}`)
  })
  return kept.toString()
}
