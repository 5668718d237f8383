/** Something that answers requests, such as a server from `createMilepostServer`. */
export type RequestHandler = { readonly handler: (request: Request) => Promise<Response> }

/** A route handler of Next.js. */
export type NextHandler = (request: Request) => Promise<Response>

/** The handlers of a route file, by method. */
export type NextHandlers = Readonly<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS', NextHandler>>

/**
 * Makes the handlers of a Next.js route file, such as `app/api/milepost/[...path]/route.ts`. There, the server's
 * `basePath` is `/api/milepost`.
 *
 * @example
 * export const { GET, POST, PUT, DELETE } = toNextHandler(server)
 */
export function toNextHandler(server: RequestHandler): NextHandlers {
  const handle: NextHandler = request => server.handler(request)
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, DELETE: handle, OPTIONS: handle }
}
