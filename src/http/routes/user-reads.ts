import type { ServerContext } from '../server/server-context.js'
import type { Handlers } from './calls.js'
import { pageAfter } from './paging.js'

type Reads =
  | 'getUserProgress'
  | 'getUserBadges'
  | 'getUserUnlocks'
  | 'whatNext'
  | 'getUnseenBadges'
  | 'explain'
  | 'getUserSettings'
  | 'exportUser'

/** Answers what is read of one user. */
export function userReadHandlers({ service }: ServerContext): Handlers<Reads> {
  return {
    getUserProgress: ({ params: { userId }, query }) => service.getUserProgress(userId, query),
    getUserBadges: async ({ params: { userId }, query: { locale, ...page } }) => {
      const { items, next } = pageAfter(await service.getUserBadges(userId, { locale }), page, ({ id }) => id)
      return { badges: items, next }
    },
    getUserUnlocks: async ({ params: { userId } }) => ({ unlocks: await service.getUserUnlocks(userId) }),
    whatNext: async ({ params: { userId }, query }) => ({ milestones: await service.whatNext(userId, query) }),
    getUnseenBadges: async ({ params: { userId }, query }) => ({
      badges: await service.getUnseenBadges(userId, query),
    }),
    explain: ({ params: { userId, id }, query }) => service.explain(userId, id, query),
    getUserSettings: ({ params: { userId } }) => service.getUserSettings(userId),
    exportUser: ({ params: { userId } }) => service.exportUser(userId),
  }
}
