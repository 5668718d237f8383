import type { Fold } from '../../core/awards/fold.js'
import { unused } from '../../core/awards/limits.js'
import type { MetricState } from '../../core/metrics/metric.js'
import { storedState } from '../../core/metrics/recent-entries.js'
import { aheadLimitMs } from '../../core/users/completion.js'
import { formatDecimal, parseDecimal } from '../../core/values/decimal.js'
import {
  anyOf,
  dateOf,
  instant,
  instantArray,
  instantOf,
  jsonOf,
  msOf,
  onlyUser,
  textArray,
} from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { type Key, keyText } from './completions.js'

/** A fold: completions of these categories from before an instant, by a catalog with these metrics. */
export type FoldHead = {
  readonly id: number
  readonly until: Date
  readonly categories: readonly string[]
  readonly metrics: readonly string[]
}

/** Selects the snapshots of some users, in the shape of the branches of holdings. */
export function foldsBranch({ userFolds, folds }: Tables, users: Sql): Sql {
  return sql`select 'fold', u.user_id, '', f.metrics::text, '', ${msOf(sql`u.until`)}, null::text, null::float8,
      u.snapshot::text, null::int
    from ${userFolds} as u join ${folds} as f on f.id = u.fold where u.user_id = ${users}`
}

/** A snapshot as JSON. Amounts are text, so that they stay exact. */
type SnapshotJson = {
  readonly rows: readonly (readonly [
    metric: string,
    part: string,
    value: string,
    lastAt: number,
    state?: MetricState,
  ])[]
  readonly points: number
  readonly capDays: readonly (readonly [source: string, periods: PointsByName])[]
  /** What else limits ask for. Missing in snapshots that were stored before there were such limits. */
  readonly limits?: readonly (readonly [source: string, items: PointsByName, paidAt: number | null])[]
  readonly counts: Readonly<Record<string, number>>
}

type PointsByName = readonly (readonly [name: string, points: number])[]

/** Parses a snapshot, as {@link foldsBranch} returns it. */
export function foldFrom({
  part,
  at,
  json,
}: {
  readonly part: string
  readonly at: number | null
  readonly json: string | null
}): Fold {
  const { rows, points, capDays, limits = [], counts } = jsonOf(json!) as unknown as SnapshotJson
  const others = new Map(limits.map(([source, items, paidAt]) => [source, { items: new Map(items), paidAt }]))
  return {
    until: dateOf(at!),
    rows: rows.map(([metric, of, value, lastAt, state]) => {
      const row = { value: parseDecimal(value), lastAt: dateOf(lastAt), ...(state && { state }) }
      return { metric, part: of, row }
    }),
    metrics: new Set(JSON.parse(part) as string[]),
    points,
    uses: new Map(
      capDays.map(([source, periods]) => {
        return [source, { ...unused(), ...others.get(source), periods: new Map(periods) }]
      }),
    ),
    countByCategory: new Map(Object.entries(counts)),
  }
}

function snapshotOf({ rows, points, uses, countByCategory }: NewSnapshot): SnapshotJson {
  return {
    rows: rows.map(({ metric, part, row }) => {
      const state = storedState(row)
      const head = [metric, part, formatDecimal(row.value), row.lastAt.getTime()] as const
      return state ? [...head, state] : head
    }),
    points,
    capDays: [...uses].map(([source, { periods }]) => [source, [...periods]]),
    limits: [...uses].map(([source, { items, paidAt }]) => [source, [...items], paidAt]),
    counts: Object.fromEntries(countByCategory),
  }
}

/** What was counted of a user up to the line. */
export type NewSnapshot = Omit<Fold, 'metrics'> & { readonly userId: string }

/** Stores the snapshots of locked users, in place of their earlier ones. */
export async function writeSnapshots(
  db: Session,
  { userFolds, userStandings }: Tables,
  {
    fold,
    snapshots,
    foldedAt,
  }: { readonly fold: FoldHead; readonly snapshots: readonly NewSnapshot[]; readonly foldedAt: Date },
): Promise<void> {
  const userIds = textArray(snapshots.map(({ userId }) => userId))
  await run(
    db,
    sql`insert into ${userFolds} as u (user_id, fold, until, generation, snapshot, folded_at)
      select user_id, ${fold.id}::bigint, ${instantOf(sql`until`)}, 1, snapshot::jsonb, ${instant(foldedAt)}
      from unnest(
        ${userIds}, ${instantArray(snapshots.map(({ until }) => until))},
        ${textArray(snapshots.map(each => JSON.stringify(snapshotOf(each))))}
      ) as given (user_id, until, snapshot)
      order by user_id collate "C"
      on conflict (user_id) do update set fold = excluded.fold, until = excluded.until, generation = u.generation + 1,
        snapshot = excluded.snapshot, folded_at = excluded.folded_at`,
  )
  // Recording then looks for folded keys, and takes no short cut.
  await run(db, sql`update ${userStandings} set has_undone = true where user_id = any(${userIds}) and not has_undone`)
}

