import type { CatalogTraits } from '../core/catalog/catalog.js'
import type { CompletionInput } from '../core/users/completion.js'
import type { AwardListener } from './awards/announce.js'
import type { CatalogCalls } from './catalog/catalog-calls.js'
import type { CoinCalls } from './coins/coin-calls.js'
import type { CallOptions } from './context/context.js'
import type { FoldCalls } from './fold/fold-calls.js'
import type { FollowCalls } from './follow/follow-calls.js'
import type { ImportCalls } from './import/import-calls.js'
import type { ManualCalls } from './manual/manual-calls.js'
import type { ReadCalls } from './read/read-calls.js'
import type { RecordResult } from './record/record.js'
import type { RecountCalls } from './recount/recount-calls.js'
import type { UserCalls } from './users/user-calls.js'

/** The calls of a service that record, and the calls about the service itself. */
export type RecordCalls<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = {
  /**
   * Stores completions, each key once, and awards what follows. Takes one completion, or up to 10,000, all or none: if
   * one is wrong or its user was erased, all are refused, and `details.index` is the position of that one. Calls that
   * arrive together share a transaction, unless you pass `db`. The cost depends on the metrics of the category, not on
   * the user's history, which is not read.
   * @throws BATCH_TOO_LARGE, USER_ERASED, HISTORY_FOLDED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * const { status, awarded } = await service.record({ userId: 'ann', category: 'tutorial', itemKey: 'intro' })
   * await db.transaction(async tx => {
   *   await saveOrder(tx, order)
   *   await service.record({ userId: order.userId, category: 'order', itemKey: order.id }, { db: tx })
   * })
   */
  record(completion: CompletionInput<Category>, options?: CallOptions): Promise<RecordResult<Id, Unlock>>
  record(completions: readonly CompletionInput<Category>[], options?: CallOptions): Promise<RecordResult<Id, Unlock>[]>
  /**
   * Runs a listener after commit for each badge awarded in a transaction of Milepost's own, at most once. Returns a
   * function that removes the listener.
   * @example
   * const stop = service.onAwarded(({ userId, badge }) => sendMail(userId, `You earned ${badge.name}`))
   */
  onAwarded(listener: AwardListener<Id, Unlock>): () => void
  /** Waits for pending writes. Later writes throw SERVICE_CLOSED, reads still work, and the database stays open. */
  close(): Promise<void>
}

/**
 * Records what users complete, awards what follows, and reads it back. Most calls take `{ db: tx }` to work in your
 * transaction. Every call can throw a MilepostError: INPUT_INVALID before anything is written, DATABASE_FAILED if the
 * database fails, SCHEMA_MISSING before the first `migrate`.
 */
export type MilestoneService<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
  Traits extends CatalogTraits = CatalogTraits,
> = RecordCalls<Id, Unlock, Category> &
  ReadCalls<Id, Unlock, Traits> &
  CoinCalls &
  ManualCalls<Id, Unlock, Category> &
  UserCalls<Id, Unlock> &
  RecountCalls<Id, Unlock> &
  ImportCalls &
  FoldCalls<Category> &
  FollowCalls &
  CatalogCalls

/**
 * The calls that only read: of a `MilestoneService`, or of a `MilepostClient` of `milepost/client`. Name this type in
 * code that should work with either.
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
  | 'getBalance'
  | 'getCoinHistory'
>
