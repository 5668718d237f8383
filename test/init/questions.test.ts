import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Answer, Call } from '../../src/cli/command.js'
import { exitCodes } from '../../src/cli/exit-code.js'
import { init } from '../../src/cli/init/init.js'
import type { TerminalScreen } from '../../src/cli/screen.js'
import { everyDriver, installPackage } from '../cli/installed-package.js'
import { isLong } from '../support/scale.js'
import { makeProject } from './projects.js'

const place = 'Where should badges be stored?'
const write = 'Write this?'

/** What the project and the command line have, and what the user answers. */
type Given = {
  readonly packages?: readonly string[]
  readonly flags?: readonly string[]
  readonly texts?: Readonly<Record<string, string>>
  readonly isInteractive?: boolean
  readonly chosen?: string
  readonly agrees?: boolean
  readonly skips?: boolean
}

// Python, because Node has no terminal to give to a process.
const inTerminal = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'
const keys = { down: '\u001b[B', enter: '\r', interrupt: '\u0003' } as const

/** What appears, and what the user types then. */
type Step = readonly [shown: string, typed: string]

const onTerminal: readonly (readonly [
  string,
  readonly Step[],
  { code: number; said: string; driver: string | null },
])[] = [
  [
    'the second answer of two questions',
    [
      [place, keys.down + keys.enter],
      [write, keys.enter],
    ],
    { code: exitCodes.done, said: 'npx milepost migrate', driver: 'from "pg"' },
  ],
  [
    'a no',
    [
      [place, keys.enter],
      [write, `n${keys.enter}`],
    ],
    { code: exitCodes.failed, said: 'Nothing was written.', driver: null },
  ],
  [
    'Ctrl-C',
    [[place, keys.interrupt]],
    { code: exitCodes.interrupted, said: 'Interrupted. Nothing was written.', driver: null },
  ],
]

test.each<[string, Given, readonly string[], string]>([
  ['where to store badges, and whether to write', { chosen: 'pg' }, [place, write], 'from "pg"'],
  ['only whether to write, if the project has a driver', { packages: ['postgres'] }, [write], 'from "postgres"'],
  ['only whether to write, if the driver is given', { texts: { driver: 'pg' } }, [write], 'from "pg"'],
  ['nothing without a terminal, and takes the embedded database', { isInteractive: false }, [], 'milepost/pglite'],
])('it asks %s', async (_, given, questions, imported) => {
  const folder = makeProject(given.packages ?? [])
  const { asked, answer } = await initIn(folder, given)
  expect([asked, answer.data]).toMatchObject([questions, { status: 'done' }])
  expect(readFileSync(join(folder, 'milepost', 'database.mjs'), 'utf8')).toContain(imported)
})

test.each<[string, Given, readonly string[], string]>([
  ['after a no', { agrees: false }, [place, write], 'declined'],
  ['for a preview, which asks only where to store badges', { flags: ['dry-run'] }, [place], 'dry-run'],
])('it writes nothing %s', async (_, given, questions, status) => {
  const folder = makeProject([])
  const { asked, answer } = await initIn(folder, given)
  expect([asked, answer.data]).toMatchObject([questions, { status }])
  expect(existsSync(join(folder, 'milepost'))).toBe(false)
})

test.each([
  [true, []],
  [false, [expect.stringMatching(/^Will run: npm install milepost@\S+ postgres@\S+$/)]],
])('before it writes, it shows what it will install, unless that is skipped (%j)', async (skips, expected) => {
  const { shown } = await initIn(makeProject([]), { skips, chosen: 'postgres', agrees: false })
  expect(shown.filter(line => line.startsWith('Will run:'))).toEqual(expected)
})

test('it asks nothing if everything is there', async () => {
  const folder = makeProject(['milepost', 'pg'])
  await initIn(folder, {})
  const { asked, answer } = await initIn(folder, {})
  expect([asked, answer.data]).toMatchObject([[], { status: 'unchanged' }])
})

// The same on a real terminal, which only the long run has: it needs Python.
test.each(isLong ? onTerminal : [])(
  'on a terminal, init does what follows from %s',
  async (_, steps, { code, said, driver }) => {
    const { folder, program, remove } = await installPackage([...everyDriver, '@clack/prompts'])
    onTestFinished(remove)
    writeFileSync(join(folder, 'package.json'), '{ "name": "app", "type": "module" }\n')
    // A new terminal has no size yet.
    const sized = ['sh', '-c', 'stty cols 100 rows 40 && exec "$@"', 'sh']
    const command = [...sized, process.execPath, program, 'init', '--skip-install']
    const env = { ...process.env, TERM: 'xterm', DATABASE_URL: '', NO_COLOR: '1', CI: '' }
    const child = spawn('python3', ['-c', inTerminal, ...command], { cwd: folder, env })
    const ended = once(child, 'close')
    onTestFinished(() => void child.kill())
    let shown = ''
    const waiting = [...steps]
    child.stdout.setEncoding('utf8').on('data', text => {
      shown += text
      if (waiting[0] && shown.includes(waiting[0][0])) child.stdin.write(waiting.shift()![1])
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      shown += text
    })
    expect([(await ended)[0], shown]).toEqual([code, expect.stringContaining(said)])
    const database = join(folder, 'milepost', 'database.js')
    if (driver === null) expect(existsSync(database)).toBe(false)
    else expect(readFileSync(database, 'utf8')).toContain(driver)
  },
)

/** Runs the command in a folder, without installing anything if it may write, and lists what it asked and showed. */
async function initIn(
  folder: string,
  { flags = [], texts = {}, isInteractive = true, chosen = 'pglite', agrees = true, skips = true }: Given,
): Promise<{ readonly asked: readonly string[]; readonly shown: readonly string[]; readonly answer: Answer }> {
  const before = process.cwd()
  onTestFinished(() => process.chdir(before))
  process.chdir(folder)
  const asked: string[] = []
  const shown: string[] = []
  const call: Partial<Call> = {
    args: {
      positionals: [],
      texts,
      flags: new Set([...(skips ? ['skip-install'] : []), ...flags]),
    } as unknown as Call['args'],
    env: {},
    note: () => {},
    show: lines => {
      shown.push(...lines({ paint: (_, text) => text } as TerminalScreen))
    },
    isInteractive,
    choose: async (question, choices) => {
      asked.push(question)
      return choices.find(({ value }) => value === chosen)!.value
    },
    confirm: async question => {
      asked.push(question)
      return agrees
    },
  }
  return { asked, shown, answer: await init(call as Call) }
}
