import { setMaxListeners } from 'node:events'
import { fanOut, forgetDeliveries, type WebhookContext } from '../../service/server/webhooks.js'
import type { ClaimedDelivery } from '../../store/server/delivery-claims.js'
import { hasWebhooks } from '../../store/server/webhooks.js'
import { claim, type DeliveryOptions, defaultConcurrency, deliver } from './delivery.js'

/** How a worker delivers. */
export type DeliveryWorkerOptions = DeliveryOptions & {
  /** Receives database errors. The work is tried again. */
  readonly onError: (error: unknown) => void
  /** How often to look for due deliveries, in milliseconds. Default: 250. */
  readonly pollMs?: number | undefined
  /** How often to check whether there is any webhook, while there is none. Default: 2,000. */
  readonly idleMs?: number | undefined
  /** How long closing waits for running deliveries. Default: 5,000. */
  readonly graceMs?: number | undefined
}

/** Delivers what is due. Any number of workers can run in parallel. */
export type DeliveryWorker = {
  /** Takes nothing new, and waits for running deliveries. Whatever takes longer is released and sent again later. */
  readonly close: () => Promise<void>
}

/** Starts a worker. */
export function startWorker(context: WebhookContext, options: DeliveryWorkerOptions): DeliveryWorker {
  const { onError, pollMs = 250, idleMs = 2_000, graceMs = 5_000, concurrency = defaultConcurrency } = options
  const underWay = new Map<Promise<void>, string>()
  const abort = new AbortController()
  // Each running delivery listens to it, and from 11 listeners on Node would warn of a leak.
  setMaxListeners(concurrency, abort.signal)
  const bell = createBell()
  const closing = new AbortController()

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
    await fanOut(context, closing.signal)
    const claimed = closing.signal.aborted ? [] : await claim(context, options, [...underWay.values()])
    for (const delivery of claimed) start(delivery)
    return claimed.length > 0 ? 0 : pollMs
  }
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const waitMs = await round().catch(error => {
        onError(error)
        return pollMs
      })
      if (!closing.signal.aborted) await bell.heardWithin(waitMs)
    }
  }
  const running = run()
  const upkeep = setInterval(() => void forgetDeliveries(context).catch(onError), 3_600_000).unref()
  return {
    close: async () => {
      closing.abort()
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
