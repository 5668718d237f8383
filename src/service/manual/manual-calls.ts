import type { BadgeId } from '../../core/metrics/requirement.js'
import { completionKeys } from '../../core/users/completion.js'
import { call, change, type Definitions, reader, writer } from '../context/call-kinds.js'
import { type CallOptions, type ServiceContext, sessionFor } from '../context/context.js'
import type { ManualChange } from '../context/manual-change.js'
import { type AdjustPointsInput, type AdjustPointsResult, adjustPoints } from './adjust-points.js'
import { type GrantFreezeInput, type GrantFreezeResult, grantFreeze } from './grant-freeze.js'
import {
  type AwardBadgeInput,
  type AwardResult,
  awardManually,
  type RevokeBadgeInput,
  type RevokeResult,
  revokeManually,
} from './manual-badge.js'
import {
  type DeletePauseResult,
  deletePause,
  listPauses,
  type PauseOptions,
  pauseStreaks,
  type StreakPause,
} from './pause.js'
import type { PauseInput } from './pause-input.js'
import { type CompletionKey, type UndoResult, undoCompletion } from './undo.js'

/**
 * The calls of a service that change manually what users have. Each change is kept in the audit log with its reason.
 */
export type ManualCalls<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = {
  /**
   * Takes a completion back. Metrics, streaks, points and levels follow, and badges that depended on it are revoked,
   * unless their milestone says `onUndo: 'keep'`. It can be recorded again. Answers `not-found` if it is not stored.
   * Reads the user's whole history.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * await service.undo({ userId: 'ann', category: 'order', itemKey: '42' }, { reason: 'Refunded' })
   */
  undo(
    completion: CompletionKey & { readonly category: Category },
    change: ManualChange,
    options?: CallOptions,
  ): Promise<UndoResult<Id, Unlock>>
  /**
   * Awards a badge manually, dated now or by `at`. It stays until you revoke it, even if completions are undone or recalculated.
   * Answers `held` if the user already has it, and keeps it in the same way.
   * @throws MILESTONE_NOT_FOUND, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * await service.awardBadge('ann', 'helper', { reason: 'Moderated the forum', by: 'support:eve' })
   */
  awardBadge(
    userId: string,
    badgeId: BadgeId<Id>,
    change: AwardBadgeInput,
    options?: CallOptions,
  ): Promise<AwardResult<Id, Unlock>>
  /**
   * Revokes a badge manually, and the badges that depended on it. The user does not get it again until you award it,
   * unless you pass `lasting: false`. Answers `not-held` if the user does not have it.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  revokeBadge(
    userId: string,
    badgeId: BadgeId<Id>,
    change: RevokeBadgeInput,
    options?: CallOptions,
  ): Promise<RevokeResult<Id, Unlock>>
  /**
   * Grants a streak freeze, such as one that the user has bought, once per key. In each streak that has `freezes`, it is
   * used for the first period that the user misses from now on, whether a streak is running then or not. Answers
   * `duplicate` if the key was used before. Reads the user's whole history.
   * @throws USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * await service.grantStreakFreeze('ann', { key: 'order:42', reason: 'Bought in the shop' })
   */
  grantStreakFreeze(userId: string, freeze: GrantFreezeInput, options?: CallOptions): Promise<GrantFreezeResult>
  /**
   * Gives points to a user, or takes some away, once per key; with `currency`, coins. Levels follow, and so do badges for points and levels: those
   * that the points no longer support are revoked, unless their milestone says `onUndo: 'keep'`. Answers `duplicate` if
   * the key was used before. Reads the user's whole history.
   * @throws USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * await service.adjustPoints('ann', { points: -20, key: 'case:42', reason: 'Posted spam', by: 'support:eve' })
   */
  adjustPoints(
    userId: string,
    adjustment: AdjustPointsInput,
    options?: CallOptions,
  ): Promise<AdjustPointsResult<Id, Unlock>>
  /**
   * Leaves days out of the streaks of a user: they neither break a streak nor add to it, even if they are in the past.
   * `from` and `until` (excluded) are local days or instants. With null, the pause is for all users, such as after an
   * outage: every user is then counted again, page by page, or in your transaction when next touched.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * await service.pauseStreaks('ann', { from: '2026-09-25', until: '2026-09-28', reason: 'Holiday' })
   */
  pauseStreaks(userId: string | null, pause: PauseInput, options?: PauseOptions): Promise<StreakPause>
  /** Lists the pauses of a user, or with null the pauses for all users, sorted by time. Runs one statement. */
  getStreakPauses(userId: string | null, options?: CallOptions): Promise<StreakPause[]>
  /**
   * Deletes a pause as if it had never been there. Badges that depended on it are revoked, unless their milestone says
   * `onUndo: 'keep'`. Answers `not-found` if there is no such pause.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  deleteStreakPause(
    id: string,
    change?: Partial<ManualChange>,
    options?: PauseOptions,
  ): Promise<DeletePauseResult<Id, Unlock>>
}

const reaching = { db: true, onProgress: true } as const

/** Defines the calls that change manually what users have. */
export function manualCalls(context: ServiceContext): Definitions<ManualCalls> {
  return {
    // A whole completion is accepted too, since it contains the key.
    undo: writer([completionKeys, change, call], async (key, given, options = {}) =>
      undoCompletion(context, options, { ...key, ...given }),
    ),
    awardBadge: writer([null, null, { ...change, at: true }, call], async (userId, badgeId, given, options = {}) =>
      awardManually(context, options, { userId, badgeId, ...given }),
    ),
    revokeBadge: writer(
      [null, null, { ...change, lasting: true }, call],
      async (userId, badgeId, given, options = {}) => revokeManually(context, options, { userId, badgeId, ...given }),
    ),
    grantStreakFreeze: writer([null, { ...change, key: true }, call], async (userId, freeze, options = {}) =>
      grantFreeze(context, options, { ...freeze, userId }),
    ),
    adjustPoints: writer(
      [null, { ...change, points: true, currency: true, key: true }, call],
      async (userId, adjustment, options = {}) => adjustPoints(context, options, { ...adjustment, userId }),
    ),
    pauseStreaks: writer(
      [null, { ...change, from: true, until: true }, reaching],
      async (userId, pause, options = {}) => pauseStreaks(context, options, { ...pause, userId }),
    ),
    getStreakPauses: reader([null, call], async (userId, options = {}) =>
      listPauses(context, sessionFor(context, options), userId),
    ),
    deleteStreakPause: writer([null, change, reaching], async (id, given = {}, options = {}) =>
      deletePause(context, options, { ...given, id }),
    ),
  }
}
