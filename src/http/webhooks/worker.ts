import { setMaxListeners } from 'node:events'
import { type Trace, untraced } from '../../service/context/tracing.js'
import { changeWebhook, fanOut, forgetDeliveries, type WebhookContext } from '../../service/server/webhooks.js'
import { type ClaimedDelivery, claimDeliveries, settleDelivery } from '../../store/server/delivery-claims.js'
import { hasWebhooks, type WebhookSecrets } from '../../store/server/webhooks.js'
import { backoffMs, readRetryAfterMs, standardScheduleMs } from './retry-delays.js'
import type { SendResult, WebhookSender } from './send.js'
import { signatureHeaders } from './signature.js'

/** How a worker delivers. */
export type DeliveryWorkerOptions = {
  readonly send: WebhookSender
  /** Traces each attempt (`milepost.deliver`). Default: no tracing. */
  readonly trace?: Trace | undefined
  readonly random: () => number
  /** Receives database errors. The work is tried again. */
  readonly onError: (error: unknown) => void
  /** How long to wait before each attempt. Default: the schedule of Standard Webhooks. */
  readonly scheduleMs?: readonly number[] | undefined
  /** How often to look for due deliveries, in milliseconds. Default: 250. */
  readonly pollMs?: number | undefined
  /** How often to check whether there is any webhook, while there is none. Default: 2,000. */
  readonly idleMs?: number | undefined
  /** How long a delivery belongs to one worker. Must be longer than the timeout of sending. Default: 30,000. */
  readonly leaseMs?: number | undefined
  /**
   * Deliveries at once. Default: 32. At most a quarter of them go to the same webhook, so that a slow one leaves room
   * for others.
   */
  readonly concurrency?: number | undefined
  /** How long closing waits for running deliveries. Default: 5,000. */
  readonly graceMs?: number | undefined
}

/** Delivers what is due. Any number of workers can run in parallel. */
export type DeliveryWorker = {
  /** Takes nothing new, and waits for running deliveries. Whatever takes longer is released and sent again later. */
  readonly close: () => Promise<void>
}

const defaultConcurrency = 32

/** Starts a worker. */
export function startWorker(context: WebhookContext, options: DeliveryWorkerOptions): DeliveryWorker {
  const { onError, pollMs = 250, idleMs = 2_000, graceMs = 5_000, concurrency = defaultConcurrency } = options
  const underWay = new Map<Promise<void>, string>()
  const abort = new AbortController()
  // Each running delivery listens to it, and from 11 listeners on Node would warn of a leak.
  setMaxListeners(concurrency, abort.signal)
  const bell = createBell()
  let isClosing = false

  const start = (delivery: ClaimedDelivery): void => {
    const work = deliver(context, options, { delivery, signal: abort.signal })
      .catch(onError)
      .then(() => {
        underWay.delete(work)
        bell.ring()
      })
    underWay.set(work, delivery.endpointId)
  }
  // Returns how long to wait for the next round.
  const round = async (): Promise<number> => {
    if (!(await hasWebhooks(context.db, context.tables))) return idleMs
    await fanOut(context)
    const claimed = await claim(context, options, [...underWay.values()])
    for (const delivery of claimed) start(delivery)
    return claimed.length > 0 ? 0 : pollMs
  }
  const run = async (): Promise<void> => {
    while (!isClosing) {
      const waitMs = await round().catch(error => {
        onError(error)
        return pollMs
      })
      if (!isClosing) await bell.heardWithin(waitMs)
    }
  }
  const running = run()
  const upkeep = setInterval(() => void forgetDeliveries(context).catch(onError), 3_600_000).unref()
  return {
    close: async () => {
      isClosing = true
      clearInterval(upkeep)
      bell.ring()
      const ended = running.then(() => Promise.all(underWay.keys()))
      await withinGrace(ended, graceMs, () => abort.abort())
    },
  }
}

// Work that does not end by itself is released shortly before the end. Work that still does not end is abandoned.
async function withinGrace(ended: Promise<unknown>, graceMs: number, onOvertime: () => void): Promise<void> {
  let timers: readonly NodeJS.Timeout[] = []
  const over = new Promise<void>(resolve => {
    timers = [setTimeout(onOvertime, graceMs * 0.9), setTimeout(resolve, graceMs)]
  })
  await Promise.race([ended, over])
  for (const timer of timers) clearTimeout(timer)
}

type Bell = { readonly ring: () => void; readonly heardWithin: (ms: number) => Promise<void> }

function createBell(): Bell {
  let wake = (): void => {}
  return {
    ring: () => wake(),
    heardWithin: ms =>
      new Promise(resolve => {
        const timer = setTimeout(resolve, ms).unref()
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
  }
}

async function claim(
  { db, tables, now }: WebhookContext,
  { concurrency = defaultConcurrency, leaseMs = 30_000 }: DeliveryWorkerOptions,
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

type DeliveryAttempt = { readonly delivery: ClaimedDelivery; readonly signal: AbortSignal }

async function deliver(
  context: WebhookContext,
  options: DeliveryWorkerOptions,
  { delivery, signal }: DeliveryAttempt,
): Promise<void> {
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
  if (signal.aborted && sent.statusCode === null) return
  const settledAt = now()
  const { statusCode, failure } = sent
  const durationMs = Math.round(performance.now() - startedMs)
  const next = nextStep(options, delivery, sent, settledAt)
  await settleDelivery(db, tables, { id, attemptNumber, ...next, at: settledAt, durationMs, statusCode, failure })
  if (statusCode === gone) {
    await changeWebhook(context, delivery.endpointId, { isEnabled: false, because: 'the receiver answered 410 Gone' })
  }
}

const gone = 410

type Step = { readonly status: 'delivered' | 'pending' | 'dead'; readonly nextAttemptAt: Date | null }

function nextStep(
  { random, scheduleMs = standardScheduleMs }: DeliveryWorkerOptions,
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
