import { eq, sql } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Catalog, Milestone } from 'milepost'
import { earnedIds, type HandMadeService, handMadeProgress, insertBadge } from './hand-made-service.js'

/**
 * The same service by a careful hand: one GROUP BY over the user's history answers for all milestones at once, and the
 * badge's key decides who awards it.
 */
export function createGroupByService(db: NodePgDatabase, { milestones }: Catalog): HandMadeService {
  return {
    record: async completion => {
      await db.insert(handMadeProgress).values(completion).onConflictDoNothing()
      const sums = await sumsByCategory(db, completion.userId)
      const earned = await earnedIds(db, completion.userId)
      const awarded: string[] = []
      for (const milestone of milestones) {
        if (earned.has(milestone.id) || !isReached(milestone, sums)) continue
        if (await insertBadge(db, milestone, completion.userId)) awarded.push(milestone.id)
      }
      return awarded
    },
  }
}

type Sums = { readonly count: number; readonly minutes: number; readonly score: number }

async function sumsByCategory(db: NodePgDatabase, userId: string): Promise<ReadonlyMap<string, Sums>> {
  const { category, metadata } = handMadeProgress
  const rows = await db
    .select({
      category,
      count: sql<number>`count(*)::int`,
      minutes: sql<number>`coalesce(sum((${metadata} ->> 'minutes')::numeric), 0)::float8`,
      score: sql<number>`coalesce(max((${metadata} ->> 'score')::numeric), 0)::float8`,
    })
    .from(handMadeProgress)
    .where(eq(handMadeProgress.userId, userId))
    .groupBy(category)
  return new Map(rows.map(row => [row.category, row]))
}

function isReached({ requirement }: Milestone, sums: ReadonlyMap<string, Sums>): boolean {
  if (requirement.type !== 'count' && requirement.type !== 'total' && requirement.type !== 'best') return false
  const sum = sums.get(requirement.category as string)
  if (!sum) return false
  if (requirement.type === 'count') return sum.count >= requirement.target!
  return sum[requirement.property as 'minutes' | 'score'] >= requirement.target
}
