import { type SQL, sql } from 'drizzle-orm'
import { type Badge, badgeFromRow, type GivenByHand, lackingIn } from '../../core/awards/badge.js'
import type { Standing } from '../../core/awards/standing.js'
import type { MetricRow, MetricState } from '../../core/metrics/metric.js'
import type { Pause, ZoneSince } from '../../core/time/calendar.js'
import { badgeCategory } from '../../core/users/completion.js'
import type { Visibility } from '../../core/users/visibility.js'
import { type Decimal, parseDecimal } from '../../core/values/decimal.js'
import type { Metadata } from '../../core/values/metadata.js'
import { anyOf, dateOf, dateOrNull, jsonOf, msOf, textArray } from '../database/columns.js'
import { type Database, run } from '../database/database.js'
import type { Tables } from '../schema/tables.js'
import type { Decision } from './decisions.js'
import { badgeSource, netGains, periodLabels } from './ledger.js'
import { everybody } from './pauses.js'

/** A metric as it is stored. */
export type StoredMetric = MetricRow & {
  /** The value before the last change. */
  readonly previous: Decimal
  /** The latest completion counted before the last change, null if there was none. */
  readonly previousAt: Date | null
}

/** Everything about one user that decisions and pages need. */
export type Holdings = {
  /** By metric name, then part. Includes metrics that the current catalog does not have. */
  readonly metrics: ReadonlyMap<string, ReadonlyMap<string, StoredMetric>>
  /** In order of their dates, then ids. */
  readonly badges: readonly Badge[]
  /** Null if nothing was ever recorded or counted for this user. */
  readonly standing: StoredStanding | null
  /** Asked for with `withCalendar`. */
  readonly zones: readonly ZoneSince[]
  /** Only with `withCalendar`: the user's own pauses and those for all users. */
  readonly pauses: readonly Pause[]
  /** How often pauses for all users were created or deleted. */
  readonly commonPauseChanges: number
  /** Only with `withCalendar`: the version of the catalog applied last, or 0 if none was. */
  readonly catalogVersion: number
  /** Ids of held badges that were awarded manually and not earned. */
  readonly givenByHand: ReadonlySet<string>
  /** What the rows of held badges lack, by id. Such rows were inserted by the host or imported. */
  readonly lacking: ReadonlyMap<string, BadgeLack>
  /** Manual decisions, by badge id. */
  readonly decisions: ReadonlyMap<string, Decision>
  /** What the ledger has for each badge, by id. */
  readonly badgeGains: ReadonlyMap<string, BadgeGain>
  /** Only with `withLedger`. */
  readonly ledger: LedgerTotals
}

/** A badge row with missing fields, and the names of those fields. */
export type BadgeLack = { readonly metadata: Metadata; readonly lacking: readonly string[] }

/** The points of a badge in the ledger, and when. */
export type BadgeGain = { readonly points: number; readonly at: Date }

export type StoredStanding = Standing & {
  /** The fingerprint of the catalog that the user was counted with. */
  readonly countedWith: string
  readonly visibility: Visibility
}

/** The totals of one user's ledger, and the projections that depend on it. */
export type LedgerTotals = {
  readonly completionPoints: Standing['completionPoints']
  /** Whether completions offered anything under a rule with a cap. */
  readonly hasOffers: boolean
  /** Weeks and months whose stored points differ from the ledger. */
  readonly periodDrifts: readonly PeriodDrift[]
}

/** Points of a week or month, as stored and according to the ledger; null if one side has nothing. */
export type PeriodDrift = {
  readonly period: string
  readonly stored: PeriodPoints | null
  readonly counted: PeriodPoints | null
}

export type PeriodPoints = { readonly points: number; readonly reachedAt: Date | null }

/** What to read about some users. */
export type HoldingsScope = {
  readonly userIds: readonly string[]
  /** The parts of metrics to read in addition to the metrics themselves, or all of them. */
  readonly parts?: readonly string[] | 'all'
  readonly withCalendar?: boolean
  readonly withLedger?: boolean
  /** The locale of the badges' texts. Default: as they were awarded. */
  readonly locale?: string | undefined
}

/**
 * Reads metrics, badges and standings of some users in one statement, so that all of it is from the same moment.
 * Returns a map by user.
 */
