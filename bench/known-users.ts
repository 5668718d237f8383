import type { MilestoneService } from 'milepost'
import type { CatalogSpec } from './catalogs.js'
import { historyStart, type Lab, type Site, serviceOn, settle, withSite } from './lab.js'
import { type UserRange, userIdsOf } from './load.js'

/** The catalog of most figures. */
export const usualCatalog: CatalogSpec = { milestoneCount: 10, metricCount: 3 }

/** The users of most figures. */
export const usualUsers: UserRange = { first: 0, count: 20_000 }

/** Works in a new database in which the usual users have been counted. */
export function withKnownUsers<Result>(lab: Lab, work: (site: Site) => Promise<Result>): Promise<Result> {
  return withSite(lab, async site => {
    await countUsers(serviceOn(site, usualCatalog), usualUsers)
    await settle(site)
    return work(site)
  })
}

/** Brings users in: counted with the catalog, so that what is measured is the path of a user who is known. */
export async function countUsers(service: MilestoneService, users: UserRange): Promise<void> {
  const userIds = userIdsOf(users)
  for (let start = 0; start < userIds.length; start += 1_000) {
    const completedAt = new Date(historyStart)
    const batch = userIds.slice(start, start + 1_000).map(userId => {
      return { userId, category: 'lesson', itemKey: 'welcome', metadata: { score: 1, minutes: 1 }, completedAt }
    })
    await service.record(batch)
  }
}
