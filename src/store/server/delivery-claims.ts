import { instant, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import { inTransaction } from '../database/transaction.js'
import { learnLayout } from '../schema/layout.js'
import type { Tables } from '../schema/tables.js'
import type { DeliveryStatus } from './deliveries.js'
import { isAnyBehind, secretColumns, secretsOf, type WebhookSecrets } from './webhooks.js'

/** A delivery that a worker holds for the time of its lease, and what it needs to send it. */
export type ClaimedDelivery = {
  readonly id: string
  readonly endpointId: string
  readonly messageId: string
  readonly body: string
  readonly url: string
  readonly secrets: WebhookSecrets
  readonly attemptNumber: number
  /** How many attempts have failed since it was created or renewed. */
  readonly failureCount: number
}

/** What a worker can take on. `busy`: webhooks for which it has enough already. */
export type Claim = {
  readonly at: Date
  readonly until: Date
  readonly limit: number
  readonly limitPerEndpoint: number
  readonly busy: readonly string[]
}

/** Gives a worker deliveries that are due and that no other worker holds, and stores an attempt for each. */
export async function claimDeliveries(db: Session, tables: Tables, claim: Claim): Promise<readonly ClaimedDelivery[]> {
  await learnLayout(db, tables)
  const rows = await (tables.layout.isSpread ? claimInCluster(db, tables, claim) : claimTogether(db, tables, claim))
  return rows.map(row => ({
    id: row.id,
    endpointId: row.endpoint_id,
    messageId: row.message_id,
    body: row.body,
    url: row.url,
    secrets: secretsOf(row),
    attemptNumber: row.attempt_count,
    failureCount: row.failure_count,
  }))
}

// In a cluster every node has these tables, and takes neither locks that are skipped nor writes inside of a read: whoever
// raises the count of attempts first has the delivery.
async function claimInCluster(db: Session, tables: Tables, claim: Claim): Promise<readonly ClaimRow[]> {
  const { webhookEndpoints, webhookDeliveries, webhookAttempts } = tables
  const { at, until, limit, limitPerEndpoint, busy } = claim
  const due = await run<ClaimRow>(
    db,
    sql`select d.id, d.endpoint_id, d.message_id, d.body, d.attempt_count + 1 as attempt_count, d.failure_count, e.url, ${secretColumns}
      from ${webhookEndpoints} as e cross join lateral (
        select d.* from ${webhookDeliveries} as d
        where d.endpoint_id = e.id and d.status = 'pending' and d.next_attempt_at <= ${instant(at)}
        order by d.next_attempt_at limit ${raw(String(limitPerEndpoint))}
      ) as d
      where e.is_enabled and e.id <> all(${textArray(busy)})
      order by d.next_attempt_at limit ${raw(String(limit))}`,
  )
  const claimed: ClaimRow[] = []
  for (const row of due) {
    const isOurs = await inTransaction(db, 'write', async tx => {
      const rows = await run(
        tx,
        sql`update ${webhookDeliveries} set attempt_count = ${row.attempt_count}::int, next_attempt_at = ${instant(until)}
          where id = ${row.id} and status = 'pending' and attempt_count = ${row.attempt_count - 1}::int returning 1`,
      )
      if (rows.length === 0) return false
      await run(
        tx,
        sql`insert into ${webhookAttempts} (delivery_id, number, started_at)
          values (${row.id}, ${row.attempt_count}::int, ${instant(at)})`,
      )
      return true
    })
    if (isOurs) claimed.push(row)
  }
  return claimed
}

function claimTogether(
  db: Session,
  { webhookEndpoints, webhookDeliveries, webhookAttempts }: Tables,
  { at, until, limit, limitPerEndpoint, busy }: Claim,
): Promise<readonly ClaimRow[]> {
  return run<ClaimRow>(
    db,
    sql`with due as (
        select d.id from ${webhookEndpoints} as e cross join lateral (
          select d.id, d.next_attempt_at from ${webhookDeliveries} as d
          where d.endpoint_id = e.id and d.status = 'pending' and d.next_attempt_at <= ${instant(at)}
          order by d.next_attempt_at limit ${raw(String(limitPerEndpoint))} for update skip locked
        ) as d
        where e.is_enabled and e.id <> all(${textArray(busy)})
        order by d.next_attempt_at limit ${raw(String(limit))}
      ), claimed as (
        update ${webhookDeliveries} as d set attempt_count = d.attempt_count + 1, next_attempt_at = ${instant(until)}
        from due where d.id = due.id
        returning d.id, d.endpoint_id, d.message_id, d.body, d.attempt_count, d.failure_count
      ), noted as (
        insert into ${webhookAttempts} (delivery_id, number, started_at)
        select id, attempt_count, ${instant(at)} from claimed
      )
      select claimed.id, claimed.endpoint_id, claimed.message_id, claimed.body, claimed.attempt_count, claimed.failure_count,
        e.url, ${secretColumns} from claimed join ${webhookEndpoints} as e on e.id = claimed.endpoint_id`,
  )
}

/**
 * Checks whether anything is to be sent: a delivery that is due or under way, or a change that no delivery was made of.
 */
export async function hasDueDeliveries(db: Session, tables: Tables, at: Date): Promise<boolean> {
  const { webhookEndpoints, webhookDeliveries, webhookAttempts, outbox } = tables
  const isDue = sql`exists (select from ${webhookDeliveries} as d where d.endpoint_id = e.id and d.status = 'pending' and (
    d.next_attempt_at <= ${instant(at)} or exists (
      select from ${webhookAttempts} as a
      where a.delivery_id = d.id and a.number = d.attempt_count and a.duration_ms is null)))`
  await learnLayout(db, tables)
  if (tables.layout.isSpread) {
    const due = await run(db, sql`select from ${webhookEndpoints} as e where e.is_enabled and ${isDue} limit 1`)
    return due.length > 0 || (await isAnyBehind(db, tables))
  }
  const rows = await run(
    db,
    sql`select from ${webhookEndpoints} as e where e.is_enabled and (${isDue}
        or exists (select from ${outbox} as o where (o.transaction_id, o.position) > (e.transaction_id, e.position)
          and o.transaction_id < pg_snapshot_xmin(pg_current_snapshot()))
      ) limit 1`,
  )
  return rows.length > 0
}

type ClaimRow = {
  readonly id: string
  readonly endpoint_id: string
  readonly message_id: string
  readonly body: string
  readonly attempt_count: number
  readonly failure_count: number
  readonly url: string
  readonly secret: string
  readonly previous_secret: string | null
  readonly previous_until: number | null
}

/** The result of an attempt. `nextAttemptAt`: null if there is no next one. */
export type Outcome = {
  readonly id: string
  readonly attemptNumber: number
  readonly status: DeliveryStatus
  readonly nextAttemptAt: Date | null
  readonly at: Date
  readonly durationMs: number
  readonly statusCode: number | null
  readonly failure: string | null
}

/** Stores the result of an attempt. If another worker has taken over meanwhile, only a success counts. */
export async function settleDelivery(
  db: Session,
  { webhookDeliveries, webhookAttempts, layout }: Tables,
  outcome: Outcome,
): Promise<void> {
  const { id, attemptNumber, status, nextAttemptAt, at, durationMs, statusCode, failure } = outcome
  const isDelivered = status === 'delivered'
  const next = nextAttemptAt ? instant(nextAttemptAt) : sql`null::timestamptz`
  const settled = sql`update ${webhookDeliveries} set status = ${status}, next_attempt_at = ${next},
      failure_count = failure_count + ${isDelivered ? 0 : 1}::int,
      delivered_at = ${isDelivered ? instant(at) : sql`delivered_at`}
    where id = ${id} and status = 'pending' and (attempt_count = ${attemptNumber}::int or ${isDelivered}::boolean)`
  const noted = sql`update ${webhookAttempts} set duration_ms = ${durationMs}::int, status_code = ${statusCode}::int,
      failure = ${failure}::text
    where delivery_id = ${id} and number = ${attemptNumber}::int`
  if (!layout.isSpread) return void (await run(db, sql`with settled as (${settled}) ${noted}`))
  await inTransaction(db, 'write', async tx => {
    await run(tx, settled)
    await run(tx, noted)
  })
}

/** Deletes deliveries that were finished before an instant, at most `limit` of each webhook. */
export async function deleteOldDeliveries(
  db: Session,
  tables: Tables,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<void> {
  const { webhookEndpoints, webhookDeliveries } = tables
  await learnLayout(db, tables)
  if (tables.layout.isSpread) {
    const old = sql`created_at < ${instant(before)} and status <> 'pending' order by created_at limit ${raw(String(limit))}`
    await deleteWithAttempts(db, tables, old)
    return
  }
  await run(
    db,
    sql`delete from ${webhookDeliveries} where id in (
      select d.id from ${webhookEndpoints} as e cross join lateral (
        select d.id from ${webhookDeliveries} as d
        where d.endpoint_id = e.id and d.created_at < ${instant(before)} and d.status <> 'pending'
        order by d.created_at limit ${raw(String(limit))} for update skip locked) as d)`,
  )
}

// Deletes deliveries of a cluster with their attempts, which refer to nothing there. `which`: what follows `where`.
async function deleteWithAttempts(
  db: Session,
  { webhookDeliveries, webhookAttempts }: Tables,
  which: Sql,
): Promise<number> {
  const rows = await run<{ id: string }>(db, sql`select id from ${webhookDeliveries} where ${which}`)
  if (rows.length === 0) return 0
  const ids = textArray(rows.map(({ id }) => id))
  await run(db, sql`delete from ${webhookAttempts} where delivery_id = any(${ids})`)
  await run(db, sql`delete from ${webhookDeliveries} where id = any(${ids})`)
  return rows.length
}
