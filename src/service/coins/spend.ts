import { rewardPointsLimit } from '../../core/catalog/catalog-schema.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { isKnownUser, readBalances, refundSource, spendingSource } from '../../store/progress/coins.js'
import { writeAudit } from '../../store/progress/decisions.js'
import { readKeyedGains, writeKeyedGain } from '../../store/progress/ledger.js'
import type { CallOptions, CountingContext, ServiceContext } from '../context/context.js'
import { contextNow } from '../context/counting-context.js'
import { checkManualChange, checkText, type ManualChange } from '../context/manual-change.js'
import { requireNotErased } from '../context/require-not-erased.js'
import { lockForWriting, write } from '../recount/write.js'

/** Coins to spend. */
export type SpendInput = {
  /** A currency of the catalog. */
  readonly currency: string
  /** A whole number above 0. */
  readonly amount: number
  /** Identifies what is bought, such as the id of an order. The same key again changes nothing. */
  readonly key: string
  readonly reason: string
}

/** Coins that were spent. `refundedAt`: when they were paid back, or null. */
export type Spending = {
  userId: string
  currency: string
  amount: number
  key: string
  reason: string
  at: Date
  refundedAt: Date | null
}

/** The result of spending. `balance`: the coins of this currency that the user has now. */
export type SpendResult =
  /** `duplicate`: this key was used before, and nothing changed. */
  | { status: 'spent' | 'duplicate'; spending: Spending; balance: number }
  /** The user has fewer coins, and nothing changed. */
  | { status: 'insufficient'; balance: number }

/** The result of a refund. */
export type RefundResult =
  /** `duplicate`: it was paid back before, and nothing changed. */
  { status: 'refunded' | 'duplicate'; spending: Spending; balance: number } | { status: 'not-found' }

/** Identifies the spending to pay back. */
export type RefundInput = ManualChange & { readonly key: string }

/** Spends coins of a user, once per key, never more than there are. @throws INPUT_INVALID */
export async function spendCoins(
  given: ServiceContext,
  options: CallOptions,
  { userId, key, currency, amount, reason }: SpendInput & { readonly userId: string },
): Promise<SpendResult> {
  checkKey(userId, key)
  checkAmount('amount', amount, 1)
  checkText('currency', currency)
  checkText('reason', reason)
  return write(given, options, async tx => {
    const known = await readSpending(given, tx, { userId, key })
    if (known?.spending)
      return { status: 'duplicate', spending: known.spending, balance: known.balanceOf(known.spending.currency) }
    checkCurrency(known?.context ?? (await contextNow(given, tx)), currency)
    const balance = known?.balanceOf(currency) ?? 0
    if (balance < amount) return { status: 'insufficient', balance }
    const spent = { userId, key, currency, reason, at: given.now() }
    await writeKeyedGain(tx, given.tables, { ...spent, source: spendingSource, points: -amount })
    return { status: 'spent', spending: { ...spent, amount, refundedAt: null }, balance: balance - amount }
  })
}

/** Pays back what was spent under a key, once. @throws INPUT_INVALID */
export async function refundCoins(
  given: ServiceContext,
  options: CallOptions,
  { userId, key, ...input }: RefundInput & { readonly userId: string },
): Promise<RefundResult> {
  checkKey(userId, key)
  const hand = checkManualChange(input)
  return write(given, options, async tx => {
    const { spending, balanceOf } = (await readSpending(given, tx, { userId, key })) ?? {}
    if (!spending || !balanceOf) return { status: 'not-found' }
    const { currency, amount, refundedAt } = spending
    const balance = balanceOf(currency)
    if (refundedAt) return { status: 'duplicate', spending, balance }
    const refund = { userId, at: given.now(), reason: hand.reason }
    await writeKeyedGain(tx, given.tables, { ...refund, key, source: refundSource, currency, points: amount })
    await writeAudit(tx, given.tables, { ...refund, ...hand, action: 'refund', details: { key, currency, amount } })
    return { status: 'refunded', spending: { ...spending, refundedAt: refund.at }, balance: balance + amount }
  })
}

/** Checks that the catalog in effect has a currency. @throws INPUT_INVALID */
export function checkCurrency({ compiled: { catalog } }: CountingContext, currency: string): void {
  const { currencies } = catalog
  if (currencies.includes(currency)) return
  const known = currencies.length === 0 ? 'it has none' : `pass ${currencies.join(' or ')}`
  throw invalid('currency', `is not a currency of the catalog in effect; ${known}`, currency)
}

/** Checks a number of points or coins. @throws INPUT_INVALID */
export function checkAmount(field: string, amount: unknown, lowest: number): void {
  const isWhole = Number.isInteger(amount) && amount !== 0
  if (isWhole && (amount as number) >= lowest && (amount as number) <= rewardPointsLimit) return
  const which = lowest > 0 ? 'above 0' : 'other than 0'
  throw invalid(field, `must be a whole number ${which}, at most 1,000,000,000`, String(amount))
}

type KnownSpending = {
  readonly context: CountingContext
  readonly spending: Spending | undefined
  readonly balanceOf: (currency: string) => number
}

// Locks the user and reads what was spent under the key. Of users who were merged both may have used it: then it is what the
// one who stays had spent. Null if nothing is known of the user: locking them would store a row.
async function readSpending(
  given: ServiceContext,
  tx: Session,
  { userId, key }: { readonly userId: string; readonly key: string },
): Promise<KnownSpending | null> {
  const { tables } = given
  if (!(await isKnownUser(tx, tables, userId))) {
    await requireNotErased(given, tx, userId)
    return null
  }
  const { context } = await lockForWriting(given, tx, [userId])
  const gains = await readKeyedGains(tx, tables, { userId, key, sources: [spendingSource, refundSource] })
  const balances = await readBalances(tx, tables, userId)
  const spent = gains.find(({ source }) => source === spendingSource)
  const refundedAt = gains.find(({ source }) => source === refundSource)?.at ?? null
  return {
    context,
    spending: spent && {
      ...{ userId, key, currency: spent.currency!, amount: -spent.points, reason: spent.reason! },
      ...{ at: spent.at, refundedAt },
    },
    balanceOf: currency => balances.get(currency) ?? 0,
  }
}

function checkKey(userId: unknown, key: unknown): void {
  checkId('userId', userId)
  checkId('itemKey', key, { field: 'key' })
}
