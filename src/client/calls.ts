import type { Badge } from '../core/awards/badge.js'
import type { Explanation } from '../core/explain/explanation.js'
import type { NextMilestone } from '../core/progress/what-next.js'
import type { CompletionInput } from '../core/users/completion.js'
import type { Balance, CoinHistoryPage, CoinHistoryQuery } from '../service/coins/balance.js'
import type { RefundInput, RefundResult, SpendInput, SpendResult } from '../service/coins/spend.js'
import type { CallOptions, ReadOptions } from '../service/context/context.js'
import type { ManualChange } from '../service/context/manual-change.js'
import type { FoldOptions, FoldReport } from '../service/fold/fold.js'
import type { AdjustPointsInput, AdjustPointsResult } from '../service/manual/adjust-points.js'
import type { GrantFreezeInput, GrantFreezeResult } from '../service/manual/grant-freeze.js'
import type { AwardBadgeInput, AwardResult, RevokeBadgeInput, RevokeResult } from '../service/manual/manual-badge.js'
import type { DeletePauseResult, StreakPause } from '../service/manual/pause.js'
import type { PauseInput } from '../service/manual/pause-input.js'
import type { CompletionKey, UndoResult } from '../service/manual/undo.js'
import type { ExplainOptions } from '../service/read/explain.js'
import type { LeaderboardPage, LeaderboardQuery } from '../service/read/leaderboard.js'
import type { ListedMilestone } from '../service/read/list-milestones.js'
import type { UserProgress } from '../service/read/progress.js'
import type { StatisticsOptions, StatisticsPage } from '../service/read/statistics.js'
import type { NextOptions } from '../service/read/what-next.js'
import type { RecordResult } from '../service/record/record.js'
import type { MergeInput, MergeResult, RenameResult } from '../service/users/merge.js'
import type { UnseenOptions } from '../service/users/seen.js'
import type { UserSettings, UserSettingsChanges } from '../service/users/settings.js'
import type { CatalogNames, CategoryOf, IdOf, MilestoneIdOf, TraitsOf, UnlockOf } from './catalog-names.js'
import type { StreamEventOf, StreamOptions } from './stream-event.js'

/** Options of every call. */
export type ClientCallOptions = {
  /** Not for clients: a transaction cannot be passed over HTTP. */
  readonly db?: never
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined
  /** The key of a write, to repeat the same call later, such as after a crash. Default: a new key per call. */
  readonly idempotencyKey?: string | undefined
}

/** Options of a call of the service, as a client takes them. */
export type OverHttp<Options = CallOptions> = Omit<Options, 'db'> & ClientCallOptions

/** A manual change over HTTP: the credential of the client says who makes it. */
export type ChangedByCaller<Change = ManualChange> = Omit<Change, 'by'> & {
  /** Not for clients: the server records the key or the user whose credential was sent, which the caller cannot choose. */
  readonly by?: never
}

/**
 * The calls of a Milepost server. Each call has the name, the arguments and the answer of the call of `MilestoneService`. A call that
 * fails rejects with a `MilepostClientError`, which says in `code` what is wrong. With a user token, only the calls about that user work.
 */
