import { setMaxListeners } from 'node:events'
import { fanOut, type WebhookContext } from '../../service/server/webhooks.js'
import { hasDueDeliveries } from '../../store/server/delivery-claims.js'
import { hasWebhooks } from '../../store/server/webhooks.js'
import { claim, type DeliveryOptions, defaultConcurrency, deliver } from './delivery.js'

/** What one pass did. */
export type DeliveryPass = {
  deliveredCount: number
  /** Attempts that failed. They are made again later, or were the last one. */
  failedCount: number
  /** Whether deliveries are due that this pass had no time for. */
  isMoreDue: boolean
}

/** How long before the end nothing is sent any more, so that results can still be stored. */
const settleMs = 500

/**
 * Sends what is due until nothing is left or the time is over. Attempts without an answer by then are ended, and made
 * again by a later pass. Safe beside workers and other passes: each delivery belongs to one of them at a time.
 * `until`: as `performance.now()` counts.
 */
export async function deliverDue(
  context: WebhookContext,
  options: DeliveryOptions,
  until: number,
): Promise<DeliveryPass> {
  const pass = { deliveredCount: 0, failedCount: 0, isMoreDue: false }
  if (!(await hasWebhooks(context.db, context.tables))) return pass
  const abort = new AbortController()
  setMaxListeners(options.concurrency ?? defaultConcurrency, abort.signal)
  const leftMs = until - performance.now()
  const timer = setTimeout(() => abort.abort(), Math.max(0, leftMs - Math.min(settleMs, leftMs / 4)))
  try {
    await sendAll(context, options, { pass, signal: abort.signal })
  } finally {
    clearTimeout(timer)
  }
  if (abort.signal.aborted) pass.isMoreDue = await isMoreDue(context)
  return pass
}

type Pass = { readonly pass: DeliveryPass; readonly signal: AbortSignal }

async function sendAll(context: WebhookContext, options: DeliveryOptions, { pass, signal }: Pass): Promise<void> {
  const underWay = new Map<Promise<void>, string>()
  const faults: unknown[] = []
  while (!signal.aborted) {
    const wasIdle = underWay.size === 0
    await fanOut(context, signal)
    const claimed = signal.aborted ? [] : await claim(context, options, [...underWay.values()])
    for (const delivery of claimed) {
      const work: Promise<void> = deliver(context, options, { delivery, signal })
        .then(result => {
          if (result === 'delivered') pass.deliveredCount += 1
          if (result === 'failed') pass.failedCount += 1
        })
        .catch(error => void faults.push(error))
        .finally(() => underWay.delete(work))
      underWay.set(work, delivery.endpointId)
    }
    // What ended in the meantime may be due again.
    if (claimed.length === 0 && wasIdle) break
    if (claimed.length === 0 && underWay.size > 0) await Promise.race(underWay.keys())
    if (faults.length > 0) break
  }
  await Promise.all(underWay.keys())
  if (faults.length > 0) throw faults[0]
}

async function isMoreDue({ db, tables, now }: WebhookContext): Promise<boolean> {
  return hasDueDeliveries(db, tables, now())
}
