import { type CompletionInput, defineCatalog } from '../../src/index.js'
import { names } from '../races/lists.js'
import { fewOnCluster } from '../support/scale.js'

export const foldBefore = new Date('2025-01-01')
export const foldCategories = ['lesson']
/** More than are folded in one transaction. */
export const foldUserCount = fewOnCluster(40, 250)

export const foldCatalog = defineCatalog({
  points: [{ category: 'lesson', points: 2, cap: { per: 'day', points: 3 } }],
  milestones: [
    { id: 'lessons', title: 'Lessons', requirement: { type: 'count', category: 'lesson', target: 10 }, repeatable: {} },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 7 } },
    {
      id: 'langs',
      title: 'Languages',
      requirement: { type: 'count', category: 'lesson', distinct: 'lang', target: 4 },
    },
  ],
})

/** Completions of every user, two a day, half of them from before the line. */
export function foldRows(): CompletionInput[] {
  return names('user', foldUserCount).flatMap(userId =>
    Array.from({ length: 24 }, (_, i) => {
      const completedAt = new Date(foldBefore.getTime() + Math.floor((i - 12) / 2) * 86_400_000 + (i % 2) * 3_600_000)
      return { userId, category: 'lesson', itemKey: `item ${i}`, completedAt, metadata: { lang: `l${i % 5}` } }
    }),
  )
}
