import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A file to write or to add to. `there`: it is as it should be, or belongs to the project, and is left alone. */
export type Change = {
  readonly path: string
  readonly status: 'new' | 'changed' | 'there'
  /** Empty for a new file. */
  readonly before: string
  readonly after: string
}

/** Plans a new file. A file that exists is left alone. */
export function newFile(folder: string, path: string, text: string): Change {
  const file = join(folder, path)
  if (!existsSync(file)) return { path, status: 'new', before: '', after: text }
  const before = readFileSync(file, 'utf8')
  return { path, status: 'there', before, after: before }
}

/** Plans additions to a file that exists. `edit` returns the text unchanged if everything is there already. */
export function changedFile(folder: string, path: string, edit: (before: string) => string): Change {
  const before = readFileSync(join(folder, path), 'utf8')
  const after = edit(before)
  return { path, status: after === before ? 'there' : 'changed', before, after }
}

/** Writes what was planned. Files that exist are only added to. */
export function writeChanges(folder: string, changes: readonly Change[]): void {
  for (const { path, status, after } of changes) {
    if (status === 'there') continue
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, after, { flag: status === 'new' ? 'wx' : 'w' })
  }
}
