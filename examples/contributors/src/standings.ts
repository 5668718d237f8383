import { count, eq } from 'drizzle-orm'
import type { PgliteDatabase } from 'drizzle-orm/pglite'
import type { LeaderboardEntry, MilestoneService, UserProgress } from 'milepost'
import { userProgress } from 'milepost/schema'

/** What the report shows of what is stored. */
export type Standings = {
  /** The first ten. */
  readonly entries: readonly LeaderboardEntry[]
  /** Whose card is shown; nobody's where nobody has points. */
  readonly card?: Card
  /** How many people hold each badge, by milestone id. */
  readonly holderCounts: ReadonlyMap<string, number>
}

export type Card = { readonly entry: LeaderboardEntry; readonly progress: UserProgress }

type Reading = {
  readonly service: Pick<MilestoneService, 'getLeaderboard' | 'getUserProgress'>
  readonly db: PgliteDatabase
  /** Whose card to read, the first of them in the leaderboard; the leader's when left out. */
  readonly userIds?: readonly string[] | undefined
}

/** Reads the leaderboard, one card, and how rare each badge is. */
export async function readStandings({ service, db, userIds }: Reading): Promise<Standings> {
  const { entries } = await service.getLeaderboard({ limit: 10 })
  const shown = userIds === undefined ? entries[0] : await firstOf(service, userIds)
  const holderCounts = await countHolders(db)
  if (!shown) return { entries, holderCounts }
  return { entries, holderCounts, card: { entry: shown, progress: await service.getUserProgress(shown.userId) } }
}

async function firstOf(service: Reading['service'], userIds: readonly string[]): Promise<LeaderboardEntry | undefined> {
  const entries: LeaderboardEntry[] = []
  for (const userId of userIds) {
    const around = await service.getLeaderboard({ around: userId, limit: 1 })
    entries.push(...around.entries.filter(entry => entry.userId === userId))
  }
  return entries.sort((a, b) => a.rank - b.rank)[0]
}

// Badges are rows of an ordinary table: what the service does not answer, a query of one's own does.
async function countHolders(db: PgliteDatabase): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ id: userProgress.itemKey, holderCount: count() })
    .from(userProgress)
    .where(eq(userProgress.category, 'milestone_badge'))
    .groupBy(userProgress.itemKey)
  return new Map(rows.map(({ id, holderCount }) => [id, holderCount]))
}
