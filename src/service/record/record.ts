import type { Badge } from '../../core/awards/badge.js'
import type { Completion, NewCompletion } from '../../core/users/completion.js'
import { type DifferingField, differingIn } from '../../core/users/differs.js'
import { freshCopy } from '../../core/values/fresh.js'
import { groupBy } from '../../core/values/group-by.js'
import { inOrderOfBytes } from '../../store/database/columns.js'
import type { Session } from '../../store/database/session.js'
import { shortenLockWait, slowMs } from '../../store/database/transaction.js'
import { insertRows, keyText, readCompletions } from '../../store/progress/completions.js'
import { readBadges } from '../../store/progress/holdings.js'
import { writeGains } from '../../store/progress/ledger.js'
import { callRecord, callRecordUser } from '../../store/progress/record-call.js'
import type { BadgesByUser } from '../awards/award.js'
import type { CountingContext, ServiceContext } from '../context/context.js'
import type { Locked } from '../context/locked.js'
import { countImported } from '../recount/count-imported.js'
import type { RecountedUser } from '../recount/count-users.js'
import { completedTooEarly, type SettledAmong, settledAmong, withoutFolded } from '../recount/folded.js'
import { type FreshUser, freshUsers } from '../recount/fresh-user.js'
import { recountUsers } from '../recount/recount.js'
import { judgingAfterRedo, type Redone } from '../recount/settle.js'
import { inOneStatement, lockForWriting } from '../recount/write.js'
import { awardCrossings } from './award-crossings.js'
import { planCall } from './one-call.js'
import { type RaisedUsers, raiseUsers } from './raise.js'

/** The result for one completion. Results are in the order of the batch. */
export type RecordResult<Id extends string = string, Unlock extends string = string> = {
  /** `duplicate`: the key was already stored, or appears earlier in the batch; nothing changed. */
  status: 'recorded' | 'duplicate'
  /** As stored. For a duplicate: the completion that was stored first. */
  completion: Completion
  /**
   * The badges that this completion earned. For a duplicate: the badges that the first recording earned and the user
   * still holds.
   */
  awarded: Badge<Id, Unlock>[]
  /** For a duplicate: the fields that differ from the stored completion. Omitted if nothing differs. */
  differs?: DifferingField[]
  /**
   * Set for a duplicate of a completion that was folded. What was stored of it is gone, so `completion` is the one you
   * passed, and nothing can be said about differences.
   */
  isFolded?: true
}

/** Checked completions that are stored together. */
export type Batch = {
  readonly completions: readonly NewCompletion[]
  /** Never before the time of any of the completions. */
  readonly recordedAt: Date
  /**
   * Whether users are locked before anything is stored. This is slower, but while waiting the transaction holds nothing
   * that others wait for, so it can wait longer for busy users. Used for batches that have already failed once.
   */
  readonly isLockFirst: boolean
}

/**
 * Stores completions and awards what follows from them: the fast path. Runs inside a transaction. The number of
 * statements does not depend on the size of the batch, on the catalog or on how far awards cascade. The exception is
 * users whose undone completions are recorded again: their histories are read one by one.
 * @throws TRANSACTION_ISOLATION when the transaction is not READ COMMITTED; HISTORY_FOLDED
 */
export async function recordBatch(context: ServiceContext, tx: Session, batch: Batch): Promise<RecordResult[]> {
  const { completions, recordedAt } = batch
  const owners = userIdsOf(completions)
  if (context.tables.layout.isSpread && owners.length > 1) return recordEachUser(context, tx, { batch, owners })
  const keys = completions.map(keyText)
  const firsts = firstByKey(completions, keys)
  const lockedBefore = batch.isLockFirst ? await lockForWriting(context, tx, userIdsOf(completions)) : null
  const { inserted, crossed } = await storeNew(context, tx, { batch, rows: [...firsts.values()] })
  const isNew = (key: string): boolean => inserted === null || inserted.has(key)
  const isFresh = ([key, { userId }]: [string, NewCompletion]): boolean =>
    isNew(key) && (crossed === null || crossed.has(userId))
  const fresh = [...firsts].filter(isFresh).map(([, first]) => first)
  const evaluate = (): Promise<Evaluated> => awardFor(context, tx, { fresh, crossed, lockedBefore, recordedAt })
  const evaluation = { name: 'milepost.evaluate', attributes: { 'milepost.completions': fresh.length } } as const
  const { awarded, folded } = fresh.length > 0 ? await context.trace(evaluation, evaluate) : nothingEvaluated
  const earlier = await readEarlier(
    context,
    tx,
    [...firsts].filter(([key]) => !isNew(key)).map(([, first]) => first),
  )
  const isGone = (key: string): boolean => !isNew(key) && !earlier.has(key)
  const gone = completions.filter((_, i) => isGone(keys[i]!))
  // These completions existed but have been undone in the meantime, so they are recorded as new.
  const again = gone.length > 0 ? await recordBatch(context, tx, { ...batch, completions: gone }) : []
  return completions.map((completion, i) => {
    const key = keys[i]!
    if (isGone(key)) return again.shift()!
    if (!isNew(key)) return repeated(completion, earlier.get(key)!)
    const badges = folded.get(key)
    if (badges) return repeatedFolded(completion, { badges, recordedAt })
    return recorded(completion, { first: firsts.get(key)!, awarded, recordedAt })
  })
}

