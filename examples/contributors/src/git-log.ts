import { type Area, areaOf } from './area.js'
import { type Commit, printableName, userIdFrom } from './commit.js'

const fields = ['%H', '%P', '%aI', '%cI', '%aE', '%aN', '%s']

/**
 * Makes git write what `parseGitLog` reads, whatever the user's own settings say. With `-z` paths come as they are:
 * without quotes, and a rename as two paths. Merges come without changes.
 */
export const gitLogArguments: readonly string[] = [
  ...['-c', 'log.showRoot=true', '-c', 'diff.relative=false'],
  ...['log', '--reverse', '-z', '--numstat', '--find-renames', '--encoding=UTF-8'],
  ...['--no-ext-diff', '--no-textconv', '--no-show-signature', '--no-color', '--no-notes'],
  `--format=tformat:commit%x1f${fields.join('%x1f')}`,
]

type Draft = Omit<Commit, 'areas'> & {
  fileCount: number
  insertionCount: number
  deletionCount: number
  readonly areas: Set<Area>
}

/** Reads commits from the output of `git log`, one at a time. @throws TypeError when it is another command's output */
export async function* parseGitLog(chunks: AsyncIterable<string>): AsyncGenerator<Commit> {
  let draft: Draft | undefined
  let duePathCount = 0
  for await (const part of partsOf(chunks)) {
    if (duePathCount > 0) {
      duePathCount -= 1
      if (duePathCount === 0) draft?.areas.add(areaOf(part))
    } else if (part.startsWith('commit\u001f')) {
      if (draft) yield draft
      draft = draftFrom(part)
    } else if (draft) {
      // Of a rename the old path and the new one follow; of a file that stays, nothing does.
      if (addChange(draft, part) === 'renamed') duePathCount = 2
    } else {
      throw new TypeError(`git log wrote what this program cannot read: ${JSON.stringify(part.slice(0, 80))}`)
    }
  }
  if (draft) yield draft
}

async function* partsOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\0')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}

function draftFrom(header: string): Draft {
  const [, hash = '', parents = '', authoredAt = '', committedAt = '', address = '', name = '', subject = ''] =
    header.split('\u001f')
  return {
    hash,
    userId: userIdFrom(address || name || 'nobody'),
    name: printableName(name),
    authoredAt,
    committedAt,
    parentCount: parents === '' ? 0 : parents.split(' ').length,
    fileCount: 0,
    insertionCount: 0,
    deletionCount: 0,
    areas: new Set(),
    subjectLength: subject.length,
  }
}

// A line feed stands before a commit's first change; a binary file has dashes for numbers.
const change = /^\n?(\d+|-)\t(\d+|-)\t(.*)$/s

function addChange(draft: Draft, part: string): 'changed' | 'renamed' {
  const match = change.exec(part)
  if (!match) throw new TypeError(`git log wrote what this program cannot read: ${JSON.stringify(part.slice(0, 80))}`)
  const [, insertions = '', deletions = '', path = ''] = match
  draft.fileCount += 1
  draft.insertionCount += lineCount(insertions)
  draft.deletionCount += lineCount(deletions)
  if (path === '') return 'renamed'
  draft.areas.add(areaOf(path))
  return 'changed'
}

function lineCount(text: string): number {
  return text === '-' ? 0 : Number(text)
}
