import type { DifferingField } from '../../core/users/differs.js'
import type { RowFault } from '../../core/users/import-mapping.js'

/** A row that is refused: where it is, and what is wrong with it. */
export type RefusedRow = RowFault & {
  /** Its line in a file, else its place in the source, from 1 on. */
  row: number
  /** Its key, in a table. */
  key?: string
}

/** A row whose key is there already. */
export type DoubleRow = Pick<RefusedRow, 'row' | 'key'> & {
  userId: string
  category: string
  itemKey: string
  /** What of it differs from the row that came first; left out where nothing does, and in a dry run if the first is of an earlier batch. */
  differs?: DifferingField[]
}

/** How far an import is. */
export type ImportProgress = {
  /** `reading`: rows come in. `counting`: users are counted, and what is due is awarded. */
  phase: 'reading' | 'counting'
  /** Rows read in this run. */
  rowCount: number
  /** Users counted in this run. */
  userCount: number
  /** Give it as `resumeAfter` to go on from here, should this run be stopped; null where nothing was read. */
  resumeAfter: string | null
}

/** What came of an import, or, in a dry run, what would. */
export type ImportReport = {
  isDryRun: boolean
  rowCount: number
  completionCount: number
  /** Badges that came in as such. */
  badgeCount: number
  /** Ids of badges that the catalog does not know, each once, in the order of the source, at most 1,000. They come in as they are. */
  unknownBadges: string[]
  double: {
    /** Rows whose key an earlier row of the source has, as far as the last million keys were kept in mind. */
    inSourceCount: number
    /** Rows whose key was stored before. */
    storedCount: number
    /** Rows of both kinds whose time or metadata differs from the row that came first, as far as {@link DoubleRow} tells. */
    differingCount: number
    first: DoubleRow[]
  }
  refused: { count: number; first: RefusedRow[] }
  /** Users counted anew; none in a dry run. */
  userCount: number
  /** Badges that were due by what came in, beyond those that came as such; none in a dry run. */
  awardedCount: number
  resumeAfter: string | null
}

/** A report that is being written. */
export type Tally = {
  rowCount: number
  completionCount: number
  badgeCount: number
  inSourceCount: number
  storedCount: number
  differingCount: number
  refusedCount: number
  userCount: number
  awardedCount: number
  resumeAfter: string | null
  readonly doubles: DoubleRow[]
  readonly refusals: RefusedRow[]
  readonly unknownBadges: Set<string>
}

/** How many rows of each sort a report lists. */
export const listedCount = 20

export function newTally(resumeAfter: string | null): Tally {
  const rows = { rowCount: 0, completionCount: 0, badgeCount: 0, refusedCount: 0 }
  const doubles = { inSourceCount: 0, storedCount: 0, differingCount: 0, doubles: [] }
  const counts = { userCount: 0, awardedCount: 0 }
  return { ...rows, ...doubles, ...counts, resumeAfter, refusals: [], unknownBadges: new Set() }
}

/** Notes a row that is refused. */
export function refuse(tally: Tally, row: RefusedRow): void {
  tally.refusedCount += 1
  if (tally.refusals.length < listedCount) tally.refusals.push(row)
}

/** How many ids of badges a report lists that the catalog does not know. */
const unknownLimit = 1_000

/** Notes a badge that the catalog does not know. */
export function noteUnknownBadge({ unknownBadges }: Tally, badgeId: string): void {
  if (unknownBadges.size < unknownLimit) unknownBadges.add(badgeId)
}

/** Makes what was noted a report. */
export function reportOf(tally: Tally, isDryRun: boolean): ImportReport {
  const { rowCount, completionCount, badgeCount, userCount, awardedCount } = tally
  const { inSourceCount, storedCount, differingCount, doubles } = tally
  return {
    isDryRun,
    rowCount,
    completionCount,
    badgeCount,
    unknownBadges: [...tally.unknownBadges],
    double: { inSourceCount, storedCount, differingCount, first: doubles },
    refused: { count: tally.refusedCount, first: tally.refusals },
    userCount,
    awardedCount,
    resumeAfter: tally.resumeAfter,
  }
}
