import { MilepostError } from '../../core/values/errors.js'
import { keysOf, readKnown } from '../../core/values/known-keys.js'
import type { EmbeddedDatabase, EmbeddedDatabaseOptions } from './embedded-database.js'

/**
 * Opens a Postgres inside this process: in `folder` (created if missing, with its parents), otherwise in memory.
 *
 * Only one process at a time can open a folder. The lock `<folder>.lock` is next to it, and is released automatically
 * when its process dies. Acknowledged writes in a folder are on disk. Long statements block the event loop, there is no
 * `statement_timeout`, and VACUUM runs while the database is used and when it is closed.
 *
 * Takes 1 to 2 s (half of that if the folder already has a database; about 5 s and 700 MB once per user and PGlite
 * version). Adds 100 to 130 MB to the process, 200 MB with a new folder, and in memory 200 MB plus the stored data.
 *
 * @throws MilepostError `DATABASE_IN_USE` if another process, or this one, has the folder open
 * @throws MilepostError `INPUT_INVALID` if the folder contains other files
 * @throws MilepostError `DATABASE_FAILED` if the database in the folder does not start (the message includes what
 * Postgres said), or if a new database cannot be written there
 * @throws MilepostError `DRIVER_MISSING` if `@electric-sql/pglite` is not installed
 * @example
 * const { db, close } = await openPglite('.milepost')
 */
export async function openPglite(folder?: string, options: EmbeddedDatabaseOptions = {}): Promise<EmbeddedDatabase> {
  const known = readKnown('openPglite', options, knownOptions)
  const { openEmbedded } = await import('./embedded-database.js').catch(error => {
    throw isPgliteMissing(error) ? pgliteMissing(error) : error
  })
  return openEmbedded(folder, known)
}

const knownOptions = keysOf<EmbeddedDatabaseOptions>({ upkeepIntervalMs: true })

// Node reports it differently for `import` and for the `require` that bundlers make of it.
function isPgliteMissing(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes("'@electric-sql/pglite'")
}

function pgliteMissing(cause: unknown): MilepostError {
  const message = 'The embedded database is not installed. Run `npm install @electric-sql/pglite`.'
  return new MilepostError('DRIVER_MISSING', message, { cause, details: { package: '@electric-sql/pglite' } })
}
