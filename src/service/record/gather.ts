import type { NewCompletion } from '../../core/users/completion.js'
import { groupBy } from '../../core/values/group-by.js'
import { isRetryable, sqlStateOfFailure } from '../../store/database/failure.js'
import { again } from '../../store/database/retry.js'
import { erasedIn } from '../context/user-erased.js'
import { tooEarlyIn } from '../recount/folded.js'
import type { RecordResult } from './record.js'

/** The most completions in one gathered batch. */
const gatherLimit = 1_000

/** How many parcels of a split batch run at once, so that they do not use up the host's connection pool. */
const splitWidth = 4

/**
 * From this many waiting calls on, a second batch runs beside the first, and each takes half of them. With fewer, two
 * batches are slower than one, because both are smaller.
 */
const secondFrom = 100

/** Stores completions in one transaction and fails at once if a lock is held elsewhere. `attempt` counts from 0. */
export type SendBatch = (completions: readonly NewCompletion[], attempt: number) => Promise<readonly RecordResult[]>

/**
 * Stores what needs little. The result is null for completions that were not stored: then those of all users (`whole`)
 * or those of some users (`apart`).
 */
export type SendQuickly = (
  completions: readonly NewCompletion[],
  way: 'apart' | 'whole',
) => Promise<readonly (RecordResult | null)[]>

/** The ways to store a batch: `quick` is tried first, once. */
export type Ways = { readonly quick: SendQuickly; readonly send: SendBatch }

/** Joins calls that arrive while a batch is running. */
export type Gatherer = {
  /** Stores a call's completions, alone or with others; each call gets its own results or its own error. */
  readonly submit: (completions: readonly NewCompletion[]) => Promise<readonly RecordResult[]>
  /** Waits until every submitted call has its answer. */
  readonly drain: () => Promise<void>
}

/**
 * `patienceMs`: how long a call waits for a busy user. `connectionCount`: how many transactions the database can run at
 * once.
 */
export type GathererOptions = { readonly patienceMs: number; readonly connectionCount: number }

type Call = {
  readonly completions: readonly NewCompletion[]
  readonly resolve: (results: readonly RecordResult[]) => void
  readonly reject: (error: unknown) => void
}

/** Calls that are sent together after a batch that contained them failed. */
type RetryGroup = {
  readonly userId: string
  readonly calls: readonly Call[]
  readonly attempt: number
  readonly until: number
}

/**
 * Starts a gatherer. A single call is sent at once; calls that arrive while it runs are sent together as the next
 * batch. If a user's lock or a bad row stops a batch, its calls are sent again apart from other batches: first grouped
 * by user, then one by one.
 */
export function createGatherer(ways: Ways, { patienceMs, connectionCount }: GathererOptions): Gatherer {
  const waiting: Call[] = []
  const separate = createSeparateLane(ways.send, patienceMs)
  const underWay = new Set<Promise<void>>()
  const running = new Set<readonly Call[]>()
  // What quick batches left. The next batch runs beside it.
  const leftovers = new Set<readonly Call[]>()
  const isFree = (): boolean => {
    const count = running.size + leftovers.size
    if (count === 0) return true
    return count < Math.min(2, connectionCount) && (running.size === 0 || waiting.length >= secondFrom)
  }

  const pump = (): void => {
    if (waiting.length === 0 || !isFree()) return
    const batch = takeBatch(waiting, [...running, ...leftovers])
    if (batch.length === 0) return
    running.add(batch)
    const work: Promise<void> = sendBatch(ways, batch, left => {
      running.delete(batch)
      leftovers.add(left)
      pump()
      return () => void leftovers.delete(left)
    })
      .then(separate.take)
      .finally(() => {
        running.delete(batch)
        underWay.delete(work)
        pump()
      })
    underWay.add(work)
    pump()
  }
  return {
    submit: completions =>
      new Promise((resolve, reject) => {
        const call = { completions, resolve, reject }
        if (separate.hasUserOf(call)) return separate.take([call])
        waiting.push(call)
        pump()
      }),
    drain: async () => {
      while (underWay.size > 0 || separate.underWay.size > 0) await Promise.all([...underWay, ...separate.underWay])
    },
  }
}

// Returns the calls that must be sent again, apart from others. `leave`: is called with the rest if the quick way stored
// only a part, and returns what ends the rest's being left.
async function sendBatch(
  { quick, send }: Ways,
  batch: readonly Call[],
  leave: (left: readonly Call[]) => () => void,
): Promise<readonly Call[]> {
  const way = batch.every(isOfOneUser) ? 'apart' : 'whole'
  const first = await deliver(batch, completions => quick(completions, way))
  if (first.failure || first.left.length === 0) return first.left
  const done = first.left.length < batch.length ? leave(first.left) : undefined
  const { left } = await deliver(first.left, completions => send(completions, 0))
  done?.()
  return left
}

