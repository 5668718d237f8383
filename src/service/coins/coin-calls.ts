import { call, type Definitions, reader, writer } from '../context/call-kinds.js'
import { type CallOptions, type ServiceContext, sessionFor } from '../context/context.js'
import { type Balance, type CoinHistoryPage, type CoinHistoryQuery, readBalance, readCoinHistory } from './balance.js'
import {
  type RefundInput,
  type RefundResult,
  refundCoins,
  type SpendInput,
  type SpendResult,
  spendCoins,
} from './spend.js'

/** The calls of a service about coins. */
export type CoinCalls = {
  /**
   * Spends coins of a user, once per key, and never more than there are, whatever else happens at the same time. Answers
   * `insufficient` if there are fewer, and `duplicate` if the key was used before.
   * @throws USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * const { status, balance } = await service.spend('ann', { currency: 'gems', amount: 5, key: 'order:42', reason: 'A hint' })
   */
  spend(userId: string, spending: SpendInput, options?: CallOptions): Promise<SpendResult>
  /**
   * Pays back what was spent under a key, once. Answers `not-found` if nothing was.
   * @throws USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  refund(userId: string, refund: RefundInput, options?: CallOptions): Promise<RefundResult>
  /**
   * Returns how many coins a user has, by currency. Below 0: coins that were spent were taken back afterwards, and the
   * next ones pay for them. Reads the user's coins from the ledger.
   * @example
   * const { gems } = await service.getBalance('ann')
   */
  getBalance(userId: string, options?: CallOptions): Promise<Balance>
  /** Reads a page of the coins that a user got and lost, latest first. Runs one statement. */
  getCoinHistory(userId: string, query?: CoinHistoryQuery, options?: CallOptions): Promise<CoinHistoryPage>
}

/** Defines the calls about coins. */
export function coinCalls(context: ServiceContext): Definitions<CoinCalls> {
  return {
    spend: writer(
      [null, { currency: true, amount: true, key: true, reason: true }, call],
      async (userId, spending, options = {}) => spendCoins(context, options, { ...spending, userId }),
    ),
    refund: writer([null, { key: true, reason: true, by: true }, call], async (userId, refund, options = {}) =>
      refundCoins(context, options, { ...refund, userId }),
    ),
    getBalance: reader([null, call], async (userId, options = {}) =>
      readBalance(context, sessionFor(context, options), userId),
    ),
    getCoinHistory: reader(
      [null, { currency: true, limit: true, after: true }, call],
      async (userId, query = {}, options = {}) =>
        readCoinHistory(context, sessionFor(context, options), { ...query, userId }),
    ),
  }
}
