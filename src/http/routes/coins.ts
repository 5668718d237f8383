import type { ServerContext } from '../server/server-context.js'
import { actorOf, type Handlers } from './calls.js'

/** Answers what is asked about coins, and lets them be spent. */
export function coinHandlers({
  service,
}: ServerContext): Handlers<'getBalance' | 'getCoinHistory' | 'spend' | 'refund'> {
  return {
    getBalance: async ({ params: { userId } }) => ({ balance: await service.getBalance(userId) }),
    getCoinHistory: ({ params: { userId }, query: { currency, limit, cursor } }) =>
      service.getCoinHistory(userId, { currency, limit, after: cursor }),
    spend: ({ params: { userId }, body }) => service.spend(userId, body),
    refund: ({ params: { userId }, body: { key, reason }, credential }) =>
      service.refund(userId, { key, reason, by: actorOf(credential) }),
  }
}
