import type { CompiledCatalog } from '../../core/awards/compile.js'
import type { Catalog } from '../../core/catalog/catalog.js'
import { canonicalJson } from '../../core/values/canonical-json.js'
import { MilepostError } from '../../core/values/errors.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { inTransaction } from '../../store/database/transaction.js'
import { countUsersStored } from '../../store/progress/completions.js'
import { writeAudit } from '../../store/progress/decisions.js'
import {
  type ApplyMark,
  type ApplyPolicy,
  finishVersion,
  insertVersion,
  markApplied,
  type NewVersion,
  readLatestVersion,
  readStragglers,
  readVersions,
  rewindVersion,
  type StoredVersion,
} from '../../store/reports/catalog-versions.js'
import { type OpenWriters, readOpenWriters, readUsersChangedSince } from '../../store/users/open-writers.js'
import { announceAwards, awardsIn } from '../awards/announce-awards.js'
import type { BadgesByUser } from '../awards/award.js'
import { type CountingContext, compileForService, type ServiceContext } from '../context/context.js'
import { contextAt } from '../context/counting-context.js'
import { checkText } from '../context/manual-change.js'
import { untilEnded } from '../context/until-ended.js'
import { skippingGone } from '../context/user-erased.js'
import { adjustBadges } from '../recount/by-policy.js'
import { recountUsers } from '../recount/recount.js'
import type { UserProgressCount } from '../recount/user-count.js'
import { userPages, usersAtOnce } from '../recount/user-pages.js'
import { lockAsStored, write } from '../recount/write.js'
import { readBeyondFolds, refuseBeyondFolds } from './beyond-folds.js'

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
 * Puts a catalog into effect and counts every user with it, one page of users per transaction, while recording
 * continues. Recording uses it from the first moment on. If it is stopped at any point, the same call continues where
 * it stopped; applying another catalog takes over.
 * @throws APPLY_SUPERSEDED if another apply took over; HISTORY_FOLDED; INPUT_INVALID
 */
export async function applyCatalog(
  given: ServiceContext,
  catalog: Catalog,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const stored = await begin(given, catalog, options)
  const { version, policy } = stored
  const own = given.catalogs.own
  const compiled = catalog === own.catalog ? own : compileForService(catalog)
  given.catalogs.latest = { version, compiled, policy }
  const context = await contextAt(given, given.db, version)
  const run: Run = { context, version, counts: { users: 0, awarded: 0, revoked: 0 }, options }
  const { db, tables, patienceMs } = given
  // Open transactions may still count by the previous catalog, and what they store cannot be seen until they end.
  const open = await readOpenWriters(db, tables)
  if (!stored.appliedAt) await walk(run, stored.resumeAfter ?? '', stored.userCount)
  // Their rows may look as if they were counted already, so an apply that is stopped here starts again from the first
  // user.
  if (open.transactions.length > 0 && policy !== 'keep') await rewindVersion(db, tables, version)
  await untilEnded(db, tables, { open, patienceMs })
  const lateCount = (await countStragglers(run)) + (await countChanged(run, open))
  if (!(await finishVersion(db, tables, { version, at: given.now() }))) throw superseded(version)
  const { users: userCount, awarded: awardedCount, revoked: revokedCount } = run.counts
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

// Finds the version to continue, or stores a new one.
async function begin(given: ServiceContext, catalog: Catalog, options: ApplyOptions): Promise<StoredVersion> {
  const { db, tables, now } = given
  const { policy = 'keep', by = null, reason = null } = options
  if (!policies.includes(policy)) throw invalid('policy', `must be one of ${policies.join(', ')}`, String(policy))
  if (by !== null) checkText('by', by)
  if (reason !== null) checkText('reason', reason)
  const { definition } = catalog
  const compiled = compileForService(catalog)
  const hash = compiled.fingerprint
  for (;;) {
    const [latest] = await readVersions(db, tables, { limit: 1 })
    if (latest && canBeContinued(latest, { definition, policy })) return latest
    if (latest && !options.acceptFolded) {
      const readBefore = async (): Promise<CompiledCatalog> => (await contextAt(given, db, latest.version)).compiled
      refuseBeyondFolds(await readBeyondFolds(given, compiled, readBefore))
    }
    const version = (latest?.version ?? 0) + 1
    const fresh = { version, hash, definition, policy, by, reason, startedAt: now() }
    if (await insertAudited(given, fresh)) return { ...fresh, appliedAt: null, resumeAfter: null, userCount: 0 }
  }
}

// The entry has no user id, because it concerns all users.
function insertAudited({ db, tables }: ServiceContext, fresh: NewVersion): Promise<boolean> {
  const { version, policy, by, reason, startedAt: at } = fresh
  return inTransaction(db, 'write', async tx => {
    if (!(await insertVersion(tx, tables, fresh))) return false
    const entry = { userId: '', action: 'apply', by, reason: reason ?? 'No reason given', at } as const
    await writeAudit(tx, tables, { ...entry, details: { version, policy } })
    return true
  })
}

const policies: readonly ApplyPolicy[] = ['keep', 'recompute', 'reprice']

// The definitions are compared, since catalogs with equal fingerprints can have different texts: a catalog with new
// texts is a version of its own.
function canBeContinued(
  latest: StoredVersion,
  { definition, policy }: Pick<StoredVersion, 'definition' | 'policy'>,
): boolean {
  if (canonicalJson(latest.definition) !== canonicalJson(definition)) return false
  return latest.appliedAt === null ? latest.policy === policy : policy === 'keep'
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

type Applied = { readonly awarded: BadgesByUser; readonly revokedCount: number }

async function applyToPage(run: Run, userIds: readonly string[], mark: ApplyMark | null): Promise<void> {
  const { context, version, counts, options } = run
  const apply = async (tx: Session, ids: readonly string[]): Promise<Applied> => {
    await lockAsStored(context, tx, ids)
    const isLatest = mark
      ? await markApplied(tx, context.tables, mark)
      : (await readLatestVersion(tx, context.tables)) === version
    if (!isLatest) throw superseded(version)
    const revoked = await adjustBadges(context, tx, ids)
    const users = ids.map(userId => ({ userId, fresh: [], revoked: revoked.get(userId) ?? [] }))
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
