import { type Catalog, type CompletionInput, parseCatalog } from '../../src/index.js'

const count = (category: string, target: number) => ({ type: 'count', category, target }) as const
const ten = { id: 'ten', title: 'Ten', requirement: count('lesson', 10), reward: { points: 10 } }

/** One milestone of a single metric, one that needs two, and what these two bring. */
export const stormCatalog: Catalog = parseCatalog({
  currencies: ['gems'],
  milestones: [
    ten,
    {
      id: 'both',
      title: 'Both',
      requirement: { type: 'all', of: [count('read', 2), count('write', 2)] },
      reward: { points: 20 },
    },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 30 }, reward: { points: 5 } },
    { id: 'whole', title: 'Whole', requirement: { type: 'milestones', ids: ['ten', 'both'] } },
  ],
})

/** The badges of {@link stormCatalog}, in order of their ids. */
export const stormBadges = ['both', 'rich', 'ten', 'whole'] as const

/** The next version of the same app: it counts other things, and the same things otherwise. */
export const nextStormCatalog: Catalog = parseCatalog({
  milestones: [
    ten,
    { id: 'reader', title: 'Reader', requirement: count('read', 2), reward: { points: 1 } },
    {
      id: 'words',
      title: 'Words',
      requirement: { type: 'total', category: ['read', 'write'], property: 'words', target: 100 },
      reward: { points: 7 },
    },
  ],
})

/** Two badges that only some users can have, each with points for the other targets. */
export const limitedCatalog: Catalog = parseCatalog({
  milestones: [
    { ...ten, requirement: count('lesson', 1), limit: 10 },
    { id: 'also', title: 'Also', requirement: count('lesson', 1), limit: 7 },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 10 } },
  ],
})

/** The processes of a storm. Only together do they take a user over both targets. */
export const processCount = 4

/** Gives what users have before a storm: lessons of the ten. */
export function lessonsBefore(userIds: readonly string[], lessonCount: number): CompletionInput[] {
  const items = Array.from({ length: lessonCount }, (_, i) => `before ${i}`)
  return userIds.flatMap(userId => items.map(itemKey => ({ userId, category: 'lesson', itemKey })))
}

/** Gives what one of the four processes brings to a user: a lesson, and half of what `read` or `write` needs. */
export function completionsOf(processIndex: number, userId: string): CompletionInput[] {
  const category = processIndex % 2 === 0 ? 'read' : 'write'
  return [
    { userId, category: 'lesson', itemKey: `lesson ${processIndex}` },
    { userId, category, itemKey: `item ${processIndex}`, metadata: { words: 25 } },
  ]
}
