import { type SQL, sql } from 'drizzle-orm'
import { dateOf, dateOrNull, instant, msOf, textArray } from './columns.js'
import { type Database, run } from './database.js'
import type { Tables } from './tables.js'
import { secretColumns, secretsOf, type WebhookSecrets } from './webhooks.js'

/** `dead`: given up; it can be sent again by hand. */
export type DeliveryStatus = 'pending' | 'delivered' | 'dead'

/** A message on its way to a webhook. */
export type Delivery = {
  readonly id: string
  readonly messageId: string
  readonly type: string
  readonly status: DeliveryStatus
  readonly attemptCount: number
  readonly createdAt: Date
  /** While one is under way, when another worker may take it over. */
  readonly nextAttemptAt: Date | null
  readonly deliveredAt: Date | null
}

type DeliveryRow = {
  readonly id: string
  readonly message_id: string
  readonly type: string
  readonly status: DeliveryStatus
  readonly attempt_count: number
  readonly created_at: number
  readonly next_attempt_at: number | null
  readonly delivered_at: number | null
}

const columns: SQL = sql`d.id, d.message_id, d.type, d.status, d.attempt_count, ${msOf(sql`d.created_at`)} as created_at,
  ${msOf(sql`d.next_attempt_at`)} as next_attempt_at, ${msOf(sql`d.delivered_at`)} as delivered_at`

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    messageId: row.message_id,
    type: row.type,
    status: row.status,
    attemptCount: row.attempt_count,
    createdAt: dateOf(row.created_at),
    nextAttemptAt: dateOrNull(row.next_attempt_at),
    deliveredAt: dateOrNull(row.delivered_at),
  }
}

/** A delivery to be stored. `userId`: whose it is; it goes with the user. */
export type NewDelivery = {
  readonly id: string
  readonly userId: string | null
  readonly messageId: string
  readonly type: string
  readonly body: string
}

/** Stores deliveries to one webhook, due now; of each message one. */
export async function insertDeliveries(
  db: Database,
  { webhookDeliveries }: Tables,
  { endpointId, deliveries, at }: { endpointId: string; deliveries: readonly NewDelivery[]; at: Date },
): Promise<void> {
  if (deliveries.length === 0) return
  await run(
    db,
    sql`insert into ${webhookDeliveries} (id, endpoint_id, user_id, message_id, type, body, next_attempt_at, created_at)
      select id, ${endpointId}::text, nullif(user_id, ''), message_id, type, body, ${instant(at)}, ${instant(at)}
      from unnest(
        ${textArray(deliveries.map(({ id }) => id))}, ${textArray(deliveries.map(({ userId }) => userId ?? ''))},
        ${textArray(deliveries.map(({ messageId }) => messageId))}, ${textArray(deliveries.map(({ type }) => type))},
        ${textArray(deliveries.map(({ body }) => body))}
      ) as given (id, user_id, message_id, type, body)
      order by id on conflict do nothing`,
  )
}

/** Which deliveries of a webhook to list, the newest first. `after`: the last one of the page before. */
export type DeliveryQuery = {
  readonly endpointId: string
  readonly status?: DeliveryStatus | undefined
  readonly limit: number
  readonly after?: { readonly createdAtMs: number; readonly id: string } | undefined
}

/** Lists deliveries of a webhook. */
export async function readDeliveries(
  db: Database,
  { webhookDeliveries }: Tables,
  { endpointId, status, limit, after }: DeliveryQuery,
): Promise<readonly Delivery[]> {
  const chosen = status ? sql`and d.status = ${status}` : sql``
  const last = after && instant(new Date(after.createdAtMs))
  const behind = last ? sql`and (d.created_at < ${last} or (d.created_at = ${last} and d.id > ${after.id}))` : sql``
  const rows = await run<DeliveryRow>(
    db,
    sql`select ${columns} from ${webhookDeliveries} as d where d.endpoint_id = ${endpointId} ${chosen} ${behind}
      order by d.created_at desc, d.id limit ${sql.raw(String(limit))}`,
  )
  return rows.map(deliveryOf)
}

