import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import { workerFlags, workerProgram } from './worker-program.js'

/** Says how a worker ended. */
export type WorkerExit = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** Holds a child process that runs a TypeScript file. */
export type Worker<Message = unknown> = {
  readonly pid: number
  /** Yields the messages of the worker until it ends, starting with the first unread one. */
  readonly messages: () => AsyncIterable<Message>
  /** Waits for the next message. @throws where the worker ends before it reports one */
  readonly next: () => Promise<Message>
  /** Hands a message to the worker, which awaits it by `receive()`. */
  readonly send: (message: unknown) => void
  /** Sends a signal, SIGKILL unless another is named, and waits for the end. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<WorkerExit>
  /** Settles when the worker has ended, however it did. */
  readonly exited: Promise<WorkerExit>
  /** Waits for the end and returns the unread messages. @throws with its stderr if it failed */
  readonly finished: () => Promise<Message[]>
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Starts a worker: a TypeScript file in a Node process of its own, which imports worker-process.ts and gets `argument`
 * as JSON. It ends with this process at the latest.
 *
 * @example
 * const worker = startWorker<string>(new URL('./recorder.worker.ts', import.meta.url), { url: database.url })
 */
export function startWorker<Message = unknown>(file: URL, argument: unknown): Worker<Message> {
  const child = fork(workerProgram(file), [JSON.stringify(argument)], {
    execArgv: [...workerFlags],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  running.add(child)
  const exited = exitOf(child)
  const lines = linesOf(child)
  return {
    pid: child.pid!,
    messages: () => messagesOf<Message>(lines),
    next: () => nextOf<Message>(lines, exited),
    // A worker that has already ended receives nothing. Its exit code shows that.
    send: message => child.send(message as object, () => {}),
    kill: signal => {
      child.kill(signal ?? 'SIGKILL')
      return exited
    },
    exited,
    finished: () => restOf<Message>(lines, exited),
  }
}

/** Starts one worker for each argument. */
export function startWorkers<Message = unknown>(file: URL, args: readonly unknown[]): Worker<Message>[] {
  return args.map(argument => startWorker<Message>(file, argument))
}

/**
 * Runs one worker for each argument to the end and returns what each reported. They race: each begins with
 * `report('ready')` and `await receive()`, and gets the sign to start when all are there.
 *
 * @throws with the worker's stderr where one fails; the others are killed
 */
export async function race<Message = unknown>(file: URL, args: readonly unknown[]): Promise<Message[][]> {
  const workers = startWorkers<Message>(file, args)
  try {
    await Promise.all(workers.map(worker => worker.next()))
    for (const worker of workers) worker.send('go')
    return await Promise.all(workers.map(worker => worker.finished()))
  } finally {
    await Promise.all(workers.map(worker => worker.kill()))
  }
}

async function exitOf(child: ChildProcess): Promise<WorkerExit> {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  running.delete(child)
  return { code, signal, stderr }
}

/** Keeps the lines until they are read. The last one of a worker that was killed may be half a line: it does not count. */
function linesOf(child: ChildProcess): Readable {
  const lines = new PassThrough({ objectMode: true })
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) lines.write(line)
  })
  child.stdout?.once('end', () => lines.end())
  return lines
}

async function* messagesOf<Message>(lines: Readable): AsyncGenerator<Message> {
  for await (const line of lines.iterator({ destroyOnReturn: false })) yield JSON.parse(line) as Message
}

async function nextOf<Message>(lines: Readable, exited: Promise<WorkerExit>): Promise<Message> {
  for await (const message of messagesOf<Message>(lines)) return message
  throw failure('before it reported anything more', await exited)
}

async function restOf<Message>(lines: Readable, exited: Promise<WorkerExit>): Promise<Message[]> {
  const messages: Message[] = []
  for await (const message of messagesOf<Message>(lines)) messages.push(message)
  const exit = await exited
  if (exit.code !== 0) throw failure('in failure', exit)
  return messages
}

function failure(how: string, { code, signal, stderr }: WorkerExit): Error {
  return new Error(`The worker ended ${how} (${signal ?? `exit code ${code}`}):\n${stderr}`)
}
