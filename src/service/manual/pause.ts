import type { Badge } from '../../core/awards/badge.js'
import { leavesOf, milestoneOf } from '../../core/awards/compile.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import { kindOf } from '../../core/values/metadata.js'
import type { Database } from '../../store/database/database.js'
import { afterCommit } from '../../store/database/transaction.js'
import { type AuditAction, writeAudit } from '../../store/progress/decisions.js'
import { readBadges } from '../../store/progress/holdings.js'
import {
  everybody,
  insertPause,
  readPause,
  readPauses,
  removePause,
  type StoredPause,
} from '../../store/progress/pauses.js'
import { announceAwards } from '../awards/announce-awards.js'
import type { BadgesByUser } from '../awards/award.js'
import type { CallOptions, CountingContext, ServiceContext } from '../context/context.js'
import { contextNow } from '../context/governing.js'
import { checkByHand, type ManualChange } from '../context/manual-change.js'
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

/** What taking back a pause did. */
export type DeletePauseResult<Id extends string = string, Unlock extends string = string> =
  | {
      status: 'deleted'
      /** As it was stored. */
      pause: StreakPause
      /** The badges that depended on the pause, sorted by date. Empty for a pause of all users. */
      revoked: Badge<Id, Unlock>[]
    }
  | { status: 'not-found' }

/** What a call that reaches everybody may be given. */
export type PauseOptions = CallOptions & {
  /** Hears how many users have been counted again. */
  readonly onProgress?: (userCount: number) => void
}

/**
 * Leaves days out of streaks: nothing done on them counts, and nothing is missed, also afterwards. A day that an instant pause only
 * touches is not missed, and what is done on it counts. Users are counted again, and badges that this brings are awarded. The same
 * pause again changes nothing.
 * @throws INPUT_INVALID naming the field
 */
export async function pauseStreaks(
  context: ServiceContext,
  options: PauseOptions,
  { userId, ...input }: PauseInput & { readonly userId: string | null },
): Promise<StreakPause> {
  if (userId !== null) checkId('userId', userId)
  const pause = checkPause(input)
  const hand = checkByHand(input)
  const row = { ...pause, ...hand, recordedAt: context.now(), userId: userId ?? everybody }
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
      // Also where this catalog has no streaks: another's may, and sees by this that the user was counted otherwise.
      const { awarded } = await settlePause(locked, tx, { userId, pause: stored, change: 'entered' })
      announceAwards(context, tx, awarded)
    }
    return { pause: stored, result: shownPause(stored) }
  })
}

/** Lists the pauses of a user, or with null those of everybody, in order of time. @throws INPUT_INVALID */
export async function listPauses(
  { tables }: ServiceContext,
  db: Database,
  userId: string | null,
): Promise<StreakPause[]> {
  if (userId !== null) checkId('userId', userId)
  return (await readPauses(db, tables, userId ?? everybody)).map(shownPause)
}

/**
 * Takes a pause back as if it had never been entered, and counts users again: a badge that only the pause upheld goes, by its
 * milestone's `onUndo`.
 * @throws INPUT_INVALID
 */
export async function deletePause(
  context: ServiceContext,
  options: PauseOptions,
  { id, ...given }: Partial<ManualChange> & { readonly id: string },
): Promise<DeletePauseResult> {
  if (typeof id !== 'string') throw invalid('id', `is ${kindOf(id)}; pass the id of a pause`, String(id))
  const hand = checkByHand({ reason: 'Taken back', ...given })
  if (!/^[1-9]\d{0,17}$/.test(id)) return { status: 'not-found' }
  return reachingAll<DeletePauseResult>(context, options, 'deleted', async tx => {
    const pause = await readPause(tx, context.tables, id)
    if (!pause) return { result: { status: 'not-found' } }
    const { userId } = pause
    const locked = userId === everybody ? null : await lockForWriting(context, tx, [userId])
    if (!(await removePause(tx, context.tables, { id, userId, at: context.now() })))
      return { result: { status: 'not-found' } }
    const settled = locked && (await settlePause(locked.context, tx, { userId, pause, change: 'deleted' }))
    const revoked = [...(settled?.revoked ?? [])]
    await audit(context, tx, { action: 'delete-streak-pause', pause, hand, revoked: revoked.map(badge => badge.id) })
    if (settled) announceAwards(context, tx, settled.awarded)
    return { pause, result: { status: 'deleted', pause: shownPause(pause), revoked } }
  })
}

type Work<Result> = { readonly pause?: StoredPause; readonly result: Result }

// Users whom this does not come to, since it is in the caller's transaction or was stopped, are counted again when they are next
// touched: how often the pauses of everybody changed is part of what a user was counted with.
async function reachingAll<Result>(
  context: ServiceContext,
  options: PauseOptions,
  change: PauseChange['change'],
  work: (tx: Database) => Promise<Work<Result>>,
): Promise<Result> {
  let isCommitted = false
  const { pause, result } = await write(context, options, async tx => {
    const done = await work(tx)
    if (done.pause?.userId === everybody)
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

// Only who holds a badge over a streak may have one that the paused days decided.
async function pausePage(
  given: ServiceContext,
  tx: Database,
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

function audit(context: ServiceContext, tx: Database, { action, pause, hand, revoked }: Noted): Promise<void> {
  const { id, from, until, reason } = shownPause(pause)
  const details = action === 'pause-streaks' ? { id, from, until } : { id, from, until, pausedFor: reason, revoked }
  return writeAudit(tx, context.tables, { userId: pause.userId, action, ...hand, at: context.now(), details })
}

function shownPause({ userId, from, until, inDays, ...rest }: StoredPause): StreakPause {
  const bound = (at: Date): string | Date => (inDays ? at.toISOString().slice(0, 10) : at)
  return {
    id: rest.id,
    userId: userId === everybody ? null : userId,
    from: bound(from),
    until: bound(until),
    reason: rest.reason,
    by: rest.by,
    recordedAt: rest.recordedAt,
  }
}
