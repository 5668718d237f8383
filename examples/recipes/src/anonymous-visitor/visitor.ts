import { randomUUID } from 'node:crypto'
import { isMilepostError, type MilestoneService } from 'milepost'

/** Makes an id for somebody without an account. Keep it in a cookie that is `HttpOnly`. */
export const newVisitorId = (): string => `visitor:${randomUUID()}`

/**
 * Gives an account what its visitor has done, and erases the visitor. It is safe to call it again: nothing is counted
 * twice.
 */
export async function adoptVisitor(milestones: MilestoneService, visitorId: string, userId: string): Promise<void> {
  const { completions, timeZones } = await milestones.exportUser(visitorId)
  if (timeZones.length > 0) {
    const { timeZone } = await milestones.getUserSettings(visitorId)
    await milestones.updateUserSettings(userId, { timeZone })
  }
  const fields = { category: 'category', itemKey: 'itemKey', completedAt: 'completedAt', metadata: 'metadata' }
  const { refused } = await milestones.importCompletions(completions, { userId: { value: userId }, ...fields })
  if (refused.count > 0) throw new Error(`Not taken over: ${JSON.stringify(refused.first)}`)
  await milestones.eraseUser(visitorId, { reason: 'The visitor has an account now' })
}

/** Tells whether the visitor was adopted before, for example in another tab. If so, forget the cookie. */
export const isAdopted = (error: unknown): boolean => isMilepostError(error) && error.code === 'USER_ERASED'
