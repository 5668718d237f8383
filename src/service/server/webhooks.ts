import { createHash, randomBytes } from 'node:crypto'
import { patientTransaction } from '../../store/database/patient-transaction.js'
import type { Session } from '../../store/database/session.js'
import { type AuditAction, writeAudit } from '../../store/progress/decisions.js'
import type { FeedPlace } from '../../store/progress/feed-place.js'
import { type OutboxRow, prepareFeed, readFeedEnd, readFeedRows } from '../../store/progress/outbox.js'
import type { Tables } from '../../store/schema/tables.js'
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
} from '../../store/server/deliveries.js'
import { deleteOldDeliveries } from '../../store/server/delivery-claims.js'
import {
  deleteWebhook,
  holdWebhook,
  insertWebhook,
  lockLagging,
  movePlace,
  readWebhook,
  readWebhooks,
  rotateSecret,
  updateWebhook,
  type Webhook,
} from '../../store/server/webhooks.js'
import { messageId, messageOf } from './feed.js'

/** What webhooks need. `randomBytes`: for ids and secrets. Default: the system's. */
export type WebhookContext = {
  readonly db: Session
  readonly tables: Tables
  readonly now: () => Date
  readonly randomBytes?: (count: number) => Buffer
}

/** The types of messages that can be sent to a webhook. */
const webhookTypes = ['badge.awarded', 'badge.revoked'] as const

/** Who changes a webhook and why, for the audit log. */
export type WebhookChangeNote = { readonly by?: string | undefined; readonly reason?: string | undefined }

type WebhookAction = Extract<AuditAction, `${string}webhook${string}`>

/** The fields of a webhook. */
export type WebhookFields = { readonly url: string; readonly types?: readonly string[] | undefined }

/** A webhook and the secret that signs its messages. The secret is shown only this once. */
export type WebhookWithSecret = { readonly webhook: Webhook; readonly secret: string }

/** Creates a webhook for everything that happens from now on. The caller must check the address. */
export async function createWebhook(
  context: WebhookContext,
  fields: WebhookFields,
  hand: WebhookChangeNote = {},
): Promise<WebhookWithSecret> {
  const { db, tables, now } = context
  const secret = newSecret(context)
  const { url, types = webhookTypes } = fields
  const place = await readFeedEnd(db, tables)
  const id = newId(context, 'wh')
  const webhook = await patientTransaction(db, async tx => {
    const made = await insertWebhook(tx, tables, { id, url, types, secret, place, at: now() })
    await audit(tx, context, { ...hand, action: 'create-webhook', webhook: made })
    return made
  })
  return { webhook, secret }
}

type Audited = WebhookChangeNote & { readonly action: WebhookAction; readonly webhook: Webhook }

const withoutReason: Readonly<Record<WebhookAction, string>> = {
  'create-webhook': 'Webhook created',
  'change-webhook': 'Webhook changed',
  'pause-webhook': 'Webhook paused',
  'resume-webhook': 'Webhook turned on again',
  'rotate-webhook-secret': 'Webhook secret rotated',
  'delete-webhook': 'Webhook deleted',
}

// The entry has no user id, because it concerns no user. Parts of the address that may contain a secret are left out.
async function audit(
  tx: Session,
  { tables, now }: WebhookContext,
  { by, action, reason = withoutReason[action], webhook }: Audited,
): Promise<void> {
  const { id, url, types, isEnabled } = webhook
  const { origin, pathname } = new URL(url)
  const details = { webhookId: id, url: origin + pathname, types, isEnabled }
  await writeAudit(tx, tables, { userId: '', action, reason, by: by ?? null, at: now(), details })
}

/** Lists all webhooks, oldest first. */
export function listWebhooks({ db, tables }: WebhookContext): Promise<readonly Webhook[]> {
  return readWebhooks(db, tables)
}

/** Reads a webhook. Returns null if there is none. */
export function getWebhook({ db, tables }: WebhookContext, id: string): Promise<Webhook | null> {
  return readWebhook(db, tables, id)
}

/**
 * Changes a webhook. Returns null if there is none. A webhook that is enabled again gets everything that happens from
 * then on.
 */
export async function changeWebhook(
  context: WebhookContext,
  id: string,
  { reason, by, ...change }: WebhookFieldChanges & WebhookChangeNote,
): Promise<Webhook | null> {
  const { db, tables, now } = context
  const place = await readFeedEnd(db, tables)
  return patientTransaction(db, async tx => {
    const webhook = await updateWebhook(tx, tables, { ...change, id, place, at: now() })
    if (webhook) await audit(tx, context, { by, reason: reason ?? change.because, action: actionOf(change), webhook })
    return webhook
  })
}

type WebhookFieldChanges = Partial<WebhookFields> & {
  readonly isEnabled?: boolean | undefined
  /** Why the server disables it automatically. */
  readonly because?: string
}

