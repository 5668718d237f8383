import { existsSync } from 'node:fs'
import type { Database } from '../store/database.js'
import type { DatabaseAddress } from './database-address.js'
import { failure } from './failure.js'

/** An open database, and how to close it once calls under way are done. */
export type OpenDatabase = { readonly db: Database; readonly close: () => Promise<void> }

/** Loads a driver, and with it opens a database. */
type Opener = (address: string) => Promise<OpenDatabase>

/**
 * Opens a database. A folder is made only where `mayCreate` says so: a mistyped one is not to become an empty database.
 * @throws DRIVER_MISSING, DATABASE_MISSING, DATABASE_IN_USE, DATABASE_FAILED
 */
export async function openDatabase(
  address: DatabaseAddress,
  { mayCreate }: { readonly mayCreate: boolean },
): Promise<OpenDatabase> {
  if (address.type === 'server') return openServer(address.url)
  const { folder } = address
  if (!mayCreate && !existsSync(folder)) {
    throw failure('DATABASE_MISSING', `There is no database at ${folder}.`, missingHint)
  }
  const opened = await withPackage('@electric-sql/pglite', openEmbedded, folder)
  if (opened) return opened
  throw failure('DRIVER_MISSING', `${folder} is a folder, and the embedded database is not installed.`, embeddedHint)
}

const missingHint = 'Run `milepost migrate` to make one, or give --database or DATABASE_URL.'
const embeddedHint =
  'Run `npm install @electric-sql/pglite`, or give the address of a Postgres: --database postgres://user@host/database'

async function openServer(url: string): Promise<OpenDatabase> {
  const opened = (await withPackage('pg', openWithPg, url)) ?? (await withPackage('postgres', openWithPostgresJs, url))
  if (opened) return opened
  const hint = 'Run `npm install pg` or `npm install postgres` where milepost is installed.'
  throw failure('DRIVER_MISSING', 'No driver for Postgres is installed.', hint)
}

async function withPackage(name: string, open: Opener, address: string): Promise<OpenDatabase | undefined> {
  try {
    return await open(address)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`)) return undefined
    throw error
  }
}

async function openWithPg(url: string): Promise<OpenDatabase> {
  const { default: pg } = await import('pg')
  const { drizzle } = await import('drizzle-orm/node-postgres')
  const pool = new pg.Pool({ connectionString: url, max: 4, application_name: 'milepost' })
  // Unheard, an idle connection that the server closes would end the process.
  pool.on('error', () => {})
  return { db: drizzle(pool), close: () => pool.end() }
}

async function openWithPostgresJs(url: string): Promise<OpenDatabase> {
  const { default: postgres } = await import('postgres')
  const { drizzle } = await import('drizzle-orm/postgres-js')
  const client = postgres(url, { max: 4, onnotice: () => {}, connection: { application_name: 'milepost' } })
  return { db: drizzle(client), close: () => client.end({ timeout: 60 }) }
}

async function openEmbedded(folder: string): Promise<OpenDatabase> {
  const { openPglite } = await import('../store/pglite/open-pglite.js')
  return openPglite(folder)
}
