import { aheadLimitMs } from '../../core/users/completion.js'
import { instant, textList } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { join, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** A badge, and the badges that a user must hold before it. */
export type BadgeAsked = { readonly id: string; readonly after: readonly string[]; readonly repeatable: object | null }

/** A number of users out of a total. */
export type Proportion = { readonly count: number; readonly n: number }

/** Who holds one badge. */
export type BadgeStatistics = {
  /** All users who hold it, including those without a stored completion. */
  readonly holderCount: number
  /**
   * Out of users with at least one completion; of those who recorded one recently; of those who hold what it requires.
   */
  readonly ofAll: Proportion
  readonly ofActive: Proportion
  readonly ofEligible: Proportion
  /**
   * The median time from a user's first completion to the badge, over the holders who did not get the badge before
   * that.
   */
  readonly timeToEarn: { readonly medianMs: number | null; readonly n: number }
}

/** Which badges, and since when a completion must have been recorded for a user to count as active. */
export type StatisticsScope = { readonly badges: readonly BadgeAsked[]; readonly activeSince: Date }

/**
 * Counts who holds which badge, by id, in one statement. It reads every completion and every badge once, so that no row
 * shared by all users has to be maintained.
 */
export async function readBadgeStatistics(
  db: Session,
  { badgeStatisticsFunction }: Tables,
  { badges, activeSince }: StatisticsScope,
): Promise<ReadonlyMap<string, BadgeStatistics>> {
  const bits = bitsOf(badges)
  const lists = [
    bits.map(({ id }) => id),
    bits.map(({ isAsked }) => String(isAsked)),
    bits.map(({ own }) => own),
    bits.map(({ needed }) => needed),
    badges.flatMap(({ id, repeatable }) => (repeatable ? [id] : [])),
  ].map(list => sql`${textList(list)}::text`)
  const rows = await run<StatisticsRow>(
    db,
    sql`select * from ${badgeStatisticsFunction}(${join(lists)}, ${instant(activeSince)},
      ${`${aheadLimitMs} milliseconds`}::interval)`,
  )
  return new Map(rows.map(row => [row.id, statisticsFrom(row)]))
}

type BadgeBits = {
  readonly id: string
  readonly isAsked: boolean
  readonly own: string
  readonly needed: string
}

// The badges of a user fit into one row of bits, one bit per badge. Then checking who is eligible needs no join per
// milestone.
function bitsOf(badges: readonly BadgeAsked[]): readonly BadgeBits[] {
  const afterById = new Map(badges.map(({ id, after }) => [id, after]))
  const ids = [...new Set([...afterById.keys(), ...badges.flatMap(({ after }) => after)])]
  const bits = (chosen: readonly string[]): string => ids.map(id => (chosen.includes(id) ? '1' : '0')).join('')
  return ids.map(id => {
    const after = afterById.get(id) ?? []
    return { id, isAsked: afterById.has(id), own: bits([id]), needed: bits(after) }
  })
}

type StatisticsRow = {
  readonly id: string
  readonly holders: number
  readonly counted: number
  readonly active: number
  readonly timed: number
  readonly median_ms: number | null
  readonly users: number
  readonly active_users: number
  readonly is_gated: boolean
  readonly eligible: number
  readonly eligible_holders: number
}

function statisticsFrom(row: StatisticsRow): BadgeStatistics {
  const ofAll = { count: row.counted, n: row.users }
  return {
    holderCount: row.holders,
    ofAll,
    ofActive: { count: row.active, n: row.active_users },
    ofEligible: row.is_gated ? { count: row.eligible_holders, n: row.eligible } : ofAll,
    timeToEarn: { medianMs: row.median_ms, n: row.timed },
  }
}
