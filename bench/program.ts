import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A program of the bench in a process of its own. */
export type Program<Start> = {
  /** Its answer when it was ready. */
  readonly started: Start
  /** Reads the number that it keeps. */
  readonly read: () => Promise<number>
  readonly close: () => Promise<void>
}

const running = new Set<ChildProcess>()

/** Ends all programs at once. */
export function endPrograms(): void {
  for (const child of running) child.kill('SIGKILL')
}

/**
 * Starts a program of this folder and waits until it is ready. It ends with this process at the latest. One in plain
 * JavaScript loads no compiler.
 */
export async function startProgram<Start>(file: string, spec: object): Promise<Program<Start>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...(file.endsWith('.mjs') && { execArgv: [] }),
  })
  running.add(child)
  const exited = once(child, 'exit').finally(() => running.delete(child))
  const gone = exited.then(([code]) => {
    throw new Error(`${file} ended with exit code ${code}`)
  })
  gone.catch(() => {})
  const ask = async (message: object): Promise<unknown> => {
    const answered = once(child, 'message')
    child.send(message)
    const [answer] = await Promise.race([answered, gone])
    return answer
  }
  return {
    started: (await ask(spec)) as Start,
    read: async () => (await ask({})) as number,
    close: async () => {
      child.disconnect()
      await exited
    },
  }
}

/** Makes this process a program: the first message starts it, and each later one is answered with the number that it keeps. */
export function beProgram<Spec>(start: (spec: Spec) => Promise<object>, read: () => number): void {
  process.once('message', (spec: Spec) => {
    start(spec).then(
      started => {
        process.on('message', () => process.send!(read()))
        process.send!(started)
      },
      error => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  // The bench that started this process is gone.
  process.on('disconnect', () => process.exit())
}
