import { dateOf, dateOrNull, instant, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import { placeEvents, unplaced } from '../progress/cluster-feed.js'
import type { FeedPlace } from '../progress/feed-place.js'
import { learnLayout } from '../schema/layout.js'
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
export async function insertWebhook(db: Session, tables: Tables, made: NewWebhook): Promise<Webhook> {
  const { id, url, types, secret, place, at } = made
  await run(
    db,
    sql`insert into ${tables.webhookEndpoints} (id, url, event_types, secret, transaction_id, position, created_at, updated_at)
      values (${id}, ${url}, ${JSON.stringify(types)}::text::jsonb, ${secret}, ${place.transactionId}::text::xid8,
        ${place.position}::text::bigint, ${instant(at)}, ${instant(at)})`,
  )
  return (await readWebhook(db, tables, id))!
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
  tables: Tables,
  { id, url, types, isEnabled, because, place, at }: WebhookChange,
): Promise<Webhook | null> {
  const enabled = sql`coalesce(${isEnabled ?? null}::boolean, e.is_enabled)`
  const isBack = sql`${enabled} and not e.is_enabled`
  await run(
    db,
    sql`update ${tables.webhookEndpoints} as e set
        url = coalesce(${url ?? null}::text, e.url),
        event_types = coalesce(${types ? JSON.stringify(types) : null}::text::jsonb, e.event_types),
        is_enabled = ${enabled},
        disabled_reason = case when ${enabled} then null else coalesce(${because ?? null}::text, e.disabled_reason) end,
        transaction_id = case when ${isBack} then ${place.transactionId}::text::xid8 else e.transaction_id end,
        position = case when ${isBack} then ${place.position}::text::bigint else e.position end,
        updated_at = ${instant(at)}
      where id = ${id}`,
  )
  return readWebhook(db, tables, id)
}

/** Gives a webhook a new secret; the old one signs too for a while. Returns null if there is no such webhook. */
export async function rotateSecret(
  db: Session,
  tables: Tables,
  { id, secret, previousUntil, at }: { id: string; secret: string; previousUntil: Date; at: Date },
): Promise<Webhook | null> {
  await run(
    db,
    sql`update ${tables.webhookEndpoints} as e set secret = ${secret}, previous_secret = e.secret,
        previous_until = ${instant(previousUntil)}, updated_at = ${instant(at)}
      where id = ${id}`,
  )
  return readWebhook(db, tables, id)
}

/** Deletes a webhook with all its deliveries. Returns whether it existed. Needs a transaction. */
export async function deleteWebhook(db: Session, tables: Tables, id: string): Promise<boolean> {
  const { webhookEndpoints, webhookDeliveries, webhookAttempts } = tables
  await learnLayout(db, tables)
  // The webhook goes first. Whoever creates deliveries holds its row, so this waits for them, and the deletes below see
  // what they created. Afterwards nobody can create more.
  const gone = await run(db, sql`delete from ${webhookEndpoints} where id = ${id} returning id`)
  if (tables.layout.isSpread)
    await run(
      db,
      sql`delete from ${webhookAttempts} where delivery_id in (select id from ${webhookDeliveries} where endpoint_id = ${id})`,
    )
  await run(db, sql`delete from ${webhookDeliveries} where endpoint_id = ${id}`)
  return gone.length > 0
}

/** Keeps a webhook from being deleted until the transaction ends. Returns whether it exists. */
export async function holdWebhook(tx: Session, { webhookEndpoints }: Tables, id: string): Promise<boolean> {
  return (await run(tx, sql`select id from ${webhookEndpoints} where id = ${id} for share`)).length > 0
}

/** A webhook that is behind in the feed. */
export type LaggingWebhook = { readonly id: string; readonly types: readonly string[]; readonly place: FeedPlace }

/**
 * Locks one webhook that is behind in the feed and that no other worker has locked, or returns null if there is none.
 */
export async function lockLagging(tx: Session, tables: Tables): Promise<LaggingWebhook | null> {
  const { webhookEndpoints, outbox } = tables
  await learnLayout(tx, tables)
  if (tables.layout.isSpread) return lockLaggingInCluster(tx, tables)
  const rows = await run<LaggingRow>(
    tx,
    sql`select e.id, e.event_types::text as event_types, e.transaction_id::text as transaction_id,
        e.position::text as position
      from ${webhookEndpoints} as e
      where e.is_enabled and exists (select from ${outbox} as o
        where (o.transaction_id, o.position) > (e.transaction_id, e.position)
          and o.transaction_id < pg_snapshot_xmin(pg_current_snapshot()))
      limit 1 for update skip locked`,
  )
  return rows[0] ? laggingFrom(rows[0]) : null
}

type LaggingRow = {
  readonly id: string
  readonly event_types: string
  readonly transaction_id: string
  readonly position: string
}

function laggingFrom(row: LaggingRow): LaggingWebhook {
  const place = { transactionId: row.transaction_id, position: row.position }
  return { id: row.id, types: JSON.parse(row.event_types) as string[], place }
}

// A cluster compares no table of users with one that every node has, and skips no locks.
async function lockLaggingInCluster(tx: Session, { webhookEndpoints, outbox }: Tables): Promise<LaggingWebhook | null> {
  const lagging = raw(
    'id, event_types::text as event_types, transaction_id::text as transaction_id, position::text as position',
  )
  const enabled = await run<LaggingRow>(
    tx,
    sql`select ${lagging} from ${webhookEndpoints} where is_enabled order by id`,
  )
  for (const { id } of enabled) {
    const [row] = await run<LaggingRow>(
      tx,
      sql`select ${lagging} from ${webhookEndpoints} where id = ${id} and is_enabled for update`,
    )
    if (row && (await isBehind(tx, { outbox }, row))) return laggingFrom(row)
  }
  return null
}

async function isBehind(
  db: Session,
  { outbox }: Pick<Tables, 'outbox'>,
  { transaction_id, position }: Pick<LaggingRow, 'transaction_id' | 'position'>,
): Promise<boolean> {
  const rows = await run(
    db,
    sql`select 1 from ${outbox} as o where o.transaction_id > ${unplaced}::text::xid8
      and (o.transaction_id, o.position) > (${transaction_id}::text::xid8, ${position}::text::bigint) limit 1`,
  )
  return rows.length > 0
}

/** Checks whether an enabled webhook of a cluster is behind in the feed. */
export async function isAnyBehind(db: Session, tables: Tables): Promise<boolean> {
  await placeEvents(db, tables)
  const enabled = await run<LaggingRow>(
    db,
    sql`select transaction_id::text as transaction_id, position::text as position from ${tables.webhookEndpoints}
      where is_enabled`,
  )
  for (const webhook of enabled) if (await isBehind(db, tables, webhook)) return true
  return false
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