export async function readHoldings(
  db: Database,
  tables: Tables,
  scope: HoldingsScope,
): Promise<ReadonlyMap<string, Holdings>> {
  const users = sql`any((select ids from given)::text[])`
  const branches = [
    metricsBranch(tables, users, scope.parts ?? []),
    badgesBranch(tables, users),
    standingsBranch(tables, users),
    badgeGainsBranch(tables, users),
    decisionsBranch(tables, users),
    ...(scope.withCalendar ? [...calendarBranches(tables, users), versionBranch(tables)] : []),
    ...(scope.withLedger ? ledgerBranches(tables, users) : []),
  ]
  const given = sql`with given (ids) as (select ${textArray(scope.userIds)})`
  const rows = await run<HoldingRow>(db, sql`${given} ${sql.join(branches, sql` union all `)}`)
  const gathered = new Map<string, Gathered>(scope.userIds.map(userId => [userId, nothing()]))
  for (const row of rows) {
    if (row.user_id === everybody) for (const own of gathered.values()) gatherCommon(own, row)
    else gather(gathered.get(row.user_id)!, row, scope.locale)
  }
  for (const holdings of gathered.values()) holdings.badges.sort(byDate)
  return gathered
}

/** Reads the badges of some users. Returns a map by user, in order of their dates, then ids. */
export async function readBadges(
  db: Database,
  tables: Tables,
  { userIds, locale }: { readonly userIds: readonly string[]; readonly locale?: string | undefined },
): Promise<ReadonlyMap<string, readonly Badge[]>> {
  const rows = await run<HoldingRow>(db, badgesBranch(tables, anyOf(userIds)))
  const badges = new Map<string, Badge[]>(userIds.map(userId => [userId, []]))
  for (const row of rows) badges.get(row.user_id)!.push(badgeFrom(row, locale))
  for (const list of badges.values()) list.sort(byDate)
  return badges
}

/** Checks whether any badge of a user unlocks a feature. */
export async function hasUnlockRow(
  db: Database,
  { userProgress }: Tables,
  { userId, unlock }: { readonly userId: string; readonly unlock: string },
): Promise<boolean> {
  const rows = await run(
    db,
    sql`select from ${userProgress} where user_id = ${userId} and category = ${badgeCategory}
      and jsonb_typeof(metadata -> 'unlocks') = 'array' and jsonb_exists(metadata -> 'unlocks', ${unlock}) limit 1`,
  )
  return rows.length > 0
}

