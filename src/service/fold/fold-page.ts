import type { Catalog } from '../../core/catalog/catalog.js'
import type { RetentionRule } from '../../core/catalog/retention.js'
import { groupBy } from '../../core/values/group-by.js'
import type { Session } from '../../store/database/session.js'
import { hasChanges } from '../../store/follow/followed-changes.js'
import { readHistory } from '../../store/progress/completions.js'
import {
  clearRepeated,
  countFoldable,
  type DeletedCount,
  deleteFolded,
  type FoldHead,
  insertFold,
  type NewSnapshot,
  writeSnapshots,
} from '../../store/progress/folds.js'
import { readHoldings } from '../../store/progress/holdings.js'
import { announceAwards } from '../awards/announce-awards.js'
import type { CountingContext, ServiceContext } from '../context/context.js'
import { contextNow } from '../context/counting-context.js'
import { skippingGone } from '../context/user-erased.js'
import { hasBlockedLong, yieldToEventLoop } from '../context/yield-to-event-loop.js'
import { countFollowedIn } from '../follow/count-followed.js'
import { type CountingUser, dividedRow, historyScope, startUser } from '../recount/count-users.js'
import { recountUsers } from '../recount/recount.js'
import { lockForWriting, write } from '../recount/write.js'

type Scope = {
  readonly categories: readonly string[]
  readonly until: Date
  /** The rule of the catalog that asks for it, if one does. */
  readonly rule?: RetentionRule | undefined
}

/** The folds of this run, by the fingerprint of the catalog that counted. */
type Heads = Map<string, FoldHead>

/** What folding did. */
export type FoldCount = {
  /** Users who had something to fold. */
  userCount: number
  /** Completions that were replaced by what was counted from them. */
  completionCount: number
  /** Rows that the host had inserted by itself again, of completions that were folded earlier. They were deleted. */
  clearedCount: number
}

/** Folding that is under way, and what it did so far. */
export type Folding = {
  readonly scope: Scope
  readonly heads: Heads
  readonly isDryRun: boolean
  readonly count: FoldCount
}

/** Starts folding the completions of some categories from before a line. */
export function startFolding({ categories, until, rule }: Scope, isDryRun = false): Folding {
  const scope = { categories: [...new Set(categories)].sort(), until, rule }
  return { scope, heads: new Map(), isDryRun, count: { userCount: 0, completionCount: 0, clearedCount: 0 } }
}

/**
 * Folds a page of users, some per transaction. Returns whether all are done: `isOver` is asked after each transaction
 * whether to stop, so that each call does something.
 */
export async function foldPage(
  context: ServiceContext,
  userIds: readonly string[],
  { scope, heads, isDryRun, count }: Folding,
  isOver = () => false,
): Promise<boolean> {
  const { db, tables } = context
  count.clearedCount += await clearRepeated(db, tables, { userIds, ...scope, isDryRun })
  const foldable = await countFoldable(db, tables, { userIds, ...scope })
  const groups = groupsOf(foldable)
  for (const [i, group] of groups.entries()) {
    if (i > 0 && isOver()) return false
    const counted = isDryRun ? group.map(userId => foldable.get(userId)!) : undefined
    const folded = counted ?? (await foldGroup(context, group, { scope, heads }))
    count.userCount += folded.length
    count.completionCount += folded.reduce((sum, each) => sum + each, 0)
  }
  return true
}

/** A transaction has at most so many users and, unless it is of one user, completions. */
const mostUsers = 100
const mostCompletions = 20_000

function groupsOf(counts: ReadonlyMap<string, number>): readonly (readonly string[])[] {
  const groups: string[][] = []
  let size = 0
  for (const [userId, count] of counts) {
    const last = groups.at(-1)
    size += count
    if (last && last.length < mostUsers && size <= mostCompletions) {
      last.push(userId)
      continue
    }
    groups.push([userId])
    size = count
  }
  return groups
}

type Group = { readonly scope: Scope; readonly heads: Heads }

// Returns how many completions were folded, of each user who had any.
async function foldGroup(
  context: ServiceContext,
  group: readonly string[],
  { scope, heads }: Group,
): Promise<readonly number[]> {
  for (;;) {
    const head = await headOf(await contextNow(context), scope, heads)
    try {
      return await skippingGone(group, userIds =>
        userIds.length === 0
          ? Promise.resolve([])
          : write(context, {}, tx => foldIn(context, tx, { userIds, scope, head })),
      )
    } catch (error) {
      if (error !== changedMeanwhile) throw error
      // The host may have inserted completions again that were folded. They are not counted, so they cannot be folded.
      await clearRepeated(context.db, context.tables, { userIds: group, ...scope, isDryRun: false })
    }
  }
}

async function headOf(
  { db, tables, compiled, defaultTimeZone: timeZone, now }: CountingContext,
  scope: Scope,
  heads: Heads,
): Promise<CountedHead> {
  const { fingerprint } = compiled
  const known = heads.get(fingerprint)
  const metrics = [...compiled.metrics.keys()]
  const head = known ?? (await insertFold(db, tables, { ...scope, metrics, timeZone, startedAt: now() }))
  heads.set(fingerprint, head)
  return { ...head, fingerprint }
}

