import { dateOf, jsonOf, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { atMicros, isBadge, microsOf } from './instants.js'

/** A held badge, and its position in the list. */
export type HeldBadge = {
  readonly userId: string
  readonly badgeId: string
  readonly metadata: { readonly [key: string]: unknown }
  readonly earnedAt: Date
  /** Microseconds, user, badge. */
  readonly place: HeldPlace
}

export type HeldPlace = readonly [at: string, userId: string, badgeId: string]

/** Lists badges by their dates, latest first; of one milestone if you pass it. */
export async function readHeldBadges(
  db: Session,
  { userProgress }: Tables,
  {
    badgeId,
    before,
    limit,
  }: { readonly badgeId: string | undefined; readonly before: HeldPlace | undefined; readonly limit: number },
): Promise<readonly HeldBadge[]> {
  const ofBadge = badgeId === undefined ? sql`` : sql`and item_key collate "C" = ${badgeId}`
  const earlier = before
    ? sql`and (completed_at, user_id collate "C", item_key collate "C") < (${atMicros(before[0])}, ${before[1]}, ${before[2]})`
    : sql``
  const rows = await run<{ user_id: string; item_key: string; metadata: string; earned_at: number; at: string }>(
    db,
    sql`select user_id, item_key, metadata::text as metadata, ${msOf(sql`completed_at`)} as earned_at,
        ${microsOf(sql`completed_at`)} as at
      from ${userProgress} as p where ${isBadge} ${ofBadge} ${earlier}
      order by p.completed_at desc, p.user_id collate "C" desc, p.item_key collate "C" desc limit ${limit}::int`,
  )
  return rows.map(row => ({
    userId: row.user_id,
    badgeId: row.item_key,
    metadata: jsonOf(row.metadata),
    earnedAt: dateOf(row.earned_at),
    place: [row.at, row.user_id, row.item_key],
  }))
}

/** Measures how long the newest holders of a badge took from their first completion, in milliseconds. */
export async function readTimesToEarn(
  db: Session,
  { userProgress }: Tables,
  { badgeId, sampleSize }: { readonly badgeId: string; readonly sampleSize: number },
): Promise<readonly number[]> {
  // A cluster runs the inner part on each node only if it is grouped by user.
  const rows = await run<{ ms: number }>(
    db,
    sql`select extract(epoch from held.completed_at - first_at)::float8 * 1000 as ms from (
        select user_id, completed_at from ${userProgress} where ${isBadge} and item_key collate "C" = ${badgeId}
        order by completed_at desc, user_id collate "C" desc limit ${sampleSize}::int
      ) as held cross join lateral (
        select min(completed_at) as first_at from ${userProgress} as own
        where own.user_id = held.user_id and not (${isBadge}) group by own.user_id
      ) as own where first_at <= held.completed_at`,
  )
  return rows.map(({ ms }) => ms)
}
