import type { Badge } from '../core/badge.js'
import type { CompletionInput } from '../core/completion.js'
import type { BadgeId } from '../core/requirement.js'
import type { AwardListener } from './announce.js'
import type { AwardResult, RevokeResult } from './badge-by-hand.js'
import type { ByHand } from './by-hand.js'
import type { CallOptions, ReadOptions } from './context.js'
import type { LeaderboardPage, LeaderboardQuery } from './leaderboard.js'
import type { ListedMilestone } from './list-milestones.js'
import type { PauseOptions } from './pause.js'
import type { UserProgress } from './progress.js'
import type { RebuildReport } from './rebuild.js'
import type { RecordResult } from './record.js'
import type { CompletionKey, UndoResult } from './undo.js'
import type { Difference } from './verify.js'

/**
 * Records what users complete, awards what follows, and reads it back. Calls with `{ db: tx }` work inside the caller's
 * transaction. All reject with a MilepostError: INPUT_INVALID before anything is written, DATABASE_FAILED when the
 * database fails, SCHEMA_MISSING before the first `migrate`.
 */
export type MilestoneService<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = {
  /**
   * Stores completions, each key once, and awards what follows from them. Alone or up to 10,000 at once; one that is
   * wrong refuses all, and `details.index` names it. Outside a caller's transaction, calls that come together go together.
   * @throws BATCH_TOO_LARGE, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  record(completion: CompletionInput<Category>, options?: CallOptions): Promise<RecordResult<Id, Unlock>>
  record(
    completions: readonly CompletionInput<Category>[],
    options?: CallOptions,
  ): Promise<readonly RecordResult<Id, Unlock>[]>
  /**
   * Counts a user anew from the stored rows, those included that the host inserted by itself; puts the metrics right and
   * returns the badges newly earned, in order of their dates. Reads the user's whole history.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  checkAndAwardMilestones(userId: string, options?: CallOptions): Promise<readonly Badge<Id, Unlock>[]>
  /** Reads where a user stands, in one statement. */
  getUserProgress(userId: string, options?: ReadOptions): Promise<UserProgress<Id, Unlock>>
  /** Reads the badges of a user, in order of their dates; of tiers that replace each other, the highest. */
  getUserBadges(userId: string, options?: ReadOptions): Promise<readonly Badge<Id, Unlock>[]>
  /**
   * Lists the catalog's milestones in its order, without asking the database: each tier as one, hidden ones left out or
   * without anything said of them, retired ones left out.
   */
  getAllMilestones(options?: Pick<ReadOptions, 'locale'>): readonly ListedMilestone<Id, Unlock>[]
  /** Tells whether a badge that the user holds opens this feature. */
  hasUnlock(userId: string, unlock: Unlock, options?: CallOptions): Promise<boolean>
  /**
   * Lets a user's days run by an IANA time zone from now on; what was completed before stays on the day that it was. UTC
   * until one is set.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  setTimeZone(userId: string, zone: string, options?: CallOptions): Promise<void>
  /**
   * Leaves the local days between two instants (`to` excluded) out of a user's streaks: they neither break nor count, also
   * afterwards. With null for everybody, such as after an outage; then every user is counted anew, page by page, and in a
   * caller's transaction each when next touched.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  pauseStreaks(userId: string | null, from: Date, to: Date, reason: string, options?: PauseOptions): Promise<void>
  /**
   * Takes a completion back: metrics, streaks, points and levels follow, and badges that no longer hold go, unless their milestone
   * says `onUndo: 'keep'`. Recorded again, it counts again. Answers `not-found` where there is nothing to undo. Reads the user's
   * whole history.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  undo(
    completion: CompletionKey & { readonly category: Category },
    hand: ByHand,
    options?: CallOptions,
  ): Promise<UndoResult<Id, Unlock>>
  /**
   * Gives a badge by hand, dated now. It stays, whatever is undone or evaluated, until it is taken by hand; one that is held
   * becomes as safe.
   * @throws MILESTONE_NOT_FOUND, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  awardBadge(
    userId: string,
    milestoneId: BadgeId<Id>,
    hand: ByHand,
    options?: CallOptions,
  ): Promise<AwardResult<Id, Unlock>>
  /**
   * Takes a badge by hand, and what rested on it. It is not awarded again until it is given by hand. Answers `not-held` where
   * there is nothing to take.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  revokeBadge(
    userId: string,
    milestoneId: BadgeId<Id>,
    hand: ByHand,
    options?: CallOptions,
  ): Promise<RevokeResult<Id, Unlock>>
  /** Reads a page of the leaderboard. Users without points are not listed. */
  getLeaderboard(query?: LeaderboardQuery, options?: CallOptions): Promise<LeaderboardPage>
  /**
   * Compares metrics, standings and badges with what a rebuild would give, of one user or of all, and returns at most
   * `limit` differences (1,000 when left out); none is what must come back. Reads the whole history.
   */
  verify(query?: { readonly userId?: string; readonly limit?: number }): Promise<readonly Difference[]>
  /** Counts one user, or all, anew and awards what is due. `onProgress` hears how many users are done. */
  rebuild(userId?: string, options?: { readonly onProgress?: (userCount: number) => void }): Promise<RebuildReport>
  /**
   * Tells of badges awarded in Milepost's own transactions, after commit, at most once each. Returns a function that
   * takes the listener away.
   */
  onAwarded(listener: AwardListener<Id, Unlock>): () => void
  /** Waits for the recordings under way; later writes are refused with SERVICE_CLOSED. The database stays open. */
  close(): Promise<void>
}
