import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename, dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Commit } from './commit.js'
import { gitLogArguments, parseGitLog } from './git-log.js'

/** A repository that can be read. */
export type Repository = {
  /** Its folder's name, for a person to read. */
  readonly name: string
  /** Where git keeps it: the same for all of its work trees. */
  readonly gitFolder: string
}

/** What was looked for and is not there, with git's own words. */
export type NoRepository = { readonly status: 'no-git' | 'no-repository'; readonly reason: string }

export type FoundRepository = { readonly status: 'found'; readonly repository: Repository }

/** Finds the repository that a folder lies in. */
export async function findRepository(folder: string): Promise<FoundRepository | NoRepository> {
  const answer = await ask(['-C', folder, 'rev-parse', '--git-common-dir'])
  if ('isMissing' in answer) return { status: 'no-git', reason: 'git is not installed' }
  if (answer.code !== 0) return { status: 'no-repository', reason: answer.complaint }
  const gitFolder = resolve(folder, answer.output)
  const isInWorkTree = basename(gitFolder) === '.git'
  const name = basename(isInWorkTree ? dirname(gitFolder) : gitFolder, '.git')
  return { status: 'found', repository: { name, gitFolder } }
}

/** Counts the commits that `HEAD` leads to: 0 in a repository without commits. */
export async function countCommits({ gitFolder }: Repository): Promise<number> {
  const head = await ask(['--git-dir', gitFolder, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if ('code' in head && head.code !== 0 && head.complaint === '') return 0
  const count = await ask(['--git-dir', gitFolder, 'rev-list', '--count', 'HEAD'])
  if ('isMissing' in count || count.code !== 0) throw new Error(`git cannot read ${gitFolder}: ${complaintOf(count)}`)
  return Number(count.output)
}

/** Reads the commits that `HEAD` leads to, parents before children, without holding the history in memory. */
export async function* readCommits({ gitFolder }: Repository): AsyncGenerator<Commit> {
  const git = spawn('git', ['--git-dir', gitFolder, ...gitLogArguments], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(git, 'close')
  let complaint = ''
  git.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000)
  })
  try {
    yield* parseGitLog(git.stdout.setEncoding('utf8'))
    const [code] = await ended
    if (code !== 0) throw new Error(`git log of ${gitFolder} failed: ${complaint.trim()}`)
  } finally {
    git.kill()
  }
}

type Answer = { readonly code: number; readonly output: string; readonly complaint: string }

async function ask(args: readonly string[]): Promise<Answer | { readonly isMissing: true }> {
  try {
    const { stdout } = await promisify(execFile)('git', args, { env: environment() })
    return { code: 0, output: stdout.trim(), complaint: '' }
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string }
    if (code === 'ENOENT') return { isMissing: true }
    if (typeof code !== 'number') throw error
    return { code, output: '', complaint: firstLine(stderr ?? '') }
  }
}

function complaintOf(answer: Answer | { readonly isMissing: true }): string {
  return 'isMissing' in answer ? 'git is not installed' : answer.complaint
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/^fatal: /, '').replace(/ \(or any .*$/, '')
}

// Set where we are started by a hook of another repository; it would be read instead of the one asked for.
function environment(): NodeJS.ProcessEnv {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...rest } = process.env
  return { ...rest, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' }
}
