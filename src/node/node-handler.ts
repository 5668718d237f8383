import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { getRequestListener } from '@hono/node-server'
import { trustLength } from '../http/steps/body.js'

/** What answers requests: a server of `createMilepostServer`, or the like. */
export type RequestHandler = { readonly handler: (request: Request) => Promise<Response> }

/** Takes a request of `node:http`, and so of Express and Fastify, or of `node:http2`. */
export type NodeHandler = (
  incoming: IncomingMessage | Http2ServerRequest,
  outgoing: ServerResponse | Http2ServerResponse,
) => void

/**
 * Makes a handler for `node:http` of a server. It reads the body by itself: put it before anything that parses bodies. Under a path that
 * Express cuts off, the server's `basePath` is the whole path all the same.
 *
 * @example
 * createServer(toNodeHandler(server)).listen(3000)
 * app.use('/badges', toNodeHandler(server)) // Express, with basePath '/badges'
 */
export function toNodeHandler(server: RequestHandler): NodeHandler {
  const answer = async (request: Request, { incoming }: { readonly incoming: object }): Promise<Response> => {
    const isHttp1 = (incoming as Pick<IncomingMessage, 'httpVersionMajor'>).httpVersionMajor === 1
    // Only a parser of HTTP/1 holds a body to its length, and only where there is one and no chunks.
    if (isHttp1 && request.headers.has('content-length') && !request.headers.has('transfer-encoding'))
      trustLength(request)
    const response = await server.handler(request)
    // HTTP/2 has no such header: its connections carry other requests.
    if (!isHttp1) response.headers.delete('connection')
    return response
  }
  const listener = getRequestListener(answer, { overrideGlobalObjects: false })
  return (incoming, outgoing) => {
    const { originalUrl } = incoming as { readonly originalUrl?: unknown }
    if (typeof originalUrl === 'string') incoming.url = originalUrl
    void listener(incoming, outgoing)
  }
}
