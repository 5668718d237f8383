import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { trustLength } from '../http/steps/body.js'

/** Something that answers requests, such as a server from `createMilepostServer`. */
export type RequestHandler = { readonly handler: (request: Request) => Promise<Response> }

/**
 * A request handler for `node:http` (and so for Express and Fastify) or `node:http2`. An error is passed to `next`, as
 * Express does it; without `next` it becomes a warning of the process, and the answer has the status 500.
 */
export type NodeHandler = (
  incoming: IncomingMessage | Http2ServerRequest,
  outgoing: ServerResponse | Http2ServerResponse,
  next?: (error: unknown) => void,
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
  const continuations = new WeakMap<object, NonNullable<Parameters<NodeHandler>[2]>>()
  const answer = async (
    request: Request,
    { incoming, outgoing }: { readonly incoming: object; readonly outgoing: { readonly destroyed: boolean } },
  ): Promise<Response> => {
    const isHttp1 = (incoming as Pick<IncomingMessage, 'httpVersionMajor'>).httpVersionMajor === 1
    // Only an HTTP/1 parser checks the length of a body, and only with a content-length and without chunks.
    if (isHttp1 && request.headers.has('content-length') && !request.headers.has('transfer-encoding'))
      trustLength(request)
    let response: Response
    try {
      response = await server.handler(request)
    } catch (error) {
      // Nobody waits for the answer any more.
      if (outgoing.destroyed) throw error
      const next = continuations.get(incoming)
      if (next) {
        next(error)
        return RESPONSE_ALREADY_SENT
      }
      // Otherwise nobody would learn why the answer is an empty 500.
      process.emitWarning(
        `A request failed: ${error instanceof Error ? error.stack : String(error)}`,
        'MilepostWarning',
      )
      throw error
    }
    // HTTP/2 has no such header, because its connections carry other requests too.
    if (!isHttp1) response.headers.delete('connection')
    return response
  }
  const listener = getRequestListener(answer, { overrideGlobalObjects: false })
  return (incoming, outgoing, next) => {
    if (next) continuations.set(incoming, next)
    const { originalUrl } = incoming as { readonly originalUrl?: unknown }
    if (typeof originalUrl === 'string') incoming.url = originalUrl
    void listener(incoming, outgoing)
  }
}
