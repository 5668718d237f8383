import type { UserGroup } from '../../core/users/attributes.js'
import type { ServerContext } from '../server/server-context.js'
import type { Handlers } from './calls.js'
import { pageAfter } from './paging.js'

/** Answers what is about no user, or about all. */
export function milestoneHandlers({
  service,
}: ServerContext): Handlers<
  'getAllMilestones' | 'getMilestoneStatistics' | 'listMilestoneStatistics' | 'getLeaderboard'
> {
  return {
    getAllMilestones: ({ query: { locale, ...page } }) => {
      const listed = service
        .getAllMilestones({ locale })
        .map((milestone, i) => ({ milestone, key: milestone.isHidden ? String(i) : milestone.id }))
      const { items, next } = pageAfter(listed, page, ({ key }) => key)
      return { milestones: items.map(({ milestone }) => milestone), next }
    },
    getMilestoneStatistics: ({ params: { id }, query }) => service.getMilestoneStatistics(id, query),
    listMilestoneStatistics: ({ query }) => service.getMilestoneStatistics(undefined, query),
    getLeaderboard: ({ query: { limit, cursor, around, period, at, group } }) =>
      service.getLeaderboard({
        ...(limit !== undefined && { limit }),
        ...(cursor !== undefined && { after: cursor }),
        ...(around !== undefined && { around }),
        ...(group !== undefined && { group: groupNamed(group) }),
        ...(period !== undefined && { period }),
        ...(at !== undefined && { at: new Date(at) }),
      }),
  }
}

// `team:red`; a value may hold colons, a name does not.
function groupNamed(text: string): UserGroup {
  const colon = text.indexOf(':')
  return { attribute: text.slice(0, colon), value: text.slice(colon + 1) }
}
