import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Milestones } from './milestones.js'

export type Certificate = { number: string; course: string; earnedAt: Date }

/** Makes the certificate of a user, or null if the course is not finished. */
export async function certificateOf(
  milestones: Milestones,
  userId: string,
  secret: string,
): Promise<Certificate | null> {
  const badges = await milestones.getUserBadges(userId)
  const badge = badges.find(({ id }) => id === 'typescript-course')
  return badge ? { number: numberOf(userId, secret), course: badge.name, earnedAt: badge.earnedAt } : null
}

/** Finds the certificate with this number. Null if nobody has it, or if its badge was taken back. */
export async function findCertificate(
  milestones: Milestones,
  number: string,
  secret: string,
): Promise<Certificate | null> {
  const [encoded = ''] = number.split('.')
  const userId = Buffer.from(encoded, 'base64url').toString()
  if (userId === '' || !isSame(number, numberOf(userId, secret))) return null
  return certificateOf(milestones, userId, secret)
}

// Nothing is stored: the number names the user, and its second half shows that it comes from us.
function numberOf(userId: string, secret: string): string {
  const seal = createHmac('sha256', secret).update(`typescript-course ${userId}`).digest('base64url')
  return `${Buffer.from(userId).toString('base64url')}.${seal}`
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
