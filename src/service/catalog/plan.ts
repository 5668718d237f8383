import type { BadgeLimits } from '../../core/awards/badge-limits.js'
import type { CompiledCatalog } from '../../core/awards/compile.js'
import type { Catalog } from '../../core/catalog/catalog.js'
import { inTransaction } from '../../store/database/transaction.js'
import { countUsersStored } from '../../store/progress/completions.js'
import type { ApplyPolicy } from '../../store/reports/catalog-versions.js'
import { readVersions } from '../../store/reports/catalog-versions.js'
import { type CatalogChanges, changesBetween } from '../context/catalog-changes.js'
import type { CountingContext, ServiceContext } from '../context/context.js'
import { compiledAt, contextAt } from '../context/counting-context.js'
import { hasBlockedLong, yieldToEventLoop } from '../context/yield-to-event-loop.js'
import { type Adjustment, adjustmentsOf, badgesAfter, standingBy } from '../recount/adjust.js'
import type { UserProgressCount } from '../recount/user-count.js'
import { userPages } from '../recount/user-pages.js'
import { readFoldWarnings, retentionTally } from './fold-warnings.js'
import { findPlaceTakers } from './free-places.js'
import { listWarnings } from './list-warnings.js'
import { paidAgain } from './paid-again.js'
import type { Affected, PlanWarning } from './plan-warning.js'

/** Options of a plan. */
export type PlanOptions = {
  /** Default: `keep`. */
  readonly policy?: ApplyPolicy
  /** The most user ids listed as examples for each change. Default: 5. */
  readonly exampleLimit?: number
  readonly onProgress?: (progress: UserProgressCount) => void
}

/** What applying a catalog would do to the current users. */
export type CatalogPlan = {
  policy: ApplyPolicy
  /** The version that the catalog is compared with. 0 if none was applied: then it is the service's own catalog. */
  fromVersion: number
  changes: CatalogChanges
  /** The number of all users. */
  userCount: number
  /** The number of users for whom anything changes. */
  affectedCount: number
  /** By badge id, in the order of the catalog. Only badges that some user gains or loses. */
  badges: { id: string; gained: Affected; lost: Affected }[]
  /** Badges that get another id, with the old and the new id. Only badges that some user holds. */
  renamed: PlannedRename[]
  /** Effects that the author of the catalog may not intend. */
  warnings: PlanWarning[]
  points: { raised: Affected; lowered: Affected }
  levels: { raised: Affected; lowered: Affected }
  unlocks: { unlock: string; gained: Affected; lost: Affected }[]
}

/** Badges of users that get another id. */
export type PlannedRename = { from: string; to: string; users: Affected }

/** How many users are read in one snapshot. */
const pageSize = 1_000

/** Compares a catalog with the one in effect, over the real history. Reads everything once and writes nothing. */
export function planCatalog(given: ServiceContext, catalog: Catalog, options: PlanOptions): Promise<CatalogPlan> {
  return planChange(given, (_, version) => compiledAt(given, given.db, { catalog, version }), options)
}

/** What would be in effect, made from what is in effect at a version. */
type Change = (before: CountingContext, version: number) => Promise<CompiledCatalog>

/** Compares what is in effect with what would be. */
export async function planChange(
  given: ServiceContext,
  change: Change,
  { policy = 'keep', exampleLimit = 5, onProgress = () => {} }: PlanOptions,
): Promise<CatalogPlan> {
  const { db, tables } = given
  const [latest] = await readVersions(db, tables, { limit: 1 })
  const fromVersion = latest?.version ?? 0
  const before = await contextAt(given, db, fromVersion)
  const after: CountingContext = { ...given, compiled: await change(before, fromVersion), policy }
  const tally = createTally(exampleLimit, after.compiled.limits)
  const retention = retentionTally(after, exampleLimit)
  const totalCount = await countUsersStored(db, tables)
  const withHighest = [before, after].some(({ compiled }) => compiled.catalog.levels.keep)
  const takers = await findPlaceTakers(after, policy)
  const mayTake = (userId: string, id: string): boolean =>
    (takers.get(userId) ?? []).some(({ badgeId }) => badgeId === id)
  let userCount = 0
  for await (const userIds of userPages(given, undefined, { pageSize })) {
    const query = { userIds, policy, withHighest, mayTake }
    const adjustments = await inTransaction(db, 'snapshot', tx => adjustmentsOf(after, tx, query))
    for (const adjustment of adjustments) {
      tally.add(before, after, adjustment)
      if (hasBlockedLong()) await yieldToEventLoop()
    }
    await retention.add(userIds)
    userCount += userIds.length
    onProgress({ userCount, totalCount: Math.max(totalCount, userCount) })
  }
  const changes = changesBetween(before.compiled, after.compiled)
  const { warnings, ...result } = tally.result()
  const folded = await readFoldWarnings(after, before.compiled)
  return {
    policy,
    fromVersion,
    changes,
    userCount,
    ...result,
    warnings: [...listWarnings(after.compiled.catalog), ...retention.warnings(), ...folded, ...warnings],
  }
}

