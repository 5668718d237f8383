import { createHash } from 'node:crypto'
import { badgeIdParts } from '../../core/catalog/badge-id.js'
import type { BadgeId } from '../../core/metrics/requirement.js'
import { dayMs } from '../../core/time/period.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { sessionOf } from '../../store/database/session-of.js'
import { readVersions } from '../../store/reports/catalog-versions.js'
import { type BadgeStatistics, type Proportion, readBadgeStatistics } from '../../store/reports/statistics.js'
import type { CallOptions, CountingContext, ServiceContext } from '../context/context.js'
import { contextAt, contextNow } from '../context/counting-context.js'
import { milestoneNotFound } from '../context/milestone-not-found.js'
import { createCounts } from './counts.js'

/** Options of statistics: how they are counted, and how old they may be. */
export type StatisticsOptions = CallOptions & {
  /**
   * How many days of 24 hours a user counts as active after recording something: above 0, at most 36,500. Default: 30.
   */
  readonly activeDays?: number | undefined
  /**
   * The age in milliseconds up to which figures that were counted earlier are returned again. Default: 60,000, or more if
   * counting takes longer than three seconds; if it takes longer than one second, nobody waits for it a second time:
   * until new figures are counted, the last ones are returned. Cannot be combined with `db`.
   */
  readonly maxAgeMs?: number | undefined
  /** Whether to include milestones that are hidden until earned. Do not show the result to users. */
  readonly includeHidden?: boolean | undefined
}

/** `count` of `n` users, and the share; null if `n` is 0. */
export type Share = { count: number; n: number; share: number | null }

/** Statistics about the holders of a badge. Only users with at least one completion are counted as users. */
export type MilestoneStatistics<Id extends string = string> = {
  id: BadgeId<Id>
  title: string
  /** All holders, including those without any stored completion. */
  holderCount: number
  ofAll: Share
  /** Of users who were active lately. */
  ofActive: Share
  /** Of users who have the badges in `after`; of all users if there are none. */
  ofEligible: Share
  /**
   * The time from a user's first completion to the date of the badge, for holders whose first completion is not after
   * that date.
   */
  timeToEarn: { medianMs: number | null; n: number }
}

/** Statistics, and the instant at which they were counted. */
export type StatisticsPage<Id extends string = string> = {
  asOf: Date
  /**
   * In the catalog's order, each tier separately. For a repeatable milestone: who has earned it at least once, from the
   * first time on.
   */
  milestones: MilestoneStatistics<Id>[]
}

/** Reads the statistics of one milestone with all its tiers, or of all milestones. */
export type StatisticsReader = (id: string | undefined, options: StatisticsOptions) => Promise<StatisticsPage>

type Counted = {
  readonly asOf: Date
  readonly context: CountingContext
  readonly byId: ReadonlyMap<string, BadgeStatistics>
}

/** Creates a reader that keeps its last counts, so that one count answers many callers. */
export function createStatisticsReader(context: ServiceContext): StatisticsReader {
  const { db: ownDb, tables, onCountFailure } = context
  const counts = createCounts<number, Counted>(
    { db: ownDb, tables, onFailure: onCountFailure },
    {
      nameOf: async activeDays => `statistics ${activeDays} ${askedName(await contextNow(context))}`,
      count: (activeDays, db) => count(context, db, activeDays),
      toJson: ({ asOf, byId }) => ({ asOf: asOf.getTime(), byId: [...byId] }),
      fromJson: async json => {
        const { asOf, byId } = json as { asOf: number; byId: [string, BadgeStatistics][] }
        return { asOf: new Date(asOf), byId: new Map(byId), context: await contextNow(context) }
      },
    },
  )
  return async (id, { db, activeDays = 30, maxAgeMs, includeHidden = false }) => {
    if (id !== undefined) checkId('itemKey', id, { field: 'badgeId' })
    checkNumber('activeDays', activeDays, { isAllowed: activeDays > 0 && activeDays <= 36_500 })
    if (maxAgeMs !== undefined) checkNumber('maxAgeMs', maxAgeMs, { isAllowed: maxAgeMs >= 0 })
    // What the caller's own transaction sees must not be shown to anyone else.
    const counted = await (db ? count(context, sessionOf(db), activeDays) : counts.get(activeDays, maxAgeMs))
    return pageOf(counted, id, includeHidden)
  }
}

// Of two catalogs that differ in other things, the figures are the same.
function askedName({ compiled: { catalog } }: CountingContext): string {
  const asked = catalog.milestones.map(({ id, after, repeatable }) => [id, after, repeatable !== null])
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 20)
}

function checkNumber(field: string, value: unknown, { isAllowed }: { readonly isAllowed: boolean }): void {
  if (typeof value !== 'number' || !isAllowed) throw invalid(field, 'is out of range', String(value))
}

async function count(given: ServiceContext, db: Session, activeDays: number): Promise<Counted> {
  const asOf = given.now()
  const [latest] = await readVersions(db, given.tables, { limit: 1 })
  const context = await contextAt(given, db, latest?.version ?? 0)
  const { milestones } = context.compiled.catalog
  const activeSince = new Date(asOf.getTime() - activeDays * dayMs)
  const byId = await readBadgeStatistics(db, given.tables, { badges: milestones, activeSince })
  return { asOf, context, byId }
}

function pageOf({ asOf, context, byId }: Counted, id: string | undefined, includeHidden: boolean): StatisticsPage {
  const shown = context.compiled.catalog.milestones.filter(({ hidden }) => includeHidden || hidden === false)
  const asked = id === undefined ? shown : shown.filter(milestone => isOf(milestone.id, id))
  if (id !== undefined && asked.length === 0) {
    throw milestoneNotFound(
      id,
      shown.map(milestone => milestone.id),
    )
  }
  const milestones = asked.map(milestone => statisticsOf(milestone, byId.get(milestone.id)!))
  return { asOf, milestones }
}

function isOf(badgeId: string, id: string): boolean {
  return badgeId === id || badgeIdParts(badgeId).milestoneId === id
}

function statisticsOf(
  { id, title }: Pick<MilestoneStatistics, 'id' | 'title'>,
  { ofAll, ofActive, ofEligible, ...rest }: BadgeStatistics,
): MilestoneStatistics {
  return { id, title, ...rest, ofAll: shareOf(ofAll), ofActive: shareOf(ofActive), ofEligible: shareOf(ofEligible) }
}

function shareOf({ count, n }: Proportion): Share {
  return { count, n, share: n === 0 ? null : count / n }
}
