import type { MilestoneService } from '../../src/index.js'

/** When it is, on the server and in the browser: a Wednesday. */
export const studioNow = new Date('2026-05-20T15:20:00Z')

const dayMs = 86_400_000
const hourMs = 3_600_000
const firstNames = ['ann', 'bob', 'chloé', 'dmitri', 'eun-ji', 'fatima', 'gustavo', 'hana', 'ivo', 'jamila']

/** Fills a service with users who did something over forty days, the first of whom is ann. */
export async function fillStudio(service: MilestoneService, userCount: number): Promise<void> {
  if (userCount === 0) return
  await service.updateUserSettings('ann', { timeZone: 'Europe/Lisbon' })
  await service.updateUserSettings('ann', { attributes: { team: 'red', country: 'Portugal' } })
  await service.updateUserSettings('bob', { attributes: { team: 'red' } })
  await service.pauseStreaks('ann', { from: daysAgo(9), until: daysAgo(7), reason: 'On holiday' })
  await service.record(ofAnn)
  const random = seeded(7)
  await service.record(Array.from({ length: userCount - 1 }, (_, i) => completionsOf(i + 1, random)).flat())
  await service.awardBadge('bob', 'early-bird', { reason: 'Helped to test the beta', by: 'support' })
  await service.revokeBadge('chloé', 'first-steps', { reason: 'Was a test account', by: 'support' })
}

function daysAgo(days: number): Date {
  return new Date(studioNow.getTime() - days * dayMs)
}

const ofAnn = [
  ...[12, 11, 10, 6, 5, 4, 1].map((days, i) => one('tutorial', `lesson-${i + 1}`, days)),
  ...[72, 85].map((quizScore, i) => one('quiz', `quiz-${i + 1}`, 3 - i, { quizScore })),
  ...[5, 2, 1].map((days, i) => one('action', `comment-${i + 1}`, days)),
]

function one(category: string, itemKey: string, days: number, metadata: Readonly<Record<string, unknown>> = {}) {
  return { userId: 'ann', category, itemKey, metadata, completedAt: new Date(daysAgo(days).getTime() - 2.5 * hourMs) }
}

function completionsOf(user: number, random: () => number) {
  const userId = user < 10 ? firstNames[user]! : `${firstNames[user % 10]}-${user}`
  return Array.from({ length: 1 + Math.floor(random() ** 2 * 40) }, (_, i) => {
    const category = (['tutorial', 'quiz', 'action'] as const)[i % 3]!
    const metadata = category === 'quiz' ? { quizScore: Math.floor(random() * 101) } : {}
    return { userId, category, itemKey: `${category}-${i}`, metadata, completedAt: daysAgo(random() ** 1.5 * 40) }
  })
}

/** The same numbers every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}
