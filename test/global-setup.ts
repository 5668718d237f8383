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
  }
}

const oldestSupported = '15'

/** Gives the run a real Postgres: the one of `DATABASE_URL` where the user has one, else one of its own. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const url = process.env.DATABASE_URL
  if (url) {
    await requireReachable(url)
    provide('postgresUrl', url)
    provide('oldestPostgresUrl', null)
    return async () => {}
  }
  const binDir = installedPostgres().find(folder => basename(dirname(folder)) === oldestSupported)
  const [current, oldest] = await Promise.all([startPostgres(), binDir ? startPostgres({ binDir }) : null])
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
