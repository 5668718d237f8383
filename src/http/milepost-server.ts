import { invalid } from '../core/values/invalid.js'
import { keysOf, readKnown } from '../core/values/known-keys.js'
import { createApp } from './app.js'
import { readServerOptions } from './server/known-options.js'
import { type DeliverReport, defaultDeadlineMs } from './server/run-due.js'
import { serverContext } from './server/server-context.js'
import type { MilepostServerOptions } from './server/server-options.js'

/** The whole API as one function, for any server that speaks Request and Response. */
export type MilepostServer = {
  handler(request: Request): Promise<Response>
  /**
   * Does what is due, once: sends webhooks, and counts users of followed tables. For platforms that freeze or end a
   * process between requests; a server that keeps running needs no such call. Stops before `deadlineMs` (default:
   * 10,000) is over. Safe to call in parallel, also beside servers. `POST /v1/cron` does the same.
   * @throws INPUT_INVALID, DATABASE_FAILED
   * @example
   * const { isMoreDue } = await server.deliverOnce({ deadlineMs: 8_000 })
   */
  deliverOnce(options?: DeliverOnceOptions): Promise<DeliverReport>
  /** Ends streams and what delivers; the service stays open, it is the host's. */
  close(): Promise<void>
}

/** Options of `deliverOnce`. */
export type DeliverOnceOptions = {
  /** How long the call may take, 100 to 900,000. Set it below the limit of your platform. Default: 10,000. */
  readonly deadlineMs?: number | undefined
}

const deliverKeys = keysOf<DeliverOnceOptions>({ deadlineMs: true })

/** Makes a server over a service and its database. @throws INPUT_INVALID when an option is wrong */
export function createMilepostServer(given: MilepostServerOptions): MilepostServer {
  const options = readServerOptions(given)
  checkOptions(options)
  const closing = new AbortController()
  const context = serverContext(options, closing.signal)
  return {
    handler: createApp(context),
    deliverOnce: async (given = {}) => {
      const { deadlineMs = defaultDeadlineMs } = readKnown('deliverOnce', given, deliverKeys)
      return context.outgoing.deliverOnce(deadlineMs)
    },
    close: async () => {
      closing.abort()
      await context.outgoing.close()
      await context.authenticator.close()
    },
  }
}

/** As Vercel advises. */
const shortestSecret = 16

function checkOptions(options: MilepostServerOptions): void {
  const { service, basePath = '', cronSecret } = options
  if (typeof service?.record !== 'function')
    throw invalid('service', 'is missing; pass the result of createMilestoneService')
  if (basePath !== '' && !/^(?:\/[\w.~-]+)+$/.test(basePath))
    throw invalid('basePath', 'must begin with / and not end with it', basePath)
  if (cronSecret !== undefined && (typeof cronSecret !== 'string' || cronSecret.length < shortestSecret))
    throw invalid('cronSecret', `must be a string of at least ${shortestSecret} characters; make a random one`)
}
