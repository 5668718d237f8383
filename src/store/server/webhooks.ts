import { dateOf, dateOrNull, instant, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import type { FeedPlace } from '../progress/outbox.js'
import type { Tables } from '../schema/tables.js'

/** A webhook, without its secrets. */
export type Webhook = {
  readonly id: string
  readonly url: string
  /** The types of messages that are sent there. */
  readonly types: readonly string[]
  readonly isEnabled: boolean
  /** Why it was disabled, if nobody did it manually. */
  readonly disabledBecause: string | null
  readonly createdAt: Date
}

type WebhookRow = {
  readonly id: string
  readonly url: string
  readonly event_types: string
  readonly is_enabled: boolean
  readonly disabled_reason: string | null
  readonly created_at: number
}

const columns: Sql = sql`id, url, event_types::text as event_types, is_enabled, disabled_reason,
  ${msOf(sql`created_at`)} as created_at`

function webhookOf(row: WebhookRow): Webhook {
  return {
    id: row.id,
    url: row.url,
    types: JSON.parse(row.event_types) as string[],
    isEnabled: row.is_enabled,
    disabledBecause: row.disabled_reason,
    createdAt: dateOf(row.created_at),
  }
}

/** A webhook to store. It receives what comes after `place`. */
export type NewWebhook = Pick<Webhook, 'id' | 'url' | 'types'> & {
  readonly secret: string
  readonly place: FeedPlace
  readonly at: Date
}

/** Stores a webhook. */
export async function insertWebhook(db: Session, { webhookEndpoints }: Tables, made: NewWebhook): Promise<Webhook> {
  const { id, url, types, secret, place, at } = made
  const rows = await run<WebhookRow>(
    db,
    sql`insert into ${webhookEndpoints} (id, url, event_types, secret, transaction_id, position, created_at, updated_at)
      values (${id}, ${url}, ${JSON.stringify(types)}::text::jsonb, ${secret}, ${place.transactionId}::text::xid8,
        ${place.position}::text::bigint, ${instant(at)}, ${instant(at)})
      returning ${columns}`,
  )
  return webhookOf(rows[0]!)
}

/** Lists all webhooks, oldest first. */
export async function readWebhooks(db: Session, { webhookEndpoints }: Tables): Promise<readonly Webhook[]> {
  const rows = await run<WebhookRow>(
    db,
    sql`select ${columns} from ${webhookEndpoints} order by ${webhookEndpoints}.created_at, id`,
  )
  return rows.map(webhookOf)
}

/** Reads one webhook, or null if there is none. */
export async function readWebhook(db: Session, { webhookEndpoints }: Tables, id: string): Promise<Webhook | null> {
  const rows = await run<WebhookRow>(db, sql`select ${columns} from ${webhookEndpoints} where id = ${id}`)
  return rows[0] ? webhookOf(rows[0]) : null
}

/** The changes to a webhook. `place`: where it continues when it is enabled again. */
export type WebhookChange = {
  readonly id: string
  readonly url?: string | undefined
  readonly types?: readonly string[] | undefined
  readonly isEnabled?: boolean | undefined
  readonly because?: string | undefined
  readonly place: FeedPlace
  readonly at: Date
}

/** Changes a webhook, or returns null if there is none. What happened while it was disabled is not sent afterwards. */
export async function updateWebhook(
  db: Session,
  { webhookEndpoints }: Tables,
  { id, url, types, isEnabled, because, place, at }: WebhookChange,
): Promise<Webhook | null> {
  const enabled = sql`coalesce(${isEnabled ?? null}::boolean, e.is_enabled)`
  const isBack = sql`${enabled} and not e.is_enabled`
  const rows = await run<WebhookRow>(
    db,
    sql`update ${webhookEndpoints} as e set
        url = coalesce(${url ?? null}::text, e.url),
        event_types = coalesce(${types ? JSON.stringify(types) : null}::text::jsonb, e.event_types),
        is_enabled = ${enabled},
        disabled_reason = case when ${enabled} then null else coalesce(${because ?? null}::text, e.disabled_reason) end,
        transaction_id = case when ${isBack} then ${place.transactionId}::text::xid8 else e.transaction_id end,
        position = case when ${isBack} then ${place.position}::text::bigint else e.position end,
        updated_at = ${instant(at)}
      where id = ${id} returning ${columns}`,
  )
  return rows[0] ? webhookOf(rows[0]) : null
}

/** Gives a webhook a new secret; the old one signs too for a while. Returns null if there is no such webhook. */
export async function rotateSecret(
  db: Session,
  { webhookEndpoints }: Tables,
  { id, secret, previousUntil, at }: { id: string; secret: string; previousUntil: Date; at: Date },
): Promise<Webhook | null> {
  const rows = await run<WebhookRow>(
    db,
    sql`update ${webhookEndpoints} as e set secret = ${secret}, previous_secret = e.secret,
        previous_until = ${instant(previousUntil)}, updated_at = ${instant(at)}
      where id = ${id} returning ${columns}`,
  )
  return rows[0] ? webhookOf(rows[0]) : null
}

/** Deletes a webhook with all its deliveries. Returns whether it existed. */
export async function deleteWebhook(
  db: Session,
  { webhookEndpoints, webhookDeliveries }: Tables,
  id: string,
): Promise<boolean> {
  const rows = await run(
    db,
    sql`with sent as (delete from ${webhookDeliveries} where endpoint_id = ${id})
      delete from ${webhookEndpoints} where id = ${id} returning id`,
  )
  return rows.length > 0
}

/** A webhook that is behind in the feed. */
export type LaggingWebhook = { readonly id: string; readonly types: readonly string[]; readonly place: FeedPlace }

/**
 * Locks one webhook that is behind in the feed and that no other worker has locked, or returns null if there is none.
 */
export async function lockLagging(tx: Session, { webhookEndpoints, outbox }: Tables): Promise<LaggingWebhook | null> {
  const rows = await run<{ id: string; event_types: string; transaction_id: string; position: string }>(
    tx,
    sql`select e.id, e.event_types::text as event_types, e.transaction_id::text as transaction_id,
        e.position::text as position
      from ${webhookEndpoints} as e
      where e.is_enabled and exists (select from ${outbox} as o
        where (o.transaction_id, o.position) > (e.transaction_id, e.position)
          and o.transaction_id < pg_snapshot_xmin(pg_current_snapshot()))
      limit 1 for update skip locked`,
  )
  const [row] = rows
  if (!row) return null
  const place = { transactionId: row.transaction_id, position: row.position }
  return { id: row.id, types: JSON.parse(row.event_types) as string[], place }
}

/** Stores how far a locked webhook has come in the feed. */
export async function movePlace(
  tx: Session,
  { webhookEndpoints }: Tables,
  { id, place }: Pick<LaggingWebhook, 'id' | 'place'>,
): Promise<void> {
  await run(
    tx,
    sql`update ${webhookEndpoints} set transaction_id = ${place.transactionId}::text::xid8,
      position = ${place.position}::text::bigint where id = ${id}`,
  )
}

/** Checks whether any webhook is enabled. */
export async function hasWebhooks(db: Session, { webhookEndpoints }: Tables): Promise<boolean> {
  return (await run(db, sql`select from ${webhookEndpoints} where is_enabled limit 1`)).length > 0
}

/** The secrets that sign messages of a webhook. */
export type WebhookSecrets = {
  readonly secret: string
  readonly previous: string | null
  readonly previousUntil: Date | null
}

type SecretRow = {
  readonly secret: string
  readonly previous_secret: string | null
  readonly previous_until: number | null
}

/** Parses the columns of {@link secretColumns}. */
export function secretsOf({ secret, previous_secret: previous, previous_until }: SecretRow): WebhookSecrets {
  return { secret, previous, previousUntil: dateOrNull(previous_until) }
}

export const secretColumns: Sql = sql`e.secret, e.previous_secret, ${msOf(sql`e.previous_until`)} as previous_until`
