import { dateOf, dateOrNull, instant, msOf, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** `dead`: given up. It can be sent again manually. */
export type DeliveryStatus = 'pending' | 'delivered' | 'dead'

/** A message on its way to a webhook. */
export type Delivery = {
  readonly id: string
  readonly messageId: string
  readonly type: string
  readonly status: DeliveryStatus
  readonly attemptCount: number
  readonly createdAt: Date
  /** While an attempt is running: when another worker may take over. */
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

const columns: Sql = sql`d.id, d.message_id, d.type, d.status, d.attempt_count, ${msOf(sql`d.created_at`)} as created_at,
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

/** A delivery to store. `userId`: the user it is about; it is deleted with the user. */
export type NewDelivery = {
  readonly id: string
  readonly userId: string | null
  readonly messageId: string
  readonly type: string
  readonly body: string
}

/** Stores deliveries to one webhook, due now, one for each message. */
export async function insertDeliveries(
  db: Session,
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

/** Which deliveries of a webhook to list, newest first. `after`: the last one of the page before. */
export type DeliveryQuery = {
  readonly endpointId: string
  readonly status?: DeliveryStatus | undefined
  readonly limit: number
  readonly after?: { readonly createdAtMs: number; readonly id: string } | undefined
}

/** Lists deliveries of a webhook. */
export async function readDeliveries(
  db: Session,
  { webhookDeliveries }: Tables,
  { endpointId, status, limit, after }: DeliveryQuery,
): Promise<readonly Delivery[]> {
  const chosen = status ? sql`and d.status = ${status}` : sql``
  const last = after && instant(new Date(after.createdAtMs))
  const behind = last ? sql`and (d.created_at < ${last} or (d.created_at = ${last} and d.id > ${after.id}))` : sql``
  const rows = await run<DeliveryRow>(
    db,
    sql`select ${columns} from ${webhookDeliveries} as d where d.endpoint_id = ${endpointId} ${chosen} ${behind}
      order by d.created_at desc, d.id limit ${raw(String(limit))}`,
  )
  return rows.map(deliveryOf)
}

/** Reads one delivery, or null if there is none. */
export async function readDelivery(db: Session, { webhookDeliveries }: Tables, id: string): Promise<Delivery | null> {
  const rows = await run<DeliveryRow>(db, sql`select ${columns} from ${webhookDeliveries} as d where d.id = ${id}`)
  return rows[0] ? deliveryOf(rows[0]) : null
}

/** Makes a delivery due again, whatever its status, with all its attempts. Returns null if there is none. */
export async function renewDelivery(
  db: Session,
  tables: Tables,
  { id, at }: { id: string; at: Date },
): Promise<Delivery | null> {
  await run(
    db,
    sql`update ${tables.webhookDeliveries} as d set status = 'pending', failure_count = 0, next_attempt_at = ${instant(at)}
      where d.id = ${id}`,
  )
  return readDelivery(db, tables, id)
}

/** One attempt of a delivery. */
export type DeliveryAttempt = {
  readonly startedAt: Date
  /** Null while it is running, and if its worker was killed. */
  readonly durationMs: number | null
  /** Null if there was no answer. */
  readonly statusCode: number | null
  readonly failure: string | null
}

/** Lists the attempts of a delivery, oldest first. */
export async function readAttempts(
  db: Session,
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
