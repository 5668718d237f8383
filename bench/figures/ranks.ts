import {
  type Catalog,
  type CompletionInput,
  createMilestoneService,
  type LeaderboardQuery,
  type MilestoneService,
  parseCatalog,
} from 'milepost'
import { alternate, compare, type Side } from '../alternation.js'
import { atLeast, atMost, type Figure } from '../figure.js'
import { type Lab, type Site, settle, turnsOf, withSite } from '../lab.js'
import { quantile } from '../median.js'
import type { Study } from '../study.js'
import { ratesDetail, short } from '../wording.js'

const userCount = 1_000_000
const places = { first: 0, median: userCount / 2, last: userCount - 1 } as const
const callCount = 200

/** A leaderboard whose ranks are measured. */
type Ranked = {
  /** Between the name of a place and what is measured of it. */
  readonly users: string
  readonly recordingName: string
  readonly catalog: Catalog
  readonly query: LeaderboardQuery
  /** Inserts so many users. */
  readonly fill: string
  /** Selects all users in order. */
  readonly inOrder: string
  readonly completion: Pick<CompletionInput, 'category' | 'metadata'>
}

const byPoints: Ranked = {
  users: '1,000,000 users',
  recordingName: 'completions with points while ranks are read',
  catalog: parseCatalog({ points: [{ category: 'lesson', points: 1 }], milestones: [] }),
  query: {},
  // A fifth of the users have the same points. The others spread over thousands of values, few of them far up.
  fill: `insert into milepost.user_standings (user_id, points, badge_count, reached_at, counted_with)
    select md5(n::text), case when n % 5 = 0 then 30 else 1 + floor(exp(3 + 7 * random() * random()))::bigint end, 1,
      timestamptz '2025-01-01' + n * interval '1 second', ''
    from generate_series(1, $1::int) as n`,
  inOrder: `select user_id from milepost.user_standings order by points desc, reached_at, user_id collate "C"`,
  completion: { category: 'lesson' },
}

const byMetric: Ranked = {
  users: '1,000,000 users of a board by a metric',
  recordingName: 'completions of a board by a metric while its ranks are read',
  catalog: parseCatalog({
    boards: [{ id: 'km', title: 'Kilometres', by: { type: 'total', category: 'run', property: 'km' } }],
    milestones: [],
  }),
  query: { board: 'km' },
  // The same, with two decimals.
  fill: `with users as (
      select md5(n::text) as id, timestamptz '2025-01-01' + n * interval '1 second' as at,
        case when n % 5 = 0 then 30 else round((exp(3 + 7 * random() * random()))::numeric, 2) end as km
      from generate_series(1, $1::int) as n
    ), standings as (insert into milepost.user_standings (user_id, counted_with) select id, '' from users)
    insert into milepost.user_metrics (user_id, metric, period, value, previous, last_at, fold, ranked, reached_at)
    select id, 'board:total:run:km', 'ever', km, km, at, 'stepped', km, at from users`,
  inOrder: `select user_id from milepost.user_metrics where metric = 'board:total:run:km' and period = 'ever'
    and ranked is not null order by ranked desc, reached_at, user_id collate "C"`,
  completion: { category: 'run', metadata: { km: 4.2 } },
}

/** A user and the ten around, at three places of a board, and what it costs recording that its ranks are read. */
export const ranks: readonly Study[] = [byPoints, byMetric].map(rankStudy)

function rankStudy(ranked: Ranked): Study {
  return {
    names: [...Object.keys(places).map(place => rankName(ranked, place)), ranked.recordingName],
    measure: lab =>
      withSite(lab, async read => [
        ...(await measureRanks(read, ranked)),
        await withSite(lab, unread => measureRecording(lab, ranked, { read, unread })),
      ]),
  }
}

function rankName({ users }: Ranked, place: string): string {
  return `rank of the ${place} of ${users}, p99`
}

async function measureRanks(site: Site, ranked: Ranked): Promise<Figure[]> {
  await fill(site, ranked)
  const { getLeaderboard } = serviceWith(site, ranked)
  const near = (around: string) => getLeaderboard({ ...ranked.query, around, limit: 11 })
  const users = await Promise.all(Object.values(places).map(place => userAt(site, ranked, place)))
  const before = await timesOneByOne(site, ranked, users)
  await untilCounted(site, () => near(users.at(-1)!))
  const after = await timesOf(near, users, callCount)
  return Object.keys(places).map((place, i) => {
    const detail = `median ${short(quantile(after[i]!, 0.5))} ms; counted one by one, ${short(quantile(before[i]!, 0.5))} ms`
    return atMost(5, { figure: rankName(ranked, place), value: quantile(after[i]!, 0.99), unit: 'ms', detail })
  })
}

async function fill(site: Site, ranked: Ranked): Promise<void> {
  await site.pool.query(ranked.fill, [userCount])
  await settle(site)
}

async function userAt({ pool }: Site, { inOrder }: Ranked, place: number): Promise<string> {
  const { rows } = await pool.query<{ user_id: string }>(`${inOrder} offset $1 limit 1`, [place])
  return rows[0]!.user_id
}

async function timesOf(
  read: (around: string) => Promise<unknown>,
  users: readonly string[],
  count: number,
): Promise<number[][]> {
  const times: number[][] = users.map(() => [])
  for (let call = 0; call < count; call++) {
    for (const [i, around] of users.entries()) {
      const startedAt = performance.now()
      await read(around)
      times[i]!.push(performance.now() - startedAt)
    }
  }
  return times
}

// In a transaction of the caller, reading does not lead to counting.
async function timesOneByOne(site: Site, ranked: Ranked, users: readonly string[]): Promise<number[][]> {
  const { getLeaderboard } = serviceWith(site, ranked)
  const client = await site.pool.connect()
  try {
    await client.query('begin')
    return await timesOf(around => getLeaderboard({ ...ranked.query, around, limit: 11 }, { db: client }), users, 5)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

async function untilCounted({ pool }: Site, read: () => Promise<unknown>): Promise<void> {
  for (;;) {
    await read()
    const { rows } = await pool.query('select from milepost.rank_boards where is_counted')
    if (rows.length > 0) return
  }
}

function serviceWith({ pool }: Site, { catalog }: Ranked): MilestoneService {
  return createMilestoneService({ db: pool, catalog })
}

async function measureRecording(
  lab: Lab,
  ranked: Ranked,
  { read, unread }: { readonly read: Site; readonly unread: Site },
): Promise<Figure> {
  await fill(unread, ranked)
  const sides = [read, unread].map(site => batches(site, ranked, lab.isQuick ? 5 : 15))
  const comparison = compare(await alternate(sides, turnsOf(lab)), 0, 1)
  const unit = 'of the throughput while nobody reads ranks'
  return atLeast(0.9, { figure: ranked.recordingName, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
}

function batches(site: Site, ranked: Ranked, batchCount: number): Side {
  const service = serviceWith(site, ranked)
  let made = 0
  return async () => {
    const startedAt = performance.now()
    for (let batch = 0; batch < batchCount; batch++) {
      await service.record(
        Array.from({ length: 1_000 }, () => {
          made += 1
          return { userId: `user ${made % 20_000}`, itemKey: `item ${made}`, ...ranked.completion }
        }),
      )
    }
    return (batchCount * 1_000 * 1_000) / (performance.now() - startedAt)
  }
}
