import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { trustLength } from '../http/body.js'

/** What answers requests: a server of `createMilepostServer`, or the like. */
export type RequestHandler = { readonly handler: (request: Request) => Promise<Response> }

/** Takes a request of `node:http`, and so of Express and Fastify. */
export type NodeHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/**
 * Makes a handler for `node:http` of a server. It reads the body by itself: put it before anything that parses bodies. Under a path that
 * Express cuts off, the server's `basePath` is the whole path all the same.
 *
 * @example
 * createServer(toNodeHandler(server)).listen(3000)
 * app.use('/badges', toNodeHandler(server)) // Express, with basePath '/badges'
 */
export function toNodeHandler(server: RequestHandler): NodeHandler {
  const answer = (request: Request): Promise<Response> => {
    // Node's parser holds a body to its length; one that comes in chunks has none.
    if (!request.headers.has('transfer-encoding')) trustLength(request)
    return server.handler(request)
  }
  const listener = getRequestListener(answer, { overrideGlobalObjects: false })
  return (incoming, outgoing) => {
    const { originalUrl } = incoming as { readonly originalUrl?: unknown }
    if (typeof originalUrl === 'string') incoming.url = originalUrl
    void listener(incoming, outgoing)
  }
}
