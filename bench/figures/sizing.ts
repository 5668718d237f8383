import { drizzle } from 'drizzle-orm/node-postgres'
import { createMilestoneService, defineCatalog } from 'milepost'
import { cpuMs } from '../cpu-time.js'
import { type Figure, withoutTarget } from '../figure.js'
import { insertHistory, type Lab, type Site, settle, withSite } from '../lab.js'
import type { Study } from '../study.js'

const reward = { points: 10 }
const catalog = defineCatalog({
  milestones: [
    { id: 'lessons', title: 'Lessons', requirement: { type: 'count', category: 'lesson', target: 50 }, reward },
    {
      id: 'best',
      title: 'Best',
      requirement: { type: 'best', category: 'lesson', property: 'score', target: 90 },
      reward,
    },
    {
      id: 'hours',
      title: 'Hours',
      requirement: { type: 'total', category: 'lesson', property: 'minutes', target: 600 },
      reward,
    },
  ],
})
const rowCount = 100

const names = [
  'bytes of a completion',
  'bytes of a user',
  'bytes of a badge',
  'bytes of a folded completion',
  'CPU of folding',
] as const

/** What rows take on disk, with their indexes, and what folding costs. */
export const sizing: Study = { names, measure: lab => withSite(lab, site => measureOn(lab, site)) }

async function measureOn(lab: Lab, site: Site): Promise<readonly Figure[]> {
  const users = { first: 0, count: lab.isQuick ? 500 : 2_000 }
  const total = users.count * rowCount
  await insertHistory(site, { users, rowCount })
  await settle(site)
  const progressBytes = await bytesOf(site, 'user_progress')
  const db = drizzle(site.pool)
  const service = createMilestoneService({ db, catalog })
  await service.rebuild()
  await service.apply(catalog)
  await settle(site)
  const userBytes = await bytesOf(site, 'user_metrics', 'user_standings')
  const [{ badgeCount }] = await rowsOf<{ badgeCount: number }>(
    site,
    `select sum(badge_count)::int as "badgeCount" from milepost.user_standings`,
  )
  const withBadges = await bytesOf(site, 'user_progress', 'points_ledger', 'user_period_points')
  const startMs = cpuMs()
  const folded = await service.foldCompletions(new Date('2025-01-01'), { categories: ['lesson'] })
  const cpuUs = ((cpuMs() - startMs) * 1_000) / folded.completionCount
  await settle(site)
  const foldedBytes = await bytesOf(site, 'folded_keys', 'user_folds')
  const detail = `${total.toLocaleString('en')} completions of ${users.count.toLocaleString('en')} users, ${badgeCount.toLocaleString('en')} badges`
  const values = [
    progressBytes / total,
    userBytes / users.count,
    (withBadges - progressBytes) / badgeCount,
    foldedBytes / folded.completionCount,
    cpuUs,
  ]
  return names.map((figure, i) => {
    const unit = i === 4 ? 'µs a completion, in the process' : 'bytes, with indexes'
    return withoutTarget({ figure, value: Math.round(values[i]! * 10) / 10, unit, detail })
  })
}

async function bytesOf(site: Site, ...tables: readonly string[]): Promise<number> {
  const [row] = await rowsOf<{ bytes: number }>(
    site,
    `select sum(pg_total_relation_size(('milepost.' || name)::regclass))::float8 as bytes from unnest($1::text[]) as name`,
    [tables],
  )
  return row.bytes
}

async function rowsOf<Row>({ pool }: Site, text: string, values: unknown[] = []): Promise<[Row, ...Row[]]> {
  return (await pool.query(text, values)).rows as [Row, ...Row[]]
}
