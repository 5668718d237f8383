import { type Badge, badgeFromRow } from '../../core/awards/badge.js'
import type { CompiledCatalog, CompiledMilestone } from '../../core/awards/compile.js'
import { type CountStart, type HistoryCounter, type Judging, startCount } from '../../core/awards/count-history.js'
import { stateOf } from '../../core/awards/decide.js'
import { type Divider, startDividing } from '../../core/awards/divide-offers.js'
import { isCountedBeforeLine, startingMetrics } from '../../core/awards/fold.js'
import { countInto } from '../../core/awards/replay.js'
import type { Calendar } from '../../core/time/calendar.js'
import { groupBy } from '../../core/values/group-by.js'
import type { Session } from '../../store/database/session.js'
import { type HistoryRow, keyText, readHistory } from '../../store/progress/completions.js'
import type { BadgeRewrite } from '../../store/progress/decisions.js'
import { type Holdings, readHoldings, refusedIn, without } from '../../store/progress/holdings.js'
import type { UserRename } from '../../store/progress/renames.js'
import { userCalendar } from '../context/calendar.js'
import type { CountingContext } from '../context/context.js'
import { namedToday } from '../context/former-badges.js'
import { hasBlockedLong, yieldToEventLoop } from '../context/yield-to-event-loop.js'
import { nothingToFill, withFilledBadges } from './fill-badges.js'
import type { FreshCompletion } from './fresh-user.js'
import { tallyUsers } from './tally.js'
import type { OfferGain, UserCount } from './user-count.js'

/** A user to recount. `fresh`: the completions of this user that this transaction stored, in the order given. */
export type RecountedUser = {
  readonly userId: string
  readonly fresh: readonly FreshCompletion[]
  /** Whether what the fresh completions are worth depends on their order in time. */
  readonly dependsOnOrder?: boolean
  /** A badge that is awarded manually. */
  readonly given?: GivenBadge | undefined
  /** Ids of badges that the user does not get, unless the user holds them: those without a free place. */
  readonly refused?: ReadonlySet<string> | undefined
  /** Badges that this transaction revoked. */
  readonly revoked?: readonly Badge[]
  /** Keys ({@link keyText}) of stored completions to ignore. */
  readonly without?: ReadonlySet<string>
  /** Which of the badges held may get a new date. */
  readonly judging?: Judging | undefined
  /** Whether completions that were undone earlier, and are stored again, may have decided a badge with this date. */
  readonly isRestored?: ((badge: Pick<Badge, 'id' | 'earnedAt'>) => boolean) | undefined
}

/** A badge that is awarded manually, and the instant from which it is held. */
export type GivenBadge = { readonly milestone: CompiledMilestone; readonly at: Date }

/** How users are counted. `isTallied`: in the database if that is enough; otherwise always by their histories. */
export type CountOptions = { readonly locale?: string | undefined; readonly isTallied?: boolean }

/**
 * The result of counting, with the corrections that badge rows need: former ids to rename, and missing content to fill
 * in.
 */
export type NamedCount = UserCount & {
  readonly renames: readonly UserRename[]
  /** Content that badge rows lack and the catalog has. */
  readonly fills: readonly BadgeRewrite[]
  /** Ids of badges that lack content and that the catalog does not know. */
  readonly unknownIds: readonly string[]
}

/** Counts users from what is stored, in the order given. Writes nothing. */
export async function countUsers(
  context: CountingContext,
  tx: Session,
  users: readonly RecountedUser[],
  { locale, isTallied = false }: CountOptions = {},
): Promise<readonly NamedCount[]> {
  const { tables, compiled } = context
  const userIds = users.map(({ userId }) => userId)
  const { hasFreezes: withFreezes, catalog } = compiled
  const withHighest = catalog.levels.keep
  const scope = {
    userIds,
    parts: 'all',
    withCalendar: true,
    withFreezes,
    withHighest,
    withLedger: true,
    locale,
  } as const
  const named = namedToday(context, await readHoldings(tx, tables, scope))
  const { holdings: filled, renames, filling } = withFilledBadges({ ...context, locale }, named)
  const holdings = withRefused(filled, users)
  const tallied = isTallied && users.every(isAsStored) ? await tallyUsers(context, tx, holdings) : noCounts
  const rest = users.filter(({ userId }) => !tallied.has(userId))
  const counted = rest.length > 0 ? await countHistories(context, tx, rest, holdings) : noCounts
  const renamesByUser = groupBy(renames, rename => rename.userId)
  return userIds.map(userId => ({
    ...(tallied.get(userId) ?? counted.get(userId)!),
    ...(filling.get(userId) ?? nothingToFill),
    renames: renamesByUser.get(userId) ?? [],
  }))
}

function withRefused(
  holdings: ReadonlyMap<string, Holdings>,
  users: readonly RecountedUser[],
): ReadonlyMap<string, Holdings> {
  if (users.every(({ refused }) => refused === undefined)) return holdings
  return new Map(users.map(({ userId, refused = [] }) => [userId, without(holdings.get(userId)!, refused)]))
}

const noCounts: ReadonlyMap<string, UserCount> = new Map()

function isAsStored({ fresh, given, without, judging }: RecountedUser): boolean {
  return fresh.length === 0 && [given, without, judging].every(special => special === undefined)
}

