import { canonicalJson } from '../core/canonical-json.js'
import type { Catalog } from '../core/catalog.js'
import { badgeCategory, invalid } from '../core/completion.js'
import { MilepostError } from '../core/errors.js'
import {
  type ApplyMark,
  type ApplyPolicy,
  finishVersion,
  insertVersion,
  markApplied,
  readStragglers,
  readVersions,
  type StoredVersion,
} from '../store/catalog-versions.js'
import { countUsersStored } from '../store/completions.js'
import type { Database } from '../store/database.js'
import { type BadgeRewrite, deleteBadges, rewriteBadges } from '../store/decisions.js'
import { badgeSource, type Gain, writeGains } from '../store/ledger.js'
import { renameBadges } from '../store/renames.js'
import { type Adjustment, adjustmentsOf } from './adjust.js'
import { announceAwards, awardsIn } from './announce-awards.js'
import type { BadgesByUser } from './award.js'
import { checkText } from './by-hand.js'
import { compileForService, type ServiceContext } from './context.js'
import { contextAt } from './governing.js'
import { recountUsers } from './recount.js'
import type { UserProgressCount } from './user-count.js'
import { skippingErased } from './user-erased.js'
import { userPages } from './verify.js'
import { lockForWriting, write } from './write.js'

/** How a catalog is applied. */
export type ApplyOptions = {
  /** `keep` when left out. */
  readonly policy?: ApplyPolicy
  /** Whether listeners of `onAwarded`, the live stream and webhooks hear of what this does; they do not when left out. */
  readonly notify?: boolean
  /** Who applies it, and why; kept with the version. */
  readonly by?: string
  readonly reason?: string
  readonly onProgress?: (progress: UserProgressCount) => void
}

/** What applying a catalog did. */
export type ApplyReport = {
  version: number
  /** `unchanged`: it governs already, and everybody is counted by it. */
  status: 'applied' | 'unchanged'
  userCount: number
  awardedCount: number
  revokedCount: number
}

/** How many users one transaction counts. */
const pageSize = 1_000

/**
 * Makes a catalog govern and counts every user by it, a page of users a transaction, while recording goes on. From its first moment
 * on, whoever records counts by it. Stopped at any point, the same call goes on where it stopped; another catalog's takes over.
 * @throws APPLY_SUPERSEDED where another apply took over; INPUT_INVALID
 */
export async function applyCatalog(
  given: ServiceContext,
  catalog: Catalog,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const stored = await begin(given, catalog, options)
  const { version, policy } = stored
  const own = given.governing.own
  const compiled = catalog === own.catalog ? own : compileForService(catalog)
  given.governing.latest = { version, compiled }
  const context = await contextAt(given, given.db, version)
  const run: Run = { context, version, policy, counts: { users: 0, awarded: 0, revoked: 0 }, options }
  if (!stored.appliedAt) await walk(run, stored.resumeAfter ?? '', stored.userCount)
  const lateCount = await countStragglers(run)
  await finishVersion(given.db, given.tables, { version, at: given.now() })
  const { users: userCount, awarded: awardedCount, revoked: revokedCount } = run.counts
  const status = stored.appliedAt && lateCount === 0 ? 'unchanged' : 'applied'
  return { version, status, userCount, awardedCount, revokedCount }
}

/** One apply under way. */
type Run = {
  readonly context: ServiceContext
  readonly version: number
  readonly policy: ApplyPolicy
  readonly counts: { users: number; awarded: number; revoked: number }
  readonly options: ApplyOptions
}

// Finds the version to go on with, or stores a new one.
async function begin(given: ServiceContext, catalog: Catalog, options: ApplyOptions): Promise<StoredVersion> {
  const { db, tables, now } = given
  const { policy = 'keep', by = null, reason = null } = options
  if (!policies.includes(policy)) throw invalid('policy', `must be one of ${policies.join(', ')}`, String(policy))
  if (by !== null) checkText('by', by)
  if (reason !== null) checkText('reason', reason)
  const { definition } = catalog
  const hash = compileForService(catalog).fingerprint
  for (;;) {
    const [latest] = await readVersions(db, tables, { limit: 1 })
    if (latest && canBeContinued(latest, { definition, policy })) return latest
    const version = (latest?.version ?? 0) + 1
    const fresh = { version, hash, definition, policy, by, reason, startedAt: now() }
    if (await insertVersion(db, tables, fresh)) return { ...fresh, appliedAt: null, resumeAfter: null, userCount: 0 }
  }
}