// All branches share one shape; what a column contains depends on the kind.
type HoldingRow = {
  readonly kind:
    | 'metric'
    | 'badge'
    | 'standing'
    | 'zone'
    | 'pause'
    | 'version'
    | 'badge gain'
    | 'decision'
    | 'completion gains'
    | 'period drift'
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

const nothingMore = sql.raw(
  'null::text as previous, null::float8 as previous_at, null::text as json, null::int as badge_count',
)

function metricsBranch({ userMetrics }: Tables, users: SQL, parts: readonly string[] | 'all'): SQL {
  const periods = parts === 'all' ? sql`` : sql`and period = ${anyOf(['', ...parts])}`
  return sql`select 'metric' as kind, user_id, metric as name, period as part, value::text as value,
      ${msOf(sql`last_at`)} as at, previous::text as previous, ${msOf(sql`previous_at`)} as previous_at,
      state::text as json, null::int as badge_count
    from ${userMetrics} where user_id = ${users} ${periods}`
}

function badgesBranch({ userProgress }: Tables, users: SQL): SQL {
  return sql`select 'badge' as kind, user_id, item_key as name, '' as part, '' as value, ${msOf(sql`completed_at`)} as at,
      null::text as previous, null::float8 as previous_at, metadata::text as json, null::int as badge_count
    from ${userProgress} where user_id = ${users} and category = ${badgeCategory}`
}

function standingsBranch({ userStandings }: Tables, users: SQL): SQL {
  return sql`select 'standing', user_id, counted_with, visibility, points::text, ${msOf(sql`reached_at`)},
      completion_points::text, ${msOf(sql`completion_points_at`)}, null, badge_count
    from ${userStandings} where user_id = ${users}`
}

function badgeGainsBranch({ pointsLedger }: Tables, users: SQL): SQL {
  // A badge that was revoked and awarded again has several dates here, of which one remains.
  return sql`select 'badge gain', user_id, item_key, '', sum(points)::text, ${msOf(sql`max(at)`)}, ${nothingMore}
    from (select user_id, item_key, at, sum(points) as points from ${pointsLedger}
      where user_id = ${users} and source = ${badgeSource}::text
      group by user_id, item_key, at having sum(points) <> 0) as net
    group by user_id, item_key having sum(points) <> 0`
}

function versionBranch({ catalogVersions }: Tables): SQL {
  return sql`select 'version', ${everybody}::text, '', '', coalesce(max(version), 0)::text, null::float8, ${nothingMore}
    from ${catalogVersions}`
}

function decisionsBranch({ badgeDecisions }: Tables, users: SQL): SQL {
  return sql`select 'decision', user_id, badge_id, '', decision, null::float8, ${nothingMore}
    from ${badgeDecisions} where user_id = ${users}`
}

const pauseState = sql.raw(
  "case when deleted_at is not null then 'deleted' when in_days then 'days' else 'instants' end",
)

/** Reads zones and pauses, as branches of a union. Includes deleted pauses for all users. */
export function calendarBranches({ userTimeZones, streakPauses }: Tables, users: SQL): readonly SQL[] {
  return [
    sql`select 'zone' as kind, user_id, zone as name, '' as part, '' as value, ${msOf(sql`since`)} as at, ${nothingMore}
      from ${userTimeZones} where user_id = ${users}`,
    sql`select 'pause' as kind, user_id, '' as name, ${pauseState} as part, '' as value, ${msOf(sql`from_at`)} as at,
        null::text as previous, ${msOf(sql`until_at`)} as previous_at, null::text as json, null::int as badge_count
      from ${streakPauses} where (user_id = ${users} or user_id = ${everybody}::text)`,
  ]
}

// Returns only weeks and months that differ. For many users at once nearly all are right, and comparing costs less than
// sending.
function ledgerBranches(tables: Tables, users: SQL): readonly SQL[] {
  const net = netGains(tables, users)
  const lastGain = sql`max(at) filter (where points > 0)`
  return [
    sql`select 'completion gains', user_id, '', '', sum(points)::text, ${msOf(lastGain)}, null::text, null::float8,
        null::text, (count(*) filter (where period <> ''))::int
      from (${net}) as net where source <> ${badgeSource}::text group by user_id`,
    sql`select 'period drift', user_id, label, '', coalesce(counted.points::text, ''), ${msOf(sql`counted.reached_at`)},
        stored.points::text, ${msOf(sql`stored.reached_at`)}, null, null
      from (
        select user_id, label, sum(points) as points, ${lastGain} as reached_at
        from (${net}) as net, ${periodLabels} where points <> 0 group by user_id, label
      ) as counted full join (
        select user_id, period as label, points, reached_at from ${tables.userPeriodPoints} where user_id = ${users}
      ) as stored using (user_id, label)
      where coalesce(counted.points, 0) <> coalesce(stored.points, 0)
        or counted.reached_at is distinct from stored.reached_at`,
  ]
}

type Gathered = Omit<Mutable<Holdings>, 'badges' | 'zones' | 'pauses' | 'ledger' | 'givenByHand'> & {
  givenByHand: ReadonlySet<string>
  readonly badges: Badge[]
  readonly zones: ZoneSince[]
  readonly pauses: Pause[]
  readonly ledger: Mutable<Omit<LedgerTotals, 'periodDrifts'>> & { readonly periodDrifts: PeriodDrift[] }
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

// Shared until something is added. For many users at once most maps stay empty, and empty maps would take most of the
// memory.
const empty: ReadonlyMap<string, never> = new Map<string, never>()

const noIds: ReadonlySet<string> = new Set()

function withAdded<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value): ReadonlyMap<string, Value> {
  return map === empty ? new Map([[key, value]]) : (map as Map<string, Value>).set(key, value)
}

function nothing(): Gathered {
  const completionPoints = { points: 0, lastAt: null }
  return {
    metrics: empty,
    badges: [],
    standing: null,
    zones: [],
    pauses: [],
    commonPauseChanges: 0,
    catalogVersion: 0,
    badgeGains: empty,
    givenByHand: noIds,
    lacking: empty,
    decisions: empty,
    ledger: { completionPoints, hasOffers: false, periodDrifts: [] },
  }
}

function gather(holdings: Gathered, row: HoldingRow, locale: string | undefined): void {
  const { ledger } = holdings
  const { name } = row
  switch (row.kind) {
    case 'metric': {
      const parts = withAdded<StoredMetric>(holdings.metrics.get(name) ?? empty, row.part, metricFrom(row))
      holdings.metrics = withAdded(holdings.metrics, name, parts)
      return
    }
    case 'badge':
      gatherBadge(holdings, row, locale)
      return
    case 'standing':
      holdings.standing = standingFrom(row)
      return
    case 'version':
      return
    case 'zone':
      holdings.zones.push(zoneFrom(row))
      return
    case 'pause':
      holdings.pauses.push(...pausesFrom(row))
      return
    case 'badge gain':
      holdings.badgeGains = withAdded(holdings.badgeGains, name, { points: Number(row.value), at: dateOf(row.at!) })
      return
    case 'decision':
      holdings.decisions = withAdded(holdings.decisions, name, row.value as Decision)
      return
    case 'completion gains':
      ledger.completionPoints = { points: Number(row.value), lastAt: dateOrNull(row.at) }
      ledger.hasOffers = row.badge_count > 0
      return
    case 'period drift':
      ledger.periodDrifts.push(periodDriftFrom(row))
  }
}

function gatherBadge(holdings: Gathered, row: HoldingRow, locale: string | undefined): void {
  const { name } = row
  const metadata = jsonOf(row.json!)
  holdings.badges.push(badgeFromRow({ itemKey: name, metadata, completedAt: dateOf(row.at!) }, locale))
  if (isGivenByHand(name, metadata)) holdings.givenByHand = new Set([...holdings.givenByHand, name])
  const lacking = lackingIn(metadata)
  if (lacking.length > 0) holdings.lacking = withAdded(holdings.lacking, name, { metadata, lacking })
}

function periodDriftFrom({ name, value, at, previous, previous_at }: HoldingRow): PeriodDrift {
  const side = (points: string | null, reachedAt: number | null): PeriodPoints | null =>
    points ? { points: Number(points), reachedAt: dateOrNull(reachedAt) } : null
  return { period: name, counted: side(value, at), stored: side(previous, previous_at) }
}

// What applies to all users: their pauses, and the catalog.
function gatherCommon(holdings: Gathered, row: HoldingRow): void {
  if (row.kind === 'version') {
    holdings.catalogVersion = Number(row.value)
    return
  }
  holdings.pauses.push(...pausesFrom(row))
  holdings.commonPauseChanges += row.part === 'deleted' ? 2 : 1
}

/** Parses a zone, as {@link calendarBranches} returns it. */
export function zoneFrom({ name, at }: Pick<HoldingRow, 'name' | 'at'>): ZoneSince {
  return { zone: name, since: dateOf(at!) }
}

/** Parses a pause, as {@link calendarBranches} returns it. Empty if it was deleted. */
export function pausesFrom({ part, at, previous_at }: Pick<HoldingRow, 'part' | 'at' | 'previous_at'>): Pause[] {
  return part === 'deleted' ? [] : [{ from: dateOf(at!), until: dateOf(previous_at!), inDays: part === 'days' }]
}

function metricFrom(row: HoldingRow): StoredMetric {
  return {
    value: parseDecimal(row.value),
    lastAt: dateOf(row.at!),
    previous: parseDecimal(row.previous),
    previousAt: dateOrNull(row.previous_at),
    ...(row.json !== null && { state: jsonOf(row.json) as MetricState }),
  }
}

function standingFrom(row: HoldingRow): StoredStanding {
  return {
    points: Number(row.value),
    badgeCount: row.badge_count,
    reachedAt: dateOrNull(row.at),
    completionPoints: { points: Number(row.previous), lastAt: dateOrNull(row.previous_at) },
    countedWith: row.name,
    visibility: row.part as Visibility,
  }
}

function badgeFrom(row: HoldingRow, locale: string | undefined): Badge {
  return badgeFromRow({ itemKey: row.name, metadata: jsonOf(row.json!), completedAt: dateOf(row.at!) }, locale)
}

function isGivenByHand(name: string, metadata: Metadata): boolean {
  const by = metadata.awardedBy as Partial<GivenByHand> | null | undefined
  return by?.badgeByHand === name
}

function byDate(a: Badge, b: Badge): number {
  return a.earnedAt.getTime() - b.earnedAt.getTime() || (a.id < b.id ? -1 : 1)
}

/** Lists the badges that were revoked manually and must not be awarded. */
export function refusedIn({ decisions }: Pick<Holdings, 'decisions'>): ReadonlySet<string> {
  return new Set([...decisions].filter(([, decision]) => decision === 'revoked').map(([id]) => id))
}
