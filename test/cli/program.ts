import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { InstalledPackage } from './installed-package.js'

/** What a run of the program came to. */
export type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** A program that is running. `said`: waits until it has written this to stderr. */
export type Running = {
  readonly child: ChildProcess
  readonly ended: Promise<Run>
  readonly said: (text: string) => Promise<void>
}

/** Starts the program without a terminal, in the project's folder. */
export function start(
  { folder, program }: InstalledPackage,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Running {
  const { DATABASE_URL, NO_COLOR, FORCE_COLOR, ...rest } = process.env
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: { ...rest, ...env } })
  const heard = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', text => {
    heard.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    heard.stderr += text
  })
  child.stdin.end()
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...heard }))
  const said = async (text: string): Promise<void> => {
    while (!heard.stderr.includes(text)) await once(child.stderr, 'data')
  }
  return { child, ended, said }
}

/** Runs the program to its end. */
export function runProgram(
  installed: InstalledPackage,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Run> {
  return start(installed, args, env).ended
}