function actionOf({ isEnabled, url, types }: WebhookFieldChanges): WebhookAction {
  if (isEnabled === undefined || url !== undefined || types !== undefined) return 'change-webhook'
  return isEnabled ? 'resume-webhook' : 'pause-webhook'
}

/** Deletes a webhook and its pending deliveries. Returns whether it existed. */
export async function removeWebhook(
  context: WebhookContext,
  id: string,
  hand: WebhookChangeNote = {},
): Promise<boolean> {
  const { db, tables } = context
  return patientTransaction(db, async tx => {
    const webhook = await readWebhook(tx, tables, id)
    if (!webhook || !(await deleteWebhook(tx, tables, id))) return false
    await audit(tx, context, { ...hand, action: 'delete-webhook', webhook })
    return true
  })
}

/** How long both secrets sign by default: a day. */
const overlapSecondsDefault = 86_400

/** Gives a webhook a new secret; for a while both sign. Returns null if there is no such webhook. */
export async function rotateWebhookSecret(
  context: WebhookContext,
  id: string,
  {
    overlapSeconds = overlapSecondsDefault,
    ...hand
  }: { readonly overlapSeconds?: number | undefined } & WebhookChangeNote = {},
): Promise<WebhookWithSecret | null> {
  const { db, tables, now } = context
  const at = now()
  const secret = newSecret(context)
  const previousUntil = new Date(at.getTime() + overlapSeconds * 1_000)
  const webhook = await patientTransaction(db, async tx => {
    const rotated = await rotateSecret(tx, tables, { id, secret, previousUntil, at })
    if (rotated) await audit(tx, context, { ...hand, action: 'rotate-webhook-secret', webhook: rotated })
    return rotated
  })
  return webhook && { webhook, secret }
}

/** Queues a test message. Returns null if there is no such webhook. */
export async function testWebhook(context: WebhookContext, id: string): Promise<Delivery | null> {
  const { db, tables, now } = context
  const at = now()
  const body = JSON.stringify({ type: 'webhook.test', timestamp: at.toISOString(), data: { webhookId: id } })
  const made = { userId: null, messageId: messageId([newId(context, 'test')]), type: 'webhook.test', body }
  const deliveryId = newId(context, 'dlv')
  return patientTransaction(db, async tx => {
    if (!(await holdWebhook(tx, tables, id))) return null
    await insertDeliveries(tx, tables, { endpointId: id, deliveries: [{ id: deliveryId, ...made }], at })
    return readDelivery(tx, tables, deliveryId)
  })
}

/** Lists what was sent to a webhook or will be, newest first. Returns null if there is no such webhook. */
export async function listDeliveries(
  { db, tables }: WebhookContext,
  query: DeliveryQuery,
): Promise<readonly Delivery[] | null> {
  if (!(await readWebhook(db, tables, query.endpointId))) return null
  return readDeliveries(db, tables, query)
}

/** Lists every attempt at a delivery. Returns null if there is no such delivery. */
export async function listAttempts(
  { db, tables }: WebhookContext,
  deliveryId: string,
): Promise<readonly DeliveryAttempt[] | null> {
  if (!(await readDelivery(db, tables, deliveryId))) return null
  return readAttempts(db, tables, deliveryId)
}

/** Sends a message again, whatever its status. Returns null if there is no such delivery. */
export function redeliver({ db, tables, now }: WebhookContext, deliveryId: string): Promise<Delivery | null> {
  return renewDelivery(db, tables, { id: deliveryId, at: now() })
}

const fanOutSize = 500

/**
 * Creates deliveries from the feed for all webhooks, one page of one webhook per transaction. Any number of processes
 * may do this at once. `signal`: ends it between two pages.
 */
export async function fanOut(context: WebhookContext, signal?: AbortSignal): Promise<void> {
  await prepareFeed(context.db, context.tables)
  while (!signal?.aborted && (await fanOutOne(context)));
}

function fanOutOne({ db, tables, now }: WebhookContext): Promise<boolean> {
  return patientTransaction(db, async tx => {
    const webhook = await lockLagging(tx, tables)
    if (!webhook) return false
    const rows = await readFeedRows(tx, tables, { after: webhook.place, limit: fanOutSize, isHeld: true })
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

/** How long finished deliveries are kept, so that they can be looked at and sent again. */
const keptDays = 30

/** Deletes deliveries that finished long ago. */
export async function forgetDeliveries({ db, tables, now }: WebhookContext): Promise<void> {
  await deleteOldDeliveries(db, tables, { before: new Date(now().getTime() - keptDays * 86_400_000), limit: 1_000 })
}

function newSecret({ randomBytes: bytes = randomBytes }: WebhookContext): string {
  return `whsec_${bytes(32).toString('base64')}`
}

function newId({ randomBytes: bytes = randomBytes }: WebhookContext, prefix: string): string {
  return `${prefix}_${bytes(16).toString('base64url')}`
}
