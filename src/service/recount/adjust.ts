import { type Badge, unlocksOf } from '../../core/awards/badge.js'
import { gainChanges, gainsOf } from '../../core/awards/badge-gains.js'
import { type CompiledCatalog, leavesOf, milestoneOf } from '../../core/awards/compile.js'
import { startCount } from '../../core/awards/count-history.js'
import { type Fold, isCountedFromLine } from '../../core/awards/fold.js'
import { isKept, isOfMilestone } from '../../core/awards/keep.js'
import { levelAt } from '../../core/catalog/level.js'
import type { Milestone } from '../../core/catalog/milestone.js'
import { endOfLasting } from '../../core/time/lasting.js'
import { groupBy } from '../../core/values/group-by.js'
import type { Session } from '../../store/database/session.js'
import { readHistory } from '../../store/progress/completions.js'
import { type Holdings, readHoldings, refusedIn, without } from '../../store/progress/holdings.js'
import type { UserRename } from '../../store/progress/renames.js'
import type { ApplyPolicy } from '../../store/reports/catalog-versions.js'
import { userCalendar } from '../context/calendar.js'
import type { CountingContext } from '../context/context.js'
import { namedToday } from '../context/former-badges.js'
import { hasBlockedLong, yieldToEventLoop } from '../context/yield-to-event-loop.js'
import { historyScope } from './count-users.js'
import { tallyUsers } from './tally.js'

/** How a catalog changes the badges of one user under a policy. */
export type Adjustment = {
  readonly userId: string
  /** With the badge ids of this catalog. */
  readonly holdings: Holdings
  /** Badges whose ids the catalog changes. */
  readonly renames: readonly UserRename[]
  /** Badges whose new id the user already holds: they are deleted. */
  readonly merged: readonly Badge[]
  /** Badges that the user gains, as they will be stored. */
  readonly gained: readonly Badge[]
  /** Badges that the user loses. */
  readonly lost: readonly Badge[]
  /** Badges that stay, with a new number of points. */
  readonly repriced: readonly (Badge & { readonly pointsBefore: number })[]
  /** Badges that are due again: the date and the expiry that they get. Only where one of them may differ. */
  readonly redated: readonly RedueBadge[]
}

/** A badge that is held and due. */
export type RedueBadge = { readonly badge: Badge; readonly earnedAt: Date; readonly expiresAfter: string | null }

/**
 * Whose badges, and by which policy. `withHighest`: whether to read the most points that they had. `mayTake`: whether a
 * user may take a place of a badge with a limit. Default: nobody.
 */
export type AdjustmentQuery = {
  readonly userIds: readonly string[]
  readonly policy: ApplyPolicy
  readonly withHighest?: boolean
  readonly mayTake?: (userId: string, badgeId: string) => boolean
}

/** Works out how a catalog changes the badges of some users, in the order given. Writes nothing. */
export async function adjustmentsOf(
  context: CountingContext,
  tx: Session,
  { userIds, policy, withHighest, mayTake = () => false }: AdjustmentQuery,
): Promise<readonly Adjustment[]> {
  const { compiled, tables } = context
  const withFreezes = compiled.hasFreezes
  const scope = { userIds, parts: 'all', withCalendar: true, withFreezes, withHighest, withLedger: true } as const
  const stored = await readHoldings(tx, tables, scope)
  const { holdings, renames } = namedToday(context, stored)
  const renamesByUser = groupBy(renames, rename => rename.userId)
  const judged = new Map(
    [...holdings].map(([userId, own]) => {
      const closed = [...compiled.limits.keys()].filter(id => !mayTake(userId, id))
      const open = without(own, closed)
      return [userId, { ...open, badges: standingBadges(compiled, own, policy), former: own.badges }]
    }),
  )
  const tallied = await tallyUsers(context, tx, judged)
  const due = await readDue(context, tx, new Map([...judged].filter(([userId]) => !tallied.has(userId))))
  return userIds.map(userId => {
    const standing = judged.get(userId)!.badges
    const own = renamesByUser.get(userId) ?? []
    const mergedIds = new Set(own.filter(({ isMerged }) => isMerged).map(({ from }) => from))
    const merged = stored.get(userId)!.badges.filter(({ id }) => mergedIds.has(id))
    const found = adjustment(userId, holdings.get(userId)!, { standing, due: due.get(userId) ?? [] })
    return { ...found, renames: own, merged }
  })
}

type DueMilestone = { readonly milestone: Milestone; readonly at: Date }

// Returns the badges that are due by these users' histories, in addition to those they hold.
async function readDue(
  context: CountingContext,
  tx: Session,
  holdings: ReadonlyMap<string, Holdings & { readonly former: readonly Badge[] }>,
): Promise<ReadonlyMap<string, readonly DueMilestone[]>> {
  if (holdings.size === 0) return new Map()
  const { compiled, tables } = context
  const counters = new Map(
    [...holdings].map(([userId, own]) => {
      const calendar = userCalendar(context, own)
      return [userId, startCount(compiled, { ...own, calendar, refused: refusedIn(own) })]
    }),
  )
  const scope = { userIds: [...holdings.keys()], ...historyScope(compiled, [...holdings.values()]) }
  for await (const page of readHistory(tx, tables, scope)) {
    for (const row of page) {
      counters.get(row.userId)!.add(row)
      if (hasBlockedLong()) await yieldToEventLoop()
    }
  }
  const due = new Map<string, readonly DueMilestone[]>()
  for (const [userId, counter] of counters) {
    due.set(
      userId,
      counter.finish().due.map(({ milestone: { milestone }, at }) => ({ milestone, at })),
    )
    if (hasBlockedLong()) await yieldToEventLoop()
  }
  return due
}

