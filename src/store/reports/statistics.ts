import { aheadLimitMs, badgeCategory } from '../../core/users/completion.js'
import { anyOf, instant, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
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
  tables: Tables,
  { badges, activeSince }: StatisticsScope,
): Promise<ReadonlyMap<string, BadgeStatistics>> {
  const rows = await run<StatisticsRow>(
    db,
    sql`with asked as materialized (${askedBadges(bitsOf(badges))}
      ), users as materialized (${usersBegun(tables, activeSince)}
      ), held as materialized (
        select id, own, user_id, earned_at, first_at, is_active
        from (${badgesHeld(tables, badges)}) as badges join asked using (id) left join users using (user_id)
      ), holdings as materialized (
        select badges, count(*) as users from (
          select bit_or(own) as badges from held where is_active is not null group by user_id
        ) as each group by badges
      ), of_eligible as (
        select id, sum(users) as eligible, sum(users) filter (where badges & own = own) as eligible_holders
        from holdings join asked on is_gated and badges & needed = needed group by id
      ), of_held as (
        select id, count(*) as holders, count(is_active) as counted, count(*) filter (where is_active) as active,
          count(*) filter (where earned_at >= first_at) as timed,
          percentile_cont(0.5) within group (order by date_part('epoch', earned_at - first_at) * 1000)
            filter (where earned_at >= first_at) as median_ms
        from held group by id
      ), totals as (select count(*) as users, count(*) filter (where is_active) as active_users from users)
      select id, coalesce(holders, 0)::float8 as holders, coalesce(counted, 0)::float8 as counted,
        coalesce(active, 0)::float8 as active, coalesce(timed, 0)::float8 as timed, median_ms::float8 as median_ms,
        users::float8 as users, active_users::float8 as active_users, is_gated,
        coalesce(eligible, 0)::float8 as eligible, coalesce(eligible_holders, 0)::float8 as eligible_holders
      from asked cross join totals left join of_held using (id) left join of_eligible using (id) where is_asked`,
  )
  return new Map(rows.map(row => [row.id, statisticsFrom(row)]))
}

// Users with a completion that counts.
function usersBegun({ userProgress }: Tables, activeSince: Date): Sql {
  return sql`select user_id, min(completed_at) as first_at, max(recorded_at) >= ${instant(activeSince)} as is_active
    from ${userProgress} where category <> ${badgeCategory}
      and completed_at <= recorded_at + ${`${aheadLimitMs} milliseconds`}::interval
    group by user_id`
}

// A user holds a repeatable milestone if they hold any of its badges, since the first one.
function badgesHeld({ userProgress }: Tables, badges: readonly BadgeAsked[]): Sql {
  const repeatableIds = badges.flatMap(({ id, repeatable }) => (repeatable ? [id] : []))
  const rows = sql`select item_key as id, user_id, completed_at as earned_at from ${userProgress} where category = ${badgeCategory}`
  if (repeatableIds.length === 0) return rows
  return sql`${rows} union all
    select split_part(item_key, '@', 1), user_id, min(completed_at) from ${userProgress}
    where category = ${badgeCategory} and split_part(item_key, '@', 1) = ${anyOf(repeatableIds)} and item_key like '%@%'
    group by 1, 2`
}

type BadgeBits = {
  readonly id: string
  readonly isAsked: boolean
  readonly isGated: boolean
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
    return { id, isAsked: afterById.has(id), isGated: after.length > 0, own: bits([id]), needed: bits(after) }
  })
}

function askedBadges(bits: readonly BadgeBits[]): Sql {
  return sql`select id, is_asked::boolean as is_asked, is_gated::boolean as is_gated, own::varbit as own,
      needed::varbit as needed
    from unnest(
      ${textArray(bits.map(({ id }) => id))}, ${textArray(bits.map(({ isAsked }) => String(isAsked)))},
      ${textArray(bits.map(({ isGated }) => String(isGated)))}, ${textArray(bits.map(({ own }) => own))},
      ${textArray(bits.map(({ needed }) => needed))}
    ) as given (id, is_asked, is_gated, own, needed)`
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