/** Which completions to fold. */
export type FoldScope = {
  readonly userIds: readonly string[]
  readonly categories: readonly string[]
  readonly until: Date
}

// In UTC: a cluster deletes by nothing that depends on settings, as adding to an instant does.
function isInScope({ userIds, categories, until }: FoldScope): Sql {
  const ahead = sql`${`${aheadLimitMs} milliseconds`}::interval`
  return sql`user_id = ${anyOf(userIds)} and category = ${anyOf(categories)} and completed_at < ${instant(until)}
    and completed_at at time zone 'UTC' <= recorded_at at time zone 'UTC' + ${ahead}`
}

/** Counts completions that can be folded, by user. Leaves out users without any. */
export async function countFoldable(
  db: Session,
  { userProgress }: Tables,
  scope: FoldScope,
): Promise<ReadonlyMap<string, number>> {
  const rows = await run<{ user_id: string; count: number }>(
    db,
    sql`select user_id, count(*)::float8 as count from ${userProgress} where ${isInScope(scope)} group by user_id`,
  )
  return new Map(rows.map(row => [row.user_id, row.count]))
}

/** How many completions of a user and category were deleted. */
export type DeletedCount = { readonly userId: string; readonly category: string; readonly count: number }

/**
 * Deletes the completions of locked users, and adds their keys to the folded ones. Returns how many were deleted. Their
 * snapshots are written afterwards.
 */
export async function deleteFolded(db: Session, tables: Tables, scope: FoldScope): Promise<readonly DeletedCount[]> {
  if (!tables.layout.isSpread || scope.userIds.length <= 1) return deleteTogether(db, tables, scope)
  const counts: DeletedCount[] = []
  for (const userId of scope.userIds)
    counts.push(...(await deleteTogether(db, tables, { ...scope, userIds: [userId] })))
  return counts
}

async function deleteTogether(db: Session, tables: Tables, scope: FoldScope): Promise<readonly DeletedCount[]> {
  const { userProgress, foldedKeys, userFolds } = tables
  await addKeys(db, tables, scope)
  // Rows that came since the keys were read are counted too, so that the caller notices them.
  const rows = await run<{ user_id: string; category: string; count: number }>(
    db,
    sql`with gone as (delete from ${userProgress} where ${isInScope(scope)} returning user_id, category)
      select user_id, category, count(*)::float8 as count from gone group by user_id, category`,
  )
  const counts = rows.map(({ user_id: userId, category, count }) => ({ userId, category, count }))
  if (counts.length > 0)
    await run(
      db,
      sql`delete from ${foldedKeys} as k using ${userFolds} as u, unnest(
          ${textArray(counts.map(({ userId }) => userId))}, ${textArray(counts.map(({ category }) => category))}
        ) as given (user_id, category)
        where u.user_id = given.user_id ${onlyUser('u', counts)} and k.user_id = given.user_id ${onlyUser('k', counts)}
          and k.category = given.category and k.generation <= u.generation`,
    )
  return counts
}

// The keys of a user and category are written again in order, as a new generation.
async function addKeys(db: Session, { userProgress, foldedKeys, userFolds }: Tables, scope: FoldScope): Promise<void> {
  const size = raw(String(hashBytes))
  await run(
    db,
    sql`insert into ${foldedKeys} (user_id, category, first_key, generation, keys)
      select p.user_id, p.category, (array_agg(hash order by hash))[1], coalesce(u.generation, 0) + 1,
        string_agg(hash, ''::bytea order by hash)
      from (
        select user_id, category, hash,
          (row_number() over (partition by user_id, category order by hash) - 1) / ${raw(String(keysPerRow))} as place
        from (
          select user_id, category, ${hashOf(sql`item_key`)} as hash from ${userProgress} where ${isInScope(scope)}
          union all
          select k.user_id, k.category, substring(k.keys from i * ${size} + 1 for ${size})
          from ${foldedKeys} as k join (
            select distinct user_id, category from ${userProgress} where ${isInScope(scope)}
          ) as more using (user_id, category) cross join generate_series(0, length(k.keys) / ${size} - 1) as i
        ) as hashed
      ) as p left join ${userFolds} as u on u.user_id = p.user_id
      group by p.user_id, p.category, p.place, u.generation`,
  )
}

const hashBytes = 16
const keysPerRow = 100

function hashOf(itemKey: Sql): Sql {
  return sql`substring(sha256(convert_to(${itemKey}, 'UTF8')) for ${raw(String(hashBytes))})`
}

