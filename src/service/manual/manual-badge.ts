import type { Badge } from '../../core/awards/badge.js'
import { type CompiledMilestone, milestoneOf } from '../../core/awards/compile.js'
import { namesOf } from '../../core/awards/decide.js'
import { nextTimeOf } from '../../core/progress/next-time.js'
import { isValidDate } from '../../core/time/instant.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { type Decision, deleteDecision, writeAudit, writeDecision } from '../../store/progress/decisions.js'
import { readBadges } from '../../store/progress/holdings.js'
import { announceAwards } from '../awards/announce-awards.js'
import { type Debts, debtsOf } from '../coins/balance.js'
import type { CallOptions, CountingContext, ServiceContext } from '../context/context.js'
import { renameFormer } from '../context/former-badges.js'
import { checkManualChange, type ManualChange } from '../context/manual-change.js'
import { milestoneNotFound } from '../context/milestone-not-found.js'
import { requireNotErased } from '../context/require-not-erased.js'
import { readCounted, viewOf } from '../read/progress.js'
import { requireAfterLine } from '../recount/folded.js'
import { recountUsers } from '../recount/recount.js'
import { isOnlyAwardedManually, settleAward, settleUser } from '../recount/settle.js'
import { lockForWriting, write } from '../recount/write.js'

/** A badge of a user, and who decides about it and why. */
export type ManualBadgeChange = ManualChange & { readonly userId: string; readonly badgeId: string }

/** Options of a manual award. */
export type AwardBadgeInput = ManualChange & {
  /**
   * From when the user holds it; not in the future. Default: now. A badge that the user already holds keeps its date.
   */
  readonly at?: Date
}

/** Options of a manual revocation. */
export type RevokeBadgeInput = ManualChange & {
  /**
   * Whether to keep the user from getting the badge again until you award it. Default: true, except for a badge held
   * only because it was awarded manually: revoking it then only undoes that award.
   */
  readonly lasting?: boolean
}

/** The result of a manual award. */
export type AwardResult<Id extends string = string, Unlock extends string = string> = {
  /** `held`: the user already had it; from now on it is kept even if completions are undone. */
  status: 'awarded' | 'held'
  badge: Badge<Id, Unlock>
  /** Further badges that it earned, sorted by date. */
  awarded: Badge<Id, Unlock>[]
}

/** The result of a manual revocation. */
export type RevokeResult<Id extends string = string, Unlock extends string = string> = {
  status: 'revoked' | 'not-held'
  /** The badges that were removed: this one, and badges that depended on it. */
  revoked: Badge<Id, Unlock>[]
  /** Coins that were spent before they were taken back, by currency. Missing if there are none. */
  debts?: Debts
}

/**
 * Awards a badge manually, dated now or by `at`; it stays until it is revoked manually. Badges that depend on it
 * follow. For a repeatable milestone, the bare id awards the next time.
 * @throws MILESTONE_NOT_FOUND if the catalog has no such badge; BADGE_LIMIT_REACHED; INPUT_INVALID
 */
export async function awardManually(
  service: ServiceContext,
  options: CallOptions,
  given: ManualBadgeChange & AwardBadgeInput,
): Promise<AwardResult> {
  const { userId, badgeId } = given
  checkId('userId', userId)
  checkId('itemKey', badgeId, { field: 'badgeId' })
  checkManualChange(given)
  const at = checkedDate(given.at, service.now())
  return write(service, options, async tx => {
    const locked = await lockForWriting(service, tx, [userId])
    const { context } = locked
    await requireAfterLine(service, tx, { userId, at, locked, what: '`at` is' })
    await renameFormer(locked, tx, userId)
    const milestone = await timeToAward(context, tx, { userId, milestone: knownBadge(context, badgeId) })
    const { id: ownId } = milestone.milestone
    const before = await heldBadge(context, tx, { userId, badgeId: ownId })
    await decideManually(context, tx, { ...given, badgeId: ownId }, 'awarded')
    const settled = before
      ? await recountUsers(context, tx, [{ userId, fresh: [] }])
      : await settleAward(context, tx, { userId, milestone, at })
    const own = [...settled.get(userId)!]
    const badge = before ?? own.find(({ id }) => id === ownId)!
    const status = before ? ('held' as const) : ('awarded' as const)
    announceAwards(service, tx, settled)
    return { status, badge, awarded: own.filter(({ id }) => id !== ownId) }
  })
}

