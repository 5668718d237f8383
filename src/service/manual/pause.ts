import type { Badge } from '../../core/awards/badge.js'
import { leavesOf, milestoneOf } from '../../core/awards/compile.js'
import { checkId } from '../../core/users/completion.js'
import { followingMerges } from '../../core/users/user-merged.js'
import { invalid } from '../../core/values/invalid.js'
import { kindOf } from '../../core/values/metadata.js'
import type { Session } from '../../store/database/session.js'
import { afterCommit } from '../../store/database/transaction.js'
import { type AuditAction, writeAudit } from '../../store/progress/decisions.js'
import { readBadges } from '../../store/progress/holdings.js'
import {
  allUsers,
  insertPause,
  readPause,
  readPauses,
  removePause,
  type StoredPause,
} from '../../store/progress/pauses.js'
import { announceAwards } from '../awards/announce-awards.js'
import type { BadgesByUser } from '../awards/award.js'
import { type Debts, debtsOf } from '../coins/balance.js'
import type { CallOptions, CountingContext, ServiceContext } from '../context/context.js'
import { contextNow } from '../context/counting-context.js'
import { checkManualChange, type ManualChange } from '../context/manual-change.js'
import { rebuildUsers } from '../recount/rebuild.js'
import { recountUsers } from '../recount/recount.js'
import { type PauseChange, settlePause } from '../recount/settle.js'
import { lockForWriting, write } from '../recount/write.js'
import { checkPause, type PauseInput } from './pause-input.js'

/** A range of time that does not count for streaks: of one user, or of all users if `userId` is null. */
export type StreakPause = {
  id: string
  userId: string | null
  /** A local day of each user, such as `2026-09-25`, or an instant. */
  from: string | Date
  /** Excluded. */
  until: string | Date
  reason: string
  /** Who created it, or null. */
  by: string | null
  recordedAt: Date
}

/** The result of deleting a pause. */
export type DeletePauseResult<Id extends string = string, Unlock extends string = string> =
  | {
      status: 'deleted'
      /** As it was stored. */
      pause: StreakPause
      /** The badges that depended on the pause, sorted by date. Empty for a pause of all users. */
      revoked: Badge<Id, Unlock>[]
      /** Coins of the user that were spent before they were taken back, by currency. Missing if there are none. */
      debts?: Debts
    }
  | { status: 'not-found' }

/** Options of a call that may affect all users. */
export type PauseOptions = CallOptions & {
  /** Receives the number of users counted again so far. */
  readonly onProgress?: (userCount: number) => void
}

/**
 * Leaves days out of streaks: completions on them do not count and no day is missed, even in the past. A day that a
 * pause between two instants only partly covers is not missed, and completions on it count. Users are counted again and
 * awarded the badges that follow. Entering the same pause again changes nothing.
 * @throws INPUT_INVALID naming the field
 */
export async function pauseStreaks(
  context: ServiceContext,
  options: PauseOptions,
  { userId, ...input }: PauseInput & { readonly userId: string | null },
): Promise<StreakPause> {
  if (userId !== null) checkId('userId', userId)
  const pause = checkPause(input)
  const hand = checkManualChange(input)
  const row = { ...pause, ...hand, recordedAt: context.now(), userId: userId ?? allUsers }
  return reachingAll(context, options, 'entered', async tx => {
    if (userId === null) {
      const { stored, isNew } = await insertPause(tx, context.tables, row)
      if (isNew) await audit(context, tx, { action: 'pause-streaks', pause: stored, hand })
      return { pause: stored, result: shownPause(stored) }
    }
    const { context: locked } = await lockForWriting(context, tx, [userId])
    const { stored, isNew } = await insertPause(tx, context.tables, row)
    if (isNew) {
      await audit(context, tx, { action: 'pause-streaks', pause: stored, hand })
      // Also if this catalog has no streaks: another catalog may have some, and the change marks the user as counted
      // differently.
      const { awarded } = await settlePause(locked, tx, { userId, pause: stored, change: 'entered' })
      announceAwards(context, tx, awarded)
    }
    return { pause: stored, result: shownPause(stored) }
  })
}

/** Lists the pauses of a user, or with null the pauses for all users, sorted by time. @throws INPUT_INVALID */
export async function listPauses(
  { tables }: ServiceContext,
  db: Session,
  userId: string | null,
): Promise<StreakPause[]> {
  if (userId !== null) checkId('userId', userId)
  return (await readPauses(db, tables, userId ?? allUsers)).map(shownPause)
}

/**
 * Deletes a pause as if it had never been entered, and counts users again. Badges that depended on the pause are
 * revoked, unless their milestone's `onUndo` keeps them.
 * @throws INPUT_INVALID
 */