/**
 * Returns the points, level and unlocks that result from these badges and the points of completions. `highestPoints`: the
 * most points that the user had before.
 */
export function standingBy(
  { compiled, now }: CountingContext,
  badges: readonly Badge[],
  { ledger, highestPoints }: Pick<Holdings, 'ledger' | 'highestPoints'>,
): { readonly points: number; readonly level: number; readonly unlocks: ReadonlySet<string> } {
  const points = badges.reduce((sum, badge) => sum + badge.points, ledger.completionPoints.points)
  return {
    points,
    level: levelAt(compiled.catalog.levels, points, highestPoints).level,
    unlocks: new Set(unlocksOf(badges, now())),
  }
}

/** Lists the badges of a user after an adjustment. */
export function badgesAfter({ holdings, gained, lost, repriced, redated }: Adjustment): readonly Badge[] {
  const lostIds = new Set(lost.map(({ id }) => id))
  const renewed = redated.map(({ badge, earnedAt, expiresAfter }) => {
    return { ...badge, earnedAt, expiresAt: endOfLasting(expiresAfter, earnedAt) }
  })
  const changed = new Map([...repriced, ...renewed].map(badge => [badge.id, badge]))
  return [
    ...holdings.badges.filter(({ id }) => !lostIds.has(id)).map(badge => changed.get(badge.id) ?? badge),
    ...gained,
  ]
}

// The badges that are not judged. With `recompute` these are the badges awarded manually, those that are kept whatever
// happens to what they rest on, and those of retired milestones.
function standingBadges(compiled: CompiledCatalog, holdings: Holdings, policy: ApplyPolicy): readonly Badge[] {
  const { badges, decisions } = holdings
  switch (policy) {
    case 'keep':
      return badges
    case 'reprice':
      return badges.map(badge => pricedBy(compiled, badge))
    case 'recompute':
      return badges.filter(
        badge =>
          decisions.get(badge.id) === 'awarded' ||
          isKept(compiled, badge.id) ||
          isRetired(compiled, badge.id) ||
          isBeyondJudging(compiled, holdings.fold, badge),
      )
  }
}

// Completions that may have earned it were folded, and what was counted of them does not answer for this requirement.
function isBeyondJudging(compiled: CompiledCatalog, fold: Fold | null, { id, earnedAt }: Badge): boolean {
  const milestone = fold && earnedAt < fold.until ? milestoneOf(compiled, id) : undefined
  if (!fold || !milestone) return false
  return leavesOf(milestone.requirement).some(leaf => leaf.type === 'metric' && isCountedFromLine(fold, leaf.metric))
}

function pricedBy(compiled: CompiledCatalog, badge: Badge): Badge {
  const reward = milestoneOf(compiled, badge.id)?.milestone.reward
  if (!reward) return badge
  // The row keeps what is not written over.
  const { points, coins = badge.coins && {} } = reward
  return { ...badge, points, ...(coins && { coins }) }
}

// Retired milestones are no longer judged.
function isRetired({ catalog }: CompiledCatalog, badgeId: string): boolean {
  return isOfMilestone(catalog, badgeId, milestone => milestone.isRetired)
}

type Counted = { readonly standing: readonly Badge[]; readonly due: readonly DueMilestone[] }

function adjustment(
  userId: string,
  holdings: Holdings,
  { standing, due }: Counted,
): Omit<Adjustment, 'renames' | 'merged'> {
  const held = new Map(holdings.badges.map(badge => [badge.id, badge]))
  const dueById = new Map(due.map(each => [each.milestone.id, each]))
  const stays = new Set([...standing.map(({ id }) => id), ...dueById.keys()])
  return {
    userId,
    holdings,
    gained: due.filter(({ milestone: { id } }) => !held.has(id)).map(dueBadge),
    lost: holdings.badges.filter(({ id }) => !stays.has(id)),
    repriced: standing.flatMap(badge => {
      const before = held.get(badge.id)!
      return gainChanges([badge], gainsOf(before)).length === 0 ? [] : [{ ...badge, pointsBefore: before.points }]
    }),
    redated: holdings.badges.flatMap(badge => {
      const again = dueById.get(badge.id)
      if (!again) return []
      const { at: earnedAt, milestone } = again
      const { expiresAfter } = milestone
      const isSame =
        earnedAt.getTime() === badge.earnedAt.getTime() && expiresAfter === null && badge.expiresAt === null
      return isSame ? [] : [{ badge, earnedAt, expiresAfter }]
    }),
  }
}

function dueBadge({ milestone, at: earnedAt }: DueMilestone): Badge {
  const { id, reward, description, category, rarity, expiresAfter } = milestone
  const { badge: name, badgeIcon: icon, points, coins, unlocks } = reward
  const expiresAt = endOfLasting(expiresAfter, earnedAt)
  const rest = { earnedAt, expiresAt, awardedBy: null, replaces: null }
  return { id, name, icon, description, category, rarity, points, ...(coins && { coins }), unlocks, ...rest }
}
