import type { Badge } from '../../core/awards/badge.js'
import { badgeCategory, type NewCompletion } from '../../core/users/completion.js'
import { mergedIn } from '../../core/users/user-merged.js'
import { groupBy } from '../../core/values/group-by.js'
import { isRetryable } from '../../store/database/failure.js'
import type { Session } from '../../store/database/session.js'
import { limitLockWait } from '../../store/database/transaction.js'
import {
  deleteBrought,
  type FollowedChange,
  hasChanges,
  readChangedUsers,
  takeChanges,
} from '../../store/follow/followed-changes.js'
import { insertRows, keyText, readCompletions } from '../../store/progress/completions.js'
import { readSettled } from '../../store/progress/folds.js'
import { announceAwards, awardsIn } from '../awards/announce-awards.js'
import type { BadgesByUser } from '../awards/award.js'
import type { ServiceContext } from '../context/context.js'
import { skippingErased } from '../context/user-erased.js'
import { undoIn } from '../manual/undo.js'
import { recountFresh, redoneBy } from '../record/record.js'
import { countImported } from '../recount/count-imported.js'
import { settledAmong, withoutFolded } from '../recount/folded.js'
import { freshUsers } from '../recount/fresh-user.js'
import { mergeStrays } from '../recount/merge-in.js'
import { usersAtOnce } from '../recount/user-pages.js'
import { lockForWriting, writeOnce } from '../recount/write.js'

/** The result of counting what triggers brought. */
export type FollowedCount = {
  /** Users who were counted. */
  userCount: number
  awardedCount: number
  /** Completions that were undone because their rows were deleted. */
  undoneCount: number
  /** Whether users are left: time ran out, or another transaction holds them. */
  isMoreDue: boolean
}

const userPageSize = 100

/**
 * Counts all users with changes from followed tables, a page of users per transaction, until there is no time left. Users
 * whom another transaction holds are left for the next call.
 */
export async function countFollowedUsers(
  context: ServiceContext,
  { deadlineMs = Number.POSITIVE_INFINITY }: { readonly deadlineMs?: number | undefined } = {},
): Promise<FollowedCount> {
  const until = performance.now() + deadlineMs
  const count = { userCount: 0, awardedCount: 0, undoneCount: 0, isMoreDue: false }
  for (let after = ''; ; ) {
    const page = await readChangedUsers(context.db, context.tables, {
      after,
      limit: usersAtOnce(context.tables, userPageSize),
    })
    if (page.length === 0) return count
    const groups = [page]
    for (let group = groups.shift(); group; group = groups.shift()) {
      if (performance.now() >= until) return { ...count, isMoreDue: true }
      const settled = await countUnlessHeld(context, group, until)
      if (settled) {
        count.userCount += settled.awarded.size
        count.awardedCount += awardsIn(settled.awarded).length
        count.undoneCount += settled.undoneCount
      } else if (group.length > 1) {
        groups.push(...group.map(userId => [userId]))
      } else {
        count.isMoreDue = true
      }
    }
    after = page.at(-1)!
  }
}

type Settled = { readonly awarded: BadgesByUser; readonly undoneCount: number }

// One attempt, so that a user whom another transaction holds keeps the others waiting only once. Null if it failed so.
async function countUnlessHeld(
  context: ServiceContext,
  userIds: readonly string[],
  until: number,
): Promise<Settled | null> {
  try {
    return await countGroup(context, userIds, until)
  } catch (error) {
    if (isRetryable(error)) return null
    throw error
  }
}

async function countGroup(context: ServiceContext, group: readonly string[], until: number): Promise<Settled> {
  try {
    return await countCurrent(context, group, until)
  } catch (error) {
    const merged = mergedIn(error)
    if (merged.size === 0) throw error
    const settled: Settled[] = []
    for (const [from, into] of merged) {
      await writeOnce(context, context.db, async tx => {
        const countMoved = async (): Promise<void> => void settled.push(await settleFollowed(context, tx, [into]))
        const { awarded } = await mergeStrays(context, tx, { from, into }, countMoved)
        announceAwards(context, tx, awarded)
      })
    }
    const rest = group.filter(userId => !merged.has(userId))
    return settled.concat(rest.length > 0 ? await countGroup(context, rest, until) : []).reduce(together)
  }
}

function together(one: Settled, other: Settled): Settled {
  const awarded = new Map([...one.awarded, ...other.awarded])
  return { awarded, undoneCount: one.undoneCount + other.undoneCount }
}

async function countCurrent(context: ServiceContext, group: readonly string[], until: number): Promise<Settled> {
  const { isSpread } = context.tables.layout
  let kept: readonly string[] = group
  const settled = await skippingErased(group, userIds => {
    kept = userIds
    return writeOnce(context, context.db, async tx => {
      if (Number.isFinite(until)) await limitLockWait({ tx, isSpread }, until - performance.now())
      return settleFollowed(context, tx, userIds)
    })
  })
  const erased = group.filter(userId => !kept.includes(userId))
  // Their rows came from a transaction that the erasure could not see.
  if (erased.length > 0) await deleteBrought(context.db, context.tables, erased)
  return settled
}

