import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Answer, Call } from '../../src/cli/command.js'
import { init } from '../../src/cli/init/init.js'
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
}

test.each<[string, Given, readonly string[], string]>([
  ['where to store badges, and whether to write', { chosen: 'pg' }, [place, write], "from 'pg'"],
  ['only whether to write, if the project has a driver', { packages: ['postgres'] }, [write], "from 'postgres'"],
  ['only whether to write, if the driver is given', { texts: { driver: 'pg' } }, [write], "from 'pg'"],
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

test('it asks nothing if everything is there', async () => {
  const folder = makeProject(['milepost', 'pg'])
  await initIn(folder, {})
  const { asked, answer } = await initIn(folder, {})
  expect([asked, answer.data]).toMatchObject([[], { status: 'unchanged' }])
})

/** Runs the command in a folder, without installing anything, and lists what it asked. */
async function initIn(
  folder: string,
  { flags = [], texts = {}, isInteractive = true, chosen = 'pglite', agrees = true }: Given,
): Promise<{ readonly asked: readonly string[]; readonly answer: Answer }> {
  const before = process.cwd()
  onTestFinished(() => process.chdir(before))
  process.chdir(folder)
  const asked: string[] = []
  const call: Partial<Call> = {
    args: { positionals: [], texts, flags: new Set(['skip-install', ...flags]) } as unknown as Call['args'],
    env: {},
    note: () => {},
    show: () => {},
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
  return { asked, answer: await init(call as Call) }
}
