import { badgeCategory, checkId } from '../../core/users/completion.js'
import { groupBy } from '../../core/values/group-by.js'
import { invalid } from '../../core/values/invalid.js'
import { keysOf, readKnown } from '../../core/values/known-keys.js'
import type { Session } from '../../store/database/session.js'
import { hasChanges } from '../../store/follow/followed-changes.js'
import { countUsersStored, readHistory } from '../../store/progress/completions.js'
import {
  countFoldable,
  type DeletedCount,
  deleteFolded,
  type FoldHead,
  insertFold,
  type NewSnapshot,
  writeSnapshots,
} from '../../store/progress/folds.js'
import { readHoldings } from '../../store/progress/holdings.js'
import { readLatestVersion } from '../../store/reports/catalog-versions.js'
import { announceAwards } from '../awards/announce-awards.js'
import type { CountingContext, ServiceContext } from '../context/context.js'
import { contextNow } from '../context/counting-context.js'
import { learnLayoutWith } from '../context/learn-layout.js'
import { skippingErased } from '../context/user-erased.js'
import { yieldToEventLoop } from '../context/yield-to-event-loop.js'
import { contextFrom } from '../context-from.js'
import { countFollowedIn } from '../follow/count-followed.js'
import { type CountingUser, dividedRow, historyScope, startUser } from '../recount/count-users.js'
import { recountUsers } from '../recount/recount.js'
import { userPages } from '../recount/user-pages.js'
import { lockForWriting, write } from '../recount/write.js'
import { type MilestoneServiceOptions, readServiceOptions } from '../service-options.js'

/** What to fold. */
export type FoldOptions<Category extends string = string> = {
  /** The categories whose completions are folded. The others stay as they are. */
  readonly categories: readonly Category[]
  /** Whether to only report what would be folded, without writing anything. */
  readonly dryRun?: boolean
  /** Called after each page of users. */
  readonly onProgress?: (progress: FoldProgress) => void
}

/** The progress of folding. `userCount`: the users looked at so far, of `totalCount` at the start. */
export type FoldProgress = { userCount: number; totalCount: number; completionCount: number }

/** What was folded or, in a dry run, would be. */
export type FoldReport = {
  isDryRun: boolean
  before: Date
  categories: string[]
  /** Users who had something to fold. */
  userCount: number
  /** Completions that were replaced by what was counted from them. */
  completionCount: number
}

const optionKeys = keysOf<FoldOptions>({ categories: true, dryRun: true, onProgress: true })

/**
 * Replaces the completions of some categories from before an instant by what was counted from them, to save room.
 * Counts, totals, bests, streaks, points and badges stay as they are, and a folded completion is still a duplicate if
 * it is recorded again. From then on nothing before that instant can be recorded, imported or undone for the users who
 * had such completions. This cannot be reverted. Runs while recording continues, a page of users per transaction; if it
 * is stopped, the same call continues. Takes the options with which you create your service.
 * @throws INPUT_INVALID, also if no catalog was applied yet; USER_BUSY, CONNECTION_BUSY, DATABASE_FAILED, SCHEMA_MISSING
 * @example
 * const report = await foldCompletions({ db, catalog }, new Date('2025-01-01'), { categories: ['page-view'], dryRun: true })
 */
export async function foldCompletions<Category extends string = string>(
  service: MilestoneServiceOptions<string, string, Category>,
  before: Date,
  options: FoldOptions<Category>,
): Promise<FoldReport> {
  const given = readKnown('foldCompletions', options, optionKeys)
  const context = contextFrom(readServiceOptions(service as unknown as MilestoneServiceOptions), () => {})
  return foldBefore(context, before, given)
}

async function foldBefore(
  context: ServiceContext,
  before: Date,
  { categories, dryRun = false, onProgress = () => {} }: FoldOptions,
): Promise<FoldReport> {
  checkFold(context, before, categories)
  const { db, tables } = context
  await learnLayoutWith(context, db)
  if ((await readLatestVersion(db, tables)) === 0) {
    throw invalid(
      'catalog',
      'was never applied; call `apply` first, so that a later catalog can be compared with what was folded',
    )
  }
  const scope = { categories: [...new Set(categories)].sort(), until: before }
  const report: FoldReport = {
    isDryRun: dryRun,
    before,
    categories: scope.categories,
    userCount: 0,
    completionCount: 0,
  }
  const totalCount = await countUsersStored(db, tables)
  let seenCount = 0
  const heads: Heads = new Map()
  for await (const userIds of userPages(context, undefined, { pageSize })) {
    const counts = await countFoldable(db, tables, { userIds, ...scope })
    for (const group of groupsOf(counts)) {
      const counted = dryRun ? group.map(userId => counts.get(userId)!) : undefined
      const folded = counted ?? (await foldGroup(context, group, { scope, heads }))
      report.userCount += folded.length
      report.completionCount += folded.reduce((sum, count) => sum + count, 0)
    }
    seenCount += userIds.length
    const { completionCount } = report
    onProgress({ userCount: seenCount, totalCount: Math.max(totalCount, seenCount), completionCount })
  }
  return report
}

function checkFold({ now }: ServiceContext, before: Date, categories: readonly string[]): void {
  if (!(before instanceof Date) || Number.isNaN(before.getTime())) throw invalid('before', 'must be a Date')
  if (before > now()) throw invalid('before', 'is in the future; pass an instant in the past', before.toISOString())
  if (!Array.isArray(categories) || categories.length === 0)
    throw invalid('categories', 'is empty; name at least one category')
  for (const [i, category] of categories.entries()) {
    checkId('category', category, { field: `categories[${i}]` })
    if (category === badgeCategory)
      throw invalid(`categories[${i}]`, 'is reserved for badges; name categories of completions', category)
  }
}

/** How many users are looked at at once. */
const pageSize = 1_000

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

type Scope = { readonly categories: readonly string[]; readonly until: Date }

/** The folds of this run, by the fingerprint of the catalog that counted. */
type Heads = Map<string, FoldHead>

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
      return await skippingErased(group, userIds =>
        userIds.length === 0
          ? Promise.resolve([])
          : write(context, {}, tx => foldIn(context, tx, { userIds, scope, head })),
      )
    } catch (error) {
      if (error !== changedMeanwhile) throw error
    }
  }
}

async function headOf(
  { db, tables, compiled, now }: CountingContext,
  scope: Scope,
  heads: Heads,
): Promise<CountedHead> {
  const { fingerprint } = compiled
  const known = heads.get(fingerprint)
  const metrics = [...compiled.metrics.keys()]
  const head = known ?? (await insertFold(db, tables, { ...scope, metrics, startedAt: now() }))
  heads.set(fingerprint, head)
  return { ...head, fingerprint }
}

type CountedHead = FoldHead & { readonly fingerprint: string }

/** Thrown if rows came that were not counted, or another catalog was applied. The transaction is begun again. */
const changedMeanwhile = new Error('Something else was stored while a fold counted')

type Folding = { readonly userIds: readonly string[]; readonly scope: Scope; readonly head: CountedHead }

async function foldIn(
  given: ServiceContext,
  tx: Session,
  { userIds, scope, head }: Folding,
): Promise<readonly number[]> {
  const { context } = await lockForWriting(given, tx, userIds)
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
      await yieldToEventLoop()
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
