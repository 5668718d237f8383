import type { StoredOffer } from '../../core/awards/divide-offers.js'
import type { OfferTerms } from '../../core/awards/limits.js'
import { aheadLimitMs, badgeCategory, type Completion } from '../../core/users/completion.js'
import {
  anyOf,
  dateOf,
  inOrderOfBytes,
  instant,
  instantArray,
  instantOf,
  jsonOf,
  msOf,
  textArray,
} from '../database/columns.js'
import { readPages } from '../database/cursor.js'
import { run, runKept } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { badgeSource, isOffer, netGains } from './net-gains.js'

/** A row to insert into `user_progress`: a completion or a badge. */
export type NewRow = {
  readonly userId: string
  readonly category: string
  readonly itemKey: string
  readonly metadataJson: string
  readonly completedAt: Date
}

export type Key = Pick<NewRow, 'userId' | 'category' | 'itemKey'>

/** Writes a key as one string. An id cannot contain NUL, so two keys never give the same string. */
export function keyText({ userId, category, itemKey }: Key): string {
  return `${userId}\u0000${category}\u0000${itemKey}`
}

/**
 * Stores the rows whose keys are new, and returns those keys, as {@link keyText}. The keys must all differ. Rows are
 * inserted in order of the key, so that two batches cannot deadlock.
 */
export async function insertRows(
  db: Session,
  { userProgress }: Tables,
  { rows, recordedAt }: { readonly rows: readonly NewRow[]; readonly recordedAt: Date },
): Promise<ReadonlySet<string>> {
  const inserted = await runKept<{ user_id: string; category: string; item_key: string }>(
    db,
    sql`insert into ${userProgress} (user_id, category, item_key, metadata, completed_at, recorded_at)
      select user_id, category, item_key, metadata::jsonb, ${instantOf(sql`completed_at`)}, ${instant(recordedAt)}
      from unnest(
        ${textArray(rows.map(row => row.userId))}, ${textArray(rows.map(row => row.category))},
        ${textArray(rows.map(row => row.itemKey))}, ${textArray(rows.map(row => row.metadataJson))},
        ${instantArray(rows.map(row => row.completedAt))}
      ) as given (user_id, category, item_key, metadata, completed_at)
      order by user_id collate "C", category collate "C", item_key collate "C"
      on conflict do nothing
      returning user_id, category, item_key`,
  )
  return new Set(inserted.map(row => keyText({ userId: row.user_id, category: row.category, itemKey: row.item_key })))
}

