import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../../src/cli/exit-code.js'
import { everyDriver, installPackage } from '../cli/installed-package.js'
import { scale } from '../support/scale.js'

// Python, because Node has no terminal to give to a process.
const inTerminal = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'
const keys = { down: '\u001b[B', enter: '\r', interrupt: '\u0003' } as const

/** What appears, and what the user types then. */
type Step = readonly [shown: string, typed: string]

const place = 'Where should badges be stored?'
const cases: readonly (readonly [string, readonly Step[], { code: number; said: string; driver: string | null }])[] = [
  [
    'the second answer of two questions',
    [
      [place, keys.down + keys.enter],
      ['Write this?', keys.enter],
    ],
    { code: exitCodes.done, said: 'npx milepost migrate', driver: "from 'pg'" },
  ],
  [
    'a no',
    [
      [place, keys.enter],
      ['Write this?', `n${keys.enter}`],
    ],
    { code: exitCodes.failed, said: 'Nothing was written.', driver: null },
  ],
  [
    'Ctrl-C',
    [[place, keys.interrupt]],
    { code: exitCodes.interrupted, said: 'Interrupted. Nothing was written.', driver: null },
  ],
]

// `questions.test.ts` has the same without a terminal, in every run.
test.each(cases.slice(0, scale(0, cases.length)))(
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
