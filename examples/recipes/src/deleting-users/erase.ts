import type { MilestoneService } from 'milepost'

/** Erases what Milepost stores about a user. It is safe to call it again. */
export async function eraseMilestones(milestones: MilestoneService, userId: string): Promise<void> {
  await milestones.eraseUser(userId, { reason: 'The account was deleted' })
}
