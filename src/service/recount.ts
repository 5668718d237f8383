import { attributeBySearch, attributeInOrder, countsInAnyOrder } from '../core/attribution.js'
import { type Badge, badgeFromRow, type GivenByHand } from '../core/badge.js'
import type { Calendar } from '../core/calendar.js'
import type { CompiledCatalog, CompiledMilestone } from '../core/compile.js'
import { aheadLimitMs, type Completion } from '../core/completion.js'
import { type CountStart, type HistoryCount, type HistoryCounter, startCount } from '../core/count-history.js'
import { stateOf } from '../core/decide.js'
import { type Divided, startDividing } from '../core/divide-offers.js'
import { groupBy } from '../core/group-by.js'
import { compareInTime, countInto } from '../core/replay.js'
import { type HistoryRow, keyText, readHistory } from '../store/completions.js'
import type { Database } from '../store/database.js'
import { type Holdings, readHoldings, refusedIn } from '../store/holdings.js'
import { readGained, replacePeriodPoints, writeGains } from '../store/ledger.js'
import { type OwnedRow, replaceMetrics } from '../store/metrics.js'
import { renameBadges, type UserRename } from '../store/renames.js'
import type { Tables } from '../store/tables.js'
import { type BadgesByUser, type DueAward, saveAwards } from './award.js'
import { breathe } from './breath.js'
import { userCalendar } from './calendar.js'
import { currentCounting, type ServiceContext } from './context.js'
import { namedToday } from './former-badges.js'
import { asAdded, type FreshCompletion } from './fresh-user.js'
import { hasMetricDrift } from './metric-drift.js'
import { tallyUsers } from './tally.js'
import type { OfferGain, UserCount } from './user-count.js'

/** A user to count anew. `fresh`: the completions of theirs that this very transaction stored, in the order given. */
export type RecountedUser = {
  readonly userId: string
  readonly fresh: readonly FreshCompletion[]
  /** A badge that is given by hand. */
  readonly given?: GivenBadge | undefined
  /** Badges that were taken in this transaction. */
  readonly revoked?: readonly Badge[]
  /** Stored completions that are left out, by {@link keyText}. */
  readonly without?: ReadonlySet<string>
}

type GivenBadge = { readonly milestone: CompiledMilestone; readonly at: Date }

/**
 * Counts users anew from what is stored, under their locks: puts metrics, standings and the ledger right and awards what is
 * due, each badge dated by the completion that decided it. The slow path, always true. Returns the badges newly held by
 * user. `isSilent`: whether the outbox is not to tell of them. Its number of statements does not depend on how many users or milestones there are, only on pages of history.
 */
export async function recountUsers(
  context: ServiceContext,
  tx: Database,
  users: readonly RecountedUser[],
  { isSilent }: { readonly isSilent?: boolean } = {},
): Promise<BadgesByUser> {
  const { tables } = context
  const counts = await countUsers(context, tx, users, { isTallied: true })
  await renameBadges(
    tx,
    tables,
    counts.flatMap(({ renames }) => renames),
  )
  await writeMetrics(tx, tables, counts.filter(hasMetricDrift))
  const due: DueAward[] = []
  for (const [i, user] of users.entries()) due.push(...(await dueAwards(context, tx, user, counts[i]!)))
  const drifted = counts.filter(({ holdings }) => holdings.ledger.periodDrifts.length > 0).map(({ userId }) => userId)
  if (drifted.length > 0) await replacePeriodPoints(tx, tables, drifted)
  const divided = await divideOffers(context, tx, counts)
  const [first] = counts
  return saveAwards(context, tx, {
    due,
    held: new Map(
      counts.map(({ userId, holdings }, i) => {
        const { ledger } = divided.get(userId) ?? holdings
        return [userId, { ...holdings, ...ledger, revoked: users[i]!.revoked }]
      }),
    ),
    standings: [],
    gains: [],
    countedWith: currentCounting(context, first?.holdings.commonPauseCount ?? 0),
    isSilent,
  })
}

// Returns what is stored now of those whose ledger changed.
async function divideOffers(
  { tables, now }: ServiceContext,
  tx: Database,
  counts: readonly UserCount[],
): Promise<ReadonlyMap<string, Holdings>> {
  const gains = counts.flatMap(({ changes }) => changes)
  if (gains.length === 0) return new Map()
  await writeGains(tx, tables, { gains, recordedAt: now() })
  return readHoldings(tx, tables, { userIds: [...new Set(gains.map(({ userId }) => userId))], withLedger: true })
}

/** How users are counted. `isTallied`: in the database where that is enough; else always by their histories. */
export type CountOptions = { readonly locale?: string | undefined; readonly isTallied?: boolean }

