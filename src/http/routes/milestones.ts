import type { Handlers } from '../calls.js'
import { pageAfter } from '../paging.js'
import type { ServerContext } from '../server-context.js'

/** Answers what is about no user, or about all. */
export function milestoneHandlers({
  service,
}: ServerContext): Handlers<'listMilestones' | 'getStatistics' | 'listStatistics' | 'getLeaderboard'> {
  return {
    listMilestones: ({ query: { locale, ...page } }) => {
      const listed = service.getAllMilestones({ locale }).map((milestone, i) => ({ milestone, key: String(i) }))
      const { items, next } = pageAfter(listed, page, ({ key }) => key)
      return { milestones: items.map(({ milestone }) => milestone), next }
    },
    getStatistics: ({ params: { id }, query }) => service.getMilestoneStatistics(id, query),
    listStatistics: ({ query }) => service.getMilestoneStatistics(undefined, query),
    getLeaderboard: ({ query: { limit, cursor, around, period, at } }) =>
      service.getLeaderboard({
        limit,
        ...(cursor !== undefined && { after: cursor }),
        ...(around !== undefined && { around }),
        ...(period !== undefined && { period }),
        ...(at !== undefined && { at: new Date(at) }),
      }),
  }
}
