import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { workerFlags, workerProgram } from '../support/worker-program.js'

export type OtherProcess = {
  readonly pid: number
  /** Sends a command of `worker.ts` and returns the line that answers it. */
  ask(command: string): Promise<string>
  /** Sends a command that answers with many lines, and calls `onLine` with each. */
  listen(command: string, onLine: (line: string) => void): void
  /** Sends no more commands, and waits until the process ends by itself. */
  end(): Promise<void>
  /** Ends the process with SIGKILL and waits until it is gone and all it wrote has been read. */
  kill(): Promise<void>
}

type Child = ChildProcessByStdio<Writable, Readable, null>

/** Starts `worker.ts` on a folder. */
export function startProcess(folder: string): OtherProcess {
  const worker = workerProgram(new URL('worker.ts', import.meta.url))
  const child: Child = spawn(process.execPath, [...workerFlags, worker, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const isRead = once(lines, 'close')
  return {
    pid: child.pid!,
    ask: async command => {
      child.stdin.write(`${command}\n`)
      const [line] = await once(lines, 'line')
      return line
    },
    listen: (command, onLine) => {
      lines.on('line', onLine)
      child.stdin.write(`${command}\n`)
    },
    end: async () => {
      child.stdin.end()
      await isRead
    },
    kill: async () => {
      child.kill('SIGKILL')
      await isRead
    },
  }
}
