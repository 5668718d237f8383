import { type CompletionInput, defineCatalog } from '../../src/index.js'
import { names, randomFrom } from '../races/lists.js'

export const mergeCatalog = defineCatalog({
  points: [{ category: 'lesson', points: 2, cap: { per: 'day', points: 5 } }],
  milestones: [
    { id: 'lessons', title: 'Lessons', requirement: { type: 'count', category: 'lesson', target: 10 }, repeatable: {} },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 7 } },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 40 }, reward: { points: 5 } },
  ],
})

const start = Date.UTC(2025, 0, 1)

/** A completion whose time follows from its key, so that it does not matter which of two with one key stays. */
export function mergeLesson(userId: string, number: number): CompletionInput {
  const completedAt = new Date(start + Math.floor(number / 3) * 86_400_000 + number * 1_000)
  return { userId, category: 'lesson', itemKey: `item ${number}`, completedAt }
}

/** Two ids of one person, and the numbers of the lessons that were done under each. */
export type MergePair = {
  readonly from: string
  readonly into: string
  readonly lessons: readonly { readonly userId: string; readonly number: number }[]
}

/** What several processes do at the same time, each all of it in an order of its own. */
export type MergeRound = { readonly seed: number; readonly pairs: readonly MergePair[] }

/** What was answered to a recording. */
export type MergeAnswer = {
  readonly type: 'answered'
  readonly userId: string
  readonly lesson: string
  readonly status: string
  readonly badges: readonly string[]
}

/** What a process tells: an answer, that a merge begins, or that the round is over. */
export type MergeMessage = MergeAnswer | { readonly type: 'merging' | 'done' }

/** Gives the pairs of a round: a visitor and an account who did some of the same lessons. */
export function mergeRound(number: number, pairCount: number): MergeRound {
  const random = randomFrom(number)
  const pairs = names(`round ${number} pair`, pairCount).map((name): MergePair => {
    const [from, into] = [`visitor ${name}`, `account ${name}`]
    const lessons = Array.from({ length: 24 }, (_, lesson) => lesson).flatMap(lesson => {
      const chance = random()
      const userIds = chance < 0.4 ? [from] : chance < 0.8 ? [into] : [from, into]
      return userIds.map(userId => ({ userId, number: lesson }))
    })
    return { from, into, lessons }
  })
  return { seed: number, pairs }
}