/**
 * Revokes a badge manually. It is not earned again until it is awarded manually, unless it was only held because of a
 * manual award: see `lasting`. Badges that depended on it are revoked too, unless their own `onUndo` keeps them. For a
 * repeatable milestone, the bare id revokes the latest time held.
 * @throws INPUT_INVALID
 */
export async function revokeManually(
  service: ServiceContext,
  options: CallOptions,
  given: ManualBadgeChange & RevokeBadgeInput,
): Promise<RevokeResult> {
  const { userId, badgeId } = given
  checkId('userId', userId)
  checkId('itemKey', badgeId, { field: 'badgeId' })
  checkManualChange(given)
  checkLasting(given.lasting)
  const notHeld: RevokeResult = { status: 'not-held', revoked: [] }
  return write(service, options, async tx => {
    // Locking an unknown user would store a row for them.
    if (!(await holdsAnything(service, tx, userId))) {
      await requireNotErased(service, tx, userId)
      return notHeld
    }
    const locked = await lockForWriting(service, tx, [userId])
    const { context } = locked
    await renameFormer(locked, tx, userId)
    const held = await heldBadge(context, tx, given)
    if (!held) return notHeld
    const isLasting = given.lasting ?? !(await isOnlyAwardedManually(context, tx, { userId, badgeId: held.id }))
    await decideManually(context, tx, { ...given, badgeId: held.id }, isLasting ? 'revoked' : null)
    const { revoked, awarded } = await settleUser(context, tx, { userId, taken: held.id })
    announceAwards(service, tx, awarded)
    const status = revoked.length > 0 ? 'revoked' : 'not-held'
    return { status, revoked: [...revoked], ...(await debtsOf(context, tx, userId)) }
  })
}

async function holdsAnything({ tables }: ServiceContext, tx: Session, userId: string): Promise<boolean> {
  return (await readBadges(tx, tables, { userIds: [userId], mayBeMerged: true })).get(userId)!.length > 0
}

// The id of a repeatable milestone matches any of its times: the latest is used.
async function heldBadge(
  { compiled, tables }: CountingContext,
  tx: Session,
  { userId, badgeId }: Pick<ManualBadgeChange, 'userId' | 'badgeId'>,
): Promise<Badge | undefined> {
  const badges = (await readBadges(tx, tables, { userIds: [userId] })).get(userId)!
  return badges.findLast(({ id }) => namesOf(compiled.repeatableIds, id).includes(badgeId))
}

// For a repeatable milestone: the next time after all that are due by now.
async function timeToAward(
  context: CountingContext,
  tx: Session,
  { userId, milestone }: { readonly userId: string; readonly milestone: CompiledMilestone },
): Promise<CompiledMilestone> {
  if (!milestone.repeat) return milestone
  const view = viewOf(await readCounted(context, tx, { userId, at: context.now() }))
  const next = nextTimeOf(milestone, view)
  if (next) return next.milestone
  const { id } = milestone.milestone
  throw invalid('badgeId', `"${id}" has no time left: its max is ${milestone.repeat.max}`, id)
}

function checkedDate(at: unknown, now: Date): Date {
  if (at === undefined) return now
  if (!isValidDate(at)) throw invalid('at', 'is not a valid Date', String(at))
  if (at > now) throw invalid('at', 'is in the future; pass a time that is not later than now', at.toISOString())
  return at
}

function checkLasting(lasting: unknown): void {
  if (lasting !== undefined && typeof lasting !== 'boolean')
    throw invalid('lasting', 'must be true or false', String(lasting))
}

async function decideManually(
  { tables, now }: ServiceContext,
  tx: Session,
  given: ManualBadgeChange,
  decision: Decision | null,
): Promise<void> {
  const { userId, badgeId } = given
  const { reason, by } = checkManualChange(given)
  const at = now()
  if (decision) await writeDecision(tx, tables, { userId, badgeId, decision, reason, by, at })
  else await deleteDecision(tx, tables, { userId, badgeId })
  const action = decision === 'awarded' ? 'award' : 'revoke'
  await writeAudit(tx, tables, { userId, action, reason, by, at, details: { badgeId } })
}

function knownBadge({ compiled }: CountingContext, badgeId: string): CompiledMilestone {
  const milestone = milestoneOf(compiled, badgeId)
  if (milestone) return milestone
  // Only milestones that can be awarded: retired ones are not in this list.
  const known = compiled.milestones.map(({ milestone: { id } }) => id)
  throw milestoneNotFound(badgeId, known)
}
