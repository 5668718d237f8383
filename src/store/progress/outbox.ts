import { type SQL, sql } from 'drizzle-orm'
import { dateOf, dateOrNull, instant, msOf, numericArray, textArray } from '../database/columns.js'
import { type Database, run } from '../database/database.js'
import type { Tables } from '../schema/tables.js'

/** What the outbox tells of. */
export type OutboxType = 'badge.awarded' | 'badge.revoked'

/** A change that others are told of. `laterCount`: how many changes of the same user follow in the same write. */
export type Told = {
  readonly userId: string
  readonly type: OutboxType
  /** The badge as JSON, kept to the byte. */
  readonly dataJson: string
  readonly laterCount: number
}

/** For how long what was told is kept, and for how long writers go on after the last reader was there. */
export const retentionMs = 7 * 86_400_000

/**
 * Writes what is told, as a part of the `with` of the statement that writes standings as `written`; nothing where nobody reads. A row
 * never stands before an earlier one of its user in the feed: a transaction with the lower id may be the later one to change the user.
 */
export function toldWritten({ outbox, outboxReaders }: Tables, told: readonly Told[], recordedAt: Date): SQL {
  const before = sql`(select o.transaction_id from ${outbox} as o where o.user_id = written.user_id order by o.sequence desc limit 1)`
  const earliest = new Date(recordedAt.getTime() - retentionMs)
  return sql`told as (
      insert into ${outbox} (user_id, sequence, transaction_id, type, data, at)
      select written.user_id, written.sequence - given.later_count, greatest(pg_current_xact_id(), ${before}),
        given.type, given.data, ${instant(recordedAt)}
      from unnest(
        ${textArray(told.map(({ userId }) => userId))}, ${textArray(told.map(({ type }) => type))},
        ${textArray(told.map(({ dataJson }) => dataJson))}, ${numericArray(told.map(({ laterCount }) => laterCount))}
      ) as given (user_id, type, data, later_count)
      join written on written.user_id = given.user_id
      where exists (select from ${outboxReaders} where last_read_at > ${instant(earliest)})
      order by written.user_id collate "C", written.sequence - given.later_count
    )`
}

/** Opens the outbox to writers, or keeps it open. What happened while it was closed is noted as forgotten. */
export async function keepOutboxOpen(db: Database, { outboxReaders }: Tables, at: Date): Promise<void> {
  const earliest = instant(new Date(at.getTime() - retentionMs))
  await run(
    db,
    sql`insert into ${outboxReaders} as r (last_read_at, forgotten_transaction)
      values (${instant(at)}, pg_snapshot_xmin(pg_current_snapshot()))
      on conflict (id) do update set last_read_at = greatest(r.last_read_at, excluded.last_read_at),
        forgotten_transaction = case when r.last_read_at > ${earliest} then r.forgotten_transaction
          else greatest(r.forgotten_transaction, excluded.forgotten_transaction) end,
        forgotten_position = case when r.last_read_at > ${earliest} or r.forgotten_transaction >= excluded.forgotten_transaction
          then r.forgotten_position else 0 end`,
  )
}

/** A place in the feed: everything up to it has been read. Numbers as text, since they pass what JavaScript counts exactly. */
export type FeedPlace = { readonly transactionId: string; readonly position: string }

/** A row of the outbox. */
export type OutboxRow = {
  readonly place: FeedPlace
  readonly userId: string
  readonly sequence: number
  readonly type: OutboxType
  readonly dataJson: string
  readonly at: Date
}

/** Which part of the feed to read. `userId`: only what is of this user. */
export type FeedPage = { readonly after: FeedPlace; readonly limit: number; readonly userId?: string | undefined }

/**
 * Reads what follows a place in the feed, oldest first: only what no transaction under way can still get ahead of, so that a reader
 * who goes on after the last row misses nothing.
 */
export async function readFeedRows(db: Database, tables: Tables, page: FeedPage): Promise<readonly OutboxRow[]> {
  const own = page.userId === undefined ? sql`` : sql`and o.user_id = ${page.userId}`
  const rows = await run<FeedRow>(
    db,
    sql`select ${feedColumns} from ${tables.outbox} as o
      where ${isAfter(page.after)} and ${isSettled} ${own}
      order by o.transaction_id, o.position limit ${sql.raw(String(page.limit))}`,
  )
  return rows.map(outboxRow)
}

type FeedRow = {
  readonly transaction_id: string
  readonly position: string
  readonly user_id: string
  readonly sequence: number
  readonly type: OutboxType
  readonly data: string
  readonly at: number
}