export type MilepostClient<C extends CatalogNames = CatalogNames> = {
  /**
   * Records completions and awards what follows: one, or up to 1,000, all or none. A completion that is already stored
   * is answered as `duplicate`, so it is safe to send it again. Needs a server key with the scope `record`.
   * @example
   * const { awarded } = await client.record({ userId: 'ann', category: 'tutorial', itemKey: 'intro' })
   */
  record(
    completion: CompletionInput<CategoryOf<C>>,
    options?: ClientCallOptions,
  ): Promise<RecordResult<MilestoneIdOf<C>, UnlockOf<C>>>
  record(
    completions: readonly CompletionInput<CategoryOf<C>>[],
    options?: ClientCallOptions,
  ): Promise<RecordResult<MilestoneIdOf<C>, UnlockOf<C>>[]>
  /**
   * Recalculates a user and awards what is due, also for rows that the app inserted itself. Reads the user's whole
   * history. Needs a server key with the scope `record`.
   */
  checkAndAwardMilestones(userId: string, options?: ClientCallOptions): Promise<Badge<MilestoneIdOf<C>, UnlockOf<C>>[]>
  /** Returns the badges, points, level, unlocks and progress of a user. */
  getUserProgress(
    userId: string,
    options?: OverHttp<ReadOptions>,
  ): Promise<UserProgress<MilestoneIdOf<C>, UnlockOf<C>, TraitsOf<C>>>
  /** Lists the badges of a user, sorted by date. Of tiers that replace each other, only the highest. Reads all pages. */
  getUserBadges(userId: string, options?: OverHttp<ReadOptions>): Promise<Badge<MilestoneIdOf<C>, UnlockOf<C>>[]>
  /** Lists the milestones of the catalog, each tier as one. Reads all pages. */
  getAllMilestones(
    options?: OverHttp<ReadOptions>,
  ): Promise<ListedMilestone<MilestoneIdOf<C>, UnlockOf<C>, TraitsOf<C>>[]>
  /** Returns whether one of the user's badges unlocks a feature. */
  hasUnlock(userId: string, unlock: UnlockOf<C>, options?: ClientCallOptions): Promise<boolean>
  /** Lists everything that the user's badges unlock. */
  getUserUnlocks(userId: string, options?: ClientCallOptions): Promise<UnlockOf<C>[]>
  /** Lists the milestones that a user is closest to, and what to do for each. Default: 5, at most 100. */
  whatNext(userId: string, options?: OverHttp<NextOptions>): Promise<NextMilestone<MilestoneIdOf<C>>[]>
  /**
   * Explains why a user has a badge, or does not have it yet. Reads the user's history in the categories it needs.
   * Rejects with `MILESTONE_NOT_FOUND` if the milestone does not exist or is hidden from this user.
   */
  explain(userId: string, badgeId: IdOf<C>, options?: OverHttp<ExplainOptions>): Promise<Explanation<MilestoneIdOf<C>>>
  /** Counts who holds a milestone with all its tiers, or each milestone if no id is passed. Up to a minute old. */
  getMilestoneStatistics(
    badgeId?: IdOf<C>,
    options?: OverHttp<Pick<StatisticsOptions, 'activeDays'>>,
  ): Promise<StatisticsPage<MilestoneIdOf<C>>>
  /** Reads a page of the leaderboard, at most 100 entries. Pass `next` as `after` to read on. */
  getLeaderboard(query?: LeaderboardQuery, options?: ClientCallOptions): Promise<LeaderboardPage>
  /**
   * Undoes a completion and revokes the badges that depended on it. Answers `not-found` if it is not stored. Needs a
   * server key with the scope `record`.
   * @example
   * await client.undo({ userId: 'ann', category: 'tutorial', itemKey: 'intro' }, { reason: 'Refunded' })
   */
  undo(
    completion: CompletionKey & { readonly category: CategoryOf<C> },
    change: ChangedByCaller<ManualChange>,
    options?: ClientCallOptions,
  ): Promise<UndoResult<MilestoneIdOf<C>, UnlockOf<C>>>
  /**
   * Awards a badge manually, dated now or by `at`. Needs a server key with the scope `award`.
   * @example
   * await client.awardBadge('ann', 'helper', { reason: 'Moderated the forum' })
   */
  awardBadge(
    userId: string,
    badgeId: IdOf<C>,
    change: ChangedByCaller<AwardBadgeInput>,
    options?: ClientCallOptions,
  ): Promise<AwardResult<MilestoneIdOf<C>, UnlockOf<C>>>
  /**
   * Revokes a badge manually, and the badges that depended on it. Answers `not-held` if the user does not have it. Needs
   * a server key with the scope `award`.
   */
  revokeBadge(
    userId: string,
    badgeId: IdOf<C>,
    change: ChangedByCaller<RevokeBadgeInput>,
    options?: ClientCallOptions,
  ): Promise<RevokeResult<MilestoneIdOf<C>, UnlockOf<C>>>
  /**
   * Marks badges as celebrated. Returns those that were not marked before: if two devices mark the same badge, only one
   * gets it back and celebrates it.
   */
  markSeen(userId: string, badgeIds: readonly IdOf<C>[], options?: ClientCallOptions): Promise<IdOf<C>[]>
  /** Lists the badges that were not celebrated yet. */
  getUnseenBadges(userId: string, options?: OverHttp<UnseenOptions>): Promise<Badge<MilestoneIdOf<C>, UnlockOf<C>>[]>
  /** Updates the settings passed, all or none, and returns all settings. Omitted settings stay unchanged. */
  updateUserSettings(userId: string, changes: UserSettingsChanges, options?: ClientCallOptions): Promise<UserSettings>
  /** Returns the time zone, start of days, visibility and attributes of a user. */
  getUserSettings(userId: string, options?: ClientCallOptions): Promise<UserSettings>
  /**
   * Grants a streak freeze, once per key: it is used for the first period that the user misses from now on. Needs a
   * server key with the scope `award`.
   * @example
   * await client.grantStreakFreeze('ann', { key: 'order:42', reason: 'Bought in the shop' })
   */
  grantStreakFreeze(
    userId: string,
    freeze: ChangedByCaller<GrantFreezeInput>,
    options?: ClientCallOptions,
  ): Promise<GrantFreezeResult>
  /**
   * Gives points to a user, or takes some away, once per key. Levels and badges follow. Needs a server key with the scope
   * `award`.
   * @example
   * await client.adjustPoints('ann', { points: -20, key: 'case:42', reason: 'Posted spam' })
   */
  adjustPoints(
    userId: string,
    adjustment: ChangedByCaller<AdjustPointsInput>,
    options?: ClientCallOptions,
  ): Promise<AdjustPointsResult<MilestoneIdOf<C>, UnlockOf<C>>>
  /**
   * Spends coins of a user, once per key, and never more than there are. Needs a server key with the scope `record`.
   * @example
   * const { status, balance } = await client.spend('ann', { currency: 'gems', amount: 5, key: 'order:42', reason: 'A hint' })
   */
  spend(userId: string, spending: SpendInput, options?: ClientCallOptions): Promise<SpendResult>
  /** Pays back what was spent under a key, once. Needs a server key with the scope `award`. */
  refund(userId: string, refund: ChangedByCaller<RefundInput>, options?: ClientCallOptions): Promise<RefundResult>
  /** Returns how many coins a user has, by currency. Below 0: a debt, which the next coins pay. */
  getBalance(userId: string, options?: ClientCallOptions): Promise<Balance>
  /** Reads a page of the coins that a user got and lost, latest first, at most 100 entries. Pass `next` as `after` to read on. */
  getCoinHistory(userId: string, query?: CoinHistoryQuery, options?: ClientCallOptions): Promise<CoinHistoryPage>
  /**
   * Makes two users one, such as a visitor who signs up: later calls for `from` count for `into`. Of two completions with one
   * key the earlier stays. It cannot be reverted. Needs a server key with the scope `admin`.
   * @example
   * await client.mergeUsers({ from: visitorId, into: 'ann' }, { reason: 'Signed up' })
   */
  mergeUsers(
    users: MergeInput,
    change: ChangedByCaller<ManualChange>,
    options?: ClientCallOptions,
  ): Promise<MergeResult<MilestoneIdOf<C>, UnlockOf<C>>>
  /**
   * Gives a user another id. Later calls for the former one count for `to`. Needs a server key with the scope `admin`.
   */
  renameUser(
    from: string,
    to: string,
    change?: ChangedByCaller<Partial<ManualChange>>,
    options?: ClientCallOptions,
  ): Promise<RenameResult>
  /**
   * Pauses the streaks of a user, or of all users with null. Needs a server key with the scope `admin`.
   * @example
   * await client.pauseStreaks('ann', { from: '2026-09-25', until: '2026-09-28', reason: 'Holiday' })
   */
  pauseStreaks(
    userId: string | null,
    pause: ChangedByCaller<PauseInput>,
    options?: ClientCallOptions,
  ): Promise<StreakPause>
  /** Lists the pauses of a user, or of all users with null. Needs a server key with the scope `admin`. */
  getStreakPauses(userId: string | null, options?: ClientCallOptions): Promise<StreakPause[]>
  /**
   * Deletes a pause and revokes the badges that depended on it. Answers `not-found` if there is no such pause. Needs a
   * server key with the scope `admin`.
   */
  deleteStreakPause(
    id: string,
    change?: ChangedByCaller<Partial<ManualChange>>,
    options?: ClientCallOptions,
  ): Promise<DeletePauseResult<MilestoneIdOf<C>, UnlockOf<C>>>
  /**
   * Replaces old completions of some categories by what was counted from them. This cannot be reverted. Needs a server key
   * with the scope `admin`.
   * @example
   * const report = await client.foldCompletions(new Date('2025-01-01'), { categories: ['page-view'], dryRun: true })
   */
  foldCompletions(
    before: Date,
    what: Omit<FoldOptions<CategoryOf<C>>, 'onProgress'>,
    options?: ClientCallOptions,
  ): Promise<FoldReport>
  /**
   * Yields awards and revocations as they happen, until the signal aborts or the loop ends. Reconnects without missing
   * or repeating an event. Throws if the server refuses the credential.
   * @example
   * for await (const event of client.stream({ userId: 'ann' })) {
   *   if (event.type === 'badge.awarded') celebrate(event.data.badge)
   * }
   */
  stream(options?: StreamOptions): AsyncGenerator<StreamEventOf<C>, void, undefined>
  /** Calls a function for each event of `stream`. Returns a function that stops it. `onEnd` receives the error if it gives up. */
  listen(options: StreamOptions, hear: (event: StreamEventOf<C>) => void, onEnd?: (error: unknown) => void): () => void
}
