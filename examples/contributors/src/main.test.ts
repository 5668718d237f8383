import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const main = fileURLToPath(new URL('main.ts', import.meta.url))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'milepost-contributors-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

type Outcome = { readonly code: number | null; readonly output: string; readonly complaint: string }

function start(args: readonly string[], cwd = folder): ChildProcess {
  const { INIT_CWD: _npm, ...env } = process.env
  const data = join(folder, 'data')
  // Without V8's optimizing compiler, which takes longer to compile PGlite than so short a run does.
  return spawn(process.execPath, ['--liftoff-only', '--import', tsx, main, '--data', data, ...args], { cwd, env })
}

function ended(child: ChildProcess, onOutput?: (output: string) => void): Promise<Outcome> {
  let output = ''
  let complaint = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text
    onOutput?.(output)
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ code, output, complaint }))
  })
}

function run(args: readonly string[], cwd?: string): Promise<Outcome> {
  return ended(start(args, cwd))
}

type MadeCommit = { readonly name: string; readonly at: string; readonly committedAt?: string; readonly file?: string }

function repository(name: string, commits: readonly MadeCommit[]): string {
  const path = join(folder, name)
  mkdirSync(path)
  git(path, { name: 'Ada', at: '2024-01-01T00:00:00Z' }, 'init', '--quiet')
  for (const commit of commits) addCommit(path, commit)
  return path
}

function addCommit(path: string, commit: MadeCommit): void {
  writeFileSync(join(path, commit.file ?? 'index.ts'), `${commit.at}\n`)
  git(path, commit, 'add', '.')
  git(path, commit, 'commit', '--quiet', '--message', `Change at ${commit.at}`)
}

function git(cwd: string, { name, at, committedAt = at }: MadeCommit, ...args: readonly string[]): void {
  const address = `${name.toLowerCase()}@example.org`
  const settings = ['-c', `user.name=${name}`, '-c', `user.email=${address}`, '-c', 'commit.gpgSign=false']
  const dates = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: committedAt }
  const { GIT_DIR: _dir, GIT_INDEX_FILE: _index, ...env } = process.env
  execFileSync('git', [...settings, ...args], { cwd, env: { ...env, ...dates } })
}

test('a history is recorded once, with true dates; a second run says that nothing is new, a third takes what is', async () => {
  const path = repository('small', [
    { name: 'Ada', at: '2021-03-06T10:00:00+01:00' },
    { name: 'Bob', at: '2021-03-07T10:00:00+01:00', file: 'a "quoted" name.md' },
    { name: 'Ada', at: '2021-03-07T12:00:00+01:00', file: 'index.test.ts' },
    { name: 'Ada', at: '2090-01-01T00:00:00Z', committedAt: '2021-03-08T12:00:00Z' },
  ])
  const first = await run([path])
  expect(first).toMatchObject({ code: 0, complaint: '' })
  expect(first.output).toContain('the contributors of small')
  expect(first.output).toContain('4 commits by 2 people, 6 Mar 2021 to 8 Mar 2021.')
  expect(first.output).toMatch(/4 recorded, \d+ badges awarded\./)
  expect(first.output).toMatch(/ 1 {2}Ada /)
  expect(first.output).toMatch(/🌱 First commit .* 6 Mar 2021\n/)
  expect(first.output).toMatch(/🌴 Weekender .* 7 Mar 2021\n/)
  expect(first.output).not.toContain('example.org')

  const second = await run([path])
  expect(second.output).toContain('Nothing new: all 4 commits were already recorded.')
  expect(second.output.slice(second.output.indexOf('Leaderboard'))).toBe(
    first.output.slice(first.output.indexOf('Leaderboard')),
  )

  addCommit(path, { name: 'Bob', at: '2021-03-09T10:00:00Z' })
  const third = await run([path, '--person', 'bob'])
  expect(third.output).toMatch(/1 recorded, 4 already known, 1 badge awarded\./)
  expect(third.output).toMatch(/New since the last run ─+\n🔭 Explorer +Bob /)
  expect(third.output).toMatch(/\nBob ─+ No\. 2 of 2\n/)
})

test('an interrupt keeps what was read, and the next run goes on', async () => {
  const child = start(['--sample'])
  // A second interrupt would end the program at once.
  const interrupt = { isSent: false }
  const stopped = await ended(child, output => {
    if (interrupt.isSent || !output.includes('the contributors of')) return
    interrupt.isSent = child.kill('SIGINT')
  })
  expect(stopped).toMatchObject({ code: 130, complaint: '' })
  expect(stopped.output).toContain('Stopped early.')
  const next = await run(['--sample'])
  expect(next.code).toBe(0)
  expect(next.output).toMatch(/2,199 commits by 96 people/)
  expect(next.output).toMatch(/[\d,]+ recorded, \d+ already known/)
})

test('a repository without commits says what will be here', async () => {
  const { code, output } = await run([repository('empty', [])])
  expect(code).toBe(0)
  expect(output).toContain('No commits yet.')
})

test('a path that cannot be read is refused', async () => {
  const { code, output, complaint } = await run([join(folder, 'missing')])
  expect([code, output]).toEqual([2, ''])
  expect(complaint).toMatch(/^There is nothing at .*missing\. Give the folder of a git repository\.\n$/)
})

test('help is shown', async () => {
  expect(await run(['--help'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('npm run demo:contributors -- <path>'),
  })
})
