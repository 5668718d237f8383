import type { Badge } from '../../core/awards/badge.js'
import { mostAttributes, tooManyAttributes } from '../../core/users/attributes.js'
import { checkId } from '../../core/users/completion.js'
import { MilepostError } from '../../core/values/errors.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { writeAudit } from '../../store/progress/decisions.js'
import { readFoldLine } from '../../store/progress/folds.js'
import type { UserMove } from '../../store/progress/move-user.js'
import { readStoredSettings } from '../../store/users/attributes.js'
import { readCompletionsAround } from '../../store/users/calendars.js'
import { isAnythingStored } from '../../store/users/erasures.js'
import { freeFormerId } from '../../store/users/former-ids.js'
import { announceAwards } from '../awards/announce-awards.js'
import type { CallOptions, ServiceContext } from '../context/context.js'
import { checkManualChange, type ManualChange } from '../context/manual-change.js'
import { userErased } from '../context/user-erased.js'
import { countFollowedIn } from '../follow/count-followed.js'
import { type Merged, mergeIn } from '../recount/merge-in.js'
import { lockEvenErased, write } from '../recount/write.js'

/** Two users who are one person. `from` is the one whose id goes. */
export type MergeInput = { readonly from: string; readonly into: string }

/** The result of a merge. */
export type MergeResult<Id extends string = string, Unlock extends string = string> = {
  /** `already-merged`: it was done before. What the app itself stored under `from` since then was moved too. */
  status: 'merged' | 'already-merged'
  /** The id of the user who has everything now: `into` or, if that is a former id itself, the one it stands for. */
  userId: string
  /** The number of completions that moved. */
  completionCount: number
  /** The number of completions that both had. Of each two, the earlier one stayed. */
  duplicateCount: number
  /** The badges that both together earned, sorted by date. */
  awarded: Badge<Id, Unlock>[]
  /** Badges that the user no longer holds, because they rested on a completion that did not stay. */
  revoked: Badge<Id, Unlock>[]
}

/** The result of renaming a user. `already-renamed`: it was done before. */
export type RenameResult = { status: 'renamed' | 'already-renamed'; userId: string }

/**
 * Makes two users one. `from` becomes another id of `into`: later calls for it count for `into`.
 * @throws INPUT_INVALID also if `from` was merged into another user; USER_ERASED; HISTORY_FOLDED
 */
export async function mergeUsers(
  given: ServiceContext,
  options: CallOptions,
  { from, into, ...hand }: MergeInput & ManualChange,
): Promise<MergeResult> {
  checkId('userId', from, { field: 'from' })
  checkId('userId', into, { field: 'into' })
  if (from === into) throw invalid('into', 'is the same user as `from`; pass two users', into)
  const manual = checkManualChange(hand)
  return write(given, options, async tx => {
    const { move, isKnown } = await lockForMerge(given, tx, { from, into })
    if (!isKnown) await requireSeparatePasts(given, tx, move)
    const { awarded, revoked, ...counts } = await mergeFollowed(given, tx, move)
    const { attributes } = await readStoredSettings(tx, given.tables, move.into)
    if (Object.keys(attributes).length > mostAttributes) throw tooManyAttributes()
    const details = { from, ...counts, revoked: revoked.map(({ id }) => id) }
    if (!isKnown) await audit(given, tx, { action: 'merge', userId: move.into, details, ...manual })
    return {
      status: isKnown ? 'already-merged' : 'merged',
      userId: move.into,
      ...counts,
      awarded: [...awarded.get(move.into)!],
      revoked: [...revoked],
    }
  })
}

/**
 * Gives a user another id. The former one stays an id of the user: later calls for it count for `to`.
 * @throws INPUT_INVALID also if `to` is a user already; USER_ERASED
 */
export async function renameUser(
  given: ServiceContext,
  options: CallOptions,
  { from, to, ...hand }: { readonly from: string; readonly to: string } & Partial<ManualChange>,
): Promise<RenameResult> {
  checkId('userId', from, { field: 'from' })
  checkId('userId', to, { field: 'to' })
  if (from === to) throw invalid('to', 'is the same id as `from`; pass the new id', to)
  const manual = checkManualChange({ reason: 'Renamed', ...hand })
  return write(given, options, async tx => {
    const isKnown = await lockForRename(given, tx, { from, to })
    await mergeFollowed(given, tx, { from, into: to })
    if (!isKnown) await audit(given, tx, { action: 'rename', userId: to, details: { from }, ...manual })
    return { status: isKnown ? 'already-renamed' : 'renamed', userId: to }
  })
}

