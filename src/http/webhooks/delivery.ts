import { type Trace, untraced } from '../../service/context/tracing.js'
import { changeWebhook, type WebhookContext } from '../../service/server/webhooks.js'
import { type ClaimedDelivery, claimDeliveries, settleDelivery } from '../../store/server/delivery-claims.js'
import type { WebhookSecrets } from '../../store/server/webhooks.js'
import { backoffMs, readRetryAfterMs, standardScheduleMs } from './retry-delays.js'
import type { SendResult, WebhookSender } from './send.js'
import { signatureHeaders } from './signature.js'

/** How deliveries are taken and sent. */
export type DeliveryOptions = {
  readonly send: WebhookSender
  /** Traces each attempt (`milepost.deliver`). Default: no tracing. */
  readonly trace?: Trace | undefined
  readonly random: () => number
  /** How long to wait before each attempt. Default: the schedule of Standard Webhooks. */
  readonly scheduleMs?: readonly number[] | undefined
  /** How long a delivery belongs to one worker. Must be longer than the timeout of sending. Default: 30,000. */
  readonly leaseMs?: number | undefined
  /**
   * Deliveries at once. Default: 32. At most a quarter of them go to the same webhook, so that a slow one leaves room
   * for others.
   */
  readonly concurrency?: number | undefined
}

export const defaultConcurrency = 32

/** Takes deliveries that are due, as many as there is room for. `endpointIds`: the webhooks of those under way. */
export async function claim(
  { db, tables, now }: WebhookContext,
  { concurrency = defaultConcurrency, leaseMs = 30_000 }: DeliveryOptions,
  endpointIds: readonly string[],
): Promise<readonly ClaimedDelivery[]> {
  const limit = concurrency - endpointIds.length
  if (limit <= 0) return []
  const limitPerEndpoint = Math.max(1, Math.ceil(concurrency / 4))
  const busy = [...new Set(endpointIds)].filter(
    id => endpointIds.filter(each => each === id).length >= limitPerEndpoint,
  )
  const at = now()
  const until = new Date(at.getTime() + leaseMs)
  return claimDeliveries(db, tables, { at, until, limit, limitPerEndpoint, busy })
}

/** A delivery that was taken. `signal`: ends the attempt, which is then made again later. */
export type DeliveryAttempt = { readonly delivery: ClaimedDelivery; readonly signal: AbortSignal }

/** The result of an attempt. `released`: it was ended before there was an answer. */
export type AttemptResult = 'delivered' | 'failed' | 'released'

/** Sends a delivery once and stores the result. */
export async function deliver(
  context: WebhookContext,
  options: DeliveryOptions,
  { delivery, signal }: DeliveryAttempt,
): Promise<AttemptResult> {
  const { id, attemptNumber, messageId, body, url } = delivery
  const { db, tables, now } = context
  const at = now()
  const startedMs = performance.now()
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'milepost-webhooks',
    // Signed again for each attempt, over exactly the bytes that are sent.
    ...signatureHeaders({ id: messageId, at, body, secrets: secretsAt(delivery.secrets, at) }),
  }
  const { trace = untraced, send } = options
  const attributes = { 'milepost.webhook': delivery.endpointId, 'milepost.attempt': attemptNumber }
  const sent = await trace({ name: 'milepost.deliver', attributes }, () => send({ url, headers, body, signal }))
  // Released at closing: the worker that finds its lease expired sends it again.
  if (signal.aborted && sent.statusCode === null) return 'released'
  const settledAt = now()
  const { statusCode, failure } = sent
  const durationMs = Math.round(performance.now() - startedMs)
  const next = nextStep(options, delivery, sent, settledAt)
  await settleDelivery(db, tables, { id, attemptNumber, ...next, at: settledAt, durationMs, statusCode, failure })
  if (statusCode === gone) {
    await changeWebhook(context, delivery.endpointId, { isEnabled: false, because: 'the receiver answered 410 Gone' })
  }
  return failure === null ? 'delivered' : 'failed'
}

const gone = 410

type Step = { readonly status: 'delivered' | 'pending' | 'dead'; readonly nextAttemptAt: Date | null }

function nextStep(
  { random, scheduleMs = standardScheduleMs }: DeliveryOptions,
  delivery: ClaimedDelivery,
  sent: SendResult,
  now: Date,
): Step {
  if (sent.failure === null) return { status: 'delivered', nextAttemptAt: null }
  if (sent.statusCode === gone) return { status: 'dead', nextAttemptAt: null }
  const failureCount = delivery.failureCount + 1
  const retryAfterMs = readRetryAfterMs(sent.retryAfter, now)
  const waitMs = backoffMs({ failureCount, scheduleMs, random, retryAfterMs })
  return waitMs === null
    ? { status: 'dead', nextAttemptAt: null }
    : { status: 'pending', nextAttemptAt: new Date(now.getTime() + waitMs) }
}

function secretsAt({ secret, previous, previousUntil }: WebhookSecrets, at: Date): readonly string[] {
  return previous !== null && previousUntil !== null && previousUntil > at ? [secret, previous] : [secret]
}