// A cluster runs any statement about one user, on the node that holds the user. In one order, so that no two batches wait
// for each other.
async function recordEachUser(
  context: ServiceContext,
  tx: Session,
  { batch, owners }: { readonly batch: Batch; readonly owners: readonly string[] },
): Promise<RecordResult[]> {
  const results = new Map<NewCompletion, RecordResult>()
  const byUser = groupBy(batch.completions, ({ userId }) => userId)
  for (const userId of inOrderOfBytes(owners)) {
    const completions = byUser.get(userId)!
    const own = await recordBatch(context, tx, { ...batch, completions })
    for (const [i, completion] of completions.entries()) results.set(completion, own[i]!)
  }
  return batch.completions.map(completion => results.get(completion)!)
}

/** What storing did. */
type NewlyStored = {
  /** The keys that were new. Null if all were. */
  readonly inserted: ReadonlySet<string> | null
  /** If the metrics were raised as well: the users who crossed a target, and the names of the metrics that changed. */
  readonly crossed: ReadonlyMap<string, ReadonlySet<string>> | null
}

async function storeNew(
  context: ServiceContext,
  tx: Session,
  { batch: { recordedAt, isLockFirst }, rows }: { readonly batch: Batch; readonly rows: readonly NewCompletion[] },
): Promise<NewlyStored> {
  const startedAt = performance.now()
  const { isSpread } = context.tables.layout
  const call = isLockFirst || isSpread ? null : planCall(context, rows, recordedAt)
  const answer = call && (await callRecord(tx, context.tables, 'joined', call))
  const inserted = answer ? answer.stored : await insertRows(tx, context.tables, { rows, recordedAt })
  const crossed = answer?.isRaised ? answer.userIds : null
  if (crossed?.size !== 0 && performance.now() - startedAt > slowMs) await shortenLockWait({ tx, isSpread })
  if (!call || !crossed) return { inserted, crossed: null }
  const names = (userId: string): ReadonlySet<string> => new Set(call.raisedByUser.get(userId)!.keys())
  return { inserted, crossed: new Map([...crossed].map(userId => [userId, names(userId)])) }
}

/**
 * Stores completions with a single call that is a transaction of its own. The result is null for those of users who need
 * more, who have nothing stored.
 */
export async function recordInOneCall(
  context: ServiceContext,
  completions: readonly NewCompletion[],
  { recordedAt, way }: { readonly recordedAt: Date; readonly way: 'apart' | 'whole' },
): Promise<readonly (RecordResult | null)[]> {
  const keys = completions.map(keyText)
  const firsts = firstByKey(completions, keys)
  const call = planCall(context, [...firsts.values()], recordedAt)
  const answer =
    call &&
    (await inOneStatement(context, db =>
      traceRecording(context, completions, () => callRecord(db, context.tables, way, call)),
    ))
  return completions.map((completion, i) => {
    if (!answer || answer.userIds.has(completion.userId)) return null
    return recorded(completion, { first: firsts.get(keys[i]!)!, awarded: noneAwarded, recordedAt })
  })
}

/**
 * Stores completions of one user on the node of a cluster that holds the user, in a call that is a transaction of its own.
 * Returns null if the user needs more, with nothing stored.
 */
