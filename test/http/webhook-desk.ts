import { onTestFinished } from 'vitest'
import { createSender, type WebhookSenderOptions } from '../../src/http/webhooks/send.js'
import { type DeliveryWorkerOptions, startWorker } from '../../src/http/webhooks/worker.js'
import { createMilestoneService, type MilestoneService } from '../../src/index.js'
import { createFeed, type Feed } from '../../src/service/server/feed.js'
import type { WebhookContext } from '../../src/service/server/webhooks.js'
import { sessionOf } from '../../src/store/database/session-of.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'
import { lessons } from './stream-desk.js'

/** A service that records, and what its webhooks stand on. */
export type WebhookDesk = {
  readonly service: MilestoneService
  readonly context: WebhookContext
  readonly feed: Feed
  readonly errors: unknown[]
  /** Starts a worker that looks often; it is closed at the end of the test. */
  readonly work: (options?: Partial<DeliveryWorkerOptions & WebhookSenderOptions>) => {
    readonly close: () => Promise<void>
  }
}

/** Opens the outbox and a desk whose workers may reach this machine. */
export async function openWebhookDesk(db: DrizzleDatabase): Promise<WebhookDesk> {
  const context = { db: sessionOf(db), tables: tablesIn(), now: () => new Date() }
  const feed = createFeed(context)
  await feed.keep()
  const errors: unknown[] = []
  return {
    service: createMilestoneService({ db, catalog: lessons }),
    context,
    feed,
    errors,
    work: options => {
      const worker = startWorker(context, {
        send: createSender({ allowHttp: true, allowPrivate: true, ports: allPorts, timeoutMs: 10_000, ...options }),
        random: () => 0,
        onError: error => errors.push(error),
        pollMs: 5,
        idleMs: 5,
        graceMs: 50,
        scheduleMs: [0, 5, 5, 5],
        ...options,
      })
      onTestFinished(() => worker.close())
      return worker
    },
  }
}

/** A list that holds every port. */
export const allPorts: readonly number[] = Array.from({ length: 65_536 }, (_, port) => port)
