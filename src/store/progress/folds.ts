import type { Fold } from '../../core/awards/fold.js'
import { unused } from '../../core/awards/limits.js'
import type { MetricState } from '../../core/metrics/metric.js'
import { storedState } from '../../core/metrics/recent-entries.js'
import { formatDecimal, parseDecimal } from '../../core/values/decimal.js'
import {
  anyOf,
  dateOf,
  dateOrNull,
  instant,
  instantArray,
  instantOf,
  jsonOf,
  msOf,
  onlyUser,
  textArray,
  textList,
} from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { aheadLimit, givenKeys, isAhead, type Key, keyText } from './completions.js'

/** A fold: completions of these categories from before an instant, by a catalog with these metrics. */
export type FoldHead = {
  readonly id: number
  readonly until: Date
  readonly categories: readonly string[]
  readonly metrics: readonly string[]
  /** The time zone by which the days of users without one of their own were counted. Null if it is not known. */
  readonly timeZone: string | null
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
      // The completions are gone, so nothing may be in doubt.
      const state = storedState(row, Number.POSITIVE_INFINITY)
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

/** Counts completions that can be folded, by user. Leaves out users without any. */
export async function countFoldable(
  db: Session,
  { userProgress }: Tables,
  { userIds, categories, until }: FoldScope,
): Promise<ReadonlyMap<string, number>> {
  const rows = await run<{ user_id: string; count: number }>(
    db,
    sql`select user_id, count(*)::float8 as count from ${userProgress}
      where user_id = ${anyOf(userIds)} and category = ${anyOf(categories)} and completed_at < ${instant(until)} and not ${isAhead}
      group by user_id`,
  )
  return new Map(rows.map(row => [row.user_id, row.count]))
}

/** How many completions of a user and category were deleted. */
export type DeletedCount = { readonly userId: string; readonly category: string; readonly count: number }

/**
 * Deletes the completions of locked users, and adds their keys to the folded ones. Returns how many were deleted. Their
 * snapshots are written afterwards.
 */
export async function deleteFolded(
  db: Session,
  { foldUserFunction }: Tables,
  { userIds, categories, until }: FoldScope,
): Promise<readonly DeletedCount[]> {
  const rows = await run<{ user_id: string; category: string; count: number }>(
    db,
    sql`select user_id, f.category, f.deleted_count::float8 as count from unnest(${textArray(userIds)}) as given (user_id)
      cross join lateral ${foldUserFunction}(user_id, ${textList(categories)}, ${instant(until)}, ${aheadLimit}) as f`,
  )
  return rows.map(({ user_id: userId, category, count }) => ({ userId, category, count }))
}

/**
 * Finds rows that the host inserted by itself again, although their completions were folded, and deletes them unless it is
 * a dry run. They count for nothing. Returns how many there are.
 */
export async function clearRepeated(
  db: Session,
  { userProgress, userFolds, isFoldedFunction, layout }: Tables,
  { userIds, categories, isDryRun }: Omit<FoldScope, 'until'> & { readonly isDryRun: boolean },
): Promise<number> {
  // The nodes of a cluster run no function that reads other tables.
  if (layout.isSpread) return 0
  const repeated = sql`${userFolds} as u where u.user_id = p.user_id and p.user_id = ${anyOf(userIds)}
    and p.category = ${anyOf(categories)} and ${isFoldedFunction}(p.user_id, p.category, p.item_key)`
  const [row] = await run<{ count: number }>(
    db,
    isDryRun
      ? sql`select count(*)::float8 as count from ${userProgress} as p, ${repeated}`
      : sql`with gone as (delete from ${userProgress} as p using ${repeated} returning 1) select count(*)::float8 as count from gone`,
  )
  return row!.count
}

/** What happened before to a completion. */
export type Settled = {
  /** The line of its user, or null if nothing of the user was folded. */
  readonly until: Date | null
  readonly isFolded: boolean
  readonly isUndone: boolean
}

/** Finds out what happened before to completions, by {@link keyText}. Leaves out those to which nothing can have happened. */
export async function readSettled(
  db: Session,
  { settledFunction }: Tables,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Settled>> {
  type Row = {
    user_id: string
    category: string
    item_key: string
    until: number | null
    is_folded: boolean
    is_undone: boolean
  }
  const rows = await run<Row>(
    db,
    sql`select user_id, category, item_key, ${msOf(sql`until`)} as until, is_folded, is_undone
      from ${givenKeys(keys)} cross join lateral ${settledFunction}(user_id, category, item_key)
      where until is not null or is_undone`,
  )
  return new Map(
    rows.map(({ user_id: userId, category, item_key: itemKey, until, is_folded: isFolded, is_undone: isUndone }) => [
      keyText({ userId, category, itemKey }),
      { until: dateOrNull(until), isFolded, isUndone },
    ]),
  )
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
    sql`delete from ${userProgress} as p using ${givenKeys(keys)}
      where p.user_id = given.user_id ${onlyUser('p', keys)} and p.category = given.category
        and p.item_key = given.item_key`,
  )
}

/** Stores what a fold is about, unless the same is stored already, and returns it with its number. */
export async function insertFold(
  db: Session,
  { folds }: Tables,
  { startedAt, ...head }: Omit<FoldHead, 'id'> & { readonly startedAt: Date },
): Promise<FoldHead> {
  const { until, categories, metrics, timeZone } = head
  const lists = [JSON.stringify(categories), JSON.stringify(metrics)] as const
  for (;;) {
    const [row] = await run<{ id: number }>(
      db,
      sql`with known as (
          select id from ${folds} where until = ${instant(until)} and categories = ${lists[0]}::text::jsonb
            and metrics = ${lists[1]}::text::jsonb and time_zone = ${timeZone}::text
        ), added as (
          insert into ${folds} (id, until, categories, metrics, time_zone, started_at)
          select coalesce(max(id), 0) + 1, ${instant(until)}, ${lists[0]}::text::jsonb, ${lists[1]}::text::jsonb,
            ${timeZone}::text, ${instant(startedAt)}
          from ${folds} having not exists (select from known)
          on conflict do nothing returning id
        )
        select id::int as id from known union all select id::int from added limit 1`,
    )
    if (row) return { ...head, id: row.id }
  }
}

/** Reads all folds, the latest first, with the number of users whose snapshots are of them. */
export async function readFolds(
  db: Session,
  { folds, userFolds }: Tables,
): Promise<readonly (FoldHead & { readonly userCount: number })[]> {
  const rows = await run<{
    id: number
    until: number
    categories: string
    metrics: string
    time_zone: string | null
    user_count: number
  }>(
    db,
    sql`select f.id::int as id, ${msOf(sql`f.until`)} as until, f.categories::text as categories,
        f.metrics::text as metrics, f.time_zone, coalesce(u.user_count, 0)::float8 as user_count
      from ${folds} as f left join (select fold, count(*) as user_count from ${userFolds} group by fold) as u on u.fold = f.id
      order by f.id desc`,
  )
  return rows.map(row => ({
    id: row.id,
    until: dateOf(row.until),
    categories: JSON.parse(row.categories) as string[],
    metrics: JSON.parse(row.metrics) as string[],
    timeZone: row.time_zone,
    userCount: row.user_count,
  }))
}

/** How many users have folded days that something would count in another way, and the latest of their lines. */
export type FoldedDays = { readonly userCount: number; readonly until: Date | null }

/**
 * Finds users whose folded days were counted by another default time zone, and users of whom pauses of folded days were
 * entered or taken back after these were folded.
 */
export async function readFoldedDays(
  db: Session,
  { userFolds, folds, userTimeZones, streakPauses }: Tables,
  timeZone: string,
): Promise<{ readonly all: FoldedDays; readonly zone: FoldedDays; readonly pauses: FoldedDays }> {
  const count = async (condition: Sql): Promise<FoldedDays> => {
    const [row] = await run<{ user_count: number; until: number | null }>(
      db,
      sql`select count(*)::float8 as user_count, ${msOf(sql`max(u.until)`)} as until
        from ${userFolds} as u join ${folds} as f on f.id = u.fold where ${condition}`,
    )
    return { userCount: row!.user_count, until: dateOrNull(row!.until) }
  }
  const hasOwnZone = sql`exists (select from ${userTimeZones} as z where z.user_id = u.user_id and z.zone is not null)`
  return {
    all: await count(sql`true`),
    zone: await count(sql`f.time_zone <> ${timeZone} and not ${hasOwnZone}`),
    pauses: await count(sql`exists (
      select from ${streakPauses} as p where p.user_id in ('', u.user_id) and p.from_at < u.until
        and greatest(p.recorded_at, p.deleted_at) > u.folded_at
    )`),
  }
}
