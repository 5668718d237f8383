import { MilepostError } from '../../core/values/errors.js'
import type { Session } from '../../store/database/session.js'
import { recountTaken } from '../../store/progress/badge-places.js'
import { countUsersStored } from '../../store/progress/completions.js'
import {
  type ApplyMark,
  type ApplyPolicy,
  finishVersion,
  markApplied,
  readLatestVersion,
  readStragglers,
  rewindVersion,
  type StoredVersion,
} from '../../store/reports/catalog-versions.js'
import { type OpenWriters, readOpenWriters, readUsersChangedSince } from '../../store/users/open-writers.js'
import { announceAwards, awardsIn } from '../awards/announce-awards.js'
import type { BadgesByUser } from '../awards/award.js'
import type { CountingContext, ServiceContext } from '../context/context.js'
import { contextAt } from '../context/counting-context.js'
import { untilEnded } from '../context/until-ended.js'
import { skippingGone } from '../context/user-erased.js'
import { adjustBadges } from '../recount/by-policy.js'
import { recountUsers } from '../recount/recount.js'
import type { UserProgressCount } from '../recount/user-count.js'
import { userPages, usersAtOnce } from '../recount/user-pages.js'
import { lockAsStored, write } from '../recount/write.js'
import { findPlaceTakers } from './free-places.js'

/** Options for applying a catalog. */
export type ApplyOptions = {
  /** Default: `keep`. */
  readonly policy?: ApplyPolicy
  /** Whether to notify `onAwarded` listeners, the live stream and webhooks. Default: false. */
  readonly notify?: boolean
  /** Who applies it, and why. Stored with the version. */
  readonly by?: string
  readonly reason?: string
  /**
   * Whether milestones may count in a new way although completions that they would count were folded: they then count
   * only what came after. `plan` lists them. Default: false, and such a catalog is refused.
   */
  readonly acceptFolded?: boolean
  readonly onProgress?: (progress: UserProgressCount) => void
}

/** The result of applying a catalog. */
export type ApplyReport = {
  version: number
  /** `unchanged`: it is already in effect for every user. */
  status: 'applied' | 'unchanged'
  userCount: number
  awardedCount: number
  revokedCount: number
}

/** How many users are counted in one transaction. */
const pageSize = 1_000

/**
 * Counts every user by a stored version, one page of users per transaction, while recording continues. Recording uses the
 * version from the first moment on. @throws APPLY_SUPERSEDED if a later version took over
 */
export async function countByVersion(
  given: ServiceContext,
  stored: Pick<StoredVersion, 'version' | 'appliedAt' | 'resumeAfter' | 'userCount'>,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const { version } = stored
  const context = await contextAt(given, given.db, version)
  const run: Run = { context, version, counts: { users: 0, awarded: 0, revoked: 0 }, options }
  const { db, tables, patienceMs } = given
  // Open transactions may still count by the previous catalog, and what they store cannot be seen until they end.
  const open = await readOpenWriters(db, tables)
  if (!stored.appliedAt) await walk(run, stored.resumeAfter ?? '', stored.userCount)
  // Their rows may look as if they were counted already, so an apply that is stopped here starts again from the first
  // user.
  if (open.transactions.length > 0 && context.policy !== 'keep') await rewindVersion(db, tables, version)
  await untilEnded(db, tables, { open, patienceMs })
  const lateCount = (await countStragglers(run)) + (await countChanged(run, open))
  if (!stored.appliedAt || lateCount > 0) await givePlaces(run)
  const { users: userCount, awarded: awardedCount, revoked: revokedCount } = run.counts
  const finish = { version, userCount: stored.userCount + userCount, at: given.now() }
  if (!(await finishVersion(db, tables, finish))) throw superseded(version)
  const status = stored.appliedAt && lateCount === 0 ? 'unchanged' : 'applied'
  return { version, status, userCount, awardedCount, revokedCount }
}

/** One apply that is running. */
type Run = {
  readonly context: CountingContext
  readonly version: number
  readonly counts: { users: number; awarded: number; revoked: number }
  readonly options: ApplyOptions
}

