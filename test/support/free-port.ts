import { once } from 'node:events'
import { createServer } from 'node:net'

// Below those that systems give to whoever asks for any: until the caller listens, nobody else gets it.
const lowest = 20_000
const portCount = 12_000
// Apart from those of other processes of the run.
let last = process.pid * 37

/** Finds a port on which nothing listens. Each call finds another one. */
export async function freePort(): Promise<number> {
  for (;;) {
    last += 1
    const port = lowest + (last % portCount)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
    throw error
  }
  server.close()
  await once(server, 'close')
  return true
}
