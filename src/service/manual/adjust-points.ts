import type { Badge } from '../../core/awards/badge.js'
import { rewardPointsLimit } from '../../core/catalog/catalog-schema.js'
import { checkId } from '../../core/users/completion.js'
import type { Session } from '../../store/database/session.js'
import { writeAudit } from '../../store/progress/decisions.js'
import { readKeyedGains, writeKeyedGain } from '../../store/progress/ledger.js'
import { adjustmentSource } from '../../store/progress/net-gains.js'
import { announceAwards } from '../awards/announce-awards.js'
import { type Debts, debtsOf } from '../coins/balance.js'
import { checkAmount, checkCurrency } from '../coins/spend.js'
import type { CallOptions, CountingContext, ServiceContext } from '../context/context.js'
import { renameFormer } from '../context/former-badges.js'
import { checkManualChange, checkText, type ManualChange } from '../context/manual-change.js'
import { type Settled, settleUser } from '../recount/settle.js'
import { lockForWriting, write } from '../recount/write.js'

/** Points to give to a user manually, or to take away. */
export type AdjustPointsInput = ManualChange & {
  /** A whole number. Negative to take points away. */
  readonly points: number
  /** A currency of the catalog, to give or take coins instead. */
  readonly currency?: string | undefined
  /** Identifies the adjustment, such as the id of a support case. The same key again changes nothing. */
  readonly key: string
}

/** The result of an adjustment. `duplicate`: this key was used before, and nothing changed. */
export type AdjustPointsResult<Id extends string = string, Unlock extends string = string> = {
  status: 'adjusted' | 'duplicate'
  /** As it is stored. */
  adjustment: { userId: string; key: string; points: number; currency: string | null; at: Date }
  /** Badges that the points earned, sorted by date. */
  awarded: Badge<Id, Unlock>[]
  /** Badges that were removed because points are missing, sorted by date. */
  revoked: Badge<Id, Unlock>[]
  /** Coins that were spent before they were taken away, by currency. Missing if there are none. */
  debts?: Debts
}

/**
 * Gives points to a user manually or takes some away, once per key. Levels and badges follow: those that the points no
 * longer support are revoked, unless their milestone's `onUndo` keeps them. @throws INPUT_INVALID
 */
export async function adjustPoints(
  given: ServiceContext,
  options: CallOptions,
  { userId, key, points, currency, ...input }: AdjustPointsInput & { readonly userId: string },
): Promise<AdjustPointsResult> {
  checkId('userId', userId)
  checkId('itemKey', key, { field: 'key' })
  checkAmount('points', points, -rewardPointsLimit)
  if (currency !== undefined) checkText('currency', currency)
  const hand = checkManualChange(input)
  return write(given, options, async tx => {
    const locked = await lockForWriting(given, tx, [userId])
    const { context } = locked
    const { tables } = context
    const [stored] = await readKeyedGains(tx, tables, { userId, sources: [adjustmentSource], key })
    if (stored) {
      const { points, currency, at } = stored
      return { status: 'duplicate', adjustment: { userId, key, points, currency, at }, awarded: [], revoked: [] }
    }
    await renameFormer(locked, tx, userId)
    const adjustment = { key, points, currency: currency ?? null, at: given.now() }
    const { revoked, awarded } = await adjust(context, tx, { userId, ...adjustment, reason: hand.reason })
    const details = { key, points, ...(currency && { currency }), revoked: revoked.map(({ id }) => id) }
    await writeAudit(tx, tables, { userId, action: 'adjust-points', ...hand, at: adjustment.at, details })
    announceAwards(given, tx, awarded)
    return {
      status: 'adjusted',
      adjustment: { userId, ...adjustment },
      awarded: [...(awarded.get(userId) ?? [])],
      revoked: [...revoked],
      ...(await debtsOf(context, tx, userId)),
    }
  })
}

type Adjusting = AdjustPointsResult['adjustment'] & { readonly reason: string }

// Nothing rests on coins.
async function adjust(context: CountingContext, tx: Session, given: Adjusting): Promise<Settled> {
  const { userId, key, points, currency, at } = given
  if (currency === null) return settleUser(context, tx, { userId, adjustment: { key, points, at } })
  checkCurrency(context, currency)
  await writeKeyedGain(tx, context.tables, { ...given, currency, source: adjustmentSource })
  return { revoked: [], awarded: new Map() }
}
