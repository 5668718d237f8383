import type { Handlers } from '../calls.js'
import { pageAfter } from '../paging.js'
import type { ServerContext } from '../server-context.js'

/** Answers what is read of one user. */
export function userReadHandlers({ service }: ServerContext): Handlers<'getProgress' | 'listBadges' | 'listUnlocks'> {
  return {
    getProgress: ({ params: { userId }, query }) => service.getUserProgress(userId, query),
    listBadges: async ({ params: { userId }, query: { locale, ...page } }) => {
      const { items, next } = pageAfter(await service.getUserBadges(userId, { locale }), page, ({ id }) => id)
      return { badges: items, next }
    },
    listUnlocks: async ({ params: { userId } }) => {
      const { unlocks } = await service.getUserProgress(userId)
      return { unlocks }
    },
  }
}
