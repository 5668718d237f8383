import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '../store/database.js'
import {
  type Delivery,
  type DeliveryAttempt,
  type DeliveryQuery,
  insertDeliveries,
  type NewDelivery,
  readAttempts,
  readDeliveries,
  readDelivery,
  renewDelivery,
} from '../store/deliveries.js'
import { deleteOldDeliveries } from '../store/delivery-claims.js'
import { type FeedPlace, type OutboxRow, readFeedEnd, readFeedRows } from '../store/outbox.js'
import type { Tables } from '../store/tables.js'
import { inTransaction } from '../store/transaction.js'
import {
  deleteWebhook,
  insertWebhook,
  lockLagging,
  movePlace,
  readWebhook,
  readWebhooks,
  rotateSecret,
  updateWebhook,
  type Webhook,
} from '../store/webhooks.js'
import { messageId, messageOf } from './feed.js'

/** What webhooks stand on. `random`: bytes for ids and secrets; the system's when left out. */
export type WebhookContext = {
  readonly db: Database
  readonly tables: Tables
  readonly now: () => Date
  readonly randomBytes?: (count: number) => Buffer
}

/** What can be sent to a webhook. */
const webhookTypes = ['badge.awarded', 'badge.revoked'] as const

/** How a webhook is made or changed. */
export type WebhookFields = { readonly url: string; readonly types?: readonly string[] | undefined }

/** A webhook and the secret that signs for it, which is shown this once. */
export type WebhookWithSecret = { readonly webhook: Webhook; readonly secret: string }

/** Makes a webhook that gets what happens from now on. The address is the caller's to check. */
export async function createWebhook(context: WebhookContext, fields: WebhookFields): Promise<WebhookWithSecret> {
  const { db, tables, now } = context
  const secret = newSecret(context)
  const { url, types = webhookTypes } = fields
  const place = await readFeedEnd(db)
  const id = newId(context, 'wh')
  return { webhook: await insertWebhook(db, tables, { id, url, types, secret, place, at: now() }), secret }
}

/** Lists all webhooks, the oldest first. */
export function listWebhooks({ db, tables }: WebhookContext): Promise<readonly Webhook[]> {
  return readWebhooks(db, tables)
}

/** Reads a webhook, null where there is none. */
export function getWebhook({ db, tables }: WebhookContext, id: string): Promise<Webhook | null> {
  return readWebhook(db, tables, id)
}

/** Changes a webhook, null where there is none. One that is enabled again gets what happens from then on. */
export async function changeWebhook(
  { db, tables, now }: WebhookContext,
  id: string,
  change: Partial<WebhookFields> & { readonly isEnabled?: boolean | undefined; readonly because?: string },
): Promise<Webhook | null> {
  return updateWebhook(db, tables, { ...change, id, place: await readFeedEnd(db), at: now() })
}

/** Deletes a webhook and what waits for it. Returns whether it was there. */
export function removeWebhook({ db, tables }: WebhookContext, id: string): Promise<boolean> {
  return deleteWebhook(db, tables, id)
}

/** For how long both secrets sign where nothing else is said: a day. */
const overlapSecondsDefault = 86_400

/** Gives a webhook another secret; for a while both sign. Null where there is none. */
export async function rotateWebhookSecret(
  context: WebhookContext,
  id: string,
  { overlapSeconds = overlapSecondsDefault }: { readonly overlapSeconds?: number | undefined } = {},
): Promise<WebhookWithSecret | null> {
  const { db, tables, now } = context
  const at = now()
  const secret = newSecret(context)
  const previousUntil = new Date(at.getTime() + overlapSeconds * 1_000)
  const webhook = await rotateSecret(db, tables, { id, secret, previousUntil, at })
  return webhook && { webhook, secret }
}

/** Puts a message on its way that says it is a test; null where there is no such webhook. */
export async function testWebhook(context: WebhookContext, id: string): Promise<Delivery | null> {
  const { db, tables, now } = context
  if (!(await readWebhook(db, tables, id))) return null
  const at = now()
  const body = JSON.stringify({ type: 'webhook.test', timestamp: at.toISOString(), data: { webhookId: id } })
  const made = { userId: null, messageId: messageId([newId(context, 'test')]), type: 'webhook.test', body }
  const deliveryId = newId(context, 'dlv')
  await insertDeliveries(db, tables, { endpointId: id, deliveries: [{ id: deliveryId, ...made }], at })
  return readDelivery(db, tables, deliveryId)
}

/** Lists what was sent to a webhook or is to be, the newest first; null where there is no such webhook. */
export async function listDeliveries(
  { db, tables }: WebhookContext,
  query: DeliveryQuery,
): Promise<readonly Delivery[] | null> {
  if (!(await readWebhook(db, tables, query.endpointId))) return null
  return readDeliveries(db, tables, query)
}

/** Lists every attempt at a delivery; null where there is no such delivery. */
export async function listAttempts(
  { db, tables }: WebhookContext,
  deliveryId: string,
): Promise<readonly DeliveryAttempt[] | null> {
  if (!(await readDelivery(db, tables, deliveryId))) return null
  return readAttempts(db, tables, deliveryId)
}

/** Sends a message again, whatever became of it; null where there is no such delivery. */
export function redeliver({ db, tables, now }: WebhookContext, deliveryId: string): Promise<Delivery | null> {
  return renewDelivery(db, tables, { id: deliveryId, at: now() })
}

const fanOutSize = 500

/** Makes deliveries of what the feed has for webhooks, a page of one webhook a transaction. Any number of processes may, at once. */
export async function fanOut(context: WebhookContext): Promise<void> {
  while (await fanOutOne(context));
}

function fanOutOne({ db, tables, now }: WebhookContext): Promise<boolean> {
  return inTransaction(db, 'write', async tx => {
    const webhook = await lockLagging(tx, tables)
    if (!webhook) return false
    const rows = await readFeedRows(tx, tables, { after: webhook.place, limit: fanOutSize })
    const chosen = rows.filter(({ type }) => webhook.types.includes(type))
    const deliveries = chosen.map(row => deliveryOf(webhook.id, row))
    await insertDeliveries(tx, tables, { endpointId: webhook.id, deliveries, at: now() })
    const place: FeedPlace = rows.at(-1)?.place ?? webhook.place
    await movePlace(tx, tables, { id: webhook.id, place })
    return rows.length > 0
  })
}

function deliveryOf(endpointId: string, row: OutboxRow): NewDelivery {
  const { id: message, userId, type, body } = messageOf(row)
  const digest = createHash('sha256').update(`${endpointId} ${message}`).digest('base64url')
  return { id: `dlv_${digest.slice(0, 22)}`, userId, messageId: message, type, body }
}

/** How long settled deliveries stay to be looked at and sent again. */
const keptDays = 30

/** Deletes deliveries that were settled long ago. */
export async function forgetDeliveries({ db, tables, now }: WebhookContext): Promise<void> {
  await deleteOldDeliveries(db, tables, { before: new Date(now().getTime() - keptDays * 86_400_000), limit: 1_000 })
}

function newSecret({ randomBytes: bytes = randomBytes }: WebhookContext): string {
  return `whsec_${bytes(32).toString('base64')}`
}

function newId({ randomBytes: bytes = randomBytes }: WebhookContext, prefix: string): string {
  return `${prefix}_${bytes(16).toString('base64url')}`
}
