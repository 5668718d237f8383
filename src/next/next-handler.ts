/** What answers requests: a server of `createMilepostServer`, or the like. */
export type RequestHandler = { readonly handler: (request: Request) => Promise<Response> }

/** A route handler of Next.js. */
export type NextHandler = (request: Request) => Promise<Response>

/** The methods of a route file. */
export type NextHandlers = Readonly<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS', NextHandler>>

/**
 * Makes the handlers of a route file of Next.js, such as `app/api/milepost/[...path]/route.ts`; the server's `basePath` is
 * `/api/milepost` there.
 *
 * @example
 * export const { GET, POST, PUT, DELETE } = toNextHandler(server)
 */
export function toNextHandler(server: RequestHandler): NextHandlers {
  const handle: NextHandler = request => server.handler(request)
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, DELETE: handle, OPTIONS: handle }
}