export async function recordOnNode(
  context: ServiceContext,
  completions: readonly NewCompletion[],
  recordedAt: Date,
): Promise<readonly RecordResult[] | null> {
  const keys = completions.map(keyText)
  const firsts = firstByKey(completions, keys)
  const call = planCall(context, [...firsts.values()], recordedAt)
  const isRecorded =
    call &&
    (await inOneStatement(context, db =>
      traceRecording(context, completions, () => callRecordUser(db, context.tables, call)),
    ))
  if (!isRecorded) return null
  return completions.map((completion, i) =>
    recorded(completion, { first: firsts.get(keys[i]!)!, awarded: noneAwarded, recordedAt }),
  )
}

/** Reports one attempt at recording to the app's tracing. */
export function traceRecording<Result>(
  { trace }: ServiceContext,
  { length }: readonly NewCompletion[],
  work: () => Promise<Result>,
): Promise<Result> {
  return trace({ name: 'milepost.record', attributes: { 'milepost.completions': length } }, work)
}

const noneAwarded: BadgesByUser = new Map()

type Recorded = { readonly first: NewCompletion; readonly awarded: BadgesByUser; readonly recordedAt: Date }

function recorded(completion: NewCompletion, { first, awarded, recordedAt }: Recorded): RecordResult {
  const answer = { completion: stored(first, recordedAt), awarded: broughtBy(first, awarded.get(first.userId)) }
  // Another call in this gathered batch may have the same key: each call gets its own answer.
  return completion === first ? { status: 'recorded', ...answer } : repeated(completion, answer)
}

function repeated(given: NewCompletion, answer: Earlier): RecordResult {
  const differs = differingIn(given, answer.completion)
  return { status: 'duplicate', ...freshCopy(answer), ...(differs.length > 0 && { differs }) }
}

function repeatedFolded(
  given: NewCompletion,
  { badges, recordedAt }: { readonly badges: readonly Badge[]; readonly recordedAt: Date },
): RecordResult {
  const answer = { completion: stored(given, recordedAt), awarded: broughtBy(given, badges) }
  return { status: 'duplicate', ...freshCopy(answer), isFolded: true }
}

function firstByKey(
  completions: readonly NewCompletion[],
  keys: readonly string[],
): ReadonlyMap<string, NewCompletion> {
  const firsts = new Map<string, NewCompletion>()
  for (const [i, completion] of completions.entries()) if (!firsts.has(keys[i]!)) firsts.set(keys[i]!, completion)
  return firsts
}

function userIdsOf(completions: readonly NewCompletion[]): readonly string[] {
  return [...new Set(completions.map(({ userId }) => userId))]
}

type Stored = Pick<NewlyStored, 'crossed'> & {
  readonly fresh: readonly NewCompletion[]
  /** The users' rows if all users are locked already, otherwise null. */
  readonly lockedBefore: Locked | null
  readonly recordedAt: Date
}

/** What storing brought. */
type Evaluated = {
  readonly awarded: BadgesByUser
  /** By key: the badges of the users of completions that were folded before, and are not stored again. */
  readonly folded: ReadonlyMap<string, readonly Badge[]>
}

const noneFolded: Evaluated['folded'] = new Map()
const nothingEvaluated: Evaluated = { awarded: new Map(), folded: noneFolded }

async function awardFor(given: ServiceContext, tx: Session, stored: Stored): Promise<Evaluated> {
  const { fresh, lockedBefore } = stored
  const all = groupBy(fresh, completion => completion.userId)
  const locked = lockedBefore ?? (await lockForWriting(given, tx, [...all.keys()], all))
  const settled = await settledAmong(given, tx, { fresh, locked })
  const [early] = settled.tooEarly
  if (early) throw completedTooEarly(early)
  const left = await withoutFolded(given, tx, { fresh, settled })
  const awarded =
    left.length > 0 ? await awardLocked(given, tx, { ...stored, fresh: left, locked, settled }) : new Map()
  if (left.length === fresh.length) return { awarded, folded: noneFolded }
  const gone = fresh.filter(completion => settled.repeated.has(keyText(completion)))
  const badges = await readBadges(tx, given.tables, { userIds: userIdsOf(gone) })
  return { awarded, folded: new Map(gone.map(each => [keyText(each), badges.get(each.userId) ?? []])) }
}

