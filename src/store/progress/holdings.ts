import type { PointsAdjustment } from '../../core/awards/adjustments.js'
import { type AwardedManually, type Badge, badgeFromRow, hasExpired, lackingIn } from '../../core/awards/badge.js'
import type { BadgeGain } from '../../core/awards/badge-gains.js'
import type { Fold } from '../../core/awards/fold.js'
import type { Standing } from '../../core/awards/standing.js'
import type { MetricRow, MetricState } from '../../core/metrics/metric.js'
import type { ClockSince, Pause } from '../../core/time/calendar.js'
import { endOfLasting } from '../../core/time/lasting.js'
import { badgeCategory } from '../../core/users/completion.js'
import { refuseMerged } from '../../core/users/user-merged.js'
import type { Visibility } from '../../core/users/visibility.js'
import { type Decimal, parseDecimal } from '../../core/values/decimal.js'
import type { Metadata } from '../../core/values/metadata.js'
import { anyOf, dateOf, dateOrNull, jsonOf, msOf, textArray } from '../database/columns.js'
import { run, runKept } from '../database/database.js'
import type { Session } from '../database/session.js'
import { join, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import type { Decision } from './decisions.js'
import { byUser } from './each-user.js'
import { foldFrom } from './folds.js'
import {
  badgesBranch,
  type HoldingRow,
  type HoldingsScope,
  highestBranch,
  holdingBranches,
  mergedBranch,
} from './holding-branches.js'
import { allUsers } from './pauses.js'

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
  readonly zones: readonly ClockSince[]
  /** Only with `withCalendar`: the user's own pauses and those for all users. */
  readonly pauses: readonly Pause[]
  /** Only with `withFreezes`: when streak freezes were granted. */
  readonly freezes: readonly Date[]
  /** How often pauses for all users were created or deleted. */
  readonly commonPauseChanges: number
  /** Only with `withCalendar`: the version of the catalog applied last, or 0 if none was. */
  readonly catalogVersion: number
  /** Ids of held badges that were awarded manually and not earned. */
  readonly awardedManually: ReadonlySet<string>
  /** What the rows of held badges lack, by id. Such rows were inserted by the host or imported. */
  readonly lacking: ReadonlyMap<string, BadgeLack>
  /** Ids of badges with a limit that the user cannot get now, if any. */
  readonly full?: ReadonlySet<string>
  /** Manual decisions, by badge id. */
  readonly decisions: ReadonlyMap<string, Decision>
  /** What the ledger has for badges. */
  readonly badgeGains: readonly BadgeGain[]
  /** Only with `withLedger`. */
  readonly ledger: LedgerTotals
  /** Only with `withLedger`: points that were adjusted manually, in order of time. */
  readonly adjustments: readonly PointsAdjustment[]
  /** Only with `withHighest`: the most points that the user had before losing some. 0 if none were ever lost. */
  readonly highestPoints: number
  /** Only with `withLedger`: what was counted from completions that were folded. Null if none were. */
  readonly fold: Fold | null
}

/** A badge row with missing fields, and the names of those fields. */
export type BadgeLack = { readonly metadata: Metadata; readonly lacking: readonly string[] }

export type StoredStanding = Standing & {
  /** The fingerprint of the catalog that the user was counted with. */
  readonly countedWith: string
  readonly visibility: Visibility
}

