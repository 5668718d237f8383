import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type RequestHandler, toNodeHandler } from './node-handler.js'

/** How long a client may take. */
export type ClientTimeouts = {
  /** Until the headers have arrived. */
  readonly headersMs: number
  /** Until the whole request has arrived, with its body. */
  readonly requestMs: number
  /** Between two requests on one connection. */
  readonly keepAliveMs: number
}

const clientTimeouts: ClientTimeouts = { headersMs: 10_000, requestMs: 30_000, keepAliveMs: 65_000 }

/** A listening server. */
export type ListeningServer = {
  readonly url: string
  readonly port: number
  /**
   * Accepts no new connections, answers running requests, and closes the connections. After `graceMs` it cuts off the
   * rest. Returns how many requests were cut off.
   */
  readonly stop: (graceMs: number) => Promise<number>
}

/** Listens on a port; 0 means a free one. Requests that do not arrive in time are answered with 408. */
export async function listen(
  handler: RequestHandler,
  place: { readonly host: string; readonly port: number; readonly timeouts?: ClientTimeouts },
): Promise<ListeningServer> {
  const { host, port, timeouts = clientTimeouts } = place
  const { headersMs, requestMs, keepAliveMs } = timeouts
  const server = createServer({
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    // By default, Node only checks every 30 seconds, and a request could be late by that long.
    connectionsCheckingInterval: Math.min(1000, headersMs),
  })
  const underWay = countingRequests(server, toNodeHandler(handler))
  server.listen(port, host)
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  return { url: `http://${name}:${taken}`, port: taken, stop: graceMs => stop(server, underWay, graceMs) }
}

type UnderWay = { readonly count: () => number; readonly close: () => void }

// When it is told to close, Node closes idle connections, but not the ones that become idle later.
function countingRequests(
  server: Server,
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): UnderWay {
  const open = new Set<ServerResponse>()
  let isClosing = false
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    open.add(outgoing)
    if (isClosing) outgoing.setHeader('connection', 'close')
    outgoing.once('close', () => {
      open.delete(outgoing)
      if (isClosing) setImmediate(() => server.closeIdleConnections())
    })
    handle(incoming, outgoing)
  })
  return {
    count: () => open.size,
    close: () => {
      isClosing = true
      for (const outgoing of open) if (!outgoing.headersSent) outgoing.setHeader('connection', 'close')
    },
  }
}

async function stop(server: Server, underWay: UnderWay, graceMs: number): Promise<number> {
  const closed = once(server, 'close')
  underWay.close()
  server.close()
  let cutCount = 0
  const timer = setTimeout(() => {
    cutCount = underWay.count()
    server.closeAllConnections()
  }, graceMs)
  await closed
  clearTimeout(timer)
  return cutCount
}