/** Reads stored completions by their keys, as a map by {@link keyText}. */
export async function readCompletions(
  db: Session,
  { userProgress }: Tables,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Completion>> {
  const rows = await run<CompletionRow>(
    db,
    sql`select p.user_id, p.category, p.item_key, p.metadata::text as metadata,
        ${msOf(sql`p.completed_at`)} as completed_at, ${msOf(sql`p.recorded_at`)} as recorded_at
      from ${givenKeys(keys)} join ${userProgress} as p using (user_id, category, item_key)`,
  )
  return new Map(rows.map(row => completionFrom(row)).map(completion => [keyText(completion), completion]))
}

/** Writes keys of completions as a table `given`. */
export function givenKeys(keys: readonly Key[]): Sql {
  return sql`unnest(
      ${textArray(keys.map(({ userId }) => userId))}, ${textArray(keys.map(({ category }) => category))},
      ${textArray(keys.map(({ itemKey }) => itemKey))}
    ) as given (user_id, category, item_key)`
}

/** Returns which keys are stored, as {@link keyText}. */
export async function readStoredKeys(
  db: Session,
  { userProgress }: Tables,
  keys: readonly Key[],
): Promise<ReadonlySet<string>> {
  const rows = await run<Pick<CompletionRow, 'user_id' | 'category' | 'item_key'>>(
    db,
    sql`select user_id, category, item_key from ${givenKeys(keys)}
      join ${userProgress} as p using (user_id, category, item_key)`,
  )
  return new Set(rows.map(row => keyText({ userId: row.user_id, category: row.category, itemKey: row.item_key })))
}

/** Deletes a completion and returns it as it was stored, or null if there is none. */
export async function deleteCompletion(
  db: Session,
  { userProgress }: Tables,
  { userId, category, itemKey }: Key,
): Promise<Completion | null> {
  const [row] = await run<CompletionRow>(
    db,
    // Not in "returning", where a cluster allows no functions of time.
    sql`with deleted as (
        delete from ${userProgress} where user_id = ${userId} and category = ${category} and item_key = ${itemKey} returning *
      )
      select user_id, category, item_key, metadata::text as metadata,
        ${msOf(sql`completed_at`)} as completed_at, ${msOf(sql`recorded_at`)} as recorded_at from deleted`,
  )
  return row ? completionFrom(row) : null
}

type CompletionRow = {
  readonly user_id: string
  readonly category: string
  readonly item_key: string
  readonly metadata: string
  readonly completed_at: number
  readonly recorded_at: number
}

function completionFrom(row: CompletionRow): Completion {
  return {
    userId: row.user_id,
    category: row.category,
    itemKey: row.item_key,
    metadata: jsonOf(row.metadata),
    completedAt: dateOf(row.completed_at),
    recordedAt: dateOf(row.recorded_at),
  }
}

/** A stored completion, as a recount reads it. `metadata` is empty if no metric of its category reads it. */
export type HistoryRow = Omit<Completion, 'recordedAt'> & {
  /** The points of the completion itself. */
  readonly points: number
  /** The part of these points that came from rules with limits, and what they offered. */
  readonly offers: readonly StoredOffer[]
}

/** Which part of the history a recount needs. */
export type HistoryScope = {
  readonly userIds: readonly string[]
  readonly categories: readonly string[]
  /** The categories whose metadata are needed. */
  readonly withMetadata: readonly string[]
  /** Whether completions of these users have given points. These are then read too, whatever their category. */
  readonly withGains: boolean
  /** Whether completions of one of these users were folded. Rows that the host inserted again are then left out. */
  readonly withFolds: boolean
}

/**
 * Reads the completions of some users, user by user, in order of time, page by page. Leaves out rows whose time is more
 * than 5 minutes after they were stored, because they do not count. Needs a transaction, since it uses a cursor.
 */
export async function* readHistory(
  tx: Session,
  tables: Tables,
  scope: HistoryScope,
): AsyncGenerator<readonly HistoryRow[]> {
  if (scope.categories.length === 0 && !scope.withGains) return
  if (tables.layout.isSpread && scope.userIds.length > 1) {
    for (const userId of inOrderOfBytes(scope.userIds)) yield* readHistory(tx, tables, { ...scope, userIds: [userId] })
    return
  }
  const query = historyQuery(tables, scope, { isRead: sql`not ${isAhead}` })
  for await (const rows of readPages<HistorySqlRow>(tx, query)) yield rows.map(historyRowFrom)
}

const noMetadata = Object.freeze({})

/** A row of a history, as the database returns it. */
export type HistorySqlRow = Omit<CompletionRow, 'metadata' | 'recorded_at'> & {
  readonly metadata: string | null
  readonly gained: number | null
  readonly offers: string | null
}

/** How much later than it was stored a completion may be. */
export const aheadLimit: Sql = sql`${`${aheadLimitMs} milliseconds`}::interval`

/** Tells whether the time of a stored completion is more than 5 minutes after it was stored. */
export const isAhead: Sql = sql`completed_at > recorded_at + ${aheadLimit}`

/** Selects a history, in order of time, with more columns. `isRead`: of which completions. */
export function historyQuery(
  tables: Tables,
  scope: HistoryScope,
  { isRead = sql`true`, more = sql`` }: { readonly isRead?: Sql; readonly more?: Sql },
): Sql {
  const gains = scope.withGains
    ? sql`gained::float8 as gained, offers::text as offers`
    : sql`null::float8 as gained, null::text as offers`
  return sql`select user_id, category, item_key, ${msOf(sql`completed_at`)} as completed_at,
      case when category = ${anyOf(scope.withMetadata)} then metadata::text end as metadata, ${gains}${more}
    from ${historySource(tables, scope, isRead)}
    order by user_id collate "C", completed_at, category collate "C", item_key collate "C"`
}

/** Writes the source of a history: the completions for which `isRead` holds. */
export function historySource(
  tables: Tables,
  { userIds, categories, withGains, withFolds }: HistoryScope,
  isRead: Sql = sql`true`,
): Sql {
  const users = anyOf(userIds)
  // The nodes of a cluster run no function that reads other tables.
  const isUnfolded =
    withFolds && !tables.layout.isSpread
      ? sql`and not (user_id in (select user_id from ${tables.userFolds} where user_id = ${users})
        and ${tables.isFoldedFunction}(user_id, category, item_key))`
      : sql``
  const isListenedTo = sql`category = ${anyOf(categories)}`
  if (!withGains)
    return sql`${tables.userProgress} where user_id = ${users} and ${isListenedTo} and ${isRead} ${isUnfolded}`
  // A full join, because it is never run as a nested loop. Until statistics are current again after a large import, a left join was, and took
  // more than 10 minutes for 12,000 completions. `coalesce` keeps Postgres from seeing that it could be a left join.
  return sql`(
      select *, true as is_stored from ${tables.userProgress}
      where user_id = ${users} and category <> ${badgeCategory} and ${isRead} ${isUnfolded}
    ) as stored full join (
      select user_id, category, item_key, coalesce(sum(points) filter (where currency is null), 0) as gained,
        json_agg(json_build_array(source, period, points, offered, cap, terms, currency)) filter (where ${isOffer}) as offers
      from (${netGains(tables, users)}) as net
      where source <> ${badgeSource} group by user_id, category, item_key
    ) as gains using (user_id, category, item_key)
    where coalesce(is_stored, false) and (${isListenedTo} or gained is not null)`
}

/** Reads a row of a history. */
export function historyRowFrom(row: HistorySqlRow): HistoryRow {
  return {
    userId: row.user_id,
    category: row.category,
    itemKey: row.item_key,
    metadata: row.metadata === null ? noMetadata : jsonOf(row.metadata),
    completedAt: dateOf(row.completed_at),
    points: row.gained ?? 0,
    offers: row.offers === null ? noOffers : (JSON.parse(row.offers) as OfferRow[]).map(offerFrom),
  }
}

const noOffers: readonly StoredOffer[] = Object.freeze([])

type OfferRow = readonly [
  source: string,
  period: string,
  points: number,
  offered: number,
  cap: number | null,
  terms: OfferTerms | null,
  currency: string | null,
]

function offerFrom([source, period, points, offered, cap, terms, currency]: OfferRow): StoredOffer {
  return { source, period, points, offered, cap, terms, ...(currency !== null && { currency }) }
}

/** Counts the users who were ever recorded or counted. */
export async function countUsersStored(db: Session, { userStandings }: Tables): Promise<number> {
  const rows = await run<{ count: number }>(
    db,
    sql`select count(*)::float8 as count from ${userStandings} where merged_into is null`,
  )
  return rows[0]!.count
}

/** Lists the users who have anything stored, after `after`, in the database's own order. */
export async function readUserIds(
  db: Session,
  { userProgress, userMetrics, userStandings }: Tables,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const page = (table: unknown, rest = sql``) =>
    sql`(select distinct user_id from ${table} where user_id > ${after} ${rest} order by 1 limit ${raw(String(limit))})`
  const rows = await run<{ user_id: string }>(
    db,
    sql`${page(userProgress)} union ${page(userMetrics)} union ${page(userStandings, sql`and merged_into is null`)}
      order by 1 limit ${raw(String(limit))}`,
  )
  return rows.map(row => row.user_id)
}
