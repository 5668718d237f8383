import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import type { run } from '../../src/cli/run.js'
import { workerFlags } from '../support/worker-program.js'
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
  const child = spawn(process.execPath, [...workerFlags, program, ...args], { cwd: folder, env: environment(env) })
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

/** Runs the program to its end, in a process of its own. */
export function runProgram(
  installed: InstalledPackage,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Run> {
  return start(installed, args, env).ended
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Runs the installed program to its end in this process, where reading its modules takes its second only once. Expects that it
 * leaves no connection open, for which a process of its own would never end. One run at a time: each has the project's folder as
 * the current one.
 */
export function runHere(
  installed: InstalledPackage,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const running = last.then(() => inFolder(installed.folder, () => runOnce(installed, args, environment(env))))
  last = running.catch(() => {})
  return running
}

async function runOnce({ program }: InstalledPackage, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  const module = pathToFileURL(join(realpathSync(dirname(program)), 'run.js')).href
  const installed = (await import(/* @vite-ignore */ module)) as { run: typeof run }
  const [stdin, stdout, stderr] = [new PassThrough(), listener(), listener()]
  stdin.end()
  const before = openConnections()
  const exit = (code: number): never => {
    throw new TypeError(`It ended the process with ${code}.`)
  }
  const nowMs = (): number => performance.now()
  const code = await installed.run({ argv, env, stdin, stdout: stdout.stream, stderr: stderr.stream, nowMs, exit })
  await expect.poll(openConnections, { message: `left open by milepost ${argv.join(' ')}` }).toBeLessThanOrEqual(before)
  return { code, stdout: stdout.heard(), stderr: stderr.heard() }
}

function openConnections(): number {
  return process.getActiveResourcesInfo().filter(name => /^(TCP|Pipe|TLS|Process)/.test(name)).length
}

function listener(): { readonly stream: PassThrough; readonly heard: () => string } {
  let text = ''
  const stream = new PassThrough({ encoding: 'utf8' }).on('data', piece => {
    text += piece
  })
  return { stream, heard: () => text + (stream.read() ?? '') }
}

async function inFolder<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const before = process.cwd()
  process.chdir(folder)
  try {
    return await work()
  } finally {
    process.chdir(before)
  }
}

function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { DATABASE_URL, NO_COLOR, FORCE_COLOR, ...rest } = process.env
  return { ...rest, ...env }
}
