// The worker's side of workers.ts: imported by a worker file, at its top.
import { takePath } from './record-path.js'

takePath()

if (!process.send) throw new TypeError('This file is a worker: start it with startWorker().')

const inbox: unknown[] = []
let wake: (() => void) | undefined

process.on('message', message => {
  inbox.push(message)
  wake?.()
})
// A worker never outlives the test that started it, also where that was killed.
process.on('disconnect', () => process.exit(1))
process.channel?.unref()

/** Returns what the test gave this worker to start with. */
export function argument<T>(): T {
  return JSON.parse(process.argv[2] ?? 'null') as T
}

/** Tells the test something, as one line of JSON. Written when this returns: what is told was true before any kill. */
export function report(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

/** Waits for the next message of the test, such as the sign to start. */
export async function receive<T>(): Promise<T> {
  process.channel?.ref()
  while (inbox.length === 0) {
    await new Promise<void>(resolve => {
      wake = resolve
    })
  }
  process.channel?.unref()
  return inbox.shift() as T
}