/** Counts users from what is stored without writing anything. In the order given. */
export async function countUsers(
  context: ServiceContext,
  tx: Database,
  users: readonly RecountedUser[],
  { locale, isTallied = false }: CountOptions = {},
): Promise<readonly (UserCount & { readonly renames: readonly UserRename[] })[]> {
  const { tables } = context
  const userIds = users.map(({ userId }) => userId)
  const scope = { userIds, parts: 'all', withCalendar: true, withLedger: true, locale } as const
  const { holdings, renames } = namedToday(context, await readHoldings(tx, tables, scope))
  const tallied = isTallied && users.every(isAsStored) ? await tallyUsers(context, tx, holdings) : noCounts
  const rest = users.filter(({ userId }) => !tallied.has(userId))
  const counted = rest.length > 0 ? await countHistories(context, tx, rest, holdings) : noCounts
  const renamesByUser = groupBy(renames, rename => rename.userId)
  return userIds.map(userId => {
    return { ...(tallied.get(userId) ?? counted.get(userId)!), renames: renamesByUser.get(userId) ?? [] }
  })
}

const noCounts: ReadonlyMap<string, UserCount> = new Map()

function isAsStored({ fresh, given, without }: RecountedUser): boolean {
  return fresh.length === 0 && given === undefined && without === undefined
}

async function countHistories(
  context: ServiceContext,
  tx: Database,
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
      await breathe()
    }
  }
  const counted = new Map<string, UserCount>()
  for (const [userId, { counter, ...user }] of counting) {
    counted.set(userId, { ...user, count: counter.finish() })
    await breathe()
  }
  return counted
}

/** What one user's history comes to, and what it came to with a completion that has been deleted. */
export type CountWithout = UserCount & {
  readonly withUndone: HistoryCount
  /** What the deleted completion brought by itself, less what others bring in its place under a cap. */
  readonly lostPoints: number
}

/** Counts one user with and without a completion that this transaction deleted. Writes nothing. */
export async function countWithout(
  context: ServiceContext,
  tx: Database,
  { userId, undone }: { readonly userId: string; readonly undone: Completion | null },
): Promise<CountWithout> {
  const { compiled, tables } = context
  const scope = { userIds: [userId], parts: 'all', withCalendar: true, withLedger: true } as const
  const holdings = (await readHoldings(tx, tables, scope)).get(userId)!
  const user = startUser(context, { userId, fresh: [] }, holdings)
  const withUndone = startCount(compiled, countStart(holdings, user.calendar))
  let left = undone && isCounted(undone) ? undone : null
  for await (const page of readHistory(tx, tables, { userIds: [userId], ...historyScope(compiled, [holdings]) })) {
    for (const row of page) {
      if (left && compareInTime(left, row) < 0) {
        withUndone.add(left)
        left = null
      }
      await breathe()
      withUndone.add(row)
      user.counter.add(dividedRow(user, row))
    }
  }
  if (left) withUndone.add(left)
  const { counter, ...counted } = user
  const undonePoints = undone ? await readGained(tx, tables, undone) : 0
  const regained = counted.changes.reduce((sum, { points }) => sum + points, 0)
  return { ...counted, count: counter.finish(), withUndone: withUndone.finish(), lostPoints: undonePoints - regained }
}

// As the history leaves out rows of the host that lie ahead.
function isCounted({ completedAt, recordedAt }: Completion): boolean {
  return completedAt.getTime() <= recordedAt.getTime() + aheadLimitMs
}

type CountingUser = Omit<UserCount, 'count' | 'changes'> & {
  readonly counter: HistoryCounter
  readonly divide: (row: HistoryRow) => Divided
  readonly changes: OfferGain[]
  readonly freshKeys: ReadonlySet<string>
  readonly without: ReadonlySet<string> | undefined
}

function startUser(
  context: ServiceContext,
  { userId, fresh, given, without }: RecountedUser,
  holdings: Holdings,
): CountingUser {
  const { compiled } = context
  const calendar = userCalendar(context, holdings)
  const counter = startCount(compiled, countStart(holdings, calendar, given))
  const freshPoints = fresh.reduce((sum, { points = 0 }) => sum + points, 0)
  const divide = startDividing(calendar)
  const { completionPoints } = holdings.ledger
  const before = stateOf({
    badges: holdings.badges,
    completionPoints: completionPoints.points - freshPoints,
    reserved: refusedIn(holdings),
    calendar,
    repeatableIds: compiled.repeatableIds,
  })
  // One alone brought whatever follows: nobody asks for the state before it.
  const freshKeys = new Set(fresh.length > 1 ? fresh.map(keyText) : [])
  return { userId, holdings, calendar, before, freshKeys, without, counter, divide, changes: [] }
}

