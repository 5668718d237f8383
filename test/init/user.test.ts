import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test, vi } from 'vitest'
import { writeChanges } from '../../src/cli/init/change.js'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { makeProject } from './projects.js'

type UserModule = {
  readonly userIdOf: (headers: Headers) => Promise<string | null>
  readonly signInText: string
}

/** What init writes to say who is signed in, in a process that is not development. */
async function userModule(files: Readonly<Record<string, string>>, edit = (text: string): string => text) {
  const folder = makeProject([], files, { type: 'module' })
  const plan = planInit(readProject(folder), 'pglite', new Date())
  writeChanges(folder, plan.changes)
  const file = join(folder, plan.userFile)
  writeFileSync(file, edit(readFileSync(file, 'utf8')))
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as UserModule
}

test.each([
  ['milepost/user.js', {}],
  ['src/milepost/user.js', { 'src/index.js': '' }],
])('until somebody says who is signed in, the log and the page name the file for that: %s', async (path, files) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const user = await userModule(files)
  expect(await user.userIdOf(new Headers())).toBeNull()
  const hint = `Nobody is signed in until ${path} says who.`
  expect([warn.mock.lastCall, user.signInText]).toEqual([[hint], `Sign in to see your badges. (${hint})`])
  warn.mockRestore()
})

test('with a lookup of your own, the page says only to sign in', async () => {
  const user = await userModule({}, text => text.replace('return nobodyYet();', 'return headers.get("x-user");'))
  expect(await user.userIdOf(new Headers({ 'x-user': 'ann' }))).toBe('ann')
  expect([await user.userIdOf(new Headers()), user.signInText]).toEqual([null, 'Sign in to see your badges.'])
})
