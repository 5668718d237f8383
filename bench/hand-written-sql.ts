import type { Catalog, Milestone } from 'milepost'
import { category } from './catalogs.js'
import type { Batch, DatedInput, PlannedBadge } from './load.js'
import type { Send, Transact } from './sending.js'

/**
 * Writes what `record` writes with hand-written SQL, statement by statement (S1 to S6), on Milepost's own tables: nothing is checked,
 * and nothing is evaluated, since the load says beforehand which completions earn a badge.
 */
export type HandWriter = { readonly record: (batch: Batch) => Promise<void> }

/** Starts a writer on one connection. `countedWith`: what Milepost marks users of this catalog with. */
export function createHandWriter(
  transact: Transact,
  { catalog, countedWith }: { readonly catalog: Catalog; readonly countedWith: string },
): HandWriter {
  const milestones = new Map(catalog.milestones.map(milestone => [milestone.id, milestone]))
  return {
    record: ({ completions, badges }) =>
      transact(async send => {
        await insertCompletions(send, completions)
        await lockUsers(send, [...new Set(completions.map(({ userId }) => userId))], countedWith)
        await raiseMetrics(send, completions)
        if (badges.length > 0) await award(send, badges, milestones)
      }),
  }
}

// S1
async function insertCompletions(send: Send, completions: readonly DatedInput[]): Promise<void> {
  await send(insertRows, [
    completions.map(({ userId }) => userId),
    completions.map(completion => completion.category),
    completions.map(({ itemKey }) => itemKey),
    completions.map(({ metadata }) => JSON.stringify(metadata)),
    completions.map(({ completedAt }) => completedAt.toISOString()),
    new Date(),
  ])
}

const insertRows = `insert into milepost.user_progress
    (user_id, category, item_key, metadata, completed_at, recorded_at)
  select user_id, category, item_key, metadata, completed_at, $6
  from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])
    as given (user_id, category, item_key, metadata, completed_at)
  order by user_id collate "C", category collate "C", item_key collate "C"
  on conflict do nothing
  returning user_id, category, item_key`

// S2
async function lockUsers(send: Send, userIds: readonly string[], countedWith: string): Promise<void> {
  const rows = await send(selectUsers, [userIds])
  if (rows.length === userIds.length) return
  const locked = new Set(rows.map(row => row.user_id))
  await send(insertUsers, [userIds.filter(userId => !locked.has(userId)), countedWith])
}

const selectUsers = `select user_id, counted_with, current_setting('transaction_isolation') as isolation
  from milepost.user_standings where user_id = any($1::text[]) order by user_id collate "C" for no key update`

const insertUsers = `insert into milepost.user_standings (user_id, counted_with)
  select user_id, $2 from unnest($1::text[]) as given (user_id) order by user_id collate "C"
  on conflict do nothing returning user_id`

type Sum = { count: number; minutes: number; best: number; lastAt: Date }

// S3
async function raiseMetrics(send: Send, completions: readonly DatedInput[]): Promise<void> {
  const sums = sumByUser(completions)
  const userIds: string[] = []
  const metrics: string[] = []
  const amounts: number[] = []
  const times: string[] = []
  const folds: string[] = []
  for (const [userId, { count, minutes, best, lastAt }] of sums) {
    const at = lastAt.toISOString()
    userIds.push(userId, userId, userId)
    metrics.push(`best:${category}:score`, `count:${category}`, `total:${category}:minutes`)
    folds.push('maximum', 'sum', 'sum')
    amounts.push(best, count, minutes)
    times.push(at, at, at)
  }
  await send(upsertMetrics, [userIds, metrics, amounts, times, folds])
}

const upsertMetrics = `insert into milepost.user_metrics as m (user_id, metric, value, previous, last_at, fold)
  select user_id, metric, amount, 0, last_at, fold
  from unnest($1::text[], $2::text[], $3::numeric[], $4::timestamptz[], $5::text[])
    as given (user_id, metric, amount, last_at, fold)
  order by user_id collate "C", metric collate "C"
  on conflict (user_id, metric, period) do update set
    previous = m.value, previous_at = m.last_at,
    value = case when excluded.fold = 'maximum'
      then greatest(m.value, excluded.value) else m.value + excluded.value end,
    last_at = greatest(m.last_at, excluded.last_at)
  returning user_id, metric, previous, value`

