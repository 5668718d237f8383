import { type CompletionInput, defineCatalog, type MilestoneService } from '../../src/index.js'
import { names } from '../races/lists.js'

/** How many pairs of users become one. */
export const mergeCount = 24

export const mergeCatalog = defineCatalog({
  points: [{ category: 'lesson', points: 2, cap: { per: 'day', points: 5 } }],
  milestones: [
    { id: 'lessons', title: 'Lessons', requirement: { type: 'count', category: 'lesson', target: 10 }, repeatable: {} },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 7 } },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 40 }, reward: { points: 5 } },
  ],
})

export const visitors = names('visitor', mergeCount)
export const accounts = names('account', mergeCount)

const start = Date.UTC(2025, 0, 1)

/** A completion whose time follows from its key, so that it does not matter which of two with one key stays. */
export function mergeLesson(userId: string, number: number): CompletionInput {
  const completedAt = new Date(start + Math.floor(number / 3) * 86_400_000 + number * 1_000)
  return { userId, category: 'lesson', itemKey: `item ${number}`, completedAt }
}

/** Merges each visitor into the account. Done again, it changes nothing. */
export async function mergeAll(service: MilestoneService): Promise<void> {
  for (const [i, from] of visitors.entries())
    await service.mergeUsers({ from, into: accounts[i]! }, { reason: 'signed up' })
}
