import { sql } from 'drizzle-orm'
import { dateOf, instant, jsonOf, msOf } from '../columns.js'
import { type Database, run } from '../database.js'
import { everybody } from '../holdings.js'
import type { Tables } from '../tables.js'
import { atMicros, isBadge, microsOf } from './instants.js'

/** A completion or a badge of one user, and its place in the timeline. */
export type TimelineEntry = {
  readonly kind: 'completion' | 'badge'
  readonly category: string
  readonly itemKey: string
  readonly metadata: { readonly [key: string]: unknown }
  readonly completedAt: Date
  readonly recordedAt: Date
  readonly place: TimelinePlace
}

/** Microseconds, category, item. */
export type TimelinePlace = readonly [at: string, category: string, itemKey: string]

/** Which entries of a user's timeline a page holds. */
export type TimelineQuery = {
  readonly userId: string
  readonly kind: 'completion' | 'badge' | undefined
  readonly before: TimelinePlace | undefined
  readonly limit: number
}

/** Lists what a user completed and earned, the latest first. Sorts the rows of that one user. */
export async function readTimeline(
  db: Database,
  { userProgress }: Tables,
  { userId, kind, before, limit }: TimelineQuery,
): Promise<readonly TimelineEntry[]> {
  const ofKind = kind === undefined ? sql`` : kind === 'badge' ? sql`and ${isBadge}` : sql`and not (${isBadge})`
  const earlier = before
    ? sql`and (completed_at, category collate "C", item_key collate "C") < (${atMicros(before[0])}, ${before[1]}, ${before[2]})`
    : sql``
  const rows = await run<{
    is_badge: boolean
    category: string
    item_key: string
    metadata: string
    completed_at: number
    recorded_at: number
    at: string
  }>(
    db,
    sql`select ${isBadge} as is_badge, category, item_key, metadata::text as metadata,
        ${msOf(sql`completed_at`)} as completed_at, ${msOf(sql`recorded_at`)} as recorded_at,
        ${microsOf(sql`completed_at`)} as at
      from ${userProgress} as p where user_id = ${userId} ${ofKind} ${earlier}
      order by p.completed_at desc, p.category collate "C" desc, p.item_key collate "C" desc limit ${limit}::int`,
  )
  return rows.map(row => ({
    kind: row.is_badge ? 'badge' : 'completion',
    category: row.category,
    itemKey: row.item_key,
    metadata: jsonOf(row.metadata),
    completedAt: dateOf(row.completed_at),
    recordedAt: dateOf(row.recorded_at),
    place: [row.at, row.category, row.item_key],
  }))
}

/** Counts a user's completions a quarter of an hour: no zone's day begins in between. */
export async function readQuarterHours(
  db: Database,
  { userProgress }: Tables,
  { userId, from }: { readonly userId: string; readonly from: Date },
): Promise<readonly { readonly at: Date; readonly count: number }[]> {
  const rows = await run<{ at: number; count: number }>(
    db,
    sql`select floor(extract(epoch from completed_at) / 900)::float8 * 900000 as at, count(*)::float8 as count
      from ${userProgress} where user_id = ${userId} and not (${isBadge}) and completed_at >= ${instant(from)}
      group by 1 order by 1`,
  )
  return rows.map(({ at, count }) => ({ at: dateOf(at), count }))
}

/** How a user's days run: the latest zones and pauses, the newest first. */
export type UserCalendar = {
  readonly zones: readonly { readonly zone: string; readonly since: Date }[]
  readonly pauses: readonly {
    readonly from: Date
    readonly until: Date
    readonly reason: string
    readonly isForAll: boolean
  }[]
}

const calendarLimit = 100

/** Reads the zones of a user, and the pauses that hold for them. */
export async function readUserCalendar(
  db: Database,
  { userTimeZones, streakPauses }: Tables,
  userId: string,
): Promise<UserCalendar> {
  const zones = await run<{ zone: string; since: number }>(
    db,
    sql`select zone, ${msOf(sql`since`)} as since from ${userTimeZones} as z where user_id = ${userId}
      order by z.since desc limit ${calendarLimit}::int`,
  )
  const pauses = await run<{ from_ms: number; until_ms: number; reason: string; is_for_all: boolean }>(
    db,
    sql`select ${msOf(sql`from_at`)} as from_ms, ${msOf(sql`until_at`)} as until_ms, reason, user_id = ${everybody}::text as is_for_all
      from ${streakPauses} where user_id in (${everybody}::text, ${userId}::text) order by from_at desc limit ${calendarLimit}::int`,
  )
  return {
    zones: zones.map(({ zone, since }) => ({ zone, since: dateOf(since) })),
    pauses: pauses.map(row => ({
      from: dateOf(row.from_ms),
      until: dateOf(row.until_ms),
      reason: row.reason,
      isForAll: row.is_for_all,
    })),
  }
}