const policies: readonly ApplyPolicy[] = ['keep', 'recompute', 'reprice']

// The words may differ where the fingerprint does not: a catalog that only says things otherwise is a version of its own.
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

// Users whom a transaction that was under way at the beginning counted by another catalog, behind the walk.
async function countStragglers(run: Run): Promise<number> {
  const { db, tables, compiled } = run.context
  for (let count = 0; ; ) {
    const userIds = await readStragglers(db, tables, { fingerprint: compiled.fingerprint, limit: pageSize })
    if (userIds.length === 0) return count
    await applyToPage(run, userIds, null)
    count += userIds.length
  }
}

type Applied = { readonly awarded: BadgesByUser; readonly revokedCount: number }

async function applyToPage(run: Run, userIds: readonly string[], mark: ApplyMark | null): Promise<void> {
  const { context, counts, options } = run
  const apply = async (tx: Database, ids: readonly string[]): Promise<Applied> => {
    await lockForWriting(context, tx, ids)
    if (mark && !(await markApplied(tx, context.tables, mark))) throw superseded(mark.version)
    const revoked = await adjust(run, tx, ids)
    const users = ids.map(userId => ({ userId, fresh: [], revoked: revoked.get(userId) ?? [] }))
    const revokedCount = [...revoked.values()].reduce((sum, badges) => sum + badges.length, 0)
    const awarded = await recountUsers(context, tx, users, { isSilent: !options.notify })
    if (options.notify) announceAwards(context, tx, awarded)
    return { awarded, revokedCount }
  }
  const { awarded, revokedCount } = await skippingErased(userIds, ids => write(context, {}, tx => apply(tx, ids)))
  counts.users += userIds.length
  counts.awarded += awardsIn(awarded).length
  counts.revoked += revokedCount
}

function superseded(version: number): MilepostError {
  const message = `Another catalog was applied while version ${version} was: that one governs. Nothing more was written.`
  return new MilepostError('APPLY_SUPERSEDED', message, { details: { version } })
}

// What a policy does beside awarding; `keep` does nothing. Returns the badges that went, by user.
async function adjust({ context, policy }: Run, tx: Database, userIds: readonly string[]): Promise<BadgesByUser> {
  if (policy === 'keep') return new Map()
  const adjustments = await adjustmentsOf(context, tx, { userIds, policy })
  const { tables, now } = context
  await renameBadges(
    tx,
    tables,
    adjustments.flatMap(({ renames }) => renames),
  )
  await rewriteBadges(tx, tables, adjustments.flatMap(rewritesOf))
  const moved = adjustments.flatMap(movedGains)
  for (const side of ['from', 'to'] as const) {
    const gains = moved.map(move => move[side])
    if (gains.length > 0) await writeGains(tx, tables, { gains, recordedAt: now() })
  }
  for (const { userId, lost } of adjustments) {
    await deleteBadges(tx, tables, { userId, badgeIds: lost.map(({ id }) => id) })
  }
  return new Map(adjustments.map(({ userId, lost }) => [userId, lost]))
}

function rewritesOf({ userId, repriced, redated }: Adjustment): BadgeRewrite[] {
  return [
    ...repriced.map(({ id, points, earnedAt }) => ({ userId, badgeId: id, points, earnedAt })),
    ...redated.map(({ badge: { id, points }, earnedAt }) => ({ userId, badgeId: id, points, earnedAt })),
  ]
}

// A badge that is dated anew brings its points in the week and month of its new date. One statement takes a cause but once.
function movedGains({ userId, redated, holdings }: Adjustment): { readonly from: Gain; readonly to: Gain }[] {
  return redated.flatMap(({ badge, earnedAt }) => {
    const known = holdings.badgeGains.get(badge.id)
    if (!known) return []
    const cause = { userId, source: badgeSource, period: '', category: badgeCategory, itemKey: badge.id }
    return [
      {
        from: { ...cause, points: -known.points, at: known.at },
        to: { ...cause, points: known.points, at: earnedAt },
      },
    ]
  })
}
