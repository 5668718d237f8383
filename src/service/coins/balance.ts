import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { isKnownUser, readBalances, refundSource, spendingSource } from '../../store/progress/coins.js'
import { adjustmentSource, badgeSource } from '../../store/progress/net-gains.js'
import { type LedgerEntry, readUserLedger } from '../../store/studio/user-figures.js'
import type { CountingContext, ServiceContext } from '../context/context.js'
import { contextNow } from '../context/counting-context.js'
import { cursorOf, partsOf } from '../context/cursor.js'
import { checkText } from '../context/manual-change.js'
import { checkLimit } from '../read/explain.js'

/** Coins of a user by currency, such as `{ gems: 12 }`. Below 0: a debt, which later earnings pay. */
export type Balance = { [currency: string]: number }

/** Debts of a user by currency, such as `{ gems: 3 }`. */
export type Debts = { [currency: string]: number }

/** Which coins to list. */
export type CoinHistoryQuery = {
  /** Default: all currencies. */
  readonly currency?: string | undefined
  /** 1 to 1,000. Default: 50. */
  readonly limit?: number | undefined
  /** The `next` of the previous page. */
  readonly after?: string | undefined
}

/** Coins that a user got or lost. */
export type CoinEntry = {
  currency: string
  /** Negative if they were spent or taken back. */
  amount: number
  cause: 'badge' | 'completion' | 'adjustment' | 'spending' | 'refund'
  /** Of a completion: its category. Otherwise empty. */
  category: string
  /** The completion or badge, or the key of an adjustment or spending. */
  itemKey: string
  /** Why they were spent, paid back or adjusted. Otherwise null. */
  reason: string | null
  /** When they were earned or spent. */
  at: Date
  recordedAt: Date
}

/** A page of a user's coins, latest first. `next`: pass it as `after` to read on; null on the last page. */
export type CoinHistoryPage = { entries: CoinEntry[]; next: string | null }

/** Reads how many coins a user has. @throws INPUT_INVALID */
export async function readBalance(context: ServiceContext, db: Session, userId: string): Promise<Balance> {
  checkId('userId', userId)
  const { compiled } = await contextNow(context, db)
  const none = compiled.catalog.currencies.map(name => [name, 0] as const)
  const own = await readBalances(db, context.tables, userId)
  // A former id has nothing.
  if (own.size === 0) await isKnownUser(db, context.tables, userId)
  return Object.fromEntries([...none, ...own])
}

/** Reads a page of the coins that a user got and lost. @throws INPUT_INVALID */
export async function readCoinHistory(
  { tables }: ServiceContext,
  db: Session,
  { userId, currency, limit = 50, after }: CoinHistoryQuery & { readonly userId: string },
): Promise<CoinHistoryPage> {
  checkId('userId', userId)
  checkLimit(limit, { min: 1 })
  if (currency !== undefined) checkText('currency', currency)
  const before = after === undefined ? undefined : partsOf(after, placeKinds)
  if (before === null)
    throw invalid('after', 'is not a cursor of this history; pass the `next` of the previous page', String(after))
  const found = await readUserLedger(db, tables, { userId, before, limit: limit + 1, coins: { currency } })
  if (found.length === 0) await isKnownUser(db, tables, userId)
  const page = found.slice(0, limit)
  return { entries: page.map(entryFrom), next: found.length > limit ? cursorOf(page.at(-1)!.place) : null }
}

const placeKinds = ['micros', 'text', 'text', 'text', 'text', 'int'] as const

function entryFrom({ source, category, itemKey, points, currency, reason, at, recordedAt }: LedgerEntry): CoinEntry {
  const cause = causes.find(name => name === source) ?? 'completion'
  const shownCategory = cause === 'completion' ? category : ''
  return { currency: currency!, amount: points, cause, category: shownCategory, itemKey, reason, at, recordedAt }
}

const causes = [badgeSource, adjustmentSource, spendingSource, refundSource] as const

/**
 * Reads the debts of a locked user after coins may have been taken back, as part of an answer. Runs no statement if the
 * catalog has no currencies.
 */
export async function debtsOf(
  { compiled, tables }: CountingContext,
  tx: Session,
  userId: string,
): Promise<{ debts?: Debts }> {
  if (compiled.catalog.currencies.length === 0) return {}
  const owed = [...(await readBalances(tx, tables, userId))].filter(([, balance]) => balance < 0)
  return owed.length === 0 ? {} : { debts: Object.fromEntries(owed.map(([name, balance]) => [name, -balance])) }
}
