import { PGlite } from '@electric-sql/pglite'
import { MilepostError } from '../../core/values/errors.js'
import { guardAgainstAborts } from './abort-guard.js'
import { needsDatabase, resolveFolder } from './database-folder.js'
import { type FolderLock, lockFolder } from './folder-lock.js'
import { keepStatements } from './kept-statements.js'
import { syncedFolder } from './synced-folder.js'
import { emptyDatabase } from './template.js'
import { unpackIntoFolder, unpackIntoMemory } from './unpack.js'
import { keepUp, type Upkeep, warnOfUpkeep } from './upkeep.js'

/** An open embedded database. */
export type EmbeddedDatabase = {
  /**
   * The PGlite itself, which `migrate`, `createMilestoneService` and Drizzle's `drizzle({ client: db })` take. Inside a
   * transaction use only `tx`; `db` would wait forever.
   */
  readonly db: PGlite
  /**
   * Frees dead rows and updates the planner's statistics of every table that changed. Blocks the event loop meanwhile.
   */
  readonly vacuum: () => Promise<void>
  /**
   * Waits for running calls, vacuums, writes everything to disk and releases the folder. `db.close()` does the same.
   */
  readonly close: () => Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Options of `openPglite`. */
export type EmbeddedDatabaseOptions = {
  /** How long to wait between two checks for tables to vacuum, while the database is used. Default: 10,000. */
  readonly upkeepIntervalMs?: number
}

const settings = [
  'shared_buffers=16MB',
  'maintenance_work_mem=16MB',
  'min_wal_size=32MB',
  'max_wal_size=64MB',
  // With this limit, most statements that recurse too deeply fail with an SQL error before they overflow the JavaScript
  // stack.
  'max_stack_depth=200kB',
  'wal_sync_method=fsync',
  // Its timer starts with each recovery, never ends on PGlite, and would keep the process alive.
  'log_startup_progress_interval=0',
]

/** Opens a database with PGlite. Importing this file loads PGlite. */
export async function openEmbedded(
  folder: string | undefined,
  options: EmbeddedDatabaseOptions,
): Promise<EmbeddedDatabase> {
  if (folder === undefined) return wire(await startInMemory(), options)
  const path = await resolveFolder(folder)
  const lock = await lockFolder(path)
  try {
    return wire(await startInFolder(path), options, lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function startInMemory(): Promise<PGlite> {
  return PGlite.create({ startParams: startParams(), fs: unpackIntoMemory(await emptyDatabase(startParams())) })
}

async function startInFolder(folder: string): Promise<PGlite> {
  const isNew = await needsDatabase(folder)
  if (isNew) await writeNew(folder)
  const { files, startSyncing } = syncedFolder(folder, { isNew })
  // `-F` turns fsync off, which is only right in memory.
  const params = startParams().filter(param => param !== '-F')
  let said: readonly string[] = []
  const onStderr = (line: string) => {
    said = [...said.slice(-4), line]
    return true
  }
  try {
    const client = await PGlite.create({ fs: files, startParams: params, onStderr })
    if (isNew) await startSyncing()
    return client
  } catch (cause) {
    const message = `The database in ${folder} does not start. Postgres said: ${said.join(' | ')}`
    throw new MilepostError('DATABASE_FAILED', message, { details: { folder }, cause })
  }
}

async function writeNew(folder: string): Promise<void> {
  const entries = await emptyDatabase(startParams())
  try {
    unpackIntoFolder(entries, folder)
  } catch (cause) {
    const message = `The new database cannot be written to ${folder}: ${(cause as Error).message}. Free what is in the way, then open it again.`
    throw new MilepostError('DATABASE_FAILED', message, { details: { folder }, cause })
  }
}

function startParams(): string[] {
  return [...PGlite.defaultStartParams, ...settings.flatMap(setting => ['-c', setting])]
}

function wire(
  client: PGlite,
  { upkeepIntervalMs = 10_000 }: EmbeddedDatabaseOptions,
  lock?: FolderLock,
): EmbeddedDatabase {
  const upkeep = keepUp(client, upkeepIntervalMs)
  keepStatements(client)
  const guard = guardAgainstAborts(client, upkeep.noticeUse)
  const shutDown = client.close.bind(client)
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= closeAll().finally(() => lock?.release())
    return closing
  }
  const closeAll = async () => {
    await upkeep.stop()
    // A crashed Postgres would write its broken memory to disk. Its folder recovers from the log instead.
    if (guard.fault() !== undefined) return client.fs?.closeFs().catch(() => undefined)
    if (lock !== undefined) await vacuumAtClose(upkeep)
    await shutDown()
  }
  client.close = close
  return {
    db: client,
    vacuum: () => upkeep.vacuum({ rows: 1, share: 0 }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/**
 * Uses a lower threshold than a round in between. The counts do not outlive the process, so short-lived processes would
 * otherwise never vacuum.
 */
async function vacuumAtClose(upkeep: Upkeep): Promise<void> {
  await upkeep.vacuum({ rows: 1000, share: 0 }).catch(warnOfUpkeep)
}