function sumByUser(completions: readonly DatedInput[]): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>()
  for (const { userId, metadata, completedAt } of completions) {
    const { score, minutes } = metadata as { score: number; minutes: number }
    const sum = sums.get(userId)
    if (!sum) {
      sums.set(userId, { count: 1, minutes, best: score, lastAt: completedAt })
      continue
    }
    sum.count += 1
    sum.minutes += minutes
    sum.best = Math.max(sum.best, score)
    if (completedAt > sum.lastAt) sum.lastAt = completedAt
  }
  return sums
}

// S4 to S6
async function award(
  send: Send,
  badges: readonly PlannedBadge[],
  milestones: ReadonlyMap<string, Milestone>,
): Promise<void> {
  const userIds = badges.map(({ completion }) => completion.userId)
  const times = badges.map(({ completion }) => completion.completedAt.toISOString())
  const points = badges.map(({ milestoneId }) => milestones.get(milestoneId)!.reward.points)
  await send(selectHoldings, [userIds])
  await send(insertRows, [
    userIds,
    badges.map(() => 'milestone_badge'),
    badges.map(({ milestoneId }) => milestoneId),
    badges.map(badge => JSON.stringify(badgeMetadata(badge, milestones))),
    times,
    new Date(),
  ])
  await send(updateStandings, [
    userIds,
    points,
    times,
    badges.map(({ milestoneId }) => milestoneId),
    new Date(),
    badges.flatMap(({ completion }) => periodsOf(completion.completedAt)),
  ])
}

const selectHoldings = `select user_id, metric as name, value::text as value, last_at, null::jsonb as metadata
    from milepost.user_metrics where user_id = any($1::text[])
  union all
  select user_id, item_key, null, completed_at, metadata
    from milepost.user_progress where user_id = any($1::text[]) and category = 'milestone_badge'`

const updateStandings = `with ledger as (
    insert into milepost.points_ledger (user_id, source, period, category, item_key, entry, points, at, recorded_at)
    select user_id, 'badge', '', 'milestone_badge', item_key, 0, points, at, $5
    from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::text[]) as given (user_id, points, at, item_key)
    order by user_id collate "C", item_key collate "C"
  ), boards as (
    insert into milepost.user_period_points as b (user_id, period, points, reached_at)
    select user_id, period, sum(points), max(at)
    from unnest($1::text[], $2::bigint[], $3::timestamptz[]) with ordinality as given (user_id, points, at, place)
    cross join lateral (values (($6::text[])[2 * place - 1]), (($6::text[])[2 * place])) as periods (period)
    group by user_id, period order by user_id collate "C", period
    on conflict (user_id, period) do update set
      points = b.points + excluded.points, reached_at = greatest(b.reached_at, excluded.reached_at)
  )
  update milepost.user_standings as s set
    points = s.points + given.points, badge_count = s.badge_count + 1, reached_at = given.reached_at,
    sequence = s.sequence + 1
  from unnest($1::text[], $2::bigint[], $3::timestamptz[]) as given (user_id, points, reached_at)
  where s.user_id = given.user_id`

// The load runs in the first weeks of 2025 only.
function periodsOf(at: Date): readonly [week: string, month: string] {
  const week = Math.floor((at.getTime() - Date.UTC(2024, 11, 30)) / (7 * 86_400_000)) + 1
  return [`2025-W${String(week).padStart(2, '0')}`, at.toISOString().slice(0, 7)]
}

function badgeMetadata(
  { completion, milestoneId }: PlannedBadge,
  milestones: ReadonlyMap<string, Milestone>,
): { readonly [key: string]: unknown } {
  const { description, rarity, reward } = milestones.get(milestoneId)!
  const awardedBy = { category: completion.category, itemKey: completion.itemKey }
  const { badge, badgeIcon, points, unlocks } = reward
  return { badge, badgeIcon, description, rarity, points, unlocks, awardedBy }
}
