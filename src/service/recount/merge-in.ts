import type { Badge } from '../../core/awards/badge.js'
import { type CompiledCatalog, leavesOf, milestoneOf } from '../../core/awards/compile.js'
import { badgesLostByMerge, type MergedSide } from '../../core/awards/keep.js'
import { refuseMerged } from '../../core/users/user-merged.js'
import type { Session } from '../../store/database/session.js'
import { deleteBadges } from '../../store/progress/decisions.js'
import { refusedIn } from '../../store/progress/holdings.js'
import { type MovedCompletions, moveUser, type UserMove } from '../../store/progress/move-user.js'
import { freeFormerId } from '../../store/users/former-ids.js'
import type { BadgesByUser } from '../awards/award.js'
import { recountPlaces } from '../awards/places.js'
import type { ServiceContext } from '../context/context.js'
import { renameFormer } from '../context/former-badges.js'
import { countImported } from './count-imported.js'
import { countUsers, type NamedCount } from './count-users.js'
import { recountUsers } from './recount.js'
import { basisOf, safeBadges } from './settle.js'
import { lockEvenErased, lockForWriting } from './write.js'

/** What a merge did: completions that moved, badges that `into` no longer holds, and badges newly held. */
export type Merged = MovedCompletions & { readonly revoked: readonly Badge[]; readonly awarded: BadgesByUser }

/** Counts completions that were moved and not counted before, such as those of followed tables. */
export type CountMoved = (userId: string) => Promise<unknown>

/**
 * Makes two users one, under the locks of both, and counts the one that stays. Badges of both stay, of two the one that was
 * earned first. Those that only a completion supported which did not move are removed.
 */
export async function mergeIn(
  given: ServiceContext,
  tx: Session,
  { from, into }: UserMove,
  countMoved: CountMoved = async () => {},
): Promise<Merged> {
  const byUser = new Map([from, into].map(userId => [userId, []] as const))
  const locked = await countImported(given, tx, { locked: await lockForWriting(given, tx, [from, into]), byUser })
  const { context } = locked
  for (const userId of byUser.keys()) await renameFormer(locked, tx, userId)
  // Places of badges with a limit are only taken at the end.
  const refused = new Set(context.compiled.limits.keys())
  const asHeld = (userId: string) => ({ ...asStored(userId), refused })
  const sides = await countUsers(context, tx, [from, into].map(asHeld), { isTallied: true })
  const moved = await moveUser(tx, context.tables, { from, into, at: context.now() })
  await countMoved(into)
  const [now] = await countUsers(context, tx, [asHeld(into)], { isTallied: true })
  const lost = lostBadges(context.compiled, sides, now!)
  await deleteBadges(tx, context.tables, { userId: into, badgeIds: lost.map(({ id }) => id) })
  const badgeIds = sides.flatMap(({ holdings }) => holdings.badges.map(({ id }) => id))
  await recountPlaces(context, tx, badgeIds)
  const known = new Set(sides[1]!.holdings.badges.map(({ id }) => id))
  const revoked = lost.filter(({ id }) => known.has(id))
  return { ...moved, revoked, awarded: await recountUsers(context, tx, [{ ...asStored(into), revoked }]) }
}

/**
 * Gives rows that were stored under a former id to the user that it stands for, and counts that user.
 * @throws USER_MERGED if it stands for another user by now
 */
export async function mergeStrays(
  given: ServiceContext,
  tx: Session,
  { from, into }: UserMove,
  countMoved?: CountMoved,
): Promise<Merged> {
  const { mergedInto } = (await lockEvenErased(given, tx, [from, into])).users.get(from)!
  if (mergedInto !== into) refuseMerged(from, mergedInto)
  await freeFormerId(tx, given.tables, from)
  return mergeIn(given, tx, { from, into }, countMoved)
}

function asStored(userId: string) {
  return { userId, fresh: [] }
}

function lostBadges(compiled: CompiledCatalog, sides: readonly NamedCount[], now: NamedCount): readonly Badge[] {
  const held = now.holdings.badges
  const isHeld = new Set(held.map(({ id }) => id))
  const before = sides.map((side): MergedSide => {
    const { badges } = side.holdings
    const safe = [...safeBadges(compiled, side.holdings), ...badges.filter(({ id }) => restsOnDays(compiled, id))]
    return {
      before: basisNow(side),
      held: badges,
      safe: new Set(safe.map(({ id }) => id)),
      refused: refusedIn(side.holdings),
    }
  })
  const safeNow = safeBadges(compiled, now.holdings).map(({ id }) => id)
  const lost = badgesLostByMerge(compiled, before, { after: basisNow(now), held, refused: refusedIn(now.holdings) })
  return lost.filter(({ id }) => isHeld.has(id) && !safeNow.includes(id))
}

function basisNow({ holdings, changes, count }: NamedCount) {
  const moved = changes.reduce((sum, { points }) => sum + points, 0)
  return basisOf(count, holdings.ledger.completionPoints.points + moved)
}

// As after a change of time zone: days that run otherwise now take no badge away, unless it is the badge of a period.
function restsOnDays(compiled: CompiledCatalog, badgeId: string): boolean {
  const milestone = milestoneOf(compiled, badgeId)
  return Boolean(
    milestone &&
      leavesOf(milestone.requirement).some(
        leaf => leaf.type === 'metric' && leaf.part === undefined && leaf.metric.asksForDays,
      ),
  )
}
