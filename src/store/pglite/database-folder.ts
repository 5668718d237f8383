import { chmod, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { MilepostError } from '../../core/values/errors.js'

const partOfDatabase =
  /^(base|global|pg_\w+(\.conf)?|PG_VERSION|postgresql(\.auto)?\.conf|postmaster\.\w+|current_logfiles|\..*)$/

/**
 * Makes the folder where it is missing and returns its one true path, so that two spellings of a folder meet.
 * @throws MilepostError `INPUT_INVALID` for an address such as `memory://`
 */
export async function resolveFolder(folder: string): Promise<string> {
  if (folder.trim() === '' || /^[a-z][a-z-]+:\/\//i.test(folder))
    throw invalid(`"${folder}" is not a folder. Give a path, or nothing for a database in memory.`, folder)
  const path = resolve(folder)
  await mkdir(dirname(path), { recursive: true })
  // PGlite writes files that everybody may read and write; the folder keeps others out.
  await mkdir(path, { mode: 0o700 }).catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  return realpath(path)
}

/**
 * Tells whether the (locked) folder still needs its database, also where a process died while it made one.
 * @throws MilepostError `INPUT_INVALID` where it holds anything else: nothing is ever put among, or over, foreign files
 */
export async function needsDatabase(folder: string): Promise<boolean> {
  const entries = await readdir(folder)
  const foreign = entries.find(entry => !partOfDatabase.test(entry))
  const version = join(folder, 'PG_VERSION')
  // The template writes this file last: whoever has it has them all. An empty one was cut off by a kill.
  if (entries.includes('PG_VERSION') && (await stat(version)).size > 0) return false
  if (foreign !== undefined)
    throw invalid(`${folder} contains other files (${foreign}) and no database. Use a new or empty folder.`, folder)
  await rm(version, { force: true })
  await chmod(folder, 0o700).catch(error => {
    // A mounted volume may belong to another user, who has set its rights.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  })
  return true
}

function invalid(message: string, folder: string): MilepostError {
  return new MilepostError('INPUT_INVALID', message, { details: { field: 'folder', folder } })
}