/** Reads one delivery, null where there is none. */
export async function readDelivery(db: Database, { webhookDeliveries }: Tables, id: string): Promise<Delivery | null> {
  const rows = await run<DeliveryRow>(db, sql`select ${columns} from ${webhookDeliveries} as d where d.id = ${id}`)
  return rows[0] ? deliveryOf(rows[0]) : null
}

/** Makes a delivery due again, whatever became of it, with all its tries before it; null where there is none. */
export async function renewDelivery(
  db: Database,
  { webhookDeliveries }: Tables,
  { id, at }: { id: string; at: Date },
): Promise<Delivery | null> {
  const rows = await run<DeliveryRow>(
    db,
    sql`update ${webhookDeliveries} as d set status = 'pending', failure_count = 0, next_attempt_at = ${instant(at)}
      where d.id = ${id} returning ${columns}`,
  )
  return rows[0] ? deliveryOf(rows[0]) : null
}

/** One try at a delivery. */
export type DeliveryAttempt = {
  readonly startedAt: Date
  /** Null while it is under way, and where its worker was killed. */
  readonly durationMs: number | null
  /** Null where there was no answer. */
  readonly statusCode: number | null
  readonly failure: string | null
}

/** Lists the tries at a delivery, the first one first. */
export async function readAttempts(
  db: Database,
  { webhookAttempts }: Tables,
  deliveryId: string,
): Promise<readonly DeliveryAttempt[]> {
  const rows = await run<{
    started_at: number
    duration_ms: number | null
    status_code: number | null
    failure: string | null
  }>(
    db,
    sql`select ${msOf(sql`started_at`)} as started_at, duration_ms, status_code, failure from ${webhookAttempts}
      where delivery_id = ${deliveryId} order by number`,
  )
  return rows.map(row => ({
    startedAt: dateOf(row.started_at),
    durationMs: row.duration_ms,
    statusCode: row.status_code,
    failure: row.failure,
  }))
}

/** A delivery that a worker has for the time of its lease, and what it needs to send it. */
export type ClaimedDelivery = {
  readonly id: string
  readonly endpointId: string
  readonly messageId: string
  readonly body: string
  readonly url: string
  readonly secrets: WebhookSecrets
  readonly attemptNumber: number
  /** How many tries have failed since it was made or renewed. */
  readonly failureCount: number
}

/** What a worker can take on. `busy`: webhooks that have enough from it. */
export type Claim = {
  readonly at: Date
  readonly until: Date
  readonly limit: number
  readonly limitPerEndpoint: number
  readonly busy: readonly string[]
}

/** Gives a worker deliveries that are due and that nobody else has, and notes a try at each. */
export async function claimDeliveries(
  db: Database,
  { webhookEndpoints, webhookDeliveries, webhookAttempts }: Tables,
  { at, until, limit, limitPerEndpoint, busy }: Claim,
): Promise<readonly ClaimedDelivery[]> {
  const rows = await run<ClaimRow>(
    db,
    sql`with due as (
        select d.id from ${webhookEndpoints} as e cross join lateral (
          select d.id, d.next_attempt_at from ${webhookDeliveries} as d
          where d.endpoint_id = e.id and d.status = 'pending' and d.next_attempt_at <= ${instant(at)}
          order by d.next_attempt_at limit ${sql.raw(String(limitPerEndpoint))} for update skip locked
        ) as d
        where e.is_enabled and e.id <> all(${textArray(busy)})
        order by d.next_attempt_at limit ${sql.raw(String(limit))}
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

/** What became of a try. `nextAttemptAt`: null where there is none. */
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

/** Notes what became of a try. Where another worker has taken over meanwhile, only a success counts. */
export async function settleDelivery(
  db: Database,
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

/** Deletes deliveries that were settled before an instant, at most `limit` of each webhook. */
export async function deleteOldDeliveries(
  db: Database,
  { webhookEndpoints, webhookDeliveries }: Tables,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<void> {
  await run(
    db,
    sql`delete from ${webhookDeliveries} where id in (
      select d.id from ${webhookEndpoints} as e cross join lateral (
        select d.id from ${webhookDeliveries} as d
        where d.endpoint_id = e.id and d.created_at < ${instant(before)} and d.status <> 'pending'
        order by d.created_at limit ${sql.raw(String(limit))}) as d)`,
  )
}
