import { instant, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import type { DeliveryStatus } from './deliveries.js'
import { secretColumns, secretsOf, type WebhookSecrets } from './webhooks.js'

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
export async function claimDeliveries(
  db: Session,
  { webhookEndpoints, webhookDeliveries, webhookAttempts }: Tables,
  { at, until, limit, limitPerEndpoint, busy }: Claim,
): Promise<readonly ClaimedDelivery[]> {
  const rows = await run<ClaimRow>(
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

/**
 * Checks whether anything is to be sent: a delivery that is due or under way, or a change that no delivery was made of.
 */
export async function hasDueDeliveries(
  db: Session,
  { webhookEndpoints, webhookDeliveries, webhookAttempts, outbox }: Tables,
  at: Date,
): Promise<boolean> {
  const rows = await run(
    db,
    sql`select from ${webhookEndpoints} as e where e.is_enabled and (
        exists (select from ${webhookDeliveries} as d where d.endpoint_id = e.id and d.status = 'pending' and (
          d.next_attempt_at <= ${instant(at)} or exists (
            select from ${webhookAttempts} as a
            where a.delivery_id = d.id and a.number = d.attempt_count and a.duration_ms is null)))
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
  { webhookDeliveries, webhookAttempts }: Tables,
  outcome: Outcome,
): Promise<void> {
  const { id, attemptNumber, status, nextAttemptAt, at, durationMs, statusCode, failure } = outcome
  const isDelivered = status === 'delivered'
  const next = nextAttemptAt ? instant(nextAttemptAt) : sql`null::timestamptz`
  await run(
    db,
    sql`with settled as (
        update ${webhookDeliveries} set status = ${status}, next_attempt_at = ${next},
          failure_count = failure_count + ${isDelivered ? 0 : 1}::int,
          delivered_at = ${isDelivered ? instant(at) : sql`delivered_at`}
        where id = ${id} and status = 'pending' and (attempt_count = ${attemptNumber}::int or ${isDelivered}::boolean)
      )
      update ${webhookAttempts} set duration_ms = ${durationMs}::int, status_code = ${statusCode}::int, failure = ${failure}::text
      where delivery_id = ${id} and number = ${attemptNumber}::int`,
  )
}

/** Deletes deliveries that were finished before an instant, at most `limit` of each webhook. */
export async function deleteOldDeliveries(
  db: Session,
  { webhookEndpoints, webhookDeliveries }: Tables,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<void> {
  await run(
    db,
    sql`delete from ${webhookDeliveries} where id in (
      select d.id from ${webhookEndpoints} as e cross join lateral (
        select d.id from ${webhookDeliveries} as d
        where d.endpoint_id = e.id and d.created_at < ${instant(before)} and d.status <> 'pending'
        order by d.created_at limit ${raw(String(limit))}) as d)`,
  )
}