/** The totals of one user's ledger, and the projections that depend on it. */
export type LedgerTotals = {
  readonly completionPoints: Standing['completionPoints']
  /** Whether completions offered anything under a rule with limits. */
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

/**
 * Reads metrics, badges and standings of some users in one statement, so that all of it is from the same moment.
 * Returns a map by user. @throws USER_MERGED
 */
export async function readHoldings(
  db: Session,
  tables: Tables,
  scope: HoldingsScope,
): Promise<ReadonlyMap<string, Holdings>> {
  return byUser(tables, scope.userIds, userIds => readHoldingsOf(db, tables, { ...scope, userIds }))
}

async function readHoldingsOf(
  db: Session,
  tables: Tables,
  scope: HoldingsScope,
): Promise<ReadonlyMap<string, Holdings>> {
  const [only, ...others] = scope.userIds
  const isOne = only !== undefined && others.length === 0
  const users = isOne ? sql`${only}::text` : sql`any((select ids from given)::text[])`
  const given = isOne ? sql`` : sql`with given (ids) as (select ${textArray(scope.userIds)})`
  const branches = join(holdingBranches(tables, users, scope), ' union all ')
  const rows = await runKept<HoldingRow>(db, sql`${given} ${branches}`)
  const gathered = new Map<string, Gathered>(scope.userIds.map(userId => [userId, nothing()]))
  for (const row of rows) {
    if (row.user_id === allUsers) for (const own of gathered.values()) gatherCommon(own, row)
    else gather(gathered.get(row.user_id)!, row, scope.locale)
  }
  for (const holdings of gathered.values()) holdings.badges.sort(byDate)
  return gathered
}

type BadgesScope = {
  readonly userIds: readonly string[]
  readonly locale?: string | undefined
  /** Whether the ids come from a caller, and may be of before a merge. */
  readonly mayBeMerged?: boolean
}

/**
 * Reads the badges of some users. Returns a map by user, in order of their dates, then ids.
 * @throws USER_MERGED with `mayBeMerged`
 */
export async function readBadges(
  db: Session,
  tables: Tables,
  scope: BadgesScope,
): Promise<ReadonlyMap<string, readonly Badge[]>> {
  return byUser(tables, scope.userIds, userIds => readBadgesOf(db, tables, { ...scope, userIds }))
}

async function readBadgesOf(
  db: Session,
  tables: Tables,
  { userIds, locale, mayBeMerged = false }: BadgesScope,
): Promise<ReadonlyMap<string, readonly Badge[]>> {
  const users = anyOf(userIds)
  const merged = mayBeMerged ? sql`union all ${mergedBranch(tables, users)}` : sql``
  const rows = await run<HoldingRow>(db, sql`${badgesBranch(tables, users)} ${merged}`)
  const badges = new Map<string, Badge[]>(userIds.map(userId => [userId, []]))
  for (const row of rows) {
    if (row.kind === 'standing') refuseMerged(row.user_id, row.json)
    badges.get(row.user_id)!.push(badgeFrom(row, locale))
  }
  for (const list of badges.values()) list.sort(byDate)
  return badges
}

/** Reads the most points that users had before they lost some. Users who never did are missing. */
export function readHighestPoints(
  db: Session,
  tables: Tables,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  return byUser(tables, userIds, async some => {
    const rows = await run<HoldingRow>(db, highestBranch(tables, anyOf(some)))
    return new Map(rows.map(({ user_id, value }) => [user_id, Number(value)]))
  })
}

/** Checks whether any badge of a user that has not expired unlocks a feature. @throws USER_MERGED */
export async function hasUnlockRow(
  db: Session,
  { userProgress, userStandings }: Tables,
  { userId, unlock, now }: { readonly userId: string; readonly unlock: string; readonly now: Date },
): Promise<boolean> {
  // Of badges that are valid equally long, the last one expires last.
  const rows = await run<{ lasting: string | null; at: number; merged_into: string | null }>(
    db,
    sql`select metadata ->> 'expiresAfter' as lasting, ${msOf(sql`max(completed_at)`)} as at, null::text as merged_into
      from ${userProgress} where user_id = ${userId} and category = ${badgeCategory}
      and jsonb_typeof(metadata -> 'unlocks') = 'array' and jsonb_exists(metadata -> 'unlocks', ${unlock}) group by 1
      union all select null, 0, merged_into from ${userStandings} where user_id = ${userId} and merged_into is not null`,
  )
  for (const { merged_into } of rows) refuseMerged(userId, merged_into)
  return rows.some(({ lasting, at }) => !hasExpired({ expiresAt: endOfLasting(lasting, dateOf(at)) }, now))
}

type Gathered = Omit<
  Mutable<Holdings>,
  'badges' | 'zones' | 'pauses' | 'freezes' | 'badgeGains' | 'ledger' | 'awardedManually'
> & {
  awardedManually: ReadonlySet<string>
  readonly badges: Badge[]
  readonly zones: ClockSince[]
  readonly pauses: Pause[]
  readonly freezes: Date[]
  readonly badgeGains: BadgeGain[]
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
    freezes: [],
    commonPauseChanges: 0,
    catalogVersion: 0,
    badgeGains: [],
    awardedManually: noIds,
    lacking: empty,
    decisions: empty,
    ledger: { completionPoints, hasOffers: false, periodDrifts: [] },
    adjustments: [],
    highestPoints: 0,
    fold: null,
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
      refuseMerged(row.user_id, row.json)
      holdings.standing = standingFrom(row)
      return
    case 'version':
      return
    case 'zone':
      holdings.zones.push(clockFrom(row))
      return
    case 'pause':
      holdings.pauses.push(...pausesFrom(row))
      return
    case 'freeze':
      holdings.freezes.push(dateOf(row.at!))
      return
    case 'badge gain':
      holdings.badgeGains.push(badgeGainFrom(row))
      return
    case 'decision':
      holdings.decisions = withAdded(holdings.decisions, name, row.value as Decision)
      return
    case 'completion gains':
      ledger.completionPoints = { points: Number(row.value), lastAt: dateOrNull(row.at) }
      ledger.hasOffers = row.badge_count > 0
      if (row.json !== null) holdings.adjustments = adjustmentsFrom(row.json)
      return
    case 'period drift':
      ledger.periodDrifts.push(periodDriftFrom(row))
      return
    case 'highest':
      holdings.highestPoints = Number(row.value)
      return
    case 'fold':
      holdings.fold = foldFrom(row)
  }
}

