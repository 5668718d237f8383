import { parseCatalog } from '../../src/index.js'

const count = (category: string, target: number) => ({ type: 'count', category, target }) as const

/** A milestone of one metric, and one that needs two. */
export const catalog = parseCatalog({
  currencies: ['gems'],
  milestones: [
    { id: 'ten', title: 'Ten', requirement: count('lesson', 10), reward: { points: 10 } },
    { id: 'both', title: 'Both', requirement: { type: 'all', of: [count('read', 1), count('write', 1)] } },
  ],
})

/** The next version of it, with a metric that the first does not know. */
export const nextCatalog = parseCatalog({
  milestones: [
    ...catalog.definition.milestones,
    { id: 'one-of-each', title: 'One of each', requirement: count('other', 2), reward: { points: 5 } },
  ],
})

export const lesson = (userId: string, itemKey: string) => ({ userId, category: 'lesson', itemKey })
export const read = (userId: string, itemKey = 'a') => ({ userId, category: 'read', itemKey })
export const write = (userId: string, itemKey = 'a') => ({ userId, category: 'write', itemKey })
export const other = (userId: string, itemKey = 'a') => ({ userId, category: 'other', itemKey })

/** So many lessons of one user. */
export function lessons(userId: string, lessonCount: number) {
  return Array.from({ length: lessonCount }, (_, i) => lesson(userId, `lesson ${i}`))
}
