import { createMilestoneService, type MilestoneService, parseCatalog } from 'milepost'
import { alternate, compare, type Side } from '../alternation.js'
import { atLeast, atMost, type Figure } from '../figure.js'
import { type Lab, type Site, settle, turnsOf, withSite } from '../lab.js'
import { quantile } from '../median.js'
import type { Study } from '../study.js'
import { ratesDetail, short } from '../wording.js'

const userCount = 1_000_000
const places = { first: 0, median: userCount / 2, last: userCount - 1 } as const
const callCount = 200
const rankName = (place: string): string => `rank of the ${place} of 1,000,000 users, p99`
const recordingName = 'completions with points while ranks are read'

const points = parseCatalog({ points: [{ category: 'lesson', points: 1 }], milestones: [] })

/** A user and the ten around, at three places of one board, and what it costs recording that ranks are read. */
export const ranks: Study = {
  names: [...Object.keys(places).map(rankName), recordingName],
  measure: lab =>
    withSite(lab, async read => [
      ...(await measureRanks(read)),
      await withSite(lab, unread => measureRecording(lab, read, unread)),
    ]),
}

async function measureRanks(site: Site): Promise<Figure[]> {
  await fill(site)
  const service = serviceWithPoints(site)
  const users = await Promise.all(Object.values(places).map(place => userAt(site, place)))
  const before = await timesOneByOne(site, users)
  await untilCounted(site, service, users.at(-1)!)
  const after = await timesOf(around => service.getLeaderboard({ around, limit: 11 }), users, callCount)
  return Object.keys(places).map((place, i) => {
    const detail = `median ${short(quantile(after[i]!, 0.5))} ms; counted one by one, ${short(quantile(before[i]!, 0.5))} ms`
    return atMost(5, { figure: rankName(place), value: quantile(after[i]!, 0.99), unit: 'ms', detail })
  })
}

// A fifth of the users have the same points. The others spread over thousands of values, few of them far up.
async function fill(site: Site): Promise<void> {
  await site.pool.query(
    `insert into milepost.user_standings (user_id, points, badge_count, reached_at, counted_with)
      select md5(n::text), case when n % 5 = 0 then 30 else 1 + floor(exp(3 + 7 * random() * random()))::bigint end, 1,
        timestamptz '2025-01-01' + n * interval '1 second', ''
      from generate_series(1, $1::int) as n`,
    [userCount],
  )
  await settle(site)
}

async function userAt({ pool }: Site, place: number): Promise<string> {
  const { rows } = await pool.query<{ user_id: string }>(
    `select user_id from milepost.user_standings order by points desc, reached_at, user_id collate "C" offset $1 limit 1`,
    [place],
  )
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
async function timesOneByOne(site: Site, users: readonly string[]): Promise<number[][]> {
  const client = await site.pool.connect()
  try {
    await client.query('begin')
    return await timesOf(
      around => serviceWithPoints(site).getLeaderboard({ around, limit: 11 }, { db: client }),
      users,
      5,
    )
  } finally {
    await client.query('rollback')
    client.release()
  }
}

async function untilCounted({ pool }: Site, service: MilestoneService, around: string): Promise<void> {
  for (;;) {
    await service.getLeaderboard({ around })
    const { rows } = await pool.query('select from milepost.rank_boards where is_counted')
    if (rows.length > 0) return
  }
}

function serviceWithPoints({ pool }: Site): MilestoneService {
  return createMilestoneService({ db: pool, catalog: points })
}

async function measureRecording(lab: Lab, read: Site, unread: Site): Promise<Figure> {
  await fill(unread)
  const sides = [read, unread].map(site => batches(site, lab.isQuick ? 5 : 15))
  const comparison = compare(await alternate(sides, turnsOf(lab)), 0, 1)
  const unit = 'of the throughput while nobody reads ranks'
  return atLeast(0.9, { figure: recordingName, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
}

function batches(site: Site, batchCount: number): Side {
  const service = serviceWithPoints(site)
  let made = 0
  return async () => {
    const startedAt = performance.now()
    for (let batch = 0; batch < batchCount; batch++) {
      await service.record(
        Array.from({ length: 1_000 }, () => {
          made += 1
          return { userId: `user ${made % 20_000}`, category: 'lesson', itemKey: `item ${made}` }
        }),
      )
    }
    return (batchCount * 1_000 * 1_000) / (performance.now() - startedAt)
  }
}