export async function deletePause(
  context: ServiceContext,
  options: PauseOptions,
  { id, ...given }: Partial<ManualChange> & { readonly id: string },
): Promise<DeletePauseResult> {
  if (typeof id !== 'string') throw invalid('id', `is ${kindOf(id)}; pass the id of a pause`, String(id))
  const hand = checkManualChange({ reason: 'Taken back', ...given })
  if (!/^[1-9]\d{0,17}$/.test(id)) return { status: 'not-found' }
  return reachingAll<DeletePauseResult>(context, options, 'deleted', async tx => {
    const stored = await readPause(tx, context.tables, id)
    if (!stored) return { result: { status: 'not-found' } }
    // While this waits for the lock, the user may be merged into another one, who then has the pause.
    return followingMerges([stored], ([pause]) => deleteIn(context, tx, { pause: pause!, hand }))
  })
}

type Deletion = Pick<Noted, 'hand' | 'pause'>

async function deleteIn(
  context: ServiceContext,
  tx: Session,
  { pause, hand }: Deletion,
): Promise<Work<DeletePauseResult>> {
  const { id, userId } = pause
  const locked = userId === allUsers ? null : await lockForWriting(context, tx, [userId])
  if (!(await removePause(tx, context.tables, { id, userId, at: context.now() })))
    return { result: { status: 'not-found' } }
  const settled = locked && (await settlePause(locked.context, tx, { userId, pause, change: 'deleted' }))
  const revoked = [...(settled?.revoked ?? [])]
  await audit(context, tx, { action: 'delete-streak-pause', pause, hand, revoked: revoked.map(badge => badge.id) })
  if (settled) announceAwards(context, tx, settled.awarded)
  const debts = locked ? await debtsOf(locked.context, tx, userId) : {}
  return { pause, result: { status: 'deleted', pause: shownPause(pause), revoked, ...debts } }
}

type Work<Result> = { readonly pause?: StoredPause; readonly result: Result }

// Users that are not reached now, because the change is in the caller's transaction or was interrupted, are counted
// again when they are next written: each user stores the number of changes to pauses for all users they were counted
// with.
async function reachingAll<Result>(
  context: ServiceContext,
  options: PauseOptions,
  change: PauseChange['change'],
  work: (tx: Session) => Promise<Work<Result>>,
): Promise<Result> {
  let isCommitted = false
  const { pause, result } = await write(context, options, async tx => {
    const done = await work(tx)
    if (done.pause?.userId === allUsers)
      afterCommit(tx, () => {
        isCommitted = true
      })
    return done
  })
  if (!isCommitted || !pause) return result
  const { compiled } = await contextNow(context)
  if (compiled.hasStreaks) {
    await rebuildUsers(context, undefined, options.onProgress, (given, tx, ids) =>
      pausePage(given, tx, ids, { pause, change }),
    )
  }
  return result
}

// Only users with a badge that needs a streak can have a badge that the paused days decided.
async function pausePage(
  given: ServiceContext,
  tx: Session,
  userIds: readonly string[],
  change: Omit<PauseChange, 'userId'>,
): Promise<BadgesByUser> {
  const { context } = await lockForWriting(given, tx, userIds)
  const badges = await readBadges(tx, context.tables, { userIds })
  const concerned = userIds.filter(userId => badges.get(userId)!.some(({ id }) => isOverStreak(context, id)))
  const others = userIds.filter(userId => !concerned.includes(userId)).map(userId => ({ userId, fresh: [] }))
  const awarded = new Map(others.length > 0 ? await recountUsers(context, tx, others) : [])
  for (const userId of concerned) {
    for (const [id, own] of (await settlePause(context, tx, { userId, ...change })).awarded) awarded.set(id, own)
  }
  return awarded
}

function isOverStreak({ compiled }: CountingContext, badgeId: string): boolean {
  const milestone = milestoneOf(compiled, badgeId)
  return milestone !== undefined && leavesOf(milestone.requirement).some(leaf => leaf.type === 'metric' && leaf.streak)
}

type Noted = {
  readonly action: AuditAction
  readonly pause: StoredPause
  readonly hand: { readonly reason: string; readonly by: string | null }
  readonly revoked?: readonly string[]
}

function audit(context: ServiceContext, tx: Session, { action, pause, hand, revoked }: Noted): Promise<void> {
  const { id, from, until, reason } = shownPause(pause)
  const details = action === 'pause-streaks' ? { id, from, until } : { id, from, until, pausedFor: reason, revoked }
  return writeAudit(tx, context.tables, { userId: pause.userId, action, ...hand, at: context.now(), details })
}

function shownPause({ userId, from, until, inDays, ...rest }: StoredPause): StreakPause {
  const bound = (at: Date): string | Date => (inDays ? at.toISOString().slice(0, 10) : at)
  return {
    id: rest.id,
    userId: userId === allUsers ? null : userId,
    from: bound(from),
    until: bound(until),
    reason: rest.reason,
    by: rest.by,
    recordedAt: rest.recordedAt,
  }
}
