import { and, eq } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Catalog, CompletionInput, Milestone } from 'milepost'
import { milepostTables } from 'milepost/schema'

/**
 * The service that apps write for themselves, in its usual form: a completion is inserted, then every milestone that is
 * not earned yet reads the user's whole category to see whether it is now, and a badge is looked for before it is
 * inserted. Its table is Milepost's own, key included, in a schema of its own; many such apps have no index as good.
 */
export type HandMadeService = { readonly record: (completion: CompletionInput) => Promise<readonly string[]> }

/** The schema whose `user_progress` the hand-made services use. */
export const handMadeSchema = 'hand_made'

export const { userProgress: handMadeProgress } = milepostTables(handMadeSchema)

type Row = typeof handMadeProgress.$inferSelect

/** Starts the service as apps have it. */
export function createHandMadeService(db: NodePgDatabase, { milestones }: Catalog): HandMadeService {
  return {
    record: async completion => {
      await db.insert(handMadeProgress).values(completion).onConflictDoNothing()
      return checkAndAward(db, milestones, completion.userId)
    },
  }
}

async function checkAndAward(db: NodePgDatabase, milestones: readonly Milestone[], userId: string): Promise<string[]> {
  const earned = await earnedIds(db, userId)
  const awarded: string[] = []
  for (const milestone of milestones) {
    if (earned.has(milestone.id) || !(await isReached(db, milestone, userId))) continue
    if (await awardOnce(db, milestone, userId)) awarded.push(milestone.id)
  }
  return awarded
}

/** Reads the ids of the badges that a user has. */
export async function earnedIds(db: NodePgDatabase, userId: string): Promise<ReadonlySet<string>> {
  const badges = await db.select().from(handMadeProgress).where(rowsOf(userId, 'milestone_badge'))
  return new Set(badges.map(({ itemKey }) => itemKey))
}

async function isReached(db: NodePgDatabase, { requirement }: Milestone, userId: string): Promise<boolean> {
  if (requirement.type !== 'count' && requirement.type !== 'total' && requirement.type !== 'best') return false
  const rows = await db
    .select()
    .from(handMadeProgress)
    .where(rowsOf(userId, requirement.category as string))
  const property = requirement.type === 'count' ? '' : requirement.property
  switch (requirement.type) {
    case 'count':
      return rows.length >= requirement.target!
    case 'total':
      return rows.reduce((sum, row) => sum + numberAt(row, property), 0) >= requirement.target
    case 'best':
      return rows.some(row => numberAt(row, property) >= requirement.target)
  }
}

function numberAt({ metadata }: Row, property: string): number {
  return Number(metadata[property] ?? 0)
}

async function awardOnce(db: NodePgDatabase, milestone: Milestone, userId: string): Promise<boolean> {
  const found = await db
    .select()
    .from(handMadeProgress)
    .where(and(rowsOf(userId, 'milestone_badge'), eq(handMadeProgress.itemKey, milestone.id)))
  return found.length === 0 && insertBadge(db, milestone, userId)
}

/** Stores a badge and tells whether it is new. */
export async function insertBadge(
  db: NodePgDatabase,
  { id, description, rarity, reward }: Milestone,
  userId: string,
): Promise<boolean> {
  const badge = { userId, category: 'milestone_badge', itemKey: id, metadata: { ...reward, description, rarity } }
  const inserted = await db.insert(handMadeProgress).values(badge).onConflictDoNothing().returning()
  return inserted.length > 0
}

function rowsOf(userId: string, category: string): ReturnType<typeof and> {
  return and(eq(handMadeProgress.userId, userId), eq(handMadeProgress.category, category))
}
