import { randomUUID } from 'node:crypto'
import type { Badge, MilestoneService } from 'milepost'

/** Makes an id for somebody without an account. Keep it in a cookie that is `HttpOnly`. */
export const newVisitorId = (): string => `visitor:${randomUUID()}`

/**
 * Gives an account everything that its visitor has, and returns the badges that both together earn. It is safe to call it
 * again: nothing is counted twice.
 */
export async function adoptVisitor(milestones: MilestoneService, visitorId: string, userId: string): Promise<Badge[]> {
  const { awarded } = await milestones.mergeUsers({ from: visitorId, into: userId }, { reason: 'Signed up' })
  return awarded
}
