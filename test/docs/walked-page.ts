import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import type { InstalledPackage } from '../cli/installed-package.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href

/** What a reader does: saves a file, whose block begins with its name, or runs a command of a block that shows it after `$ `. */
export type PageStep =
  | { readonly type: 'save'; readonly path: string; readonly text: string }
  | { readonly type: 'run'; readonly command: string; readonly output: string }

/** Reads the steps of a page of the docs, in their order. */
export function stepsOf(page: string): readonly PageStep[] {
  const markdown = readFileSync(join(root, page), 'utf8')
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```/gms)].flatMap(([, language, text]) =>
    language === 'sh' ? runs(text!) : saves(text!),
  )
}

/** Does what a page says, in a project that has the package, and holds what commands print against what the page shows. */
export async function walk(
  steps: readonly PageStep[],
  installed: InstalledPackage,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  writeFileSync(join(installed.folder, 'package.json'), '{ "type": "module" }')
  for (const step of steps) {
    if (step.type === 'save') save(installed, step)
    else expect(await run(installed, step.command, env), step.command).toContain(step.output.replace(/…\n$/, ''))
  }
}

/** Runs a program of the project, or the command, as `npx` would. */
export async function run(
  { folder, program }: InstalledPackage,
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const [npx, name, ...args] = command.split(' ')
  if (npx !== 'npx' || (name !== 'tsx' && name !== 'milepost'))
    throw new TypeError(`Nobody knows how to run ${command}`)
  const started = name === 'tsx' ? ['--import', tsx, ...args] : [program, ...args]
  const { stdout } = await promisify(execFile)(process.execPath, ['--liftoff-only', ...started], {
    cwd: folder,
    env: { ...process.env, ...env },
  })
  return stdout
}

function save({ folder }: InstalledPackage, { path, text }: PageStep & { readonly type: 'save' }): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function saves(text: string): PageStep[] {
  const [, path, rest] = /^(?:\/\/|\/\*|<!--) ([\w./[\]-]+\.\w+)(?: \*\/| -->)?\n(.*)$/s.exec(text) ?? []
  return path === undefined ? [] : [{ type: 'save', path, text: rest! }]
}

function runs(text: string): PageStep[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map(part => {
      const end = part.indexOf('\n')
      return { type: 'run', command: part.slice(0, end), output: part.slice(end + 1).replace(/\n\n$/, '\n') }
    })
}
