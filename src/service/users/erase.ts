import { randomBytes } from 'node:crypto'
import { checkId } from '../../core/users/completion.js'
import type { Session } from '../../store/database/session.js'
import { writeAudit } from '../../store/progress/decisions.js'
import { readBadges } from '../../store/progress/holdings.js'
import { noteRanked } from '../../store/progress/rank-changes.js'
import {
  deleteTombstone,
  deleteUser,
  type ErasureKey,
  hasErasureKey,
  insertTombstone,
  keepErasureKey,
  readUserHash,
  replaceActor,
} from '../../store/users/erasures.js'
import { readFormerIds } from '../../store/users/former-ids.js'
import { recountPlaces } from '../awards/places.js'
import { type CallOptions, type CountingContext, type ServiceContext, sessionFor } from '../context/context.js'
import { checkManualChange, type ManualChange } from '../context/manual-change.js'
import { lockEvenErased, write } from '../recount/write.js'

/** The result of an erasure. */
export type EraseResult = {
  /**
   * `already-erased`: the user had been erased before. Rows that were stored again since then were deleted too. `merged`: it is
   * a former id of `mergedInto`, so nothing was deleted.
   */
  status: 'erased' | 'already-erased' | 'merged'
  /** HMAC-SHA256 of the user id: it replaces the id in the audit log. */
  userHash: string
  /** The number of rows deleted. */
  rowCount: number
  /** With `merged`: the user who has everything now. */
  mergedInto?: string
}

/** The result of allowing a return. `not-erased`: the user was not erased. */
export type ReturnResult = { status: 'allowed' | 'not-erased' }

type Erasure = ManualChange & { readonly userId: string }

/**
 * Deletes everything about a user, also under former ids, and leaves a tombstone of each id, which makes later writes for it
 * fail. Under a former id, it deletes nothing.
 * @throws INPUT_INVALID
 */
export async function eraseUser(context: ServiceContext, options: CallOptions, erasure: Erasure): Promise<EraseResult> {
  const { userId } = erasure
  checkId('userId', userId)
  const hand = checkManualChange(erasure)
  const { tables } = context
  await keepKeyFirst(context, options)
  return write(context, options, async tx => {
    await keepErasureKey(tx, tables, newErasureKey())
    const locked = await lockEvenErased(context, tx, [userId])
    const { mergedInto } = locked.users.get(userId)!
    if (mergedInto !== null)
      return { status: 'merged', userHash: await readUserHash(tx, tables, userId), rowCount: 0, mergedInto }
    // Nobody writes under a former id, and it changes only under this lock.
    const hashes = new Map<string, string>()
    let rowCount = 0
    for (const formerId of await readFormerIds(tx, tables, userId)) {
      const gone = await eraseId(context, tx, formerId)
      hashes.set(formerId, gone.userHash)
      rowCount += gone.rowCount
    }
    const held = await heldWithLimits(locked.context, tx, userId)
    const { userHash, isNew, ...own } = await eraseId(context, tx, userId)
    hashes.set(userId, userHash)
    rowCount += own.rowCount
    await recountPlaces(locked.context, tx, held)
    if (isNew || rowCount > 0) await audit(context, tx, { action: 'erase', userHash, hashes, hand, rowCount })
    return { status: isNew ? 'erased' : 'already-erased', userHash, rowCount }
  })
}

// The places of badges with a limit are free again.
async function heldWithLimits(
  { compiled, tables }: CountingContext,
  tx: Session,
  userId: string,
): Promise<readonly string[]> {
  if (compiled.limits.size === 0) return []
  return (await readBadges(tx, tables, { userIds: [userId] })).get(userId)!.map(({ id }) => id)
}

async function eraseId(
  { tables, now }: ServiceContext,
  tx: Session,
  userId: string,
): Promise<{ readonly userHash: string; readonly isNew: boolean; readonly rowCount: number }> {
  const userHash = await readUserHash(tx, tables, userId)
  const isNew = await insertTombstone(tx, tables, { userHash, at: now() })
  await noteRanked(tx, tables, { userId, change: 'erase', at: now() })
  const rowCount = await deleteUser(tx, tables, userId)
  await replaceActor(tx, tables, { userId, userHash })
  return { userHash, isNew, rowCount }
}

// The first erasure commits its key before anything else, even if the caller has a transaction: a process that records
// a new user sees by this key that there may be erasures. The embedded database has no other writers.
async function keepKeyFirst(context: ServiceContext, options: CallOptions): Promise<void> {
  const { db, tables } = context
  if (db.isEmbedded || (await hasErasureKey(sessionFor(context, options), tables))) return
  await write(context, {}, tx => keepErasureKey(tx, tables, newErasureKey()))
}

/**
 * Removes the tombstone of an erased user, so that the id can be recorded again, starting with nothing. @throws
 * INPUT_INVALID
 */
export async function allowReturn(
  context: ServiceContext,
  options: CallOptions,
  erasure: Erasure,
): Promise<ReturnResult> {
  const { userId } = erasure
  checkId('userId', userId)
  const hand = checkManualChange(erasure)
  return write(context, options, async tx => {
    const userHash = await deleteTombstone(tx, context.tables, userId)
    if (userHash === null) return { status: 'not-erased' }
    await audit(context, tx, { action: 'allow-return', userHash, hashes: new Map([[userId, userHash]]), hand })
    return { status: 'allowed' }
  })
}

type Audited = {
  readonly action: 'erase' | 'allow-return'
  readonly userHash: string
  /** By id: what replaces it. */
  readonly hashes: ReadonlyMap<string, string>
  readonly hand: { readonly reason: string; readonly by: string | null }
  readonly rowCount?: number
}

// Under the hash, and with the ids removed from all texts: they are what had to be deleted.
async function audit(
  { tables, now }: ServiceContext,
  tx: Session,
  { action, userHash, hashes, hand, rowCount }: Audited,
): Promise<void> {
  const without = (text: string): string =>
    [...hashes].reduce((rest, [userId, hash]) => withoutId(rest, userId, hash), text)
  const by = hand.by === null ? null : without(hand.by)
  const details = rowCount === undefined ? {} : { rowCount }
  await writeAudit(tx, tables, { userId: userHash, action, reason: without(hand.reason), by, at: now(), details })
}

// Replaces the id only as a whole word: an id may be as short as one letter.
function withoutId(text: string, userId: string, userHash: string): string {
  const literal = userId.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu'), userHash)
}

/** The block size of SHA-256; a key for HMAC has this length. */
const blockBytes = 64

function newErasureKey(): ErasureKey {
  const key = randomBytes(blockBytes)
  const padded = (byte: number): string => Buffer.from(key.map(each => each ^ byte)).toString('hex')
  return { key: key.toString('hex'), innerPad: padded(0x36), outerPad: padded(0x5c) }
}
