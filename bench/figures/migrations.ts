import { setTimeout as rest } from 'node:timers/promises'
import { sessionOf } from '../../src/store/database/session-of.js'
import { applyMigrations } from '../../src/store/schema/apply-migrations.js'
import { type Migration, migrationsFor } from '../../src/store/schema/migration-list.js'
import { atMost, type Figure } from '../figure.js'
import type { HostWriterSpec } from '../host-writer.js'
import { type Lab, type Site, settle, withSite } from '../lab.js'
import { type Program, startProgram } from '../program.js'
import type { Study } from '../study.js'
import { short } from '../wording.js'

const since = 'longest wait of a writer, migrations since 0.1.0'
const index = 'longest wait of a writer, a new index of completions'
const column = 'longest wait of a writer, a new column of users'

/** The last migration of 0.1.0. Whoever applied it first had empty tables. */
const firstRelease = '0022_cluster'

const newIndex: Migration = {
  name: '9001_index',
  sql: 'CREATE INDEX "by_time" ON "milepost"."user_progress" ("completed_at", "item_key");',
}
const newColumn: Migration = {
  name: '9002_column',
  sql: 'ALTER TABLE "milepost"."user_standings" ADD COLUMN "note" text NOT NULL DEFAULT \'\';',
}

/** How long migrations of large tables hold up somebody who writes all the time. */
export const migrating: Study = {
  names: [since, index, column],
  measure: lab => withSite(lab, site => measureOn(lab, site), []),
}

async function measureOn(lab: Lab, site: Site): Promise<readonly Figure[]> {
  const rowCount = lab.isQuick ? 200_000 : 10_000_000
  const userCount = rowCount / 100
  const migrations = migrationsFor('milepost')
  const released = migrations.findIndex(({ name }) => name === firstRelease) + 1
  await migrateTo(site, migrations.slice(0, released))
  lab.tell('filling tables')
  await fill(site, { rowCount, userCount })
  const writer = await startProgram<object>('./host-writer.ts', { url: site.url, userCount } satisfies HostWriterSpec)
  const quiet = await waitDuring(writer, () => rest(5_000))
  const measure = async (figure: string, from: number, until: number): Promise<Figure> => {
    const waits: (Wait & { readonly name: string })[] = []
    for (let i = from; i < until; i++) {
      const { name } = all[i]!
      lab.tell(name)
      waits.push({ name, ...(await waitDuring(writer, () => migrateTo(site, all.slice(0, i + 1)))) })
    }
    const value = Math.max(...waits.map(({ longestMs }) => longestMs))
    const parts = waits.map(({ name, longestMs, tookMs }) => `${name} ${short(longestMs)} in ${short(tookMs)} ms`)
    const detail = `${parts.join(', ')}; without a migration ${short(quiet.longestMs)} ms`
    return atMost(1_000, { figure, value, unit: `ms, ${rowCount.toLocaleString('en')} completions`, detail })
  }
  const all = [...migrations, newIndex, newColumn]
  const figures = [
    await measure(since, released, migrations.length),
    await measure(index, migrations.length, migrations.length + 1),
    await measure(column, migrations.length + 1, all.length),
  ]
  await writer.close()
  return figures
}

function migrateTo(site: Site, migrations: readonly Migration[]): Promise<readonly string[]> {
  return applyMigrations(sessionOf(site.pool), { schema: 'milepost', migrations })
}

// One completion in 200 is a badge.
async function fill(
  { pool, ...site }: Site,
  { rowCount, userCount }: { readonly rowCount: number; readonly userCount: number },
): Promise<void> {
  await pool.query(
    `insert into milepost.user_progress (user_id, category, item_key, metadata, completed_at)
      select 'user ' || n % $2, case when n % 200 = 0 then 'milestone_badge' else 'lesson' end, 'past ' || n,
        jsonb_build_object('score', n % 99, 'points', n % 30), timestamptz '2024-01-01' + n * interval '1 second'
      from generate_series(1, $1::int) as n`,
    [rowCount, userCount],
  )
  await pool.query(
    `insert into milepost.user_standings (user_id, points, counted_with)
      select 'user ' || n, n % 1000, '' from generate_series(0, $1::int - 1) as n`,
    [userCount],
  )
  await pool.query(
    `insert into milepost.user_metrics (user_id, metric, value, previous, last_at)
      select 'user ' || n, metric, n % 100, 0, timestamptz '2025-01-01'
      from generate_series(0, $1::int - 1) as n, unnest(array['count:lesson', 'best:lesson:score', 'total:lesson:points']) as metric`,
    [userCount],
  )
  await settle({ pool, ...site })
}

type Wait = { readonly longestMs: number; readonly tookMs: number }

async function waitDuring(writer: Program<object>, work: () => Promise<unknown>): Promise<Wait> {
  await writer.read()
  const startedAt = performance.now()
  await work()
  return { tookMs: performance.now() - startedAt, longestMs: await writer.read() }
}
