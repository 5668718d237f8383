import type { Session } from '../../store/database/session.js'
import { type BadgeRewrite, deleteBadges, rewriteBadges } from '../../store/progress/decisions.js'
import { renameBadges } from '../../store/progress/renames.js'
import type { BadgesByUser } from '../awards/award.js'
import { recountPlaces } from '../awards/places.js'
import type { CountingContext } from '../context/context.js'
import { type Adjustment, adjustmentsOf } from './adjust.js'
import { recountUsers } from './recount.js'

/**
 * Applies the policy of the catalog in effect to the badges that locked users already hold; `keep` does nothing.
 * Returns the badges that were removed, by user.
 */
export async function adjustBadges(
  context: CountingContext,
  tx: Session,
  userIds: readonly string[],
): Promise<BadgesByUser> {
  const { policy } = context
  if (policy === 'keep') return new Map()
  const adjustments = await adjustmentsOf(context, tx, { userIds, policy })
  const { tables } = context
  await renameBadges(
    tx,
    tables,
    adjustments.flatMap(({ renames }) => renames),
  )
  await rewriteBadges(tx, tables, adjustments.flatMap(rewritesOf))
  for (const { userId, lost } of adjustments) {
    await deleteBadges(tx, tables, { userId, badgeIds: lost.map(({ id }) => id) })
  }
  const lostIds = adjustments.flatMap(({ lost }) => lost.map(({ id }) => id))
  await recountPlaces(context, tx, lostIds)
  return new Map(adjustments.map(({ userId, lost }) => [userId, lost]))
}

/**
 * Counts locked users by the catalog in effect and its policy. Sends no events, because the change belongs to an
 * earlier apply.
 */
export async function countByPolicy(
  context: CountingContext,
  tx: Session,
  users: readonly { readonly userId: string; readonly without: ReadonlySet<string> }[],
): Promise<void> {
  const revoked = await adjustBadges(
    context,
    tx,
    users.map(({ userId }) => userId),
  )
  const recounted = users.map(user => ({ ...user, fresh: [], revoked: revoked.get(user.userId) ?? [] }))
  await recountUsers(context, tx, recounted, { isSilent: true })
}

function rewritesOf({ userId, repriced, redated }: Adjustment): BadgeRewrite[] {
  return [
    ...repriced.map(({ id, points, coins, earnedAt }) => {
      return { userId, badgeId: id, changes: { points, coins }, earnedAt }
    }),
    ...redated.map(({ badge: { id, points }, earnedAt, expiresAfter }) => {
      return { userId, badgeId: id, changes: { points, expiresAfter }, earnedAt }
    }),
  ]
}
