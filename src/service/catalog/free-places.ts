import type { BadgeLimits } from '../../core/awards/badge-limits.js'
import type { CompiledCatalog } from '../../core/awards/compile.js'
import { groupBy } from '../../core/values/group-by.js'
import { inTransaction } from '../../store/database/transaction.js'
import { countHolders } from '../../store/progress/badge-places.js'
import type { ApplyPolicy, StoredVersion } from '../../store/reports/catalog-versions.js'
import type { CountingContext, ServiceContext } from '../context/context.js'
import { contextAt } from '../context/counting-context.js'
import { adjustmentsOf } from '../recount/adjust.js'
import { userPages } from '../recount/user-pages.js'

/**
 * Lists the badges whose places nobody takes until a catalog is applied: those that have no limit in the version before, by
 * which some transactions may still count.
 */
export async function limitsAdded(
  given: ServiceContext,
  { limits }: CompiledCatalog,
  latest: StoredVersion | undefined,
): Promise<BadgeLimits> {
  if (limits.size === 0 || !latest?.appliedAt) return limits
  const before = (await contextAt(given, given.db, latest.version)).compiled.limits
  return new Map([...limits].filter(([id]) => !before.has(id)))
}

/** A user who gets a free place, and when the user reached the badge. */
export type PlaceTaker = { readonly userId: string; readonly badgeId: string; readonly at: Date }

/**
 * Finds who gets the free places of badges with a limit when a catalog is applied: those who reached the badge first, in
 * that order, by user. Reads every user's history, but only if a place can be free. Writes nothing.
 */
export async function findPlaceTakers(
  context: CountingContext,
  policy: ApplyPolicy,
): Promise<ReadonlyMap<string, readonly PlaceTaker[]>> {
  const { db, tables, compiled } = context
  const { limits } = compiled
  if (limits.size === 0) return new Map()
  const holders = await countHolders(db, tables, limits)
  const most = new Map([...limits].map(([id, { limit }]) => [id, limit]))
  const left = new Map([...most].map(([id, limit]) => [id, limit - holders.get(id)!]))
  if (policy === 'keep' && [...left.values()].every(count => count <= 0)) return new Map()
  let takers: readonly PlaceTaker[] = []
  const query = { policy, mayTake: () => true }
  for await (const userIds of userPages(context, undefined)) {
    const page = await inTransaction(db, 'snapshot', tx => adjustmentsOf(context, tx, { userIds, ...query }))
    for (const { id } of page.flatMap(({ lost }) => lost)) left.set(id, (left.get(id) ?? 0) + 1)
    const found = page.flatMap(({ userId, gained }) =>
      gained.map(({ id: badgeId, earnedAt: at }) => ({ userId, badgeId, at })),
    )
    takers = earliest([...takers, ...found], most)
  }
  return groupBy(earliest(takers, left), ({ userId }) => userId)
}

// `places`: how many there are, by badge id.
function earliest(takers: readonly PlaceTaker[], places: ReadonlyMap<string, number>): readonly PlaceTaker[] {
  const left = new Map(places)
  return takers
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.userId < b.userId ? -1 : 1))
    .filter(({ badgeId }) => {
      const count = left.get(badgeId) ?? 0
      left.set(badgeId, count - 1)
      return count > 0
    })
}
