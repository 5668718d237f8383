import { createMilestoneService, parseCatalog } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { atMost, type Figure } from '../figure.js'
import { type Lab, type Site, settle, withSite } from '../lab.js'
import { median } from '../median.js'
import type { Study } from '../study.js'
import { short } from '../wording.js'

const names = {
  statistics: 'statistics, in a process that did not count them',
  overview: "Studio's overview, in a process that did not count it",
} as const
const badgeCount = 40
const completionsPerUser = 10
const readCount = 20

const catalog = parseCatalog({
  milestones: Array.from({ length: badgeCount }, (_, i) => ({
    id: `badge-${i}`,
    title: `Badge ${i}`,
    ...(i % 4 === 3 && { after: [`badge-${i - 1}`] }),
    requirement: { type: 'count', category: 'lesson', target: 10 + i },
  })),
})

/** Statistics and the overview of many users, as each process reads them once any has counted them. */
export const statistics: Study = {
  names: Object.values(names),
  measure: lab => withSite(lab, site => measureReads(lab, site, lab.isQuick ? 100_000 : 1_000_000)),
}

async function measureReads(lab: Lab, site: Site, userCount: number): Promise<readonly Figure[]> {
  lab.tell(`storing ${userCount * completionsPerUser} completions`)
  await fill(site, userCount)
  lab.tell('counting')
  const countedMs = await timed(() => readStatistics(site))
  const overviewCountedMs = await timed(() => readOverview(site))
  const statisticsMs: number[] = []
  const overviewMs: number[] = []
  for (let i = 0; i < readCount; i++) {
    statisticsMs.push(await timed(() => readStatistics(site)))
    overviewMs.push(await timed(() => readOverview(site)))
  }
  const size = `${userCount.toLocaleString('en')} users, ${(userCount * completionsPerUser).toLocaleString('en')} completions`
  return [
    atMost(50, {
      figure: names.statistics,
      value: median(statisticsMs),
      unit: 'ms',
      detail: `${size}; counting ${short(countedMs)} ms`,
    }),
    atMost(300, {
      figure: names.overview,
      value: median(overviewMs),
      unit: 'ms',
      detail: `${size}; counting ${short(overviewCountedMs)} ms`,
    }),
  ]
}

// A service and a server keep what they read, so each read has one of its own, as if it were another process.
function readStatistics({ pool }: Site): Promise<unknown> {
  return createMilestoneService({ db: pool, catalog }).getMilestoneStatistics()
}

async function fill(site: Site, userCount: number): Promise<void> {
  await site.pool.query(
    `insert into milepost.user_standings (user_id, points, badge_count, reached_at, counted_with)
      select md5(n::text), 30, 2, now(), '' from generate_series(1, $1::int) as n`,
    [userCount],
  )
  await site.pool.query(
    `insert into milepost.user_progress (user_id, category, item_key, metadata, completed_at, recorded_at)
      select md5(n::text), case when k > $2 then 'milestone_badge' else 'lesson' end,
        case when k > $2 then 'badge-' || (n * (k - $2) * 7) % $3 else 'past-' || k end, '{}', at, at
      from generate_series(1, $2::int + 2) as k, generate_series(1, $1::int) as n, lateral (
        select now() - (1 + (n * 7 + k * 13) % 200) * interval '12 hours' - n * interval '20 milliseconds' as at
      ) as t on conflict do nothing`,
    [userCount, completionsPerUser, badgeCount],
  )
  await settle(site)
}

async function readOverview({ pool }: Site): Promise<void> {
  const server = createMilepostServer({
    service: createMilestoneService({ db: pool, catalog }),
    db: pool,
    authorize: () => ({ scopes: ['admin'] }),
  })
  const response = await server.handler(new Request('http://bench/v1/studio/overview'))
  if (!response.ok) throw new Error(`The overview failed: ${response.status} ${await response.text()}`)
  await response.json()
  await server.close()
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
