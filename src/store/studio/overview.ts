import { instant } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { isBadge } from './instants.js'

/** What happened on one day in UTC, counted from 1970-01-01. */
export type DayFigures = {
  readonly day: number
  readonly awardCount: number
  readonly completionCount: number
  /** Users with a completion on it. */
  readonly activeCount: number
}

/** Counts badges, completions and active users per day, in `[from, until)`. Days without any are left out. */
export async function readDays(
  db: Session,
  { userProgress }: Tables,
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<readonly DayFigures[]> {
  const rows = await run<Record<'day' | 'awards' | 'completions' | 'active', number>>(
    db,
    sql`select floor(extract(epoch from completed_at) / 86400)::float8 as day,
        count(*) filter (where ${isBadge})::float8 as awards, count(*) filter (where not ${isBadge})::float8 as completions,
        count(distinct user_id) filter (where not ${isBadge})::float8 as active
      from ${userProgress} where completed_at >= ${instant(from)} and completed_at < ${instant(until)}
      group by 1 order by 1`,
  )
  return rows.map(({ day, awards, completions, active }) => ({
    day,
    awardCount: awards,
    completionCount: completions,
    activeCount: active,
  }))
}

/** How many users there are, and how far they got. */
export type UserTotals = {
  readonly userCount: number
  readonly holderCount: number
  readonly holderOfThreeCount: number
  readonly holderOfTenCount: number
  readonly badgeCount: number
  readonly points: number
}

/** Adds up all standings. Reads one row per user. */
export async function readTotals(db: Session, { userStandings }: Tables): Promise<UserTotals> {
  const [row] = await run<Record<'users' | 'one' | 'three' | 'ten' | 'badges' | 'points', number>>(
    db,
    sql`select count(*)::float8 as users, count(*) filter (where badge_count >= 1)::float8 as one,
        count(*) filter (where badge_count >= 3)::float8 as three, count(*) filter (where badge_count >= 10)::float8 as ten,
        coalesce(sum(badge_count), 0)::float8 as badges, coalesce(sum(points), 0)::float8 as points from ${userStandings}
      where merged_into is null`,
  )
  const { users, one, three, ten, badges, points } = row!
  return {
    userCount: users,
    holderCount: one,
    holderOfThreeCount: three,
    holderOfTenCount: ten,
    badgeCount: badges,
    points,
  }
}