const feedColumns: SQL = sql`o.transaction_id::text as transaction_id, o.position::text as position, o.user_id,
  o.sequence::float8 as sequence, o.type, o.data, ${msOf(sql`o.at`)} as at`

/** What no transaction under way can get ahead of any more. */
const isSettled: SQL = sql`o.transaction_id < pg_snapshot_xmin(pg_current_snapshot())`

function isAfter({ transactionId, position }: FeedPlace): SQL {
  return sql`(o.transaction_id, o.position) > (${transactionId}::text::xid8, ${position}::text::bigint)`
}

function outboxRow(row: FeedRow): OutboxRow {
  return {
    place: { transactionId: row.transaction_id, position: row.position },
    userId: row.user_id,
    sequence: row.sequence,
    type: row.type,
    dataJson: row.data,
    at: dateOf(row.at),
  }
}

/** Gives the place behind everything that can be read now. */
export async function readFeedEnd(db: Database): Promise<FeedPlace> {
  const rows = await run<{ horizon: string }>(db, sql`select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`)
  return { transactionId: rows[0]!.horizon, position: '0' }
}

/**
 * Tells whether everything after a place is still there. It is not where that was deleted, where nobody wrote it down, or where the
 * place comes from another cluster, ahead of this one.
 */
export async function isFeedWhole(db: Database, { outboxReaders }: Tables, place: FeedPlace): Promise<boolean> {
  const given = sql`(${place.transactionId}::text::xid8, ${place.position}::text::bigint)`
  const rows = await run(
    db,
    sql`select from ${outboxReaders} where ${given} >= (forgotten_transaction, forgotten_position)
      and ${place.transactionId}::text::xid8 <= pg_snapshot_xmax(pg_current_snapshot())`,
  )
  return rows.length > 0
}

/** Deletes old rows that everybody has passed, at most `limit`, and notes up to where. Returns how many they were. */
export async function deletePassed(
  db: Database,
  { outbox, outboxReaders, webhookEndpoints }: Tables,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const isWaitedFor = sql`exists (select from ${webhookEndpoints} as e
    where e.is_enabled and (e.transaction_id, e.position) < (o.transaction_id, o.position))`
  const rows = await run<{ count: number }>(
    db,
    sql`with passed as (
        select o.user_id, o.sequence from ${outbox} as o
        where o.at < ${instant(before)} and ${isSettled} and not ${isWaitedFor}
        order by o.transaction_id, o.position limit ${sql.raw(String(limit))} for update skip locked
      ), deleted as (
        delete from ${outbox} as o using passed where o.user_id = passed.user_id and o.sequence = passed.sequence
        returning o.transaction_id, o.position
      ), last as (
        select transaction_id, position from deleted order by transaction_id desc, position desc limit 1
      ), noted as (
        update ${outboxReaders} as r set forgotten_transaction = last.transaction_id, forgotten_position = last.position
        from last where (last.transaction_id, last.position) > (r.forgotten_transaction, r.forgotten_position)
      )
      select count(*)::int as count from deleted`,
  )
  return rows[0]!.count
}

/** How far the feed lags behind what was written: for health. Null where nothing does. */
export type FeedLag = {
  /** When the oldest row was written that an enabled webhook endpoint has not passed. */
  readonly oldestUnreadAt: Date | null
  /** When the oldest row was written that cannot be read yet, since an older transaction is still under way. */
  readonly oldestHeldBackAt: Date | null
  /** For how long the oldest writing transaction of the server, in whatever database, has been under way; of those that may be seen. */
  readonly oldestTransactionMs: number | null
}

/** Reads how far the feed lags behind. */
export async function readFeedLag(db: Database, { outbox, webhookEndpoints }: Tables): Promise<FeedLag> {
  const rows = await run<{ unread: number | null; held: number | null; transaction_ms: number | null }>(
    db,
    sql`select
      (select ${msOf(sql`min(o.at)`)} from ${webhookEndpoints} as e cross join lateral (
        select o.at from ${outbox} as o where (o.transaction_id, o.position) > (e.transaction_id, e.position)
        order by o.transaction_id, o.position limit 1) as o where e.is_enabled) as unread,
      (select ${msOf(sql`min(o.at)`)} from ${outbox} as o where not ${isSettled}) as held,
      (select date_part('epoch', clock_timestamp() - min(xact_start)) * 1000 from pg_stat_activity
        where backend_xid is not null) as transaction_ms`,
  )
  const { unread, held, transaction_ms: transactionMs } = rows[0]!
  return {
    oldestUnreadAt: dateOrNull(unread),
    oldestHeldBackAt: dateOrNull(held),
    oldestTransactionMs: transactionMs === null ? null : Math.max(0, Math.round(transactionMs)),
  }
}
