import { createAdaptorServer } from '@hono/node-server'

/** A server that listens. */
export type Listening = { readonly port: number; readonly stop: () => Promise<void> }

const triedPorts = 20

/**
 * Listens on this machine alone: on the port, or the next one that is free.
 * @throws Error where none of them is
 */
export async function listen(fetch: (request: Request) => Promise<Response>, port: number): Promise<Listening> {
  const last = port === 0 ? 0 : port + triedPorts - 1
  for (let next = port; next <= last; next++) {
    const listening = await tryPort(fetch, next)
    if (listening) return listening
  }
  throw new Error(`The ports ${port} to ${last} are all in use. Name a free one: npm start -- --port 5000`)
}

function tryPort(fetch: (request: Request) => Promise<Response>, port: number): Promise<Listening | null> {
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false })
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null)
      else reject(error)
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      const taken = typeof address === 'object' && address ? address.port : port
      resolve({ port: taken, stop: () => stop(server) })
    })
  })
}

// Streams stay open for as long as a page does: those are cut off.
function stop(server: ReturnType<typeof createAdaptorServer>): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