async function awardLocked(
  given: ServiceContext,
  tx: Session,
  {
    fresh,
    crossed,
    recordedAt,
    locked: first,
    settled,
  }: Stored & { readonly locked: Locked; readonly settled: SettledAmong },
): Promise<BadgesByUser> {
  const byUser = groupBy(fresh, completion => completion.userId)
  const locked = await countImported(given, tx, { locked: first, byUser })
  const { context } = locked
  const users = await freshUsers(context, tx, { byUser, locked })
  const redone = redoneBy(users, settled)
  const isCertain = ({ userId, isCurrent, takesRoom }: FreshUser): boolean =>
    isCurrent && !takesRoom && !redone.has(userId)
  const certain = users.filter(isCertain)
  const { doubtful, ...raised } = crossed ? raisedBefore(certain, crossed) : await raiseUsers(context, tx, certain)
  const { awarded, late } = await awardCrossings(context, tx, raised)
  const uncertain = [...users.filter(user => !isCertain(user)), ...doubtful, ...late]
  if (uncertain.length === 0) return awarded
  return new Map([...awarded, ...(await recountFresh(context, tx, { users: uncertain, redone, recordedAt }))])
}

function raisedBefore(users: readonly FreshUser[], crossed: NonNullable<NewlyStored['crossed']>): RaisedUsers {
  const crossing = users.map(user => ({ ...user, raised: crossed.get(user.userId)! }))
  return { crossing, others: [], doubtful: [] }
}

/** Completions that are recorded again after an undo, by user. */
export type RedoneByUser = ReadonlyMap<string, readonly Redone[]>

/** Returns the completions of users that were undone earlier and are recorded again. */
export function redoneBy(users: readonly FreshUser[], { undone }: Pick<SettledAmong, 'undone'>): RedoneByUser {
  if (undone.size === 0) return nothingRedone
  const redone = users.map(({ userId, fresh, gains }) => {
    const own = fresh.filter(completion => undone.has(keyText(completion)))
    const offered = offeredByKey(gains)
    return [userId, own.map(completion => ({ ...completion, offered: offered.get(keyText(completion)) ?? 0 }))] as const
  })
  return new Map(redone.filter(([, own]) => own.length > 0))
}

const nothingRedone: RedoneByUser = new Map()

function offeredByKey(gains: FreshUser['gains']): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const gain of gains.filter(({ currency }) => currency === undefined))
    sums.set(keyText(gain), (sums.get(keyText(gain)) ?? 0) + (gain.offered ?? gain.points))
  return sums
}

/** Users with stored fresh completions that are to be recounted. */
export type Recounting = {
  readonly users: readonly FreshUser[]
  readonly redone: RedoneByUser
  readonly recordedAt: Date
}

/**
 * Counts users from what is stored, and names their fresh completions as the cause of what they earned. Writes the
 * completions' own points first, because they must be in the ledger before the history is read.
 */
export async function recountFresh(
  context: CountingContext,
  tx: Session,
  { users, redone, recordedAt }: Recounting,
): Promise<BadgesByUser> {
  const gains = users.flatMap(user => user.gains)
  if (gains.length > 0) await writeGains(tx, context.tables, { gains, recordedAt })
  const recounted: RecountedUser[] = []
  for (const { userId, fresh, dependsOnOrder } of users) {
    const own = redone.get(userId)
    const restored = own && (await judgingAfterRedo(context, tx, { userId, redone: own }))
    recounted.push({ userId, fresh, dependsOnOrder, ...restored })
  }
  return recountUsers(context, tx, recounted)
}

type Earlier = Pick<RecordResult, 'completion' | 'awarded'>

// Completions that were deleted in the meantime are missing from the result.
async function readEarlier(
  { tables }: ServiceContext,
  tx: Session,
  keys: readonly NewCompletion[],
): Promise<ReadonlyMap<string, Earlier>> {
  if (keys.length === 0) return new Map()
  const completions = await readCompletions(tx, tables, keys)
  const badges = await readBadges(tx, tables, { userIds: [...new Set(keys.map(({ userId }) => userId))] })
  return new Map(
    [...completions].map(([key, completion]) => {
      return [key, { completion, awarded: broughtBy(completion, badges.get(completion.userId)) }]
    }),
  )
}

function broughtBy(completion: Pick<Completion, 'category' | 'itemKey'>, badges: readonly Badge[] = []): Badge[] {
  const { category, itemKey } = completion
  return badges.filter(({ awardedBy: by }) => by?.category === category && by.itemKey === itemKey)
}

function stored({ userId, category, itemKey, metadata, completedAt }: NewCompletion, recordedAt: Date): Completion {
  return {
    userId,
    category,
    itemKey,
    metadata,
    completedAt: new Date(completedAt),
    recordedAt: new Date(recordedAt),
  }
}