function isOfOneUser({ completions }: Call): boolean {
  return completions.every(({ userId }) => userId === completions[0]!.userId)
}

type SeparateLane = {
  readonly take: (calls: readonly Call[]) => void
  /**
   * Tells whether another call is already waiting for a user of this call. Such a call would also stop a batch that it
   * joins.
   */
  readonly hasUserOf: (call: Call) => boolean
  readonly underWay: ReadonlySet<Promise<void>>
}

function createSeparateLane(send: SendBatch, patienceMs: number): SeparateLane {
  const queue: RetryGroup[] = []
  const running = new Set<RetryGroup>()
  const underWay = new Set<Promise<void>>()

  const pump = (): void => {
    while (running.size < splitWidth && queue.length > 0) {
      const group = queue.shift()!
      running.add(group)
      const work: Promise<void> = sendRetryGroup(send, group)
        .then(left => void queue.push(...left))
        .finally(() => {
          running.delete(group)
          underWay.delete(work)
          pump()
        })
      underWay.add(work)
    }
  }
  return {
    underWay,
    take: calls => {
      const until = performance.now() + patienceMs
      const byUser = groupBy(calls, call => call.completions[0]!.userId)
      queue.push(...[...byUser].map(([userId, own]) => ({ userId, calls: own, attempt: 1, until })))
      pump()
    },
    hasUserOf: call => {
      const isOf = (group: RetryGroup): boolean => call.completions.some(({ userId }) => userId === group.userId)
      return running.size > 0 && ([...running].some(isOf) || queue.some(isOf))
    },
  }
}

// Returns what must be sent again: the whole group after a held lock, its calls one by one after a bad row.
async function sendRetryGroup(send: SendBatch, group: RetryGroup): Promise<readonly RetryGroup[]> {
  const { failure } = await deliver(group.calls, completions => send(completions, group.attempt))
  if (!failure) return []
  if (!isRetryable(failure.error)) return group.calls.map(call => ({ ...group, calls: [call] }))
  try {
    await again(failure.error, group)
    return [{ ...group, attempt: group.attempt + 1 }]
  } catch (error) {
    for (const call of group.calls) call.reject(error)
    return []
  }
}

/** The calls without an answer, and the failure if it may be caused by only one of them. */
type Delivery = { readonly left: readonly Call[]; readonly failure?: { readonly error: unknown } }

async function deliver(
  calls: readonly Call[],
  send: (completions: readonly NewCompletion[]) => Promise<readonly (RecordResult | null)[]>,
): Promise<Delivery> {
  try {
    return { left: answer(calls, await send(calls.flatMap(({ completions }) => completions))) }
  } catch (error) {
    if (isRetryable(error) || (calls.length > 1 && isByOneRow(error))) return { left: calls, failure: { error } }
    for (const call of calls) call.reject(error)
    return { left: [] }
  }
}

// Returns the calls for which there is no result.
function answer(calls: readonly Call[], results: readonly (RecordResult | null)[]): readonly Call[] {
  let start = 0
  return calls.filter(({ completions, resolve }) => {
    const own = results.slice(start, start + completions.length)
    start += completions.length
    if (own.includes(null)) return true
    resolve(own as readonly RecordResult[])
    return false
  })
}

// Errors about data and constraints, erased users and folded history concern one row. Errors about connections or the server
// itself concern all rows.
function isByOneRow(error: unknown): boolean {
  if (erasedIn(error).length > 0 || tooEarlyIn(error)) return true
  const sqlState = sqlStateOfFailure(error)
  return sqlState !== undefined && !['08', '53', '57', '58', '42', '3F'].includes(sqlState.slice(0, 2))
}

// Leaves calls of users whose batch is still running: they would wait for its locks. Later calls of the same users stay
// behind them.
function takeBatch(waiting: Call[], running: readonly (readonly Call[])[]): Call[] {
  const limit = waiting.length >= secondFrom ? Math.max(secondFrom, Math.ceil(waiting.length / 2)) : gatherLimit
  const busy = new Set(running.flat().flatMap(({ completions }) => completions.map(({ userId }) => userId)))
  const [batch, others]: [Call[], Call[]] = [[], []]
  let size = 0
  for (const call of waiting) {
    const { completions } = call
    const fits = batch.length === 0 || (batch.length < limit && size + completions.length <= gatherLimit)
    if (fits && !completions.some(({ userId }) => busy.has(userId))) {
      size += completions.length
      batch.push(call)
    } else {
      for (const { userId } of completions) busy.add(userId)
      others.push(call)
    }
  }
  waiting.splice(0, waiting.length, ...others)
  return batch
}
