import type { ClientCallOptions, MilepostClient } from '../client/calls.js'
import type { MilestoneReader, MilestoneService } from '../service/calls.js'
import type { ListedMilestone } from '../service/read/list-milestones.js'

/**
 * What components read from: a `MilepostClient`, or, for tests and server rendering, a `MilestoneService`. Without
 * `listen`, as in a service, components do not update live.
 */
export type MilestoneSource = MilestoneReader & {
  getAllMilestones(options?: { readonly locale?: string | undefined }): ListedMilestone[] | Promise<ListedMilestone[]>
  markSeen(
    userId: string,
    badgeIds: readonly string[],
    options?: ClientCallOptions,
  ): ReturnType<MilestoneService['markSeen']>
} & Partial<Pick<MilepostClient, 'listen'>>
