import { type CompletionInput, checkCompletion, type NewCompletion } from '../../core/users/completion.js'
import { followingMerges } from '../../core/users/user-merged.js'
import { MilepostError } from '../../core/values/errors.js'
import { invalid, unreadableInput } from '../../core/values/invalid.js'
import { keysOf, readKnown } from '../../core/values/known-keys.js'
import { retried } from '../../store/database/retry.js'
import type { Session } from '../../store/database/session.js'
import { afterCommit } from '../../store/database/transaction.js'
import { keyText } from '../../store/progress/completions.js'
import { type CallOptions, type ServiceContext, sessionFor } from '../context/context.js'
import { learnLayoutWith } from '../context/learn-layout.js'
import { erasedIn, userErased } from '../context/user-erased.js'
import { completedTooEarly, tooEarlyIn } from '../recount/folded.js'
import { write, writeOnce } from '../recount/write.js'
import { createGatherer, type Ways } from './gather.js'
import { type Batch, type RecordResult, recordBatch, recordInOneCall, recordOnNode, traceRecording } from './record.js'

/** The most completions allowed in one call. */
const batchLimit = 10_000

/** A call with at least this many completions is a batch of its own: joining others would not make it faster. */
const ownBatchSize = 100

const callKeys = keysOf<CallOptions>({ db: true })

/** The part of a service that records completions. */
export type Recorder = {
  /** Returns one result for one completion, and a list for a list. */
  readonly record: (
    input: CompletionInput | readonly CompletionInput[],
    options?: CallOptions,
  ) => Promise<RecordResult | readonly RecordResult[]>
  /** @throws SERVICE_CLOSED after `close` */
  readonly requireOpen: () => void
  readonly close: () => Promise<void>
}

/** Checks the input and stores it: in the caller's transaction, in a gathered batch, or as a batch of its own. */
export function createRecorder(context: ServiceContext): Recorder {
  const underWay = new Set<Promise<unknown>>()
  const ways = {
    quick: (completions, way) => recordQuickly(context, completions, way),
    send: (completions, attempt) => recordOnce(context, completions, attempt),
  } satisfies Ways
  const gatherer = createGatherer(ways, { patienceMs: context.patienceMs, connectionCount: context.db.connectionCount })
  let isClosed = false
  const requireOpen = (): void => {
    if (isClosed) throw new MilepostError('SERVICE_CLOSED', 'The service is closed. Create a new one to continue.')
  }
  const send = (completions: readonly NewCompletion[], options: CallOptions): Promise<readonly RecordResult[]> => {
    if (options.db) return recordWith(context, completions, options)
    if (context.tables.layout.isSpread) return tracked(underWay, recordOnCluster(context, completions))
    if (completions.length < ownBatchSize) return gatherer.submit(completions)
    return tracked(
      underWay,
      retried(context.patienceMs, attempt => recordOnce(context, completions, attempt)),
    )
  }
  // The first calls wait until it is known where the tables are.
  const sendSoon: typeof send = (completions, options) => {
    const { layout } = context.tables
    if (layout.isSpread !== null) return send(completions, options)
    return tracked(
      underWay,
      learnLayoutWith(context, sessionFor(context, options)).then(() => send(completions, options)),
    )
  }
  const record: Recorder['record'] = async (input, given = {}) => {
    requireOpen()
    const options = readKnown('record', given, callKeys)
    const list = listIn(input)
    const completions = checkAll(context, list ?? [input as CompletionInput], list !== null)
    if (!list) return (await sendSoon(completions, options))[0]!
    return completions.length === 0 ? [] : sendSoon(completions, options).catch(error => placed(error, completions))
  }
  return {
    record,
    requireOpen,
    close: async () => {
      isClosed = true
      await gatherer.drain()
      await Promise.allSettled(underWay)
    },
  }
}

// Adds to the error the position in the list of the completion or user who was refused.
function placed(error: unknown, completions: readonly NewCompletion[]): never {
  const early = tooEarlyIn(error)
  const erased = erasedIn(error)
  const isIt = (completion: NewCompletion): boolean =>
    early ? keyText(completion) === keyText(early) : erased.includes(completion.userId)
  const index = completions.findIndex(isIt)
  // Not there if the id was of before a merge.
  if (index === -1) throw error
  throw early ? completedTooEarly(early, index) : userErased(erased, index)
}

