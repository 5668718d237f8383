import { dateOf, instant, jsonOf, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { atMicros, isBadge, microsOf } from './instants.js'

/** A completion or a badge of one user, and its position in the timeline. */
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

/** Lists what a user completed and earned, latest first. Sorts all rows of that user. */
export async function readTimeline(
  db: Session,
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

/** Counts a user's completions per quarter of an hour. In every time zone, days begin on a quarter. */
export async function readQuarterHours(
  db: Session,
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
