import { badgeCategory } from '../../core/users/completion.js'
import type { Session } from '../../store/database/session.js'
import { type BadgeRewrite, deleteBadges, rewriteBadges } from '../../store/progress/decisions.js'
import { type Gain, writeGains } from '../../store/progress/ledger.js'
import { badgeSource } from '../../store/progress/net-gains.js'
import { renameBadges } from '../../store/progress/renames.js'
import type { BadgesByUser } from '../awards/award.js'
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
    ...repriced.map(({ id, points, earnedAt }) => ({ userId, badgeId: id, points, earnedAt })),
    ...redated.map(({ badge: { id, points }, earnedAt, expiresAfter }) => ({
      userId,
      badgeId: id,
      points,
      earnedAt,
      expiresAfter,
    })),
  ]
}

// The points of a badge move with its date, to another week and month. One statement may name a cause only once, so
// removing and adding are two statements.
function movedGains({ userId, redated, holdings }: Adjustment): { readonly from: Gain; readonly to: Gain }[] {
  return redated.flatMap(({ badge, earnedAt }) => {
    const known = holdings.badgeGains.get(badge.id)
    if (!known || earnedAt.getTime() === badge.earnedAt.getTime()) return []
    const cause = { userId, source: badgeSource, period: '', category: badgeCategory, itemKey: badge.id }
    return [
      {
        from: { ...cause, points: -known.points, at: known.at },
        to: { ...cause, points: known.points, at: earnedAt },
      },
    ]
  })
}
