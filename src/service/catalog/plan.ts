import type { Catalog } from '../../core/catalog/catalog.js'
import { inTransaction } from '../../store/database/transaction.js'
import { countUsersStored } from '../../store/progress/completions.js'
import type { ApplyPolicy } from '../../store/reports/catalog-versions.js'
import { readVersions } from '../../store/reports/catalog-versions.js'
import { breathe } from '../context/breath.js'
import { type CatalogChanges, changesBetween } from '../context/catalog-changes.js'
import { type CountingContext, compileForService, type ServiceContext } from '../context/context.js'
import { contextAt } from '../context/governing.js'
import { type Adjustment, adjustmentsOf, badgesAfter, standingBy } from '../recount/adjust.js'
import type { UserProgressCount } from '../recount/user-count.js'
import { userPages } from '../recount/user-pages.js'
import { paidAgain } from './paid-again.js'

/** How a plan is made. */
export type PlanOptions = {
  /** Default: `keep`. */
  readonly policy?: ApplyPolicy
  /** How many users are named for each thing. Default: 5. */
  readonly exampleLimit?: number
  readonly onProgress?: (progress: UserProgressCount) => void
}

/** How many users something happens to, and some of them. */
export type Affected = { userCount: number; examples: string[] }

/** What a catalog would do to the users that there are. */
export type CatalogPlan = {
  policy: ApplyPolicy
  /** The version that it is held against; 0 where none was applied and the service's own catalog governs. */
  fromVersion: number
  changes: CatalogChanges
  /** How many users there are. */
  userCount: number
  /** For how many of them anything changes. */
  affectedCount: number
  /** By badge id, in the order of the catalog; only those that somebody gains or loses. */
  badges: { id: string; gained: Affected; lost: Affected }[]
  /** Badges that go by other ids from then on, by both ids; only those that somebody holds. */
  renamed: PlannedRename[]
  /** What the author of the catalog may not have meant. */
  warnings: PlanWarning[]
  points: { raised: Affected; lowered: Affected }
  levels: { raised: Affected; lowered: Affected }
  unlocks: { unlock: string; gained: Affected; lost: Affected }[]
}

/** Badges of users that change their id. */
export type PlannedRename = { from: string; to: string; users: Affected }

/** Something that a plan would do and that is rarely meant. */
export type PlanWarning = {
  /** `paid-again`: a new badge is given for what a badge of a gone id was given for. */
  type: 'paid-again'
  /** The badge that users would get. */
  id: string
  /** The badge that they keep, which the catalog no longer has. */
  formerId: string
  users: Affected
  message: string
}

/** How many users one snapshot reads. */
const pageSize = 1_000

/** Holds a catalog against the one that governs, over the real history. Writes nothing. Reads everything once. */
export async function planCatalog(
  given: ServiceContext,
  catalog: Catalog,
  { policy = 'keep', exampleLimit = 5, onProgress = () => {} }: PlanOptions,
): Promise<CatalogPlan> {
  const { db, tables } = given
  const [latest] = await readVersions(db, tables, { limit: 1 })
  const before = await contextAt(given, db, latest?.version ?? 0)
  const after: CountingContext = { ...given, compiled: compileForService(catalog), policy }
  const tally = createTally(exampleLimit)
  const totalCount = await countUsersStored(db, tables)
  let userCount = 0
  for await (const userIds of userPages(given, undefined, { pageSize })) {
    const adjustments = await inTransaction(db, 'snapshot', tx => adjustmentsOf(after, tx, { userIds, policy }))
    for (const adjustment of adjustments) {
      tally.add(before, after, adjustment)
      await breathe()
    }
    userCount += userIds.length
    onProgress({ userCount, totalCount: Math.max(totalCount, userCount) })
  }
  const changes = changesBetween(before.compiled, after.compiled)
  return { policy, fromVersion: latest?.version ?? 0, changes, userCount, ...tally.result() }
}

type Tally = {
  readonly add: (before: CountingContext, after: CountingContext, adjustment: Adjustment) => void
  readonly result: () => Omit<CatalogPlan, 'policy' | 'fromVersion' | 'changes' | 'userCount'>
}

type Count = { userCount: number; readonly examples: string[] }

function createTally(exampleLimit: number): Tally {
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
    },
    result: () => ({
      affectedCount,
      renamed: pairsOf('renamed').map(([from, to]) => ({ from, to, users: affected('renamed', from, to) })),
      warnings: pairsOf('paid-again').map(([id, formerId]) => {
        const message = `Users who keep "${formerId}", which is gone from the catalog, would get "${id}" for the same completions. If it is the same badge, add formerly: ["${formerId}"] to it.`
        return { type: 'paid-again', id, formerId, users: affected('paid-again', id, formerId), message }
      }),
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

// What happens to one user, each as a name to be counted.
function changesOf(
  before: CountingContext,
  after: CountingContext,
  adjustment: Adjustment,
): readonly (readonly string[])[] {
  const { holdings, gained, lost, renames, merged } = adjustment
  const was = standingBy(before, [...holdings.badges, ...merged], holdings)
  const is = standingBy(after, badgesAfter(adjustment), holdings)
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