// A snapshot does not show what two users would have reached together.
async function requireSeparatePasts({ tables }: ServiceContext, tx: Session, { from, into }: UserMove): Promise<void> {
  const lines = new Map<string, Date | null>()
  for (const userId of [from, into]) lines.set(userId, await readFoldLine(tx, tables, userId))
  for (const [userId, until] of lines) {
    if (until === null) continue
    const otherId = userId === from ? into : from
    const { hasInside } = await readCompletionsAround(tx, tables, { userId: otherId, from: null, until })
    if (hasInside || lines.get(otherId)) throw pastsFolded({ userId, otherId, until: until.toISOString() })
  }
}

function pastsFolded(details: {
  readonly userId: string
  readonly otherId: string
  readonly until: string
}): MilepostError {
  const [id, other] = [JSON.stringify(details.userId), JSON.stringify(details.otherId)]
  const message = `Completions of ${id} before ${details.until} were folded, and ${other} has some from before that time too, which can no longer be counted together. Keep one of them, and erase the other one with \`eraseUser\`.`
  return new MilepostError('HISTORY_FOLDED', message, { details })
}

async function mergeFollowed(given: ServiceContext, tx: Session, move: UserMove): Promise<Merged> {
  await countFollowedIn(given, tx, [move.from, move.into])
  const merged = await mergeIn(given, tx, move)
  announceAwards(given, tx, merged.awarded)
  return merged
}

type LockedMove = { readonly move: UserMove; readonly isKnown: boolean }

// Merging again is allowed, since the host may have stored something under the former id. It is then a user again until the
// end of the merge.
async function lockForMerge(given: ServiceContext, tx: Session, { from, into }: UserMove): Promise<LockedMove> {
  const [was, is] = await lockBoth(given, tx, [from, into])
  if (is === from)
    throw invalid(
      'into',
      `was merged into ${JSON.stringify(from)} before, or was its former id; pass them the other way round`,
      into,
    )
  if (is !== null) return lockForMerge(given, tx, { from, into: is })
  if (was !== null && was !== into)
    throw invalid('from', `was merged into ${JSON.stringify(was)} before; merge that user instead`, from)
  if (was !== null) await freeFormerId(tx, given.tables, from)
  return { move: { from, into }, isKnown: was !== null }
}

// Returns whether it was renamed before.
async function lockForRename(
  given: ServiceContext,
  tx: Session,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<boolean> {
  const [was, is] = await lockBoth(given, tx, [from, to])
  if (was !== null && was !== to)
    throw invalid('from', `is a former id of ${JSON.stringify(was)}; rename that user`, from)
  if (is !== null && is !== from)
    throw invalid('to', `is a former id of ${JSON.stringify(is)}; pass an id that is free`, to)
  if (was === null && is === null && (await isAnythingStored(tx, given.tables, to)))
    throw invalid('to', 'is a user already; to make both one user, call `mergeUsers`', to)
  for (const id of [was !== null && from, is !== null && to]) if (id) await freeFormerId(tx, given.tables, id)
  return was !== null
}

async function lockBoth(
  given: ServiceContext,
  tx: Session,
  ids: readonly [string, string],
): Promise<readonly [string | null, string | null]> {
  const { users } = await lockEvenErased(given, tx, ids)
  const erased = ids.filter(userId => users.get(userId)!.isErased)
  if (erased.length > 0) throw userErased(erased)
  return [users.get(ids[0])!.mergedInto, users.get(ids[1])!.mergedInto]
}

type Noted = Pick<Parameters<typeof writeAudit>[2], 'action' | 'userId' | 'details' | 'reason' | 'by'>

function audit({ tables, now }: ServiceContext, tx: Session, noted: Noted): Promise<void> {
  return writeAudit(tx, tables, { ...noted, at: now() })
}