function badgeGainFrom({ name: id, part: currency, value, at }: HoldingRow): BadgeGain {
  return { id, currency: currency || undefined, points: Number(value), at: dateOf(at!) }
}

function gatherBadge(holdings: Gathered, row: HoldingRow, locale: string | undefined): void {
  const { name } = row
  const metadata = jsonOf(row.json!)
  holdings.badges.push(badgeFromRow({ itemKey: name, metadata, completedAt: dateOf(row.at!) }, locale))
  if (isAwardedManually(name, metadata)) holdings.awardedManually = new Set([...holdings.awardedManually, name])
  const lacking = lackingIn(metadata)
  if (lacking.length > 0) holdings.lacking = withAdded(holdings.lacking, name, { metadata, lacking })
}

function adjustmentsFrom(json: string): readonly PointsAdjustment[] {
  const rows = JSON.parse(json) as (readonly [key: string, points: number, at: number])[]
  return rows.map(([key, points, at]) => ({ key, points, at: dateOf(at) }))
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

/** Parses a clock, as {@link calendarBranches} returns it. */
export function clockFrom({ name, part, at }: Pick<HoldingRow, 'name' | 'part' | 'at'>): ClockSince {
  return { zone: name || null, dayStartsAt: part || null, since: dateOf(at!) }
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

function isAwardedManually(name: string, metadata: Metadata): boolean {
  const by = metadata.awardedBy as Partial<AwardedManually> | null | undefined
  return by?.badgeByHand === name
}

function byDate(a: Badge, b: Badge): number {
  return a.earnedAt.getTime() - b.earnedAt.getTime() || (a.id < b.id ? -1 : 1)
}

/** Lists the badges that were revoked manually and must not be awarded. */
export function revokedIn({ decisions }: Pick<Holdings, 'decisions'>): ReadonlySet<string> {
  return new Set([...decisions].filter(([, decision]) => decision === 'revoked').map(([id]) => id))
}

/** Lists the badges that must not be awarded: those that were revoked manually, and those without a free place. */
export function refusedIn(holdings: Pick<Holdings, 'decisions' | 'full'>): ReadonlySet<string> {
  const revoked = revokedIn(holdings)
  return holdings.full ? new Set([...revoked, ...holdings.full]) : revoked
}

/** Returns holdings to which some badges are not given, as far as the user does not hold them. */
export function without<Own extends Pick<Holdings, 'badges'>>(own: Own, badgeIds: Iterable<string>): Own {
  const held = new Set(own.badges.map(({ id }) => id))
  const full = new Set([...badgeIds].filter(id => !held.has(id)))
  return full.size === 0 ? own : { ...own, full }
}