/** Counts what triggers changed of some users, in a transaction. Returns the badges newly held, of users with changes. */
export async function countFollowedIn(
  given: ServiceContext,
  tx: Session,
  userIds: readonly string[],
): Promise<BadgesByUser> {
  if (!(await hasChanges(tx, given.tables, userIds))) return new Map()
  return (await settleFollowed(given, tx, userIds)).awarded
}

// In the order in which a user's rows changed: what was brought is counted before what was deleted after it is undone.
async function settleFollowed(given: ServiceContext, tx: Session, userIds: readonly string[]): Promise<Settled> {
  await lockForWriting(given, tx, userIds)
  const changes = withoutPast(await takeChanges(tx, given.tables, userIds))
  const awarded = new Map<string, readonly Badge[]>()
  let undoneCount = 0
  const add = (own: BadgesByUser): void => {
    for (const [userId, badges] of own) awarded.set(userId, [...(awarded.get(userId) ?? []), ...badges])
  }
  const byUser = groupBy(changes, ({ userId }) => userId)
  const simple = [...byUser].filter(([, own]) => own.every(({ change }) => change === 'brought'))
  if (simple.length > 0) add(await countBrought(given, tx, new Map(simple)))
  for (const [userId, own] of byUser) {
    if (own.every(({ change }) => change === 'brought')) continue
    for (const run of runsOf(own)) {
      if (run[0]!.change === 'deleted') undoneCount += await undoDeleted(given, tx, run)
      else add(await countBrought(given, tx, new Map([[userId, await storedAgain(given, tx, run)]])))
    }
  }
  return { awarded, undoneCount }
}

// What was brought was not stored before, so there is nothing to undo of rows with its key that were deleted earlier.
function withoutPast(changes: readonly FollowedChange[]): readonly FollowedChange[] {
  const brought = new Map(
    changes.flatMap((each, i) => (each.change === 'brought' ? [[keyText(each), i] as const] : [])),
  )
  return changes.filter((each, i) => each.change !== 'deleted' || i > (brought.get(keyText(each)) ?? -1))
}

// Changes of one kind that follow each other.
function runsOf(changes: readonly FollowedChange[]): readonly (readonly FollowedChange[])[] {
  const runs: FollowedChange[][] = []
  for (const each of changes) {
    const last = runs.at(-1)
    if (last && last[0]!.change === each.change) last.push(each)
    else runs.push([each])
  }
  return runs
}

async function undoDeleted(given: ServiceContext, tx: Session, deleted: readonly FollowedChange[]): Promise<number> {
  let undoneCount = 0
  for (const { userId, category, itemKey, label } of await afterLine(given, tx, deleted)) {
    const reason = `Deleted from ${label}`
    const { status } = await undoIn(given, tx, { userId, category, itemKey, reason, by: null })
    if (status === 'undone') undoneCount += 1
  }
  return undoneCount
}

// What is from before the line of a fold stays as it was counted, though its row is gone.
async function afterLine(
  { tables }: ServiceContext,
  tx: Session,
  deleted: readonly FollowedChange[],
): Promise<readonly FollowedChange[]> {
  const settled = await readSettled(tx, tables, deleted)
  if (settled.size === 0) return deleted
  const stored = await readCompletions(tx, tables, deleted)
  return deleted.filter(change => {
    const at = stored.get(keyText(change))?.completedAt
    const { until = null, isFolded = false } = settled.get(keyText(change)) ?? {}
    return !(at && until && (at < until || isFolded))
  })
}

async function storedAgain(
  { tables, now }: ServiceContext,
  tx: Session,
  run: readonly FollowedChange[],
): Promise<readonly FollowedChange[]> {
  if (run[0]!.change === 'brought') return run
  const rows = new Map(run.flatMap(({ completion }) => (completion ? [[keyText(completion), completion]] : [])))
  const recordedAt = now()
  const stored = await insertRows(tx, tables, { rows: [...rows.values()], recordedAt })
  return run.filter(({ completion }) => completion !== null && stored.has(keyText(completion)))
}

// As if these completions were recorded now, but always from the whole history: other calls may have read it since.
async function countBrought(
  given: ServiceContext,
  tx: Session,
  byUser: ReadonlyMap<string, readonly FollowedChange[]>,
): Promise<BadgesByUser> {
  const first = await lockForWriting(given, tx, [...byUser.keys()])
  const brought = [...byUser.values()].flatMap(completionsOf)
  // A trigger knows nothing of folds, so what it must not bring is taken out here.
  const settled = await settledAmong(given, tx, { fresh: brought, locked: first })
  const kept = groupBy(await withoutFolded(given, tx, { fresh: brought, settled }), ({ userId }) => userId)
  const fresh = new Map([...byUser.keys()].map(userId => [userId, kept.get(userId) ?? []]))
  const locked = await countImported(given, tx, { locked: first, byUser: fresh })
  const users = await freshUsers(locked.context, tx, { byUser: fresh, locked })
  const redone = redoneBy(users, settled)
  const awarded = await recountFresh(locked.context, tx, { users, redone, recordedAt: given.now() })
  announceAwards(given, tx, awarded)
  return awarded
}

function completionsOf(changes: readonly FollowedChange[]): readonly NewCompletion[] {
  return changes.flatMap(({ completion }) => (completion && completion.category !== badgeCategory ? [completion] : []))
}
