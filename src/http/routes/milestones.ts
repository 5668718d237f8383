import type { UserGroup } from '../../core/users/attributes.js'
import type { LeaderboardQuery } from '../../service/read/leaderboard.js'
import type { ServerContext } from '../server/server-context.js'
import type { Handlers } from './calls.js'
import { pageAfter } from './paging.js'

/** Answers what is about no user, or about all. */
export function milestoneHandlers({
  service,
}: ServerContext): Handlers<
  'getAllMilestones' | 'getMilestoneStatistics' | 'listMilestoneStatistics' | 'getLeaderboard' | 'getLeaderboardAmong'
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
    getLeaderboard: ({ query: { group, ...query } }) =>
      service.getLeaderboard({ ...queryFrom(query), ...(group !== undefined && { group: groupNamed(group) }) }),
    getLeaderboardAmong: ({ body: { userIds, ...query } }) => service.getLeaderboard({ ...queryFrom(query), userIds }),
  }
}

type LeaderboardRequest = Omit<LeaderboardQuery, 'after' | 'at'> & {
  readonly cursor?: string | undefined
  readonly at?: string | undefined
}

function queryFrom({ cursor, at, ...query }: LeaderboardRequest): LeaderboardQuery {
  return {
    ...query,
    ...(cursor !== undefined && { after: cursor }),
    ...(at !== undefined && { at: new Date(at) }),
  }
}

// `team:red`; a value may hold colons, a name does not.
function groupNamed(text: string): UserGroup {
  const colon = text.indexOf(':')
  return { attribute: text.slice(0, colon), value: text.slice(colon + 1) }
}
