import { cpuMs } from './cpu-time.js'
import { type Batch, createLoad, type Load, type LoadSpec } from './load.js'
import { quantile } from './median.js'
import { openRecorder, type RecorderSpec } from './recorder.js'
import type { Recorder } from './recording.js'

/** Says what a writer process does. */
export type WriterSpec = RecorderSpec & {
  readonly load: LoadSpec
  readonly batchSize: number
  /** How many calls are under way at once. */
  readonly callerCount: number
}

export type Order =
  | { readonly type: 'open'; readonly spec: WriterSpec }
  | { readonly type: 'prepare'; readonly batchCount: number; readonly startsAtMs: number }
  | { readonly type: 'run' }
  | { readonly type: 'close' }

export type Answer =
  | { readonly type: 'ready' }
  | ({ readonly type: 'done' } & Slice)
  | { readonly type: 'failed'; readonly message: string }

/** What one slice took: when it began and ended, how long all but one of a hundred calls took at most, and CPU time. */
export type Slice = {
  readonly startMs: number
  readonly endMs: number
  readonly p99Ms: number
  readonly cpuMs: number
}

type Desk = { readonly spec: WriterSpec; readonly recorder: Recorder; readonly load: Load; batches: Batch[] }

let desk: Desk | undefined

process.on('message', (order: Order) => {
  carryOut(order).then(answer, error => answer({ type: 'failed', message: String(error?.stack ?? error) }))
})
// The bench that started this process is gone.
process.on('disconnect', () => process.exit())

async function carryOut(order: Order): Promise<Answer> {
  switch (order.type) {
    case 'open':
      desk = {
        spec: order.spec,
        recorder: await openRecorder(order.spec),
        load: createLoad(order.spec.load),
        batches: [],
      }
      return { type: 'ready' }
    case 'prepare':
      prepare(desk!, order)
      return { type: 'ready' }
    case 'run':
      return run(desk!)
    case 'close':
      await desk?.recorder.close()
      return { type: 'ready' }
  }
}

function prepare(own: Desk, { batchCount, startsAtMs }: Extract<Order, { type: 'prepare' }>): void {
  own.batches = own.load.batches(new Date(startsAtMs), { batchCount, batchSize: own.spec.batchSize })
}

async function run({ spec, recorder, batches }: Desk): Promise<Answer> {
  let next = 0
  let broughtCount = 0
  const callsMs: number[] = []
  const call = async (): Promise<void> => {
    while (next < batches.length) {
      const calledAt = performance.now()
      const brought = await recorder.record(batches[next++]!)
      callsMs.push(performance.now() - calledAt)
      broughtCount += brought
    }
  }
  const cpuBefore = cpuMs()
  const startMs = instant()
  await Promise.all(Array.from({ length: spec.callerCount }, call))
  const endMs = instant()
  const usedMs = cpuMs() - cpuBefore
  checkBadges(batches, broughtCount)
  return { type: 'done', startMs, endMs, p99Ms: quantile(callsMs, 0.99), cpuMs: usedMs }
}

/** Both sides of a comparison must award the badges that the load plans, or they did not do the same work. */
function checkBadges(batches: readonly Batch[], broughtCount: number): void {
  const planned = batches.reduce((count, { badges }) => count + badges.length, 0)
  if (planned !== broughtCount) throw new Error(`${planned} badges were planned, ${broughtCount} came`)
}

// Comparable between processes of one machine.
function instant(): number {
  return performance.timeOrigin + performance.now()
}

function answer(message: Answer): void {
  process.send!(message)
}
