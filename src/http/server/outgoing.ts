import { invalid } from '../../core/values/invalid.js'
import type { MilestoneService } from '../../service/calls.js'
import { createFeed, type Feed } from '../../service/server/feed.js'
import type { WebhookContext } from '../../service/server/webhooks.js'
import { readUserMarks } from '../../store/users/user-marks.js'
import type { Authenticator } from '../auth/authenticate.js'
import { createStreams, type StreamLimits, type Streams } from '../stream/streams.js'
import { deliverDue } from '../webhooks/deliver-due.js'
import { createSender, type WebhookSenderOptions } from '../webhooks/send.js'
import { type DeliveryWorkerOptions, startWorker } from '../webhooks/worker.js'
import type { Metrics } from './metrics.js'
import { type DeliverReport, runDue } from './run-due.js'
import { noTelemetry, type Telemetry } from './telemetry.js'

/** Allowed addresses and delivery of webhooks. */
export type WebhookOptions = WebhookSenderOptions &
  Pick<DeliveryWorkerOptions, 'scheduleMs' | 'pollMs' | 'idleMs' | 'leaseMs' | 'concurrency' | 'graceMs'>

/** What the outgoing side of a server needs. */
export type OutgoingOptions = Omit<WebhookContext, 'randomBytes'> & {
  readonly service: MilestoneService
  readonly authenticator: Authenticator
  readonly metrics: Metrics
  readonly onError: (error: unknown) => void
  readonly options: {
    /** Whether this process delivers webhooks. Default: true. */
    readonly deliver?: boolean | undefined
    /** How often to look for completions that the catalog does not keep any more. Default: every 10 minutes. */
    readonly foldEveryMs?: number | undefined
    readonly webhooks?: WebhookOptions | undefined
    readonly stream?: StreamLimits | undefined
    readonly random?: (() => number) | undefined
    readonly telemetry?: Telemetry | undefined
  }
}

/** What a server sends on its own: streams and webhooks. */
export type Outgoing = {
  readonly feed: Feed
  readonly streams: Streams
  readonly webhooks: WebhookContext
  /** Waits until the outbox is open. What happens from then on is sent. @throws DATABASE_FAILED */
  readonly ready: () => Promise<void>
  /** Does what is due, without a worker, until nothing is left or the time is over. */
  readonly deliverOnce: (deadlineMs: number) => Promise<DeliverReport>
  /** Ends streams, and waits for running deliveries. */
  readonly close: () => Promise<void>
}

/** Opens the outbox, and starts what reads it. */
export function createOutgoing(given: OutgoingOptions): Outgoing {
  const { service, db, tables, now, authenticator, metrics, onError, options } = given
  const { random = Math.random, webhooks: webhookOptions = {} } = options
  checkFoldEvery(options.foldEveryMs)
  const webhooks = { db, tables, now }
  const feed = createFeed(webhooks)
  const upkeep = keptOpen(feed, onError)
  const streams = createStreams({
    ...options.stream,
    feed,
    random,
    onError,
    isAlive: authenticator.isAlive,
    readMarks: userIds => readUserMarks(db, tables, userIds),
    readProgress: userId => service.getUserProgress(userId),
  })
  const { trace } = options.telemetry ?? noTelemetry
  const send = createSender(webhookOptions)
  const sending = { ...webhookOptions, send, trace, random }
  const delivers = options.deliver !== false
  const worker = delivers ? startWorker(webhooks, { ...sending, onError }) : null
  const counting = delivers ? countingFollowed(service, onError) : null
  const folding = delivers ? foldingDue(service, { onError, everyMs: options.foldEveryMs }) : null
  addGauges(metrics, { feed, streams, now })
  return {
    feed,
    streams,
    webhooks,
    ready: upkeep.ready,
    deliverOnce: deadlineMs =>
      runDue({ service, feed, webhooks, deliver: until => deliverDue(webhooks, sending, until) }, deadlineMs),
    close: async () => {
      streams.close()
      await Promise.all([upkeep.close(), worker?.close(), counting?.close(), folding?.close()])
    },
  }
}