// Returns a copy of the list, or null for a single completion.
function listIn(input: CompletionInput | readonly CompletionInput[]): readonly CompletionInput[] | null {
  try {
    if (!Array.isArray(input)) return null
    if (input.length > batchLimit) throw tooLarge(input.length)
    return [...(input as readonly CompletionInput[])]
  } catch (error) {
    throw unreadableInput(error, 'completion')
  }
}

function tooLarge(given: number): MilepostError {
  const message = `Got ${given} completions in one call; the limit is ${batchLimit}. Split them into several calls.`
  return new MilepostError('BATCH_TOO_LARGE', message, { details: { limit: batchLimit, given } })
}

function checkAll(
  { catalogs, now }: ServiceContext,
  inputs: readonly CompletionInput[],
  isList: boolean,
): readonly NewCompletion[] {
  const at = now()
  if (Number.isNaN(at.getTime())) throw invalid('now', 'gave an invalid Date')
  const { categories: names } = catalogs.own.catalog
  const categories = names ? new Set(names) : undefined
  return inputs.map((input, i) => checkCompletion(input, { now: at, categories }, isList ? i : undefined))
}

// The most completions that a single call stores as its own transaction. With more, somebody usually needs more.
const mostInOneCall = { apart: ownBatchSize - 1, whole: 15 } as const

// One call that is the whole transaction. It awards nothing, so there is nothing to announce.
async function recordQuickly(
  context: ServiceContext,
  completions: readonly NewCompletion[],
  way: 'apart' | 'whole',
): Promise<readonly (RecordResult | null)[]> {
  if (completions.length > mostInOneCall[way]) return completions.map(() => null)
  const { recordedAt } = batchOf(context, completions, 0)
  return recordInOneCall(context, completions, { recordedAt, way })
}

// In a cluster, calls are not joined: each user's node records by itself, and a batch over several nodes costs more.
async function recordOnCluster(
  context: ServiceContext,
  completions: readonly NewCompletion[],
): Promise<readonly RecordResult[]> {
  const isOfOneUser = completions.every(({ userId }) => userId === completions[0]!.userId)
  return retried(context.patienceMs, async attempt => {
    const isQuick = isOfOneUser && completions.length < ownBatchSize && attempt === 0
    const { recordedAt } = batchOf(context, completions, attempt)
    return (
      (isQuick && (await recordOnNode(context, completions, recordedAt))) || recordOnce(context, completions, attempt)
    )
  })
}

// One attempt in a transaction of our own; listeners run after it is committed.
async function recordOnce(
  context: ServiceContext,
  completions: readonly NewCompletion[],
  attempt: number,
): Promise<readonly RecordResult[]> {
  return followingMerges(completions, current => {
    const batch = batchOf(context, current, attempt)
    return writeOnce(context, context.db, tx => recordTraced(context, tx, batch))
  })
}

function recordWith(
  context: ServiceContext,
  completions: readonly NewCompletion[],
  options: CallOptions,
): Promise<readonly RecordResult[]> {
  return followingMerges(completions, current =>
    write(context, options, (tx, attempt) => recordTraced(context, tx, batchOf(context, current, attempt))),
  )
}

async function recordTraced(context: ServiceContext, tx: Session, batch: Batch): Promise<readonly RecordResult[]> {
  const results = await traceRecording(context, batch.completions, () => recordBatch(context, tx, batch))
  afterCommit(tx, () => announceRecorded(context, results))
  return results
}

// If the clock was set back between the check and the insert, a completion must not appear to be in the future.
function batchOf({ now }: ServiceContext, completions: readonly NewCompletion[], attempt: number): Batch {
  const storedMs = now().getTime()
  const latestMs = completions.reduce((latest, { completedAt }) => Math.max(latest, completedAt.getTime()), storedMs)
  return { completions, recordedAt: new Date(latestMs), isLockFirst: attempt > 0 }
}

function announceRecorded(context: ServiceContext, results: readonly RecordResult[]): void {
  context.announce(
    results.flatMap(({ status, completion: { userId }, awarded }) =>
      status === 'recorded' ? awarded.map(badge => ({ userId, badge })) : [],
    ),
  )
}

function tracked<Result>(underWay: Set<Promise<unknown>>, work: Promise<Result>): Promise<Result> {
  underWay.add(work)
  const done = (): void => void underWay.delete(work)
  work.then(done, done)
  return work
}