// A badge that is given takes effect as if it were held; the rest of the history sees it.
function countStart(holdings: Holdings, calendar: Calendar, given?: GivenBadge): CountStart {
  const badges = given ? [...holdings.badges, givenBadge(given)].sort(byDate) : holdings.badges
  return { badges, calendar, refused: refusedIn(holdings) }
}

// A clock that went back gives a badge before others that are held.
function byDate(a: Badge, b: Badge): number {
  return a.earnedAt.getTime() - b.earnedAt.getTime()
}

function givenBadge({ milestone, at }: GivenBadge): Badge {
  return badgeFromRow({ itemKey: milestone.milestone.id, metadata: milestone.badge, completedAt: at })
}

function handOf({ milestone }: GivenBadge): GivenByHand {
  return { badgeByHand: milestone.milestone.id }
}

function addRow(compiled: CompiledCatalog, user: CountingUser, row: HistoryRow): void {
  if (user.without?.has(keyText(row))) return
  user.counter.add(dividedRow(user, row))
  if (user.freshKeys.size > 0 && !user.freshKeys.has(keyText(row))) countInto(compiled, user.before, row)
}

// What a cap leaves a completion is read off all that is stored, not off the ledger: it may have changed since.
function dividedRow({ userId, divide, changes }: CountingUser, row: HistoryRow): HistoryRow {
  if (row.offers.length === 0) return row
  const { points, changes: own } = divide(row)
  const { category, itemKey, completedAt: at } = row
  for (const change of own) changes.push({ userId, category, itemKey, at, ...change })
  return { ...row, points }
}

type NeededHistory = {
  readonly categories: readonly string[]
  readonly withMetadata: readonly string[]
  readonly withGains: boolean
}

/** Tells which part of the history counting these users needs. */
export function historyScope(compiled: CompiledCatalog, holdings: readonly Holdings[]): NeededHistory {
  const categories = [...compiled.metricsByCategory]
  const withMetadata = categories.filter(([, metrics]) => metrics.some(metric => metric.readsMetadata))
  return {
    categories: categories.map(([name]) => name),
    withMetadata: withMetadata.map(([name]) => name),
    withGains: holdings.some(({ ledger }) => ledger.hasOffers || ledger.completionPoints.lastAt !== null),
  }
}

async function writeMetrics(tx: Database, tables: Tables, drifted: readonly UserCount[]): Promise<void> {
  if (drifted.length === 0) return
  await replaceMetrics(tx, tables, { userIds: drifted.map(({ userId }) => userId), rows: drifted.flatMap(rowsOf) })
}

function rowsOf({ userId, count }: UserCount): OwnedRow[] {
  return count.rows.map(row => ({ userId, ...row }))
}

async function dueAwards(
  context: ServiceContext,
  tx: Database,
  user: RecountedUser,
  counted: UserCount,
): Promise<readonly DueAward[]> {
  const { due } = counted.count
  const { userId, given } = user
  const byHand = given ? [{ userId, ...given, by: handOf(given) }] : []
  if (due.length === 0) return byHand
  const broughtBy = await attribution(context, tx, user, counted)
  const awards = due.map(({ milestone, at }) => ({ userId, milestone, at, by: broughtBy(milestone.milestone.id) }))
  return [...byHand, ...awards]
}

type BroughtBy = (id: string) => FreshCompletion | GivenByHand | null

// Which of the new completions brought each badge is a question of the order given, not of time.
async function attribution(
  context: ServiceContext,
  tx: Database,
  { userId, fresh, given }: RecountedUser,
  { holdings, count, before }: UserCount,
): Promise<BroughtBy> {
  const { compiled } = context
  if (fresh.length <= 1) return () => fresh[0] ?? (given ? handOf(given) : null)
  if (countsInAnyOrder(compiled, fresh)) {
    const found = attributeInOrder(compiled, before, fresh.map(asAdded))
    return id => found.get(id) ?? fresh[0]!
  }
  const ids = count.due.map(({ milestone }) => milestone.milestone.id)
  // The rows of before still have what they brought before these came.
  const added = new Map(fresh.map(completion => [keyText(completion), completion.added ?? 0]))
  const found = await attributeBySearch(fresh, ids, async beginning => {
    const left = new Set(fresh.slice(beginning.length).map(keyText))
    const counter = startCount(compiled, countStart(holdings, userCalendar(context, holdings)))
    for await (const page of readHistory(tx, context.tables, {
      userIds: [userId],
      ...historyScope(compiled, [holdings]),
    })) {
      for (const row of page) {
        const key = keyText(row)
        if (!left.has(key)) counter.add({ ...row, points: added.get(key) ?? row.points })
      }
    }
    return new Set(counter.finish().due.map(({ milestone }) => milestone.milestone.id))
  })
  return id => found.get(id) ?? fresh[0]!
}