async function walk(run: Run, resumeAfter: string, doneCount: number): Promise<void> {
  const { context, version, counts, options } = run
  const totalCount = await countUsersStored(context.db, context.tables)
  for await (const userIds of userPages(context, undefined, { pageSize, after: resumeAfter })) {
    const mark = { version, resumeAfter: userIds.at(-1)!, userCount: userIds.length }
    await applyToPage(run, userIds, mark)
    const userCount = doneCount + counts.users
    options.onProgress?.({ userCount, totalCount: Math.max(totalCount, userCount) })
  }
}

// Counts users that a transaction which was open at the start counted by another catalog after the walk had passed
// them.
async function countStragglers(run: Run): Promise<number> {
  const { db, tables, compiled } = run.context
  const limit = usersAtOnce(tables, pageSize)
  for (let count = 0; ; ) {
    const userIds = await readStragglers(db, tables, { fingerprint: compiled.fingerprint, limit })
    if (userIds.length === 0) return count
    await applyToPage(run, userIds, null)
    count += userIds.length
  }
}

// If two catalogs count in the same way, a user's row does not show which of them set the points of a badge.
async function countChanged(run: Run, open: OpenWriters): Promise<number> {
  const { db, tables, policy } = run.context
  if (policy === 'keep' || open.transactions.length === 0) return 0
  for (let after = '', count = 0; ; ) {
    const page = { snapshot: open.snapshot, after, limit: usersAtOnce(tables, pageSize) }
    const userIds = await readUsersChangedSince(db, tables, page)
    if (userIds.length === 0) return count
    await applyToPage(run, userIds, null)
    // These users were included in the count before.
    run.counts.users -= userIds.length
    count += userIds.length
    after = userIds.at(-1)!
  }
}

// Only now is it known who reached a badge first.
async function givePlaces(run: Run): Promise<void> {
  const { context, counts } = run
  const { limits } = context.compiled
  if (limits.size === 0) return
  const takers = await findPlaceTakers(context, 'keep')
  await write(context, {}, tx => recountTaken(tx, context.tables, limits, 'open'))
  for (const [userId, own] of takers) {
    const others = new Set([...limits.keys()].filter(id => !own.some(({ badgeId }) => badgeId === id)))
    await applyToPage(run, [userId], null, others)
    counts.users -= 1
  }
}

type Applied = { readonly awarded: BadgesByUser; readonly revokedCount: number }

// `refused`: the badges with a limit that these users do not get.
async function applyToPage(
  run: Run,
  userIds: readonly string[],
  mark: ApplyMark | null,
  refused: ReadonlySet<string> = new Set(run.context.compiled.limits.keys()),
): Promise<void> {
  const { context, version, counts, options } = run
  const apply = async (tx: Session, ids: readonly string[]): Promise<Applied> => {
    await lockAsStored(context, tx, ids)
    const isLatest = mark
      ? await markApplied(tx, context.tables, mark)
      : (await readLatestVersion(tx, context.tables)) === version
    if (!isLatest) throw superseded(version)
    const revoked = await adjustBadges(context, tx, ids)
    const users = ids.map(userId => ({ userId, fresh: [], refused, revoked: revoked.get(userId) ?? [] }))
    const revokedCount = [...revoked.values()].reduce((sum, badges) => sum + badges.length, 0)
    const awarded = await recountUsers(context, tx, users, { isSilent: !options.notify })
    if (options.notify) announceAwards(context, tx, awarded)
    return { awarded, revokedCount }
  }
  const { awarded, revokedCount } = await skippingGone(userIds, ids => write(context, {}, tx => apply(tx, ids)))
  counts.users += userIds.length
  counts.awarded += awardsIn(awarded).length
  counts.revoked += revokedCount
}

function superseded(version: number): MilepostError {
  const message = `Another catalog was applied while version ${version} was being applied. The other one is now in effect; nothing more was written.`
  return new MilepostError('APPLY_SUPERSEDED', message, { details: { version } })
}
