import { type Catalog, type ImportMapping, type ImportRow, parseCatalog } from '../../src/index.js'

/** Counts lessons, and knows one badge that the old app gave by itself. */
export const importCatalog: Catalog = parseCatalog({
  points: [{ category: 'lesson', points: 1 }],
  milestones: [2, 5, 20].map(target => ({
    id: `l${target}`,
    title: `${target} lessons`,
    requirement: { type: 'count', category: 'lesson', target },
    reward: { points: target },
  })),
})

export const importMapping: ImportMapping = {
  userId: 'user',
  category: 'kind',
  itemKey: 'item',
  completedAt: 'at',
}

/** How many users the rows are of. */
export const importUserCount = 60

/**
 * Lists the rows of an old app: 40 lessons a user in no order, one in four of them twice, and for every third user a badge that
 * stands in the middle of the lessons which earn it.
 */
export function importRows(): readonly ImportRow[] {
  return Array.from({ length: importUserCount * 50 }, (_, i) => {
    const place = (i * 1_009) % (importUserCount * 50)
    const [user, item] = [place % importUserCount, Math.floor(place / importUserCount)]
    const at = new Date(Date.UTC(2024, 0, 1) + (item % 40) * 86_400_000)
    const isBadge = item === 49 && user % 3 === 0
    return isBadge
      ? { user: `user ${user}`, kind: 'milestone_badge', item: 'l5', at }
      : { user: `user ${user}`, kind: 'lesson', item: `item ${item % 40}`, at }
  })
}
