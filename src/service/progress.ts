import type { Badge } from '../core/badge.js'
import { stateOf } from '../core/decide.js'
import type { Decimal } from '../core/decimal.js'
import { levelAt } from '../core/level.js'
import { type MilestoneProgress, progressOf } from '../core/progress.js'
import type { Database } from '../store/database.js'
import { type Holdings, readHoldings } from '../store/holdings.js'
import { inTransaction } from '../store/transaction.js'
import type { ServiceContext } from './context.js'
import { countUsers } from './recount.js'

/** Where one user stands. Of a user unknown so far: level 1 and nothing else. */
export type UserProgress<Id extends string = string, Unlock extends string = string> = {
  readonly userId: string
  /** In order of their dates. */
  readonly earnedBadges: readonly Badge<Id, Unlock>[]
  /** The ids of the badges held, in the same order; also of milestones that today's catalog no longer has. */
  readonly completedMilestones: readonly Id[]
  /** The sum of the points of the badges held. */
  readonly totalPoints: number
  readonly level: number
  readonly levelName: string | null
  /** The points at which the next level begins, null on the highest. */
  readonly nextLevelPoints: number | null
  /** What the badges held open, each once. */
  readonly unlocks: readonly Unlock[]
  /** Every milestone of the catalog, in its order. */
  readonly milestones: readonly MilestoneProgress<Id>[]
}

/** Reads one user's progress in one statement. */
export async function readProgress(context: ServiceContext, db: Database, userId: string): Promise<UserProgress> {
  const holdings = (await readHoldings(db, context.tables, [userId])).get(userId)!
  const countedWith = holdings.standing?.countedWith ?? context.compiled.fingerprint
  if (countedWith !== context.compiled.fingerprint) return readOutdated(context, db, userId)
  const values = new Map([...holdings.metrics].map(([name, { value }]) => [name, value]))
  return progressFrom(context, { userId, holdings, values })
}

// Counted with another catalog: until the user is recounted by a write, the values come from the history.
async function readOutdated(context: ServiceContext, db: Database, userId: string): Promise<UserProgress> {
  const [counted] = await inTransaction(db, 'snapshot', tx => countUsers(context, tx, [{ userId, fresh: [] }]))
  const { holdings, count } = counted!
  return progressFrom(context, { userId, holdings, values: new Map(count.values) })
}

type Read = { readonly userId: string; readonly holdings: Holdings; readonly values: Map<string, Decimal> }

function progressFrom({ compiled }: ServiceContext, { userId, holdings, values }: Read): UserProgress {
  const { badges } = holdings
  const state = stateOf(badges, values)
  const earnedAtById = new Map(badges.map(({ id, earnedAt }) => [id, earnedAt]))
  return {
    userId,
    earnedBadges: badges,
    completedMilestones: badges.map(({ id }) => id),
    totalPoints: state.points,
    ...levelAt(compiled.catalog.levels, state.points),
    unlocks: [...new Set(badges.flatMap(({ unlocks }) => unlocks))],
    milestones: progressOf(compiled, state, earnedAtById),
  }
}
