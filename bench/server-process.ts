import type { ServerAnswer, ServerSpec } from './http-server.js'
import { startProgram } from './program.js'

/** A server in a process of its own. */
export type ServerProcess = ServerAnswer & {
  /** Returns how much CPU time its process has used, in milliseconds. */
  readonly cpuMs: () => Promise<number>
  readonly close: () => Promise<void>
}

/** Starts a server and waits until it listens. */
export async function startServer(spec: ServerSpec): Promise<ServerProcess> {
  const { started, read, close } = await startProgram<ServerAnswer>('./http-server.ts', spec)
  return { ...started, cpuMs: read, close }
}
