import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { connect, createServer } from 'node:net'

export type Beacon = { putOut(): void }

/**
 * Creates a socket in `folder` that answers exactly as long as this process (or worker thread) lives, even while its
 * event loop is blocked, because the kernel answers. Unlike a pid, it can be seen from other containers on the same
 * kernel. Returns `undefined` if this is not possible: on systems other than Linux, and on some mounted volumes.
 */
export async function lightBeacon(folder: string, name: string): Promise<Beacon | undefined> {
  if (process.platform !== 'linux') return undefined
  const server = createServer(socket => socket.destroy())
  try {
    await at(folder, name, path => once(server.listen(path), 'listening'))
    server.unref()
    return { putOut: () => server.close() }
  } catch {
    return undefined
  }
}

/**
 * Checks whether the process that created the beacon is alive; `undefined` if there is no beacon or we have no access.
 * Works only on the same kernel.
 */
export async function seesBeacon(folder: string, name: string): Promise<boolean | undefined> {
  if (process.platform !== 'linux') return undefined
  try {
    await at(folder, name, async path => {
      const socket = connect(path)
      await once(socket, 'connect').finally(() => socket.destroy())
    })
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? false : undefined
  }
}

/**
 * A socket's path can have at most 107 bytes, and a folder's path can be much longer. So the socket is addressed
 * through the folder's file descriptor.
 */
async function at(folder: string, name: string, use: (path: string) => Promise<unknown>): Promise<void> {
  const directory = await open(folder)
  try {
    await use(`/proc/self/fd/${directory.fd}/${name}`)
  } finally {
    await directory.close()
  }
}
