import type { DifferingField } from '../../core/users/differs.js'
import type { RowFault } from '../../core/users/import-mapping.js'

/** A row that was refused: where it is, and what is wrong with it. */
export type RefusedRow = RowFault & {
  /** Its line in a file, otherwise its position in the source, from 1. */
  row: number
  /** Its key, if the source is a table. */
  key?: string
}

/** A row with a key that is already there. */
export type DuplicateRow = Pick<RefusedRow, 'row' | 'key'> & {
  userId: string
  category: string
  itemKey: string
  /**
   * The fields that differ from the first row with this key. Omitted if nothing differs, and in a dry run if the first
   * row is in an earlier batch.
   */
  differs?: DifferingField[]
}

/** The progress of an import. */
export type ImportProgress = {
  /** `reading`: rows are read and stored. `counting`: users are counted, and what is due is awarded. */
  phase: 'reading' | 'counting'
  /** Rows read in this run. */
  rowCount: number
  /** Users counted in this run. */
  userCount: number
  /** Pass it as `resumeAfter` to continue from here if this run is stopped. Null if nothing was read yet. */
  resumeAfter: string | null
}

/** The result of an import or, in a dry run, the expected result. */
export type ImportReport = {
  isDryRun: boolean
  rowCount: number
  completionCount: number
  /** Rows that were imported as badges. */
  badgeCount: number
  /**
   * Ids of badges that the catalog does not know, each once, in the order of the source, at most 1,000. These badges
   * are imported as they are.
   */
  unknownBadges: string[]
  duplicates: {
    /** Rows with the key of an earlier row in the source, as far as the last million keys are remembered. */
    inSourceCount: number
    /** Rows with a key that was already stored. */
    storedCount: number
    /** Rows of both kinds whose time or metadata differs from the first row, as far as {@link DuplicateRow} shows it. */
    differingCount: number
    first: DuplicateRow[]
  }
  refused: { count: number; first: RefusedRow[] }
  /** Users counted again; 0 in a dry run. */
  userCount: number
  /** Badges that the imported rows earned, in addition to those imported as badges; 0 in a dry run. */
  awardedCount: number
  resumeAfter: string | null
}

/** A report in progress. */
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
  readonly duplicates: DuplicateRow[]
  readonly refusals: RefusedRow[]
  readonly unknownBadges: Set<string>
}

/** How many rows of each kind a report lists. */
export const listedCount = 20

export function newTally(resumeAfter: string | null): Tally {
  const rows = { rowCount: 0, completionCount: 0, badgeCount: 0, refusedCount: 0 }
  const duplicates = { inSourceCount: 0, storedCount: 0, differingCount: 0, duplicates: [] }
  const counts = { userCount: 0, awardedCount: 0 }
  return { ...rows, ...duplicates, ...counts, resumeAfter, refusals: [], unknownBadges: new Set() }
}

/** Notes a refused row. */
export function refuse(tally: Tally, row: RefusedRow): void {
  tally.refusedCount += 1
  if (tally.refusals.length < listedCount) tally.refusals.push(row)
}

/** How many unknown badge ids a report lists. */
const unknownLimit = 1_000

/** Notes a badge that the catalog does not know. */
export function noteUnknownBadge({ unknownBadges }: Tally, badgeId: string): void {
  if (unknownBadges.size < unknownLimit) unknownBadges.add(badgeId)
}

/** Turns the notes into a report. */
export function reportOf(tally: Tally, isDryRun: boolean): ImportReport {
  const { inSourceCount, storedCount, differingCount, duplicates, refusedCount, refusals, unknownBadges, ...counts } =
    tally
  return {
    isDryRun,
    ...counts,
    unknownBadges: [...unknownBadges],
    duplicates: { inSourceCount, storedCount, differingCount, first: duplicates },
    refused: { count: refusedCount, first: refusals },
  }
}
