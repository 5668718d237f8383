import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Area, areas } from './area.js'
import type { Commit } from './commit.js'

/** What the shipped log is about. */
export const shippedLogName = 'fontconfig'

/** How many commits it has. */
export const shippedLogLength = 2199

const path = fileURLToPath(new URL('../data/commits.tsv', import.meta.url))

/** Reads the log of real commits that ships with the example, oldest first. See the README for its origin. */
export async function* readShippedLog(): AsyncGenerator<Commit> {
  let isHeading = true
  for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    if (!isHeading && line !== '') yield commitFrom(line)
    isHeading = false
  }
}

function commitFrom(line: string): Commit {
  const [hash = '', userId = '', name = '', at = '', parents, files, insertions, deletions, touched = '', subject] =
    line.split('\t')
  return {
    hash,
    userId,
    name,
    authoredAt: at,
    committedAt: at,
    parentCount: Number(parents),
    fileCount: Number(files),
    insertionCount: Number(insertions),
    deletionCount: Number(deletions),
    areas: new Set(touched.split(',').filter(isArea)),
    subjectLength: Number(subject),
  }
}

function isArea(text: string): text is Area {
  return areas.some(area => area === text)
}
