import type { Badge } from '../core/awards/badge.js'
import type { Catalog, CatalogTraits } from '../core/catalog/catalog.js'
import type { Explanation } from '../core/explain/explanation.js'
import type { BadgeId } from '../core/metrics/requirement.js'
import type { NextMilestone } from '../core/progress/what-next.js'
import type { CompletionInput } from '../core/users/completion.js'
import type { ImportMapping } from '../core/users/import-mapping.js'
import type { AwardListener } from './awards/announce.js'
import type { ApplyOptions, ApplyReport } from './catalog/apply.js'
import type { CatalogVersion } from './catalog/list-versions.js'
import type { CatalogPlan, PlanOptions } from './catalog/plan.js'
import type { CallOptions, ReadOptions } from './context/context.js'
import type { GoverningCatalog } from './context/governing-catalog.js'
import type { ManualChange } from './context/manual-change.js'
import type { ImportOptions } from './import/import.js'
import type { ImportReport } from './import/import-report.js'
import type { ImportSource } from './import/import-source.js'
import type { AwardBadgeInput, AwardResult, RevokeBadgeInput, RevokeResult } from './manual/manual-badge.js'
import type { DeletePauseResult, PauseOptions, StreakPause } from './manual/pause.js'
import type { PauseInput } from './manual/pause-input.js'
import type { CompletionKey, UndoResult } from './manual/undo.js'
import type { ExplainOptions } from './read/explain.js'
import type { LeaderboardPage, LeaderboardQuery } from './read/leaderboard.js'
import type { ListedMilestone } from './read/list-milestones.js'
import type { UserProgress } from './read/progress.js'
import type { StatisticsOptions, StatisticsPage } from './read/statistics.js'
import type { NextOptions } from './read/what-next.js'
import type { RecordResult } from './record/record.js'
import type { RebuildReport } from './recount/rebuild.js'
import type { Difference, VerifyQuery } from './recount/verify.js'
import type { EraseResult, ReturnResult } from './users/erase.js'
import type { UserExport } from './users/export.js'
import type { UnseenOptions } from './users/seen.js'
import type { UpdateSettingsOptions, UserSettings, UserSettingsChanges } from './users/settings.js'

/**
 * Records what users complete, awards what follows, and reads it back. Calls with `{ db: tx }` work inside the caller's
 * transaction. All reject with a MilepostError: INPUT_INVALID before anything is written, DATABASE_FAILED when the
 * database fails, SCHEMA_MISSING before the first `migrate`.
 */
export type MilestoneService<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
  Traits extends CatalogTraits = CatalogTraits,
