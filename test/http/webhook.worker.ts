import pg from 'pg'
import { createSender } from '../../src/http/webhooks/send.js'
import { startWorker } from '../../src/http/webhooks/worker.js'
import { sessionOf } from '../../src/store/database/session-of.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { randomFrom } from '../races/lists.js'
import { argument, receive, report } from '../support/worker-process.js'

// A process that delivers webhooks until it is told to end, or killed.

type Task = {
  readonly url: string
  readonly seed: number
  readonly port: number
  readonly timeoutMs: number
  readonly leaseMs: number
  readonly scheduleMs: readonly number[]
}

const { url, seed, port, timeoutMs, leaseMs, scheduleMs } = argument<Task>()
const pool = new pg.Pool({ connectionString: url, max: 4 })
const context = { db: sessionOf(pool), tables: tablesIn(), now: () => new Date() }
const send = createSender({ allowHttp: true, allowPrivate: true, ports: [port], timeoutMs })
const onError = (error: unknown): void => report({ error: String(error) })
const worker = startWorker(context, {
  send,
  random: randomFrom(seed),
  onError,
  scheduleMs,
  leaseMs,
  pollMs: 5,
  idleMs: 5,
})
report('ready')
await receive()
await worker.close()
await pool.end()
