import { dateOf, dateOrNull, instant, msOf, numericArray, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import { learnLayout } from '../schema/layout.js'
import type { Tables } from '../schema/tables.js'
import { deletePassedInCluster, placeEvents, readClusterFeedEnd, readClusterFeedLag, unplaced } from './cluster-feed.js'
import type { FeedLag, FeedPlace } from './feed-place.js'

/** The types of events in the outbox. */
export type OutboxType = 'badge.awarded' | 'badge.revoked'

/** A change to send to others. `laterCount`: how many changes of the same user follow in the same write. */
export type OutboxChange = {
  readonly userId: string
  readonly type: OutboxType
  /** The badge as JSON, stored byte for byte. */
  readonly dataJson: string
  readonly laterCount: number
}

/** How long events are kept, and how long writers continue after the last reader was there. */
export const retentionMs = 7 * 86_400_000

/**
 * Writes events, as part of the `with` of the statement that writes standings as `written`. Writes nothing if nobody
 * reads. In the feed, a row never comes before an earlier one of its user, although the transaction with the lower id
 * may be the later one to change the user.
 */
export function outboxWritten(
  { outbox, outboxReaders }: Tables,
  events: readonly OutboxChange[],
  recordedAt: Date,
): Sql {
  const before = sql`(select o.transaction_id from ${outbox} as o where o.user_id = written.user_id order by o.sequence desc limit 1)`
  const earliest = new Date(recordedAt.getTime() - retentionMs)
  return sql`events as (
      insert into ${outbox} (user_id, sequence, transaction_id, type, data, at)
      select written.user_id, written.sequence - given.later_count, greatest(pg_current_xact_id(), ${before}),
        given.type, given.data, ${instant(recordedAt)}
      from unnest(
        ${textArray(events.map(({ userId }) => userId))}, ${textArray(events.map(({ type }) => type))},
        ${textArray(events.map(({ dataJson }) => dataJson))}, ${numericArray(events.map(({ laterCount }) => laterCount))}
      ) as given (user_id, type, data, later_count)
      join written on written.user_id = given.user_id
      where exists (select from ${outboxReaders} where last_read_at > ${instant(earliest)})
      order by written.user_id collate "C", written.sequence - given.later_count
    )`
}

/**
 * Writes events of users whose standings were written to a cluster. They get their place in the feed later, since the
 * nodes of a cluster number their transactions each for itself.
 */
export async function writeEvents(
  db: Session,
  { outbox, outboxReaders }: Tables,
  {
    events,
    sequences,
    recordedAt,
  }: {
    readonly events: readonly OutboxChange[]
    readonly sequences: ReadonlyMap<string, number>
    readonly recordedAt: Date
  },
): Promise<void> {
  const earliest = new Date(recordedAt.getTime() - retentionMs)
  const isRead = await run(db, sql`select from ${outboxReaders} where last_read_at > ${instant(earliest)}`)
  if (isRead.length === 0) return
  for (const { userId, type, dataJson, laterCount } of events) {
    await run(
      db,
      sql`insert into ${outbox} (user_id, sequence, transaction_id, type, data, at)
        values (${userId}, ${String(sequences.get(userId)! - laterCount)}::bigint, ${unplaced}::text::xid8, ${type}, ${dataJson},
          ${instant(recordedAt)})`,
    )
  }
}

/** Opens the outbox for writers, or keeps it open. What happened while it was closed is marked as lost. */
export async function keepOutboxOpen(db: Session, tables: Tables, at: Date): Promise<void> {
  await learnLayout(db, tables)
  const { outboxReaders, layout } = tables
  const earliest = instant(new Date(at.getTime() - retentionMs))
  const horizon = layout.isSpread
    ? sql`(coalesce((select settled_batch from ${outboxReaders}), 0) + 1)::text::xid8`
    : sql`pg_snapshot_xmin(pg_current_snapshot())`
  await run(
    db,
    sql`insert into ${outboxReaders} as r (last_read_at, forgotten_transaction)
      select ${instant(at)}, ${horizon}
      on conflict (id) do update set last_read_at = greatest(r.last_read_at, excluded.last_read_at),
        forgotten_transaction = case when r.last_read_at > ${earliest} then r.forgotten_transaction
          else greatest(r.forgotten_transaction, excluded.forgotten_transaction) end,
        forgotten_position = case when r.last_read_at > ${earliest} or r.forgotten_transaction >= excluded.forgotten_transaction
          then r.forgotten_position else 0 end`,
  )
}

/** A row of the outbox. */
export type OutboxRow = {
  readonly place: FeedPlace
  readonly userId: string
  readonly sequence: number
  readonly type: OutboxType
  readonly dataJson: string
  readonly at: Date
}

/**
 * Which part of the feed to read. `userId`: only events of this user. `isHeld`: whether to keep the events from being deleted
 * until the transaction ends. Then an erasure waits for what is made of them, and what is being erased is waited for.
 */
export type FeedPage = {
  readonly after: FeedPlace
  readonly limit: number
  readonly userId?: string | undefined
  readonly isHeld?: boolean
}

/** Gives new events their place in the feed, which a cluster needs. Not inside a transaction. */
export async function prepareFeed(db: Session, tables: Tables): Promise<void> {
  await learnLayout(db, tables)
  if (tables.layout.isSpread) await placeEvents(db, tables)
}

/**
 * Reads what follows a position in the feed, oldest first. It only returns rows that no open transaction can still get
 * ahead of, so a reader who continues after the last row misses nothing.
 */
export async function readFeedRows(db: Session, tables: Tables, page: FeedPage): Promise<readonly OutboxRow[]> {
  await learnLayout(db, tables)
  const own = page.userId === undefined ? sql`` : sql`and o.user_id = ${page.userId}`
  const isReadable = tables.layout.isSpread
    ? sql`o.transaction_id > ${unplaced}::text::xid8 and o.transaction_id <= ${await placeEvents(db, tables)}::text::xid8`
    : isSettled
  // A cluster locks rows of one user per statement.
  const held = page.isHeld && !tables.layout.isSpread ? sql`for key share` : sql``
  const rows = await run<FeedRow>(
    db,
    sql`select ${feedColumns} from ${tables.outbox} as o
      where ${isAfter(page.after)} and ${isReadable} ${own}
      order by o.transaction_id, o.position limit ${raw(String(page.limit))} ${held}`,
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

const feedColumns: Sql = sql`o.transaction_id::text as transaction_id, o.position::text as position, o.user_id,
  o.sequence::float8 as sequence, o.type, o.data, ${msOf(sql`o.at`)} as at`

/** Rows that no open transaction can get ahead of any more. */
const isSettled: Sql = sql`o.transaction_id < pg_snapshot_xmin(pg_current_snapshot())`

function isAfter({ transactionId, position }: FeedPlace): Sql {
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

/** Returns the position after everything that can be read now. */
export async function readFeedEnd(db: Session, tables: Tables): Promise<FeedPlace> {
  await learnLayout(db, tables)
  if (tables.layout.isSpread) return readClusterFeedEnd(db, tables)
  const rows = await run<{ horizon: string }>(db, sql`select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`)
  return { transactionId: rows[0]!.horizon, position: '0' }
}

/**
 * Checks whether everything after a position is still stored. It is not if rows were deleted, if nobody wrote them, or
 * if the position comes from another cluster that was ahead of this one.
 */
export async function isFeedWhole(db: Session, tables: Tables, place: FeedPlace): Promise<boolean> {
  await learnLayout(db, tables)
  const { outboxReaders, layout } = tables
  const given = sql`(${place.transactionId}::text::xid8, ${place.position}::text::bigint)`
  const end = layout.isSpread ? raw('(settled_batch + 1)::text::xid8') : raw('pg_snapshot_xmax(pg_current_snapshot())')
  const rows = await run(
    db,
    sql`select from ${outboxReaders} where ${given} >= (forgotten_transaction, forgotten_position)
      and ${place.transactionId}::text::xid8 <= ${end}`,
  )
  return rows.length > 0
}

/**
 * Deletes old rows that all readers have passed, at most `limit`, and stores up to where. Returns how many were
 * deleted.
 */
export async function deletePassed(
  db: Session,
  tables: Tables,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  await learnLayout(db, tables)
  if (tables.layout.isSpread) return deletePassedInCluster(db, tables, { before, limit })
  const { outbox, outboxReaders, webhookEndpoints } = tables
  const isWaitedFor = sql`exists (select from ${webhookEndpoints} as e
    where e.is_enabled and (e.transaction_id, e.position) < (o.transaction_id, o.position))`
  const rows = await run<{ count: number }>(
    db,
    sql`with passed as (
        select o.user_id, o.sequence from ${outbox} as o
        where o.at < ${instant(before)} and ${isSettled} and not ${isWaitedFor}
        order by o.transaction_id, o.position limit ${raw(String(limit))} for update skip locked
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

/** Reads how far the feed is behind. */
export async function readFeedLag(db: Session, tables: Tables): Promise<FeedLag> {
  await learnLayout(db, tables)
  if (tables.layout.isSpread) return readClusterFeedLag(db, tables)
  const { outbox, webhookEndpoints } = tables
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
