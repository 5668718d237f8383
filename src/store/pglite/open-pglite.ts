import { MilepostError } from '../../core/values/errors.js'
import { keysOf, readKnown } from '../../core/values/known-keys.js'
import type { EmbeddedDatabase, EmbeddedDatabaseOptions } from './embedded-database.js'

/**
 * Opens a Postgres inside this process: in `folder` (made if missing, its parents too), else in memory.
 *
 * A folder belongs to one process at a time; the lock `<folder>.lock` stands beside it and frees itself when its process
 * dies. What is acknowledged in a folder is on the disk. Long statements block the event loop, there is no
 * `statement_timeout`, and VACUUM runs while the database is used and when it is closed.
 *
 * Takes 1 to 2 s (half that where the folder has its database; some 5 s and 700 MB once per user and PGlite version) and
 * adds 100 to 130 MB to the process, 200 with a new folder, and 200 and what is stored in memory.
 *
 * @throws MilepostError `DATABASE_IN_USE` when another process, or this one, has the folder open
 * @throws MilepostError `INPUT_INVALID` when the folder holds other files
 * @throws MilepostError `DATABASE_FAILED` when what is in the folder does not start (the message says what Postgres said), or a new
 *   database cannot be written there
 * @throws MilepostError `DRIVER_MISSING` when `@electric-sql/pglite` is not installed
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

// Node says it in its own words for `import` and for the `require` that bundles make of it.
function isPgliteMissing(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes("'@electric-sql/pglite'")
}

function pgliteMissing(cause: unknown): MilepostError {
  const message = 'The embedded database is not installed. Run `npm install @electric-sql/pglite`.'
  return new MilepostError('DRIVER_MISSING', message, { cause, details: { package: '@electric-sql/pglite' } })
}
