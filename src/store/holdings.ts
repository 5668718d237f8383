import { type SQL, sql } from 'drizzle-orm'
import { type Badge, badgeFromRow } from '../core/badge.js'
import { badgeCategory } from '../core/completion.js'
import { type Decimal, parseDecimal } from '../core/decimal.js'
import { dateOf, jsonOf, msOf, textArray } from './columns.js'
import { type Database, run } from './database.js'
import type { Tables } from './tables.js'

/** A metric as it is stored. */
export type StoredMetric = {
  readonly value: Decimal
  readonly lastAt: Date
  /** The value before the last change. */
  readonly previous: Decimal
  /** The latest completion counted before the last change, null if there was none. */
  readonly previousAt: Date | null
}

/** Everything of one user that decisions and pages rest on. */
export type Holdings = {
  /** By metric name; also of metrics that today's catalog does not know. */
  readonly metrics: ReadonlyMap<string, StoredMetric>
  /** In order of their dates, then ids. */
  readonly badges: readonly Badge[]
  /** Null where nothing was ever recorded or counted for this user. */
  readonly standing: StoredStanding | null
}

export type StoredStanding = {
  readonly points: number
  readonly badgeCount: number
  readonly reachedAt: Date | null
  /** The fingerprint of the catalog that the user was counted with. */
  readonly countedWith: string
}

/** Reads metrics, badges and standings of some users in one statement, so they are of one moment. A map by user. */
export async function readHoldings(
  db: Database,
  tables: Tables,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Holdings>> {
  const { userMetrics, userStandings } = tables
  const users = textArray(userIds)
  const rows = await run<HoldingRow>(
    db,
    sql`select 'metric' as kind, user_id, metric as name, value::text as value, ${msOf(sql`last_at`)} as at,
        previous::text as previous, ${msOf(sql`previous_at`)} as previous_at, null::text as metadata, null::int as badge_count
      from ${userMetrics} where user_id = any(${users})
      union all
      select 'badge', user_id, item_key, null, ${msOf(sql`completed_at`)}, null, null, metadata::text, null
      from ${badgesOf(tables, users)}
      union all
      select 'standing', user_id, counted_with, points::text, ${msOf(sql`reached_at`)}, null, null, null, badge_count
      from ${userStandings} where user_id = any(${users})`,
  )
  const gathered = new Map<string, Gathered>(
    userIds.map(userId => [userId, { metrics: new Map(), badges: [], standing: null }]),
  )
  for (const row of rows) gather(gathered.get(row.user_id)!, row)
  for (const { badges } of gathered.values()) badges.sort(byDate)
  return gathered
}

/** Reads the badges of some users: a map by user, in order of their dates, then ids. */
export async function readBadges(
  db: Database,
  tables: Tables,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Badge[]>> {
  const rows = await run<BadgeRow>(
    db,
    sql`select user_id, item_key as name, ${msOf(sql`completed_at`)} as at, metadata::text as metadata
      from ${badgesOf(tables, textArray(userIds))}`,
  )
  const badges = new Map<string, Badge[]>(userIds.map(userId => [userId, []]))
  for (const row of rows) badges.get(row.user_id)!.push(badgeFrom(row))
  for (const list of badges.values()) list.sort(byDate)
  return badges
}

/** Tells whether any badge of a user opens an unlock. */
export async function hasUnlockRow(
  db: Database,
  tables: Tables,
  { userId, unlock }: { readonly userId: string; readonly unlock: string },
): Promise<boolean> {
  const rows = await run(
    db,
    sql`select from ${badgesOf(tables, textArray([userId]))}
      where jsonb_typeof(metadata -> 'unlocks') = 'array' and jsonb_exists(metadata -> 'unlocks', ${unlock}) limit 1`,
  )
  return rows.length > 0
}

type BadgeRow = { readonly user_id: string; readonly name: string; readonly at: number; readonly metadata: string }
type HoldingRow =
  | ({ readonly kind: 'badge' } & BadgeRow)
  | {
      readonly kind: 'metric'
      readonly user_id: string
      readonly name: string
      readonly value: string
      readonly at: number
      readonly previous: string
      readonly previous_at: number | null
    }
  | {
      readonly kind: 'standing'
      readonly user_id: string
      readonly name: string
      readonly value: string
      readonly at: number | null
      readonly badge_count: number
    }
type Gathered = { metrics: Map<string, StoredMetric>; badges: Badge[]; standing: StoredStanding | null }

function badgesOf({ userProgress }: Tables, users: SQL): SQL {
  return sql`(select * from ${userProgress} where user_id = any(${users}) and category = ${badgeCategory}) as badges`
}

function gather(holdings: Gathered, row: HoldingRow): void {
  switch (row.kind) {
    case 'metric':
      holdings.metrics.set(row.name, metricFrom(row))
      return
    case 'badge':
      holdings.badges.push(badgeFrom(row))
      return
    case 'standing': {
      const reachedAt = row.at === null ? null : dateOf(row.at)
      holdings.standing = { points: Number(row.value), badgeCount: row.badge_count, reachedAt, countedWith: row.name }
    }
  }
}

function metricFrom(row: Extract<HoldingRow, { readonly kind: 'metric' }>): StoredMetric {
  const previousAt = row.previous_at === null ? null : dateOf(row.previous_at)
  const { value, previous, at } = row
  return { value: parseDecimal(value), lastAt: dateOf(at), previous: parseDecimal(previous), previousAt }
}

function badgeFrom(row: BadgeRow): Badge {
  return badgeFromRow({ itemKey: row.name, metadata: jsonOf(row.metadata), completedAt: dateOf(row.at) })
}

function byDate(a: Badge, b: Badge): number {
  return a.earnedAt.getTime() - b.earnedAt.getTime() || (a.id < b.id ? -1 : 1)
}
