import { badgeCategory } from '../../core/users/completion.js'
import { anyOf, msOf } from '../database/columns.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { foldsBranch } from './folds.js'
import { adjustmentSource, badgeSource, isOffer, netGains } from './net-gains.js'
import { allUsers } from './pauses.js'
import { periodsCounted } from './period-points.js'

/** What to read about some users. */
export type HoldingsScope = {
  readonly userIds: readonly string[]
  /** The parts of metrics to read in addition to the metrics themselves, or all of them. */
  readonly parts?: readonly string[] | 'all'
  readonly withCalendar?: boolean
  /** Whether to read the streak freezes that were granted. */
  readonly withFreezes?: boolean
  readonly withLedger?: boolean
  /** Whether to read the most points that a user had. */
  readonly withHighest?: boolean | undefined
  /** The locale of the badges' texts. Default: as they were awarded. */
  readonly locale?: string | undefined
}

/** A row of any branch. All branches share one shape; what a column contains depends on the kind. */
export type HoldingRow = {
  readonly kind:
    | 'metric'
    | 'badge'
    | 'standing'
    | 'zone'
    | 'pause'
    | 'freeze'
    | 'version'
    | 'badge gain'
    | 'decision'
    | 'completion gains'
    | 'period drift'
    | 'fold'
    | 'highest'
  readonly user_id: string
  readonly name: string
  readonly part: string
  readonly value: string
  readonly at: number | null
  readonly previous: string
  readonly previous_at: number | null
  readonly json: string | null
  readonly badge_count: number
}

/** Selects what {@link HoldingsScope} asks for, as branches of one union. `users`: the right side of `user_id =`. */
export function holdingBranches(tables: Tables, users: Sql, scope: HoldingsScope): Sql[] {
  return [
    metricsBranch(tables, users, scope.parts ?? []),
    badgesBranch(tables, users),
    standingsBranch(tables, users),
    badgeGainsBranch(tables, users),
    decisionsBranch(tables, users),
    ...(scope.withCalendar ? [...calendarBranches(tables, users), versionBranch(tables)] : []),
    ...(scope.withFreezes ? [freezesBranch(tables, users)] : []),
    ...(scope.withHighest ? [highestBranch(tables, users)] : []),
    ...(scope.withLedger ? [...ledgerBranches(tables, users), foldsBranch(tables, users)] : []),
  ]
}

const nothingMore = raw(
  'null::text as previous, null::float8 as previous_at, null::text as json, null::int as badge_count',
)

function metricsBranch({ userMetrics }: Tables, users: Sql, parts: readonly string[] | 'all'): Sql {
  const periods = parts === 'all' ? sql`` : sql`and period = ${anyOf(['', ...parts])}`
  return sql`select 'metric' as kind, user_id, metric as name, period as part, value::text as value,
      ${msOf(sql`last_at`)} as at, previous::text as previous, ${msOf(sql`previous_at`)} as previous_at,
      state::text as json, null::int as badge_count
    from ${userMetrics} where user_id = ${users} ${periods}`
}

/** Selects the badges of some users. */
export function badgesBranch({ userProgress }: Tables, users: Sql): Sql {
  return sql`select 'badge' as kind, user_id, item_key as name, '' as part, '' as value, ${msOf(sql`completed_at`)} as at,
      null::text as previous, null::float8 as previous_at, metadata::text as json, null::int as badge_count
    from ${userProgress} where user_id = ${users} and category = ${badgeCategory}`
}

function standingsBranch({ userStandings }: Tables, users: Sql): Sql {
  return sql`select 'standing', user_id, counted_with, visibility, points::text, ${msOf(sql`reached_at`)},
      completion_points::text, ${msOf(sql`completion_points_at`)}, merged_into, badge_count
    from ${userStandings} where user_id = ${users}`
}

/** Selects which of some ids are of users who were merged. */
export function mergedBranch({ userStandings }: Tables, users: Sql): Sql {
  return sql`select 'standing', user_id, '', '', '', null::float8, null::text, null::float8, merged_into, null::int
    from ${userStandings} where user_id = ${users} and merged_into is not null`
}