async function countHistories(
  context: CountingContext,
  tx: Session,
  users: readonly RecountedUser[],
  holdings: ReadonlyMap<string, Holdings>,
): Promise<ReadonlyMap<string, UserCount>> {
  const { compiled, tables } = context
  const counting = new Map(users.map(user => [user.userId, startUser(context, user, holdings.get(user.userId)!)]))
  const scope = historyScope(
    compiled,
    [...counting.values()].map(user => user.holdings),
  )
  for await (const page of readHistory(tx, tables, { userIds: [...counting.keys()], ...scope })) {
    for (const row of page) {
      addRow(compiled, counting.get(row.userId)!, row)
      if (hasBlockedLong()) await yieldToEventLoop()
    }
  }
  const counted = new Map<string, UserCount>()
  for (const [userId, { counter, ...user }] of counting) {
    counted.set(userId, { ...user, count: counter.finish() })
    if (hasBlockedLong()) await yieldToEventLoop()
  }
  return counted
}

/** A user whose history is being counted. */
export type CountingUser = Omit<UserCount, 'count' | 'changes'> & {
  readonly counter: HistoryCounter
  readonly divider: Divider
  readonly changes: OfferGain[]
  readonly freshKeys: ReadonlySet<string>
  readonly without: ReadonlySet<string> | undefined
}

/** Starts counting a user. */
export function startUser(
  context: CountingContext,
  { userId, fresh, given, without, judging }: RecountedUser,
  holdings: Holdings,
): CountingUser {
  const { compiled } = context
  const calendar = userCalendar(context, holdings)
  const counter = startCount(compiled, { ...countStart(holdings, calendar, given), judging })
  const freshPoints = fresh.reduce((sum, { points = 0 }) => sum + points, 0)
  const divider = startDividing(calendar, holdings.fold?.uses)
  const { completionPoints } = holdings.ledger
  const stateBefore = stateOf({
    badges: holdings.badges,
    completionPoints: completionPoints.points - freshPoints,
    reserved: refusedIn(holdings),
    calendar,
    repeatableIds: compiled.repeatableIds,
    ...startingMetrics(compiled, holdings.fold),
  })
  // A single new completion caused everything that follows, so the state before it is not needed.
  const freshKeys = new Set(fresh.length > 1 ? fresh.map(keyText) : [])
  return { userId, holdings, calendar, stateBefore, freshKeys, without, counter, divider, changes: [] }
}

/**
 * Returns the state in which a count starts. A badge being awarded counts as if it were already held, so that the rest
 * of the history sees it.
 */
export function countStart(holdings: Holdings, calendar: Calendar, given?: GivenBadge): CountStart {
  const badges = given ? [...holdings.badges, givenBadge(given)].sort(byDate) : holdings.badges
  const { fold, adjustments } = holdings
  return { badges, calendar, refused: refusedIn(holdings), fold, adjustments }
}

// If the clock was set back, a badge awarded now can be dated before others that are held.
function byDate(a: Badge, b: Badge): number {
  return a.earnedAt.getTime() - b.earnedAt.getTime()
}

function givenBadge({ milestone, at }: GivenBadge): Badge {
  return badgeFromRow({ itemKey: milestone.milestone.id, metadata: milestone.badge, completedAt: at })
}

function addRow(compiled: CompiledCatalog, user: CountingUser, row: HistoryRow): void {
  if (user.without?.has(keyText(row))) return
  user.counter.add(dividedRow(user, row))
  const { fold } = user.holdings
  if (user.freshKeys.size === 0 || user.freshKeys.has(keyText(row))) return
  const isBeforeLine = fold !== null && row.completedAt < fold.until
  countInto(compiled, user.stateBefore, row, {
    ...(isBeforeLine && { isCounted: metric => isCountedBeforeLine(fold, metric) }),
  })
}

/**
 * Returns a row with the points that caps leave it, given everything that is stored. If the ledger differs, the change
 * is noted.
 */
export function dividedRow({ userId, holdings, divider, changes }: CountingUser, row: HistoryRow): HistoryRow {
  const { fold } = holdings
  // What caps left before the line of a fold is settled.
  if (row.offers.length === 0 || (fold && row.completedAt < fold.until)) return row
  const { points, changes: own } = divider.divide(row)
  const { category, itemKey, completedAt: at } = row
  for (const change of own) changes.push({ userId, category, itemKey, at, ...change })
  return { ...row, points }
}

type NeededHistory = {
  readonly categories: readonly string[]
  readonly withMetadata: readonly string[]
  readonly withGains: boolean
  readonly withFolds: boolean
}

/** Returns which part of the history is needed to count these users. */
export function historyScope(compiled: CompiledCatalog, holdings: readonly Holdings[]): NeededHistory {
  const categories = [...compiled.metricsByCategory]
  const withMetadata = categories.filter(([, metrics]) => metrics.some(metric => metric.readsMetadata))
  return {
    categories: categories.map(([name]) => name),
    withMetadata: withMetadata.map(([name]) => name),
    withGains: holdings.some(({ ledger }) => ledger.hasOffers || ledger.completionPoints.lastAt !== null),
    withFolds: holdings.some(({ fold }) => fold !== null),
  }
}
