import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answer, Order, Slice, WriterSpec } from './writer.js'

/** A writer in a process of its own, as an app would have it. */
export type WriterProcess = {
  readonly spec: WriterSpec
  /** Makes the next batches, untimed. `startsAt`: the time of their first completion. */
  readonly prepare: (batchCount: number, startsAt: Date) => Promise<void>
  /** Records what is prepared and returns what that took. Its instants are in milliseconds that all processes share. */
  readonly run: () => Promise<Slice>
  readonly close: () => Promise<void>
}

const running = new Set<ChildProcess>()

/** Ends all writers at once, no matter what they are doing. */
export function endWriters(): void {
  for (const child of running) child.kill('SIGKILL')
}

const file = fileURLToPath(new URL('./writer.ts', import.meta.url))

/** Starts a writer. It ends with this process at the latest. */
export async function startWriter(spec: WriterSpec): Promise<WriterProcess> {
  const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  running.add(child)
  const exited = once(child, 'exit').finally(() => running.delete(child))
  await ask(child, { type: 'open', spec })
  return {
    spec,
    prepare: async (batchCount, startsAt) => {
      await ask(child, { type: 'prepare', batchCount, startsAtMs: startsAt.getTime() })
    },
    run: async () => {
      const answer = await ask(child, { type: 'run' })
      if (answer.type !== 'done') throw new TypeError(`A writer answered ${answer.type}`)
      return answer
    },
    close: async () => {
      await ask(child, { type: 'close' })
      child.disconnect()
      await exited
    },
  }
}

async function ask(child: ChildProcess, order: Order): Promise<Answer> {
  const ended = new AbortController()
  try {
    const answered = once(child, 'message', { signal: ended.signal })
    const gone = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`A writer ended with exit code ${code}`)
    })
    child.send(order)
    const [answer] = (await Promise.race([answered, gone])) as [Answer]
    if (answer.type === 'failed') throw new Error(answer.message)
    return answer
  } finally {
    ended.abort()
  }
}
