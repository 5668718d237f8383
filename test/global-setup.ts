import { randomUUID } from 'node:crypto'
import { basename, dirname } from 'node:path'
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
  }
}

const oldestSupported = '15'
// What these servers hold goes with the run: nothing has to outlive a loss of power.
const settings = { fsync: false, full_page_writes: false }

/** Gives the run a real Postgres: the one of `DATABASE_URL` where the user has one, else one of its own. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
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