type CountedHead = FoldHead & { readonly fingerprint: string }

/** Thrown if rows came that were not counted, or another catalog was applied. The transaction is begun again. */
const changedMeanwhile = new Error('Something else was stored while a fold counted')

/** Thrown if a catalog was applied meanwhile that does not have the rule any more. */
export const ruleIsGone = new Error('The rule is not in the catalog any more')

type GroupFold = { readonly userIds: readonly string[]; readonly scope: Scope; readonly head: CountedHead }

async function foldIn(
  given: ServiceContext,
  tx: Session,
  { userIds, scope, head }: GroupFold,
): Promise<readonly number[]> {
  const { context } = await lockForWriting(given, tx, userIds)
  if (scope.rule && !hasRule(context.compiled.catalog, scope.rule)) throw ruleIsGone
  if (context.compiled.fingerprint !== head.fingerprint) throw changedMeanwhile
  const { tables } = context
  await countFollowedIn(given, tx, userIds)
  // Everything that is due must be awarded while the completions are there that decide its dates.
  announceAwards(
    given,
    tx,
    await recountUsers(
      context,
      tx,
      userIds.map(userId => ({ userId, fresh: [] })),
    ),
  )
  const counted = await countUntilLine(context, tx, userIds, scope)
  if (await hasChanges(tx, tables, userIds)) throw changedMeanwhile
  const deleted = await deleteFolded(tx, tables, { userIds, ...scope })
  if (!isAsCounted(counted, deleted)) throw changedMeanwhile
  const byUser = groupBy(deleted, ({ userId }) => userId)
  const snapshots = counted
    .filter(({ user }) => byUser.has(user.userId))
    .map(user => snapshotOf(user, byUser.get(user.user.userId)!))
  if (snapshots.length > 0) await writeSnapshots(tx, tables, { fold: head, snapshots, foldedAt: context.now() })
  return [...byUser.values()].map(own => own.reduce((sum, { count }) => sum + count, 0))
}

function hasRule({ retention }: Catalog, { keep, category }: RetentionRule): boolean {
  return retention.some(each => each.keep === keep && String(each.category) === String(category))
}

/** A user counted up to the line. */
type CountedUser = {
  readonly user: CountingUser
  /** The line: that of this fold, or a later one that the user has already. */
  readonly until: Date
  points: number
  /** How many completions were read that are to be folded. */
  foldableCount: number
}

async function countUntilLine(
  context: CountingContext,
  tx: Session,
  userIds: readonly string[],
  { categories, until: line }: Scope,
): Promise<readonly CountedUser[]> {
  const { compiled, tables } = context
  const isFolded = new Set(categories)
  const withFreezes = compiled.hasFreezes
  const held = { userIds, parts: 'all', withCalendar: true, withFreezes, withLedger: true } as const
  const holdings = await readHoldings(tx, tables, held)
  const counted = new Map(
    [...holdings].map(([userId, own]): [string, CountedUser] => {
      const until = own.fold && own.fold.until > line ? own.fold.until : line
      const user = startUser(context, { userId, fresh: [] }, own)
      return [userId, { user, until, points: own.fold?.points ?? 0, foldableCount: 0 }]
    }),
  )
  const needed = historyScope(compiled, [...holdings.values()])
  const scope = { ...needed, userIds, categories: [...new Set([...needed.categories, ...categories])] }
  for await (const page of readHistory(tx, tables, scope)) {
    for (const row of page) {
      const own = counted.get(row.userId)!
      if (isFolded.has(row.category) && row.completedAt < line) own.foldableCount += 1
      if (row.completedAt < own.until) addRow(own, row)
      if (hasBlockedLong()) await yieldToEventLoop()
    }
  }
  return [...counted.values()]
}

function addRow(own: CountedUser, row: Parameters<typeof dividedRow>[1]): void {
  const { user } = own
  const { fold } = user.holdings
  const divided = dividedRow(user, row)
  user.counter.add(divided)
  if (!fold || row.completedAt >= fold.until) own.points += divided.points
}

// A trigger or the host may have stored a row after the history was read: it must not go uncounted.
function isAsCounted(counted: readonly CountedUser[], deleted: readonly DeletedCount[]): boolean {
  const deletedCount = (userId: string): number =>
    deleted.filter(each => each.userId === userId).reduce((sum, { count }) => sum + count, 0)
  return counted.every(({ user, foldableCount }) => deletedCount(user.userId) === foldableCount)
}

function snapshotOf({ user, until, points }: CountedUser, deleted: readonly DeletedCount[]): NewSnapshot {
  const { userId, holdings, counter, divider } = user
  const countByCategory = new Map(holdings.fold?.countByCategory)
  for (const { category, count } of deleted) countByCategory.set(category, (countByCategory.get(category) ?? 0) + count)
  return { userId, until, rows: counter.finish().rows, points, uses: divider.uses(), countByCategory }
}
