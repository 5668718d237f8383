import type { Badge } from '../../core/awards/badge.js'
import { rewardPointsLimit } from '../../core/catalog/catalog-schema.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import { writeAudit } from '../../store/progress/decisions.js'
import { readHoldings } from '../../store/progress/holdings.js'
import { announceAwards } from '../awards/announce-awards.js'
import type { CallOptions, ServiceContext } from '../context/context.js'
import { renameFormer } from '../context/former-badges.js'
import { checkManualChange, type ManualChange } from '../context/manual-change.js'
import { settleUser } from '../recount/settle.js'
import { lockForWriting, write } from '../recount/write.js'

/** Points to give to a user manually, or to take away. */
export type AdjustPointsInput = ManualChange & {
  /** A whole number. Negative to take points away. */
  readonly points: number
  /** Identifies the adjustment, such as the id of a support case. The same key again changes nothing. */
  readonly key: string
}

/** The result of an adjustment. `duplicate`: this key was used before, and nothing changed. */
export type AdjustPointsResult<Id extends string = string, Unlock extends string = string> = {
  status: 'adjusted' | 'duplicate'
  /** As it is stored. */
  adjustment: { userId: string; key: string; points: number; at: Date }
  /** Badges that the points earned, sorted by date. */
  awarded: Badge<Id, Unlock>[]
  /** Badges that were removed because points are missing, sorted by date. */
  revoked: Badge<Id, Unlock>[]
}

/**
 * Gives points to a user manually or takes some away, once per key. Levels and badges follow: those that the points no
 * longer support are revoked, unless their milestone's `onUndo` keeps them. @throws INPUT_INVALID
 */
export async function adjustPoints(
  given: ServiceContext,
  options: CallOptions,
  { userId, key, points, ...input }: AdjustPointsInput & { readonly userId: string },
): Promise<AdjustPointsResult> {
  checkId('userId', userId)
  checkId('itemKey', key, { field: 'key' })
  checkPoints(points)
  const hand = checkManualChange(input)
  return write(given, options, async tx => {
    const locked = await lockForWriting(given, tx, [userId])
    const { context } = locked
    const { tables } = context
    const holdings = await readHoldings(tx, tables, { userIds: [userId], withLedger: true })
    const stored = holdings.get(userId)!.adjustments.find(known => known.key === key)
    if (stored) return { status: 'duplicate', adjustment: { userId, ...stored }, awarded: [], revoked: [] }
    await renameFormer(locked, tx, userId)
    const adjustment = { key, points, at: given.now() }
    const { revoked, awarded } = await settleUser(context, tx, { userId, adjustment })
    const details = { key, points, revoked: revoked.map(({ id }) => id) }
    await writeAudit(tx, tables, { userId, action: 'adjust-points', ...hand, at: adjustment.at, details })
    announceAwards(given, tx, awarded)
    return {
      status: 'adjusted',
      adjustment: { userId, ...adjustment },
      awarded: [...awarded.get(userId)!],
      revoked: [...revoked],
    }
  })
}

function checkPoints(points: unknown): void {
  if (Number.isInteger(points) && points !== 0 && Math.abs(points as number) <= rewardPointsLimit) return
  throw invalid('points', 'must be a whole number other than 0', String(points))
}
