import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { connect, createServer } from 'node:net'

export type Beacon = { putOut(): void }

/**
 * Makes a socket in `folder` that answers for exactly as long as this process (or worker thread) lives, even while its
 * event loop is blocked: the kernel answers. Unlike a pid it is seen from other containers on the same kernel.
 * Returns `undefined` where there is no such thing: on other systems than Linux, on some mounted volumes.
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

/** Tells whether who lit the beacon lives; `undefined` where there is none or it may not be asked. Same kernel only. */
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

/** A socket's path may have 107 bytes at most, a folder's far more: so it is addressed through its folder's descriptor. */
async function at(folder: string, name: string, use: (path: string) => Promise<unknown>): Promise<void> {
  const directory = await open(folder)
  try {
    await use(`/proc/self/fd/${directory.fd}/${name}`)
  } finally {
    await directory.close()
  }
}
