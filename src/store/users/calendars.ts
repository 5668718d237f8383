import type { ClockSince } from '../../core/time/calendar.js'
import { badgeCategory } from '../../core/users/completion.js'
import { checkCount, dateOf, instant, instantArray, instantOf, msOf, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** Reads what the clock of a user went by, in order of time. */
export async function readClocks(
  db: Session,
  { userTimeZones }: Tables,
  userId: string,
): Promise<readonly ClockSince[]> {
  const rows = await run<{ zone: string | null; day_starts_at: string | null; since: number }>(
    db,
    sql`select zone, day_starts_at, ${msOf(sql`since`)} as since from ${userTimeZones} as z where user_id = ${userId}
      order by z.since`,
  )
  return rows.map(({ zone, day_starts_at: dayStartsAt, since }) => ({ zone, dayStartsAt, since: dateOf(since) }))
}

/** Replaces what the clock of a locked user goes by. */
export async function replaceClocks(
  db: Session,
  { userTimeZones }: Tables,
  { userId, before, after }: ClockReplacement,
): Promise<void> {
  const keyOf = ({ zone, dayStartsAt, since }: ClockSince): string => JSON.stringify([zone, dayStartsAt ?? null, since])
  const [was, is] = [before, after].map(clocks => new Set(clocks.map(keyOf)))
  const gone = before.filter(clock => !is!.has(keyOf(clock)))
  const added = after.filter(clock => !was!.has(keyOf(clock)))
  if (gone.length > 0)
    await run(
      db,
      sql`delete from ${userTimeZones} where user_id = ${userId}
        and since in (select ${instantOf(sql`at`)} from unnest(${instantArray(gone.map(({ since }) => since))}) as given (at))`,
    )
  if (added.length > 0)
    await run(
      db,
      sql`insert into ${userTimeZones} (user_id, since, zone, day_starts_at)
        select ${userId}::text, ${instantOf(sql`at`)}, nullif(zone, ''), nullif(day_starts_at, '')
        from unnest(${instantArray(added.map(({ since }) => since))}, ${textArray(added.map(({ zone }) => zone ?? ''))},
          ${textArray(added.map(({ dayStartsAt }) => dayStartsAt ?? ''))}) as given (at, zone, day_starts_at)`,
    )
}

type ClockReplacement = {
  readonly userId: string
  readonly before: readonly ClockSince[]
  readonly after: readonly ClockSince[]
}

/**
 * Checks whether a user has completions in a stretch of time, and from its end on. `from`: null for everything before.
 */
export async function readCompletionsAround(
  db: Session,
  { userProgress }: Tables,
  { userId, from, until }: { readonly userId: string; readonly from: Date | null; readonly until: Date },
): Promise<{ readonly hasInside: boolean; readonly hasAfter: boolean }> {
  const inside = from === null ? sql`` : sql`and completed_at >= ${instant(from)}`
  const rows = await run<{ has_inside: boolean; has_after: boolean }>(
    db,
    sql`select coalesce(bool_or(completed_at < ${instant(until)} ${inside}), false) as has_inside,
        coalesce(bool_or(completed_at >= ${instant(until)}), false) as has_after
      from ${userProgress} where user_id = ${userId} and category <> ${badgeCategory}`,
  )
  return { hasInside: rows[0]!.has_inside, hasAfter: rows[0]!.has_after }
}

/**
 * Counts a change of zone or of the start of days that a locked user made, on one UTC day. Returns how many there were on that day, including
 * this one.
 */
export async function countOwnZoneChange(
  db: Session,
  { userStandings }: Tables,
  { userId, day }: { readonly userId: string; readonly day: string },
): Promise<number> {
  const rows = await run<{ count: number }>(
    db,
    sql`update ${userStandings} set zone_change_day = ${day}::date,
        zone_change_count = case when zone_change_day = ${day}::date then zone_change_count + 1 else 1 end
      where user_id = ${userId} returning zone_change_count as count`,
  )
  checkCount('user_standings', 1, rows.length)
  return rows[0]!.count
}
