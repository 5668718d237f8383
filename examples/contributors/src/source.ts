import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Commit } from './commit.js'
import { countCommits, findRepository, readCommits } from './git.js'
import { readShippedLog, shippedLogLength, shippedLogName } from './shipped-log.js'

/** A history to read. */
export type Source = {
  readonly status: 'ready'
  /** What it is the history of. */
  readonly name: string
  /** The folder name of its database: each history has its own leaderboard. */
  readonly storeName: string
  readonly commitCount: number
  /** Reads it from its beginning. */
  readonly readCommits: () => AsyncGenerator<Commit>
  /** Why this history and not the one that was to be expected. */
  readonly note?: string
}

/** What was asked for and cannot be read, in a sentence. */
export type NoSource = { readonly status: 'none'; readonly message: string }

export type Wish = {
  /** The repository that a person named. */
  readonly path?: string | undefined
  readonly isSample: boolean
  /** Where to look when no repository was named. */
  readonly here: string
}

/** Chooses what to read: what was named or nothing; else the history we stand in; where there is none, the shipped log. */
export async function chooseSource({ path, isSample, here }: Wish): Promise<Source | NoSource> {
  if (isSample) return shippedSource()
  if (path !== undefined) return namedSource(path)
  const found = await findRepository(here)
  if (found.status !== 'found')
    return shippedSource(`No history here (${found.reason}), so here is one that ships with the example.`)
  const source = await repositorySource(found.repository)
  return source.commitCount > 0
    ? source
    : shippedSource('No commits here yet, so here is one that ships with the example.')
}

async function namedSource(path: string): Promise<Source | NoSource> {
  const entry = await stat(path).catch(() => undefined)
  if (!entry) return { status: 'none', message: `There is nothing at ${path}. Give the folder of a git repository.` }
  if (!entry.isDirectory())
    return { status: 'none', message: `${path} is not a folder. Give that of a git repository.` }
  const found = await findRepository(path)
  if (found.status === 'found') return repositorySource(found.repository)
  return { status: 'none', message: `Cannot read ${path}: ${found.reason}.` }
}

type Repository = Parameters<typeof countCommits>[0]

async function repositorySource(repository: Repository): Promise<Source> {
  const { name, gitFolder } = repository
  const commitCount = await countCommits(repository)
  return {
    status: 'ready',
    name,
    storeName: `${basename(name).replaceAll(/[^\w.-]/g, '_')}-${shortHash(gitFolder)}`,
    commitCount,
    readCommits: () => (commitCount === 0 ? noCommits() : readCommits(repository)),
  }
}

// git calls it an error to show the log of a repository that has none.
async function* noCommits(): AsyncGenerator<Commit> {}

function shippedSource(note?: string): Source {
  return {
    status: 'ready',
    name: shippedLogName,
    storeName: 'sample',
    commitCount: shippedLogLength,
    readCommits: readShippedLog,
    ...(note && { note }),
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
