import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ServerAnswer, ServerSpec } from './http-server.js'

/** A server in a process of its own. */
export type ServerProcess = ServerAnswer & { readonly close: () => Promise<void> }

const running = new Set<ChildProcess>()

/** Ends all servers at once. */
export function endServers(): void {
  for (const child of running) child.kill('SIGKILL')
}

const file = fileURLToPath(new URL('./http-server.ts', import.meta.url))

/** Starts a server and waits until it listens. It ends with this process at the latest. */
export async function startServer(spec: ServerSpec): Promise<ServerProcess> {
  const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  running.add(child)
  const exited = once(child, 'exit').finally(() => running.delete(child))
  child.send(spec)
  const gone = exited.then(([code]) => {
    throw new Error(`A server ended with exit code ${code}`)
  })
  const [answer] = (await Promise.race([once(child, 'message'), gone])) as [ServerAnswer]
  gone.catch(() => {})
  return {
    ...answer,
    close: async () => {
      child.disconnect()
      await exited
    },
  }
}
