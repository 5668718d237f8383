import { invalid } from '../core/values/invalid.js'
import { createApp } from './app.js'
import { readServerOptions } from './server/known-options.js'
import { serverContext } from './server/server-context.js'
import type { MilepostServerOptions } from './server/server-options.js'

/** The whole API as one function, for any server that speaks Request and Response. */
export type MilepostServer = {
  handler(request: Request): Promise<Response>
  /** Ends streams and what delivers; the service stays open, it is the host's. */
  close(): Promise<void>
}

/** Makes a server over a service and its database. @throws INPUT_INVALID when an option is wrong */
export function createMilepostServer(given: MilepostServerOptions): MilepostServer {
  const options = readServerOptions(given)
  checkOptions(options)
  const closing = new AbortController()
  const context = serverContext(options, closing.signal)
  return {
    handler: createApp(context),
    close: async () => {
      closing.abort()
      await context.outgoing.close()
      await context.authenticator.close()
    },
  }
}

function checkOptions(options: MilepostServerOptions): void {
  const { service, basePath = '' } = options
  if (typeof service?.record !== 'function')
    throw invalid('service', 'is missing; pass the result of createMilestoneService')
  if (basePath !== '' && !/^(?:\/[\w.~-]+)+$/.test(basePath))
    throw invalid('basePath', 'must begin with / and not end with it', basePath)
}
