import { type Badge, shownBadges } from '../../core/awards/badge.js'
import type { CatalogTraits } from '../../core/catalog/catalog.js'
import type { Explanation } from '../../core/explain/explanation.js'
import type { BadgeId } from '../../core/metrics/requirement.js'
import type { NextMilestone } from '../../core/progress/what-next.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import { textFault } from '../../core/values/metadata.js'
import { hasUnlockRow, readBadges } from '../../store/progress/holdings.js'
import { call, type Definitions, local, read, reader } from '../context/call-kinds.js'
import { checkLocale } from '../context/check-given.js'
import { type CallOptions, type ReadOptions, type ServiceContext, sessionFor } from '../context/context.js'
import { type ExplainOptions, explainBadge } from './explain.js'
import { type LeaderboardPage, type LeaderboardQuery, readLeaderboardPage } from './leaderboard.js'
import { type ListedMilestone, listMilestones } from './list-milestones.js'
import { readProgress, type UserProgress } from './progress.js'
import { createStatisticsReader, type StatisticsOptions, type StatisticsPage } from './statistics.js'
import { createRankTender } from './tend-ranks.js'
import { type NextOptions, whatNext } from './what-next.js'

/** The calls of a service that only read. */
export type ReadCalls<
  Id extends string = string,
  Unlock extends string = string,
  Traits extends CatalogTraits = CatalogTraits,
> = {
  /**
   * Returns the badges, points, level, unlocks and progress of a user. Runs one statement.
   * @example
   * const { totalPoints, level, milestones } = await service.getUserProgress('ann')
   */
  getUserProgress(userId: string, options?: ReadOptions): Promise<UserProgress<Id, Unlock, Traits>>
  /**
   * Lists the badges of a user, sorted by date. Of tiers that replace each other, only the highest. Runs one statement.
   */
  getUserBadges(userId: string, options?: ReadOptions): Promise<Badge<Id, Unlock>[]>
  /**
   * Lists the milestones of the catalog in its order, each tier separately. Does not ask the database. Hidden
   * milestones are omitted or masked, and retired ones are omitted.
   */
  getAllMilestones(options?: Pick<ReadOptions, 'locale'>): ListedMilestone<Id, Unlock, Traits>[]
  /**
   * Returns whether one of the user's badges unlocks a feature now. Expired badges unlock nothing. Runs one statement.
   * @example
   * if (!(await service.hasUnlock('ann', 'playground'))) return redirect('/courses')
   */
  hasUnlock(userId: string, unlock: Unlock, options?: CallOptions): Promise<boolean>
  /** Lists everything that the user's badges unlock now, each feature once. Runs one statement. */
  getUserUnlocks(userId: string, options?: CallOptions): Promise<Unlock[]>
  /**
   * Explains why a user has a badge, or does not have it yet: each part of the requirement, what counted, what did not,
   * and what to do next. Takes a tier (`posts#gold`) or a time (`helper@3`) too. Reads the user's history in the
   * categories that the requirement uses, twice, in one snapshot.
   * @throws MILESTONE_NOT_FOUND, also if the milestone is hidden and not earned, unless you pass `includeHidden`
   * @example
   * console.log(explanationText(await service.explain('ann', 'first-steps')))
   */
  explain(userId: string, badgeId: BadgeId<Id>, options?: ExplainOptions): Promise<Explanation<Id>>
  /**
   * Lists the milestones that a user is closest to, and the next step for each. Sorted by progress, then by what
   * remains. Milestones that need other badges first come last. Runs one statement.
   * @example
   * const [next] = await service.whatNext('ann', { limit: 1 })
   * console.log(next?.title, next?.text)
   */
  whatNext(userId: string, options?: NextOptions): Promise<NextMilestone<Id>[]>
  /**
   * Counts who holds a milestone with all its tiers, or each milestone if you pass no id: of all users, of active users
   * and of users who could earn it. Reads every completion once: about 20 seconds of one core for 1,000,000 users with
   * ten completions each. The figures are kept until they are `maxAgeMs` old. If counting took longer than a second,
   * they are stored for all processes, and the next count runs in the background.
   * @throws MILESTONE_NOT_FOUND, also if the milestone is hidden, unless you pass `includeHidden`
   */
  getMilestoneStatistics(badgeId?: BadgeId<Id>, options?: StatisticsOptions): Promise<StatisticsPage<Id>>
  /**
   * Reads a page of the leaderboard, or of a `board` of the catalog. Users without points are not listed, nor users who
   * have nothing that the board counts. Runs one statement, with a board two, by index unless you pass a `group` or `userIds`.
   * If it had to count more than 10,000 users one by one, a board of points or badges is counted in the background for the
   * next calls.
   * @example
   * const page = await service.getLeaderboard({ period: 'week', limit: 10 })
   * const more = page.next && (await service.getLeaderboard({ period: 'week', limit: 10, after: page.next }))
   */
  getLeaderboard(query?: LeaderboardQuery, options?: CallOptions): Promise<LeaderboardPage>
}

/** Defines the calls that only read. */
export function readCalls(context: ServiceContext): Definitions<ReadCalls> {
  const readStatistics = createStatisticsReader(context)
  const tendRanks = createRankTender(context)
  return {
    getUserProgress: reader([null, read], async (userId, { locale, ...options } = {}) => {
      checkId('userId', userId)
      return readProgress(context, sessionFor(context, options), { userId, locale: checkLocale(locale) })
    }),
    getUserBadges: reader([null, read], async (userId, { locale, ...options } = {}) => {
      checkId('userId', userId)
      const query = { userIds: [userId], locale: checkLocale(locale), mayBeMerged: true }
      return shownBadges((await readBadges(sessionFor(context, options), context.tables, query)).get(userId)!)
    }),
    getAllMilestones: local([{ locale: true }], ({ locale } = {}) =>
      listMilestones(context.catalogs.own.catalog, checkLocale(locale)),
    ),
    hasUnlock: reader([null, null, call], async (userId, unlock, options = {}) => {
      checkId('userId', userId)
      const problem = typeof unlock === 'string' ? textFault(unlock) : 'must be a string'
      if (problem) throw invalid('unlock', problem, unlock)
      return hasUnlockRow(sessionFor(context, options), context.tables, { userId, unlock, now: context.now() })
    }),
    getUserUnlocks: reader([null, call], async (userId, options = {}) => {
      checkId('userId', userId)
      // Not from the badges shown: a badge that a higher tier has replaced still unlocks its features.
      return (await readProgress(context, sessionFor(context, options), { userId })).unlocks
    }),
    explain: reader(
      [null, null, { ...read, limit: true, includeHidden: true }],
      async (userId, badgeId, { locale, ...options } = {}) =>
        explainBadge(context, { userId, badgeId, ...options, locale: checkLocale(locale) }),
    ),
    whatNext: reader([null, { ...read, limit: true }], async (userId, { locale, ...options } = {}) =>
      whatNext(context, { userId, ...options, locale: checkLocale(locale) }),
    ),
    getMilestoneStatistics: reader(
      [null, { db: true, activeDays: true, maxAgeMs: true, includeHidden: true }],
      async (id, options = {}) => readStatistics(id, options),
    ),
    getLeaderboard: reader(
      [
        { limit: true, after: true, around: true, board: true, userIds: true, group: true, period: true, at: true },
        call,
      ],
      async (query = {}, options = {}) =>
        readLeaderboardPage(context, sessionFor(context, options), { query, tendRanks }),
    ),
  }
}
