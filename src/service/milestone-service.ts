import { type Badge, shownBadges } from '../core/badge.js'
import type { Catalog } from '../core/catalog.js'
import { type CompletionInput, checkId, invalid } from '../core/completion.js'
import { textFault } from '../core/metadata.js'
import type { BadgeId } from '../core/requirement.js'
import { isLocale } from '../core/text.js'
import type { Database } from '../store/database.js'
import { hasUnlockRow, readBadges } from '../store/holdings.js'
import { adoptDatabase } from '../store/transaction.js'
import { type AwardListener, createAnnouncer } from './announce.js'
import { type AwardResult, awardByHand, type RevokeResult, revokeByHand } from './badge-by-hand.js'
import type { ByHand } from './by-hand.js'
import { type CallOptions, compileForService, type ReadOptions, type ServiceContext, tablesOf } from './context.js'
import { type LeaderboardPage, type LeaderboardQuery, readLeaderboardPage } from './leaderboard.js'
import { type ListedMilestone, listMilestones } from './list-milestones.js'
import { type PauseOptions, pauseStreaks } from './pause.js'
import { readProgress, type UserProgress } from './progress.js'
import { checkUser, type RebuildReport, rebuildUsers } from './rebuild.js'
import type { RecordResult } from './record.js'
import { createRecorder } from './recorder.js'
import { setTimeZone } from './time-zone.js'
import { type CompletionKey, type UndoResult, undoCompletion } from './undo.js'
import { type Difference, verifyUsers } from './verify.js'

/** What a service is made of. */
export type MilestoneServiceOptions<Id extends string, Unlock extends string, Category extends string> = {
  /** Any Drizzle Postgres database: node-postgres, postgres.js, PGlite. */
  readonly db: Database
  readonly catalog: Catalog<Id, Unlock, Category>
  /** The schema that `migrate` was given; `milepost` when left out. */
  readonly schema?: string
  /** The clock; the system's when left out. */
  readonly now?: () => Date
  /**
   * How long a write outside a caller's transaction waits for a user whom another transaction holds, before USER_BUSY, or
   * for a free connection before CONNECTION_BUSY;
   * 15 seconds when left out.
   */
  readonly patienceMs?: number
  /** Hears what listeners of `onAwarded` throw; when left out, it is an uncaught exception. */
  readonly onListenerError?: (error: unknown) => void
}

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

/**
 * Makes a service for a catalog over the host's database.
 * @throws INPUT_INVALID when an option is wrong
 */
export function createMilestoneService<Id extends string, Unlock extends string, Category extends string>(
  options: MilestoneServiceOptions<Id, Unlock, Category>,
): MilestoneService<Id, Unlock, Category> {
  const { listen, announce } = createAnnouncer(options.onListenerError)
  const context = contextFrom(options, announce)
  const recorder = createRecorder(context)
  const reader = (db: Database = context.db): Database => db
  const service: MilestoneService = {
    record: recorder.record as MilestoneService['record'],
    checkAndAwardMilestones: async (userId, call = {}) => {
      recorder.requireOpen()
      checkId('userId', userId)
      return checkUser(context, call, userId)
    },
    getUserProgress: async (userId, { db, locale } = {}) => {
      checkId('userId', userId)
      return readProgress(context, reader(db), { userId, locale: checkedLocale(locale) })
    },
    getUserBadges: async (userId, { db, locale } = {}) => {
      checkId('userId', userId)
      const query = { userIds: [userId], locale: checkedLocale(locale) }
      return shownBadges((await readBadges(reader(db), context.tables, query)).get(userId)!)
    },
    getAllMilestones: ({ locale } = {}) => listMilestones(options.catalog, checkedLocale(locale)),
    hasUnlock: async (userId, unlock, { db } = {}) => {
      checkId('userId', userId)
      const problem = typeof unlock === 'string' ? textFault(unlock) : 'must be a string'
      if (problem) throw invalid('unlock', problem, unlock)
      return hasUnlockRow(reader(db), context.tables, { userId, unlock })
    },
    setTimeZone: async (userId, zone, call = {}) => {
      recorder.requireOpen()
      checkId('userId', userId)
      return setTimeZone(context, call, { userId, zone })
    },
    pauseStreaks: async (userId, from, to, reason, call = {}) => {
      recorder.requireOpen()
      return pauseStreaks(context, call, { userId, from, to, reason })
    },
    undo: async (key, hand, call = {}) => {
      recorder.requireOpen()
      return undoCompletion(context, call, { ...key, ...hand })
    },
    awardBadge: async (userId, badgeId, hand, call = {}) => {
      recorder.requireOpen()
      return awardByHand(context, call, { userId, badgeId, ...hand })
    },
    revokeBadge: async (userId, badgeId, hand, call = {}) => {
      recorder.requireOpen()
      return revokeByHand(context, call, { userId, badgeId, ...hand })
    },
    getLeaderboard: async (query = {}, { db } = {}) => readLeaderboardPage(context, reader(db), query),
    verify: async ({ userId, limit = 1_000 } = {}) => {
      if (userId !== undefined) checkId('userId', userId)
      return verifyUsers(context, { userId, limit })
    },
    rebuild: async (userId, { onProgress } = {}) => {
      recorder.requireOpen()
      if (userId !== undefined) checkId('userId', userId)
      return rebuildUsers(context, userId, onProgress)
    },
    onAwarded: listener => listen(listener as AwardListener),
    close: recorder.close,
  }
  // The ids inside are those of the catalog that came in; only the compiler forgot which.
  return service as unknown as MilestoneService<Id, Unlock, Category>
}

function checkedLocale(locale: unknown): string | undefined {
  if (locale === undefined) return undefined
  if (typeof locale === 'string' && isLocale(locale)) return locale
  throw invalid('locale', 'is no locale by BCP 47; give one such as en or pt-BR', locale)
}

function contextFrom(
  { db, catalog, schema, now = () => new Date(), patienceMs = 15_000 }: MilestoneServiceOptions<string, string, string>,
  announce: ServiceContext['announce'],
): ServiceContext {
  if (typeof db?.execute !== 'function')
    throw invalid('db', 'is no Drizzle Postgres database; give what drizzle() returned')
  if (!Array.isArray(catalog?.requirements))
    throw invalid('catalog', 'is not checked; give what defineCatalog returned')
  adoptDatabase(db)
  return { db, tables: tablesOf(schema), compiled: compileForService(catalog), now, patienceMs, announce }
}