/** How often the outbox is kept open, and how soon it is tried again after a failure. */
const [keepEveryMs, retryMs] = [60_000, 5_000]

type Upkeep = { readonly ready: () => Promise<void>; readonly close: () => Promise<void> }

function keptOpen(feed: Feed, onError: (error: unknown) => void): Upkeep {
  let keptMs = Number.NEGATIVE_INFINITY
  let keeping: Promise<void> | undefined
  const keep = (): Promise<void> => {
    keeping ??= feed
      .keep()
      .then(() => {
        keptMs = performance.now()
      })
      .finally(() => {
        keeping = undefined
      })
    return keeping
  }
  const look = (): void => {
    if (performance.now() - keptMs > keepEveryMs) keep().catch(onError)
  }
  look()
  const timer = setInterval(look, retryMs).unref()
  return {
    ready: async () => {
      if (keptMs === Number.NEGATIVE_INFINITY) await keep()
    },
    close: async () => {
      clearInterval(timer)
      await keeping?.catch(() => {})
    },
  }
}

/** How long work goes on until a closing server is noticed. */
const sliceMs = 2_000

type Repeated = {
  readonly everyMs: number
  /** Works for a while. Returns whether to continue at once. */
  readonly work: (deadlineMs: number) => Promise<boolean>
  readonly onError: (error: unknown) => void
}

function repeatedly({ everyMs, work, onError }: Repeated): Pick<Upkeep, 'close'> {
  let isClosing = false
  let running: Promise<void> | undefined
  const go = async (): Promise<void> => {
    while (!isClosing && (await work(sliceMs)));
  }
  const look = (): void => {
    running ??= go()
      .catch(onError)
      .finally(() => {
        running = undefined
      })
  }
  const timer = setInterval(look, everyMs).unref()
  return {
    close: async () => {
      isClosing = true
      clearInterval(timer)
      await running
    },
  }
}

/** How often to look for rows that triggers brought. */
const countEveryMs = 1_000

function countingFollowed(service: MilestoneService, onError: (error: unknown) => void): Pick<Upkeep, 'close'> {
  const work = async (deadlineMs: number): Promise<boolean> => {
    const { userCount, undoneCount, isMoreDue } = await service.countFollowed({ deadlineMs })
    // Nothing was done if others hold all users who are left.
    return isMoreDue && userCount + undoneCount > 0
  }
  return repeatedly({ everyMs: countEveryMs, work, onError })
}

/** The longest time that a timer waits. With a longer one it does not wait at all. */
const longestTimerMs = 2_147_483_647

function checkFoldEvery(everyMs = foldEveryMs): void {
  if (!(everyMs >= 1 && everyMs <= longestTimerMs))
    throw invalid('foldEveryMs', `must be a number of milliseconds from 1 to ${longestTimerMs}`)
}

/** How often to look for completions to fold. */
const foldEveryMs = 600_000

type FoldingDue = { readonly onError: (error: unknown) => void; readonly everyMs: number | undefined }

function foldingDue(service: MilestoneService, { onError, everyMs = foldEveryMs }: FoldingDue): Pick<Upkeep, 'close'> {
  const work = async (deadlineMs: number): Promise<boolean> => (await service.foldDue({ deadlineMs })).isMoreDue
  return repeatedly({ everyMs, work, onError })
}

function addGauges(metrics: Metrics, { feed, streams, now }: Pick<Outgoing, 'feed' | 'streams'> & { now: () => Date }) {
  const ageOf = (at: Date | null): number => (at ? Math.max(0, now().getTime() - at.getTime()) / 1_000 : 0)
  metrics.gauge('milepost_streams_open', 'Live streams open in this process.', () => streams.openCount())
  metrics.gauge(
    'milepost_outbox_unread_seconds',
    'Age of the oldest change that a webhook has not reached.',
    async () => ageOf((await feed.lag()).oldestUnreadAt),
  )
  metrics.gauge(
    'milepost_outbox_held_back_seconds',
    'Age of the oldest change that cannot be read yet because an older transaction is still open.',
    async () => ageOf((await feed.lag()).oldestHeldBackAt),
  )
}
