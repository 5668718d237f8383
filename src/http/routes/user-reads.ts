import type { Handlers } from '../calls.js'
import { pageAfter } from '../paging.js'
import type { ServerContext } from '../server-context.js'

type Reads =
  | 'getProgress'
  | 'listBadges'
  | 'listUnlocks'
  | 'listNext'
  | 'listUnseen'
  | 'explainMilestone'
  | 'getSettings'
  | 'exportUser'

/** Answers what is read of one user. */
export function userReadHandlers({ service }: ServerContext): Handlers<Reads> {
  return {
    getProgress: ({ params: { userId }, query }) => service.getUserProgress(userId, query),
    listBadges: async ({ params: { userId }, query: { locale, ...page } }) => {
      const { items, next } = pageAfter(await service.getUserBadges(userId, { locale }), page, ({ id }) => id)
      return { badges: items, next }
    },
    listUnlocks: async ({ params: { userId } }) => {
      // Not from the badges shown: one that a higher tier stands for opens what it opened.
      const { unlocks } = await service.getUserProgress(userId)
      return { unlocks }
    },
    listNext: async ({ params: { userId }, query }) => ({ milestones: await service.whatNext(userId, query) }),
    listUnseen: async ({ params: { userId }, query }) => ({ badges: await service.unseen(userId, query) }),
    explainMilestone: ({ params: { userId, id }, query }) => service.explain(userId, id, query),
    getSettings: ({ params: { userId } }) => service.getUserSettings(userId),
    exportUser: ({ params: { userId } }) => service.exportUser(userId),
  }
}