type Tally = {
  readonly add: (before: CountingContext, after: CountingContext, adjustment: Adjustment) => void
  readonly result: () => Omit<CatalogPlan, 'policy' | 'fromVersion' | 'changes' | 'userCount'>
}

type Count = { userCount: number; readonly examples: string[] }

function createTally(exampleLimit: number, limits: BadgeLimits): Tally {
  const counts = new Map<string, Count>()
  let affectedCount = 0
  const note = (userId: string, ...name: readonly string[]): void => {
    const key = JSON.stringify(name)
    const count = counts.get(key) ?? { userCount: 0, examples: [] }
    counts.set(key, count)
    count.userCount += 1
    if (count.examples.length < exampleLimit) count.examples.push(userId)
  }
  const affected = (...name: readonly string[]): Affected =>
    counts.get(JSON.stringify(name)) ?? { userCount: 0, examples: [] }
  const named = (kind: string): readonly string[] => {
    const names = [...counts.keys()].map(key => JSON.parse(key) as string[])
    return [...new Set(names.filter(([first]) => first === kind).map(([, name]) => name!))]
  }
  const pairsOf = (kind: string): [string, string][] =>
    [...counts.keys()]
      .map(key => JSON.parse(key) as [string, string, string])
      .filter(([first]) => first === kind)
      .map(([, one, other]) => [one, other])
  const bothWays = (kind: string): { readonly raised: Affected; readonly lowered: Affected } => {
    return { raised: affected(kind, 'raised'), lowered: affected(kind, 'lowered') }
  }
  return {
    add: (before, after, adjustment) => {
      const names = changesOf(before, after, adjustment)
      for (const name of names) note(adjustment.userId, ...name)
      if (names.length > 0) affectedCount += 1
      if (limits.size === 0) return
      for (const { id } of badgesAfter(adjustment)) if (limits.has(id)) note(adjustment.userId, 'limited', id)
    },
    result: () => ({
      affectedCount,
      renamed: pairsOf('renamed').map(([from, to]) => ({ from, to, users: affected('renamed', from, to) })),
      warnings: [
        ...pairsOf('paid-again').map(([id, formerId]): PlanWarning => {
          const message = `Users who keep "${formerId}", which is gone from the catalog, would get "${id}" for the same completions. If it is the same badge, add formerly: ["${formerId}"] to it.`
          return { type: 'paid-again', id, formerId, users: affected('paid-again', id, formerId), message }
        }),
        ...named('limited').flatMap((id): PlanWarning[] => {
          const { limit } = limits.get(id)!
          const users = affected('limited', id)
          const message = `${users.userCount} users have "${id}", more than its limit of ${limit}. They keep it, and nobody else gets it.`
          return users.userCount > limit ? [{ type: 'beyond-limit', id, limit, users, message }] : []
        }),
      ],
      badges: named('badge').map(id => ({
        id,
        gained: affected('badge', id, 'gained'),
        lost: affected('badge', id, 'lost'),
      })),
      points: bothWays('points'),
      levels: bothWays('level'),
      unlocks: named('unlock').map(unlock => {
        return { unlock, gained: affected('unlock', unlock, 'gained'), lost: affected('unlock', unlock, 'lost') }
      }),
    }),
  }
}

// The changes for one user, each as a name to count.
function changesOf(
  before: CountingContext,
  after: CountingContext,
  adjustment: Adjustment,
): readonly (readonly string[])[] {
  const { holdings, gained, lost, renames, merged } = adjustment
  const was = standingBy(before, [...holdings.badges, ...merged], holdings)
  const highestPoints = Math.max(holdings.highestPoints, was.points)
  const is = standingBy(after, badgesAfter(adjustment), { ...holdings, highestPoints })
  const moved = (kind: string, from: number, to: number): readonly (readonly string[])[] =>
    from === to ? [] : [[kind, from < to ? 'raised' : 'lowered']]
  return [
    ...renames.filter(({ isHeld }) => isHeld).map(({ from, to }) => ['renamed', from, to]),
    ...paidAgain(before.compiled, after.compiled, adjustment).map(({ id, formerId }) => ['paid-again', id, formerId]),
    ...gained.map(({ id }) => ['badge', id, 'gained']),
    ...lost.map(({ id }) => ['badge', id, 'lost']),
    ...moved('points', was.points, is.points),
    ...moved('level', was.level, is.level),
    ...[...is.unlocks].filter(unlock => !was.unlocks.has(unlock)).map(unlock => ['unlock', unlock, 'gained']),
    ...[...was.unlocks].filter(unlock => !is.unlocks.has(unlock)).map(unlock => ['unlock', unlock, 'lost']),
  ]
}
