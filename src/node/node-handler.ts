import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { getRequestListener } from '@hono/node-server'
import { trustLength } from '../http/steps/body.js'

/** Something that answers requests, such as a server from `createMilepostServer`. */
export type RequestHandler = { readonly handler: (request: Request) => Promise<Response> }

/** A request handler for `node:http` (and so for Express and Fastify) or `node:http2`. */
export type NodeHandler = (
  incoming: IncomingMessage | Http2ServerRequest,
  outgoing: ServerResponse | Http2ServerResponse,
) => void

/**
 * Makes a `node:http` handler from a server. It reads the body itself, so put it before anything that parses bodies. If
 * Express removes a path prefix, the server's `basePath` is still the whole path.
 *
 * @example
 * createServer(toNodeHandler(server)).listen(3000)
 * app.use('/badges', toNodeHandler(server)) // Express, with basePath '/badges'
 */
export function toNodeHandler(server: RequestHandler): NodeHandler {
  const answer = async (request: Request, { incoming }: { readonly incoming: object }): Promise<Response> => {
    const isHttp1 = (incoming as Pick<IncomingMessage, 'httpVersionMajor'>).httpVersionMajor === 1
    // Only an HTTP/1 parser checks the length of a body, and only with a content-length and without chunks.
    if (isHttp1 && request.headers.has('content-length') && !request.headers.has('transfer-encoding'))
      trustLength(request)
    const response = await server.handler(request)
    // HTTP/2 has no such header, because its connections carry other requests too.
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
