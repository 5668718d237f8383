import { drizzle } from 'drizzle-orm/node-postgres'
import { createMilestoneService, type MilestoneService, migrate } from 'milepost'
import pg from 'pg'
import type { PostgresServer } from '../test/support/postgres-server.js'
import type { Turns } from './alternation.js'
import { type CatalogSpec, catalogOf } from './catalogs.js'
import { type UserRange, userIdsOf } from './load.js'
import { openPool } from './pool.js'

/** Where figures are measured: a Postgres of the bench's own, and how long a measurement may take. */
export type Lab = {
  readonly server: PostgresServer
  readonly isQuick: boolean
  /** Says what is being done. */
  readonly tell: (text: string) => void
}

/** How long sides of a comparison run by turns. */
export function turnsOf({ isQuick, tell }: Lab): Turns {
  const onRound = (done: number, total: number): void => tell(`round ${done + 1} of at most ${total}`)
  if (isQuick) return { warmUpCount: 1, roundCount: 9, budgetMs: 4_000, onRound }
  return { warmUpCount: 2, roundCount: 20, budgetMs: 45_000, onRound }
}

/** A fresh database with Milepost's tables. */
export type Site = { readonly url: string; readonly pool: pg.Pool }

let siteCount = 0

/** Works in a fresh database and drops it afterwards. `schemas`: where Milepost's tables are made. */
export async function withSite<Result>(
  lab: Lab,
  work: (site: Site) => Promise<Result>,
  schemas: readonly string[] = ['milepost'],
): Promise<Result> {
  siteCount += 1
  const name = `bench_${siteCount}`
  await administer(lab, `create database ${name}`)
  const url = lab.server.url(name)
  const pool = openPool(url)
  try {
    for (const schema of schemas) await migrate(drizzle(pool), { schema })
    return await work({ url, pool })
  } finally {
    await pool.end()
    await administer(lab, `drop database ${name} with (force)`)
  }
}

async function administer(lab: Lab, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: lab.server.url('postgres') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Makes a service of this process on a site. */
export function serviceOn({ pool }: Site, catalog: CatalogSpec): MilestoneService {
  return createMilestoneService({ db: drizzle(pool), catalog: catalogOf(catalog) })
}

/** When the history of users begins. */
export const historyStart = '2024-01-01T00:00:00Z'

/** Stores so many completions for each user, as a host would insert them by itself, a minute apart. */
export async function insertHistory(
  { pool }: Site,
  {
    users,
    rowCount,
    schema = 'milepost',
  }: { readonly users: UserRange; readonly rowCount: number; readonly schema?: string },
): Promise<void> {
  await pool.query(
    `insert into ${schema}.user_progress (user_id, category, item_key, metadata, completed_at)
      select user_id, 'lesson', 'past-' || n, jsonb_build_object('score', 1 + n % 99, 'minutes', 1 + n % 30),
        $3::timestamptz + n * interval '1 minute'
      from unnest($1::text[]) as given (user_id), generate_series(1, $2::int) as n`,
    [userIdsOf(users), rowCount, historyStart],
  )
}

/** Leaves the tables as autovacuum would after a while, and nothing for a checkpoint to write. */
export async function settle({ pool }: Site): Promise<void> {
  await pool.query('vacuum analyze')
  await pool.query('checkpoint')
}