> = {
  /**
   * Stores completions, each key once, and awards what follows from them. Alone or up to 10,000 at once; one that is
   * wrong or whose user was erased refuses all, and `details.index` names it. Outside a caller's transaction, calls that come together go together.
   * @throws BATCH_TOO_LARGE, USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  record(completion: CompletionInput<Category>, options?: CallOptions): Promise<RecordResult<Id, Unlock>>
  record(completions: readonly CompletionInput<Category>[], options?: CallOptions): Promise<RecordResult<Id, Unlock>[]>
  /**
   * Recalculates a user from the stored rows, including rows that the app inserted itself. Repairs the metrics and
   * returns the badges newly earned, in order of their dates. Reads the user's whole history.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  checkAndAwardMilestones(userId: string, options?: CallOptions): Promise<Badge<Id, Unlock>[]>
  /** Returns the badges, points, level, unlocks and progress of a user. One statement. */
  getUserProgress(userId: string, options?: ReadOptions): Promise<UserProgress<Id, Unlock, Traits>>
  /** Reads the badges of a user, in order of their dates; of tiers that replace each other, the highest. */
  getUserBadges(userId: string, options?: ReadOptions): Promise<Badge<Id, Unlock>[]>
  /**
   * Lists the catalog's milestones in its order, without asking the database: each tier as one, hidden ones left out or
   * without anything said of them, retired ones left out.
   */
  getAllMilestones(options?: Pick<ReadOptions, 'locale'>): ListedMilestone<Id, Unlock, Traits>[]
  /** Returns whether one of the user's badges unlocks this feature. One statement. */
  hasUnlock(userId: string, unlock: Unlock, options?: CallOptions): Promise<boolean>
  /** Lists everything that the user's badges unlock, each feature once. One statement. */
  getUserUnlocks(userId: string, options?: CallOptions): Promise<Unlock[]>
  /**
   * Leaves days out of a user's streaks: they neither break a streak nor add to it, also if they have passed. `from` and `until`
   * (excluded) are local days (`'2026-09-25'`) or instants. A day that instants only touch does not break a streak, and a completion
   * on it counts. With null it is for everybody, such as after an outage: then every user is counted again, page by page, and in a
   * caller's transaction each when next touched.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  pauseStreaks(userId: string | null, pause: PauseInput, options?: PauseOptions): Promise<StreakPause>
  /** Lists the pauses of a user, or with null those for everybody, in order of time. */
  getStreakPauses(userId: string | null, options?: CallOptions): Promise<StreakPause[]>
  /**
   * Takes a pause back as if it had never been entered: badges that only the pause upheld go, unless their milestone says
   * `onUndo: 'keep'`. Answers `not-found` if there is no such pause.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  deleteStreakPause(
    id: string,
    hand?: Partial<ManualChange>,
    options?: PauseOptions,
  ): Promise<DeletePauseResult<Id, Unlock>>
  /**
   * Takes a completion back: metrics, streaks, points and levels follow, and badges that no longer hold go, unless their milestone
   * says `onUndo: 'keep'`. Recorded again, it counts again. Answers `not-found` where there is nothing to undo. Reads the user's
   * whole history.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  undo(
    completion: CompletionKey & { readonly category: Category },
    hand: ManualChange,
    options?: CallOptions,
  ): Promise<UndoResult<Id, Unlock>>
  /**
   * Awards a badge manually, dated now. It stays until it is revoked manually, whatever is undone or recalculated; one that the user has
   * becomes as safe.
   * @throws MILESTONE_NOT_FOUND, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  awardBadge(
    userId: string,
    badgeId: BadgeId<Id>,
    hand: AwardBadgeInput,
    options?: CallOptions,
  ): Promise<AwardResult<Id, Unlock>>
  /**
   * Revokes a badge manually, and the badges that depended on it. It is not awarded again until it is awarded manually. Returns `not-held` if
   * there is nothing to take.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  revokeBadge(
    userId: string,
    badgeId: BadgeId<Id>,
    hand: RevokeBadgeInput,
    options?: CallOptions,
  ): Promise<RevokeResult<Id, Unlock>>
  /**
   * Marks badges as celebrated, for all devices of the user. Returns those, in the order given, that were held and not marked
   * before: of two devices that show a badge in the same moment, one gets it back.
   * @throws USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  markSeen(userId: string, badgeIds: readonly string[], options?: CallOptions): Promise<BadgeId<Id>[]>
  /**
   * Reads the badges that wait to be celebrated, in order of their dates; of tiers that replace each other, the highest. Only those
   * that `record` or `awardBadge` brought, unless others are asked for; none of a user who is `quiet` or `off`.
   */
  getUnseenBadges(userId: string, options?: UnseenOptions): Promise<Badge<Id, Unlock>[]>
  /**
   * Changes the settings of a user, all or none. Settings that are not named stay as they are.
   *
   * - `timeZone`: the user's days follow this IANA time zone from now on; earlier completions keep the day they had. The
   *   default is the service's `defaultTimeZone`.
   * - `visibility`: `on`; `quiet`, ranked and shown, but not notified of awards; or `off`, neither. Badges and points are
   *   awarded all the same, and what was awarded in between is not celebrated later.
   * - `attributes`: such as `{ team: 'red' }`, by which leaderboards are filtered; null removes one.
   * @throws CHANGE_LIMITED, USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  updateUserSettings(
    userId: string,
    changes: UserSettingsChanges,
    options?: UpdateSettingsOptions,
  ): Promise<UserSettings>
  /** Reads zone, visibility and attributes of a user, in one statement. */
  getUserSettings(userId: string, options?: CallOptions): Promise<UserSettings>
  /** Reads everything that is stored of a user, as it was at one moment, as plain JSON. Holds it all in memory. */
  exportUser(userId: string, options?: CallOptions): Promise<UserExport>
  /**
   * Deletes everything of a user in one transaction. Later writes for this id end with USER_ERASED, so that a late retry does not bring
   * the user back. Where the reason names the user, and where the user did something by hand to others, a keyed hash takes
   * the id's place.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  eraseUser(userId: string, hand: ManualChange, options?: CallOptions): Promise<EraseResult>
  /**
   * Lets an erased user be written again, who then begins from nothing: for one who signs up anew under the same id.
   * @throws CONNECTION_BUSY, SERVICE_CLOSED
   */
  allowReturn(userId: string, hand: ManualChange, options?: CallOptions): Promise<ReturnResult>
  /**
   * Explains why a user has a badge (also of a tier, `posts#gold`, or a time, `helper@3`), or not yet: the requirement part by part, what
   * counted towards it and what did not, what decided it, what to do next. `explanationText` puts it into words. Reads the
   * user's history in the categories it takes, twice, in one snapshot; what it keeps grows with `limit` alone.
   * @throws MILESTONE_NOT_FOUND, also where it is hidden and not earned, unless `includeHidden`
   */
  explain(userId: string, badgeId: BadgeId<Id>, options?: ExplainOptions): Promise<Explanation<Id>>
  /**
   * Lists the milestones that a user is nearest to, and what to do for each, in the one statement that reads progress: by ratio,
   * then by what remains, then in the catalog's order; those that wait for other badges come last. A repeatable one that is held
   * stands there with its next time.
   */
  whatNext(userId: string, options?: NextOptions): Promise<NextMilestone<Id>[]>
  /**
   * Counts who holds a milestone (all its tiers), or each of all: of all users, of active and of eligible ones, and how long it takes
   * them. Costs recording nothing and reads every completion once: at 1,000,000 users with ten each, some 20 seconds of one core,
   * so let figures grow older there. They are counted for all milestones at once, kept in the process, and given again until they
   * are `maxAgeMs` old; `asOf` says as of when they hold. Those who ask while they are counted wait for the same count.
   * @throws MILESTONE_NOT_FOUND, also where it is hidden, unless `includeHidden`
   */
  getMilestoneStatistics(badgeId?: BadgeId<Id>, options?: StatisticsOptions): Promise<StatisticsPage<Id>>
  /**
   * Brings completions and badges in from a table of the host, from CSV, NDJSON or any rows, with their true dates; nobody hears of
   * it. Commits batch by batch and then counts the users; stopped and run again, it continues, and nothing is imported twice. Tells what
   * came in, what was there already, and what was refused and why.
   * @throws INPUT_INVALID also for a file that is none, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  importCompletions(source: ImportSource, mapping: ImportMapping, options?: ImportOptions): Promise<ImportReport>
  /** Reads a page of the leaderboard. Users without points are not listed. */
  getLeaderboard(query?: LeaderboardQuery, options?: CallOptions): Promise<LeaderboardPage>
  /**
   * Compares metrics, standings and badges with what a rebuild would give, of one user or of all, and returns at most
   * `limit` differences (1,000 when left out); none is what must come back. Reads the whole history. `onProgress` hears how many
   * users are compared.
   */
  verify(query?: VerifyQuery): Promise<Difference[]>
  /** Recalculates one user, or all users, and awards what is due. Calls `onProgress` with the number of users done. */
  rebuild(userId?: string, options?: { readonly onProgress?: (userCount: number) => void }): Promise<RebuildReport>
  /**
   * Previews a catalog against the current one, using the real history: what is added, changed and gone, and how many users would
   * gain or lose which badge, points, level and unlock. Writes nothing. Reads everything once.
   */
  plan(catalog: Catalog, options?: PlanOptions): Promise<CatalogPlan>
  /**
   * Applies a catalog and recalculates every user by it while recording continues, each badge dated by the completion that decided it.
   * Silent unless asked. Stopped at any point, the same call continues where it stopped.
   * @throws APPLY_SUPERSEDED, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  apply(catalog: Catalog, options?: ApplyOptions): Promise<ApplyReport>
  /** Returns the catalog in effect, and whether it is the one passed to this service. */
  getCatalog(): Promise<GoverningCatalog>
  /** Lists the catalogs that were applied, the latest first. Default: 20. Going back is an apply of an old one. */
  getCatalogVersions(query?: { readonly limit?: number }): Promise<CatalogVersion[]>
  /**
   * Tells of badges awarded in Milepost's own transactions, after commit, at most once each. Returns a function that
   * takes the listener away.
   */
  onAwarded(listener: AwardListener<Id, Unlock>): () => void
  /** Waits for the recordings under way; later writes are refused with SERVICE_CLOSED. The database stays open. */
  close(): Promise<void>
}

/**
 * The calls that only read: of a `MilestoneService`, or of a `MilepostClient` of `milepost/client`. Name this type in code that
 * should work with either.
 * @example
 * async function pointsOf(milestones: MilestoneReader, userId: string) {
 *   return (await milestones.getUserProgress(userId)).totalPoints
 * }
 */
export type MilestoneReader<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
  Traits extends CatalogTraits = CatalogTraits,
> = Pick<
  MilestoneService<Id, Unlock, Category, Traits>,
  | 'getUserProgress'
  | 'getUserBadges'
  | 'hasUnlock'
  | 'getUserUnlocks'
  | 'whatNext'
  | 'explain'
  | 'getMilestoneStatistics'
  | 'getLeaderboard'
  | 'getUserSettings'
  | 'getUnseenBadges'
  | 'getStreakPauses'
>