function badgeGainsBranch({ pointsLedger }: Tables, users: Sql): Sql {
  // A badge that was revoked and awarded again has several dates here, of which one remains.
  return sql`select 'badge gain', user_id, item_key, coalesce(currency, ''), sum(points)::text, ${msOf(sql`max(at)`)},
      ${nothingMore}
    from (select user_id, item_key, currency, at, sum(points) as points from ${pointsLedger}
      where user_id = ${users} and source = ${badgeSource}::text
      group by user_id, item_key, currency, at having sum(points) <> 0) as net
    group by user_id, item_key, currency having sum(points) <> 0`
}

/** Selects the most points that some users had before they lost any. */
export function highestBranch({ pointsLedger }: Tables, users: Sql): Sql {
  return sql`select 'highest' as kind, user_id, '' as name, '' as part, max(points_before)::text as value, null::float8 as at,
      ${nothingMore}
    from ${pointsLedger} where user_id = ${users} and points_before is not null group by user_id`
}

function versionBranch({ catalogVersions }: Tables): Sql {
  return sql`select 'version', ${allUsers}::text, '', '', coalesce(max(version), 0)::text, null::float8, ${nothingMore}
    from ${catalogVersions}`
}

function decisionsBranch({ badgeDecisions }: Tables, users: Sql): Sql {
  return sql`select 'decision', user_id, badge_id, '', decision, null::float8, ${nothingMore}
    from ${badgeDecisions} where user_id = ${users}`
}

const pauseState = raw("case when deleted_at is not null then 'deleted' when in_days then 'days' else 'instants' end")

/** Reads zones and pauses, as branches of a union. Includes deleted pauses for all users. */
export function calendarBranches({ userTimeZones, streakPauses }: Tables, users: Sql): readonly Sql[] {
  return [
    sql`select 'zone' as kind, user_id, coalesce(zone, '') as name, coalesce(day_starts_at, '') as part, '' as value, ${msOf(sql`since`)} as at, ${nothingMore}
      from ${userTimeZones} where user_id = ${users}`,
    sql`select 'pause' as kind, user_id, '' as name, ${pauseState} as part, '' as value, ${msOf(sql`from_at`)} as at,
        null::text as previous, ${msOf(sql`until_at`)} as previous_at, null::text as json, null::int as badge_count
      from ${streakPauses} where (user_id = ${users} or user_id = ${allUsers}::text)`,
  ]
}

/** Reads when streak freezes were granted, as a branch of a union. */
export function freezesBranch({ streakFreezes }: Tables, users: Sql): Sql {
  return sql`select 'freeze' as kind, user_id, '' as name, '' as part, '' as value, ${msOf(sql`granted_at`)} as at, ${nothingMore}
    from ${streakFreezes} where user_id = ${users}`
}

// Returns only periods that differ. For many users at once nearly all are right, and comparing costs less than
// sending.
function ledgerBranches(tables: Tables, users: Sql): readonly Sql[] {
  const net = netGains(tables, users)
  const lastGain = sql`max(at) filter (where points > 0 and currency is null)`
  return [
    sql`select 'completion gains', user_id, '', '', coalesce(sum(points) filter (where currency is null), 0)::text,
        ${msOf(lastGain)}, null::text, null::float8,
        json_agg(json_build_array(item_key, points, ${msOf(sql`at`)}) order by at, item_key)
          filter (where source = ${adjustmentSource}::text and currency is null)::text,
        (count(*) filter (where ${isOffer}))::int
      from (${net}) as net where source <> ${badgeSource}::text group by user_id`,
    sql`select 'period drift', user_id, label, '', coalesce(counted.points::text, ''), ${msOf(sql`counted.reached_at`)},
        stored.points::text, ${msOf(sql`stored.reached_at`)}, null, null
      from (
        ${periodsCounted(tables, users)}
      ) as counted full join (
        select user_id, period as label, points, reached_at from ${tables.userPeriodPoints} where user_id = ${users}
      ) as stored using (user_id, label)
      where coalesce(counted.points, 0) <> coalesce(stored.points, 0)
        or counted.reached_at is distinct from stored.reached_at`,
  ]
}
