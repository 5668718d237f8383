import { dateOrNull, instant, msOf, numericArray, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'
import { inTransaction } from '../database/transaction.js'
import type { Tables } from '../schema/tables.js'
import type { FeedLag, FeedPlace } from './feed-place.js'

/** The place of events that have none yet. */
export const unplaced: string = '0'

/** How many events get their place in one transaction. */
const batchSize = 1_000

type ReaderRow = { readonly placed_batch: string; readonly placed_count: string; readonly settled_batch: string }

/**
 * Gives new events of all nodes their place in the feed, in place of the transaction ids that order the feed of a single
 * server: each node of a cluster counts transactions for itself. Returns the last batch that may be read.
 */
export async function placeEvents(db: Session, tables: Tables): Promise<string> {
  // Nobody may see places before they are committed.
  if (db.isTransaction) return (await readReader(db, tables))?.settled_batch ?? unplaced
  for (;;) {
    const settled = await settle(db, tables)
    if (!(await placeBatch(db, tables))) return settled
  }
}

// One process at a time. The next batch is begun only when the last one is seen on all nodes.
function placeBatch(db: Session, { outbox, outboxReaders }: Tables): Promise<boolean> {
  return inTransaction(db, 'write', async tx => {
    const [reader] = await run<ReaderRow>(tx, sql`select ${readerColumns} from ${outboxReaders} for update`)
    if (!reader || reader.placed_batch !== reader.settled_batch) return false
    const events = await run<{ user_id: string; sequence: string }>(
      tx,
      sql`select user_id, sequence::text as sequence from ${outbox} as o where transaction_id = ${unplaced}::text::xid8
        order by at, user_id collate "C", o.sequence limit ${raw(String(batchSize))}`,
    )
    if (events.length === 0) return false
    const batch = String(BigInt(reader.placed_batch) + 1n)
    await run(
      tx,
      sql`update ${outboxReaders} set placed_batch = ${batch}::text::bigint, placed_count = ${String(events.length)}::text::bigint`,
    )
    await run(
      tx,
      sql`update ${outbox} as o set transaction_id = ${batch}::text::xid8, position = given.place
        from unnest(${textArray(events.map(event => event.user_id))}, ${numericArray(events.map(event => event.sequence))})
          with ordinality as given (user_id, sequence, place)
        where o.user_id = given.user_id and o.sequence = given.sequence`,
    )
    return true
  })
}

// A batch is committed on one node after the other. A reader who sees a part of it would miss the rest.
async function settle(db: Session, { outbox, outboxReaders }: Tables): Promise<string> {
  const reader = await readReader(db, { outboxReaders })
  if (!reader) return unplaced
  const { placed_batch: batch, placed_count: count, settled_batch: settled } = reader
  if (batch === settled) return settled
  const [seen] = await run<{ count: string }>(
    db,
    sql`select count(*)::text as count from ${outbox} where transaction_id = ${batch}::text::xid8`,
  )
  // Fewer are left if a user was erased meanwhile.
  if (seen!.count !== count && !(await isAllCommitted(db))) return settled
  await run(
    db,
    sql`update ${outboxReaders} set settled_batch = ${batch}::text::bigint where placed_batch = ${batch}::text::bigint`,
  )
  return batch
}

async function readReader(
  db: Session,
  { outboxReaders }: Pick<Tables, 'outboxReaders'>,
): Promise<ReaderRow | undefined> {
  return (await run<ReaderRow>(db, sql`select ${readerColumns} from ${outboxReaders}`))[0]
}

async function isAllCommitted(db: Session): Promise<boolean> {
  const rows = await run<{ success: boolean; result: string }>(
    db,
    sql`select success, result from run_command_on_all_nodes('select count(*) from pg_prepared_xacts')`,
  )
  return rows.every(({ success, result }) => success && result === '0')
}

const readerColumns = raw(
  'placed_batch::text as placed_batch, placed_count::text as placed_count, settled_batch::text as settled_batch',
)

/** Returns the position after everything that can be read now. */
export async function readClusterFeedEnd(db: Session, tables: Tables): Promise<FeedPlace> {
  return { transactionId: String(BigInt(await placeEvents(db, tables)) + 1n), position: '0' }
}

/** Deletes old events that all readers have passed, at most `limit`. Returns how many were deleted. */
export async function deletePassedInCluster(
  db: Session,
  tables: Tables,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const { outbox, outboxReaders } = tables
  const settled = await settle(db, tables)
  const first = await firstWaitedFor(db, tables)
  const isPassed = first
    ? sql`and (o.transaction_id, o.position) <= (${first.transactionId}::text::xid8, ${first.position}::text::bigint)`
    : sql``
  const passed = await run<{ user_id: string; sequence: string; transaction_id: string; position: string }>(
    db,
    sql`select o.user_id, o.sequence::text as sequence, o.transaction_id::text as transaction_id, o.position::text as position
      from ${outbox} as o where o.at < ${instant(before)} and o.transaction_id > ${unplaced}::text::xid8
        and o.transaction_id <= ${settled}::text::xid8 ${isPassed}
      order by o.transaction_id, o.position limit ${raw(String(limit))}`,
  )
  const last = passed.at(-1)
  if (!last) return 0
  // Noted first, so that nobody continues from a place whose followers are going.
  const place = sql`${last.transaction_id}::text::xid8, ${last.position}::text::bigint`
  await run(
    db,
    sql`update ${outboxReaders} set forgotten_transaction = ${last.transaction_id}::text::xid8,
        forgotten_position = ${last.position}::text::bigint
      where (forgotten_transaction, forgotten_position) < (${place})`,
  )
  await run(
    db,
    sql`delete from ${outbox} as o
      using unnest(${textArray(passed.map(row => row.user_id))}, ${numericArray(passed.map(row => row.sequence))})
        as given (user_id, sequence)
      where o.user_id = given.user_id and o.sequence = given.sequence`,
  )
  return passed.length
}

async function firstWaitedFor(db: Session, { webhookEndpoints }: Tables): Promise<FeedPlace | undefined> {
  const rows = await run<{ transaction_id: string; position: string }>(
    db,
    sql`select transaction_id::text as transaction_id, position::text as position from ${webhookEndpoints} as e
      where is_enabled order by e.transaction_id, e.position limit 1`,
  )
  const [row] = rows
  return row && { transactionId: row.transaction_id, position: row.position }
}

/** Reads how far the feed is behind. */
export async function readClusterFeedLag(db: Session, tables: Tables): Promise<FeedLag> {
  const { outbox } = tables
  await placeEvents(db, tables)
  const first = await firstWaitedFor(db, tables)
  const place = first && sql`(${first.transactionId}::text::xid8, ${first.position}::text::bigint)`
  const unread = place
    ? await run<{ at: number | null }>(
        db,
        sql`select ${msOf(sql`min(o.at)`)} as at from ${outbox} as o where (o.transaction_id, o.position) > ${place}`,
      )
    : []
  const held = await run<{ at: number | null }>(
    db,
    sql`select ${msOf(sql`min(at)`)} as at from ${outbox} where transaction_id = ${unplaced}::text::xid8`,
  )
  const dateIn = (rows: readonly { at: number | null }[]): Date | null => dateOrNull(rows[0]?.at ?? null)
  return { oldestUnreadAt: dateIn(unread), oldestHeldBackAt: dateIn(held), oldestTransactionMs: null }
}
