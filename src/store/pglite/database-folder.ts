import { chmod, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { MilepostError } from '../../core/values/errors.js'

const partOfDatabase =
  /^(base|global|pg_\w+(\.conf)?|PG_VERSION|postgresql(\.auto)?\.conf|postmaster\.\w+|current_logfiles|\..*)$/

/**
 * Creates the folder if it is missing and returns its real path, so that two spellings of a folder are recognised as
 * one.
 * @throws MilepostError `INPUT_INVALID` for an address such as `memory://`
 */
export async function resolveFolder(folder: string): Promise<string> {
  if (folder.trim() === '' || /^[a-z][a-z-]+:\/\//i.test(folder))
    throw invalid(`"${folder}" is not a folder. Give a path, or nothing for a database in memory.`, folder)
  const path = resolve(folder)
  await mkdir(dirname(path), { recursive: true })
  // PGlite's files are readable and writable for everyone, so the folder must keep others out.
  await mkdir(path, { mode: 0o700 }).catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  return realpath(path)
}

/**
 * Checks whether the (locked) folder still needs a database, also if a process died while creating it.
 * @throws MilepostError `INPUT_INVALID` if the folder contains anything else: we never write among, or over, other
 * files
 */
export async function needsDatabase(folder: string): Promise<boolean> {
  const entries = await readdir(folder)
  const foreign = entries.find(entry => !partOfDatabase.test(entry))
  const version = join(folder, 'PG_VERSION')
  // The template writes this file last, so all others exist if it does. An empty file was cut off by a kill.
  if (entries.includes('PG_VERSION') && (await stat(version)).size > 0) return false
  if (foreign !== undefined)
    throw invalid(`${folder} contains other files (${foreign}) and no database. Use a new or empty folder.`, folder)
  await rm(version, { force: true })
  await chmod(folder, 0o700).catch(error => {
    // A mounted volume may belong to another user, who has set its permissions.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  })
  return true
}

function invalid(message: string, folder: string): MilepostError {
  return new MilepostError('INPUT_INVALID', message, { details: { field: 'folder', folder } })
}