/** What is folded of some keys of users. */
export type FoldedKeys = {
  /** The lines of the users who have one. */
  readonly untilByUser: ReadonlyMap<string, Date>
  /** Those of the keys that were folded, as {@link keyText}. */
  readonly keys: ReadonlySet<string>
}

/** Finds out which keys were folded, and the lines of their users. */
export async function readFoldedKeys(
  db: Session,
  { userFolds, foldedKeys }: Tables,
  keys: readonly Key[],
): Promise<FoldedKeys> {
  const size = raw(String(hashBytes))
  const rows = await run<{ user_id: string; category: string; item_key: string; until: number; is_folded: boolean }>(
    db,
    sql`select given.user_id, given.category, given.item_key, ${msOf(sql`u.until`)} as until,
        coalesce(k.is_folded, false) as is_folded
      from unnest(
        ${textArray(keys.map(({ userId }) => userId))}, ${textArray(keys.map(({ category }) => category))},
        ${textArray(keys.map(({ itemKey }) => itemKey))}
      ) as given (user_id, category, item_key)
      join ${userFolds} as u on u.user_id = given.user_id ${onlyUser('u', keys)}
      left join lateral (
        select exists (
          select from generate_series(0, length(keys) / ${size} - 1) as i
          where substring(keys from i * ${size} + 1 for ${size}) = ${hashOf(sql`given.item_key`)}
        ) as is_folded
        from (
          select keys from ${foldedKeys} as f
          where f.user_id = given.user_id ${onlyUser('f', keys)} and f.category = given.category and f.first_key <= ${hashOf(sql`given.item_key`)}
          order by f.first_key desc limit 1
        ) as nearest
      ) as k on true`,
  )
  return {
    untilByUser: new Map(rows.map(row => [row.user_id, dateOf(row.until)])),
    keys: new Set(
      rows
        .filter(row => row.is_folded)
        .map(row => keyText({ userId: row.user_id, category: row.category, itemKey: row.item_key })),
    ),
  }
}

/** Reads the line of a user, or null if nothing of the user was folded. */
export async function readFoldLine(db: Session, { userFolds }: Tables, userId: string): Promise<Date | null> {
  const [row] = await run<{ until: number }>(
    db,
    sql`select ${msOf(sql`until`)} as until from ${userFolds} where user_id = ${userId}`,
  )
  return row ? dateOf(row.until) : null
}

/** Deletes completions by their keys. */
export async function deleteKeys(db: Session, { userProgress }: Tables, keys: readonly Key[]): Promise<void> {
  await run(
    db,
    sql`delete from ${userProgress} as p using unnest(
        ${textArray(keys.map(({ userId }) => userId))}, ${textArray(keys.map(({ category }) => category))},
        ${textArray(keys.map(({ itemKey }) => itemKey))}
      ) as given (user_id, category, item_key)
      where p.user_id = given.user_id ${onlyUser('p', keys)} and p.category = given.category
        and p.item_key = given.item_key`,
  )
}

/** Stores what a fold is about, and returns it with its number. */
export async function insertFold(
  db: Session,
  { folds }: Tables,
  { until, categories, metrics, startedAt }: Omit<FoldHead, 'id'> & { readonly startedAt: Date },
): Promise<FoldHead> {
  for (;;) {
    const rows = await run<{ id: number }>(
      db,
      sql`insert into ${folds} (id, until, categories, metrics, started_at)
        select coalesce(max(id), 0) + 1, ${instant(until)}, ${JSON.stringify(categories)}::text::jsonb,
          ${JSON.stringify(metrics)}::text::jsonb, ${instant(startedAt)} from ${folds}
        on conflict do nothing returning id::int as id`,
    )
    if (rows[0]) return { id: rows[0].id, until, categories, metrics }
  }
}

/** Reads all folds, the latest first, with the number of users whose snapshots are of them. */
export async function readFolds(
  db: Session,
  { folds, userFolds }: Tables,
): Promise<readonly (FoldHead & { readonly userCount: number })[]> {
  const rows = await run<{ id: number; until: number; categories: string; metrics: string; user_count: number }>(
    db,
    sql`select f.id::int as id, ${msOf(sql`f.until`)} as until, f.categories::text as categories,
        f.metrics::text as metrics, coalesce(u.user_count, 0)::float8 as user_count
      from ${folds} as f left join (select fold, count(*) as user_count from ${userFolds} group by fold) as u on u.fold = f.id
      order by f.id desc`,
  )
  return rows.map(row => ({
    id: row.id,
    until: dateOf(row.until),
    categories: JSON.parse(row.categories) as string[],
    metrics: JSON.parse(row.metrics) as string[],
    userCount: row.user_count,
  }))
}
