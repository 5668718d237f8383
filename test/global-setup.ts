import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { administer } from './support/postgres-database.js'
import { installedPostgres, startPostgres } from './support/postgres-server.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A database on the run's real Postgres, to create others from. */
    postgresUrl: string
    /** The same on the oldest Postgres that Milepost supports; null where it is not installed. */
    oldestPostgresUrl: string | null
    /** The name of the database with Milepost's tables that others are copied from, on each server that needs one. */
    migratedTemplate: string
    /** A folder that goes with the run, for what is made once in it. */
    runFolder: string
  }
}

const oldestSupported = '15'
// What these servers hold goes with the run: nothing has to outlive a loss of power.
const settings = { fsync: false, full_page_writes: false }

/** Gives the run a folder and a real Postgres, and takes both away at its end. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const runFolder = mkdtempSync(join(tmpdir(), 'milepost-run-'))
  provide('runFolder', runFolder)
  const endPostgres = await providePostgres(provide)
  if (!process.env.MILEPOST_CITUS_URL) console.log('MILEPOST_CITUS_URL is not set: nothing runs on a Citus cluster.')
  return async () => {
    await endPostgres()
    rmSync(runFolder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Provides the Postgres of `DATABASE_URL` where the user has one, else one of its own. */
async function providePostgres(provide: TestProject['provide']): Promise<() => Promise<void>> {
  const template = `milepost_template_${randomUUID().replaceAll('-', '')}`
  provide('migratedTemplate', template)
  const url = process.env.DATABASE_URL
  if (url) {
    await requireReachable(url)
    provide('postgresUrl', url)
    provide('oldestPostgresUrl', null)
    return () => administer(url, `DROP DATABASE IF EXISTS ${template}`)
  }
  const binDir = installedPostgres().find(folder => basename(dirname(folder)) === oldestSupported)
  const [current, oldest] = await Promise.all([
    startPostgres({ settings }),
    binDir ? startPostgres({ settings, binDir }) : null,
  ])
  provide('postgresUrl', current.url('postgres'))
  provide('oldestPostgresUrl', oldest?.url('postgres') ?? null)
  return async () => {
    await Promise.all([current.stop(), oldest?.stop()])
  }
}

async function requireReachable(url: string): Promise<void> {
  try {
    await administer(url, 'SELECT 1')
  } catch (cause) {
    throw new Error('The Postgres of DATABASE_URL does not answer. Unset it, and the tests bring their own.', { cause })
  }
}
