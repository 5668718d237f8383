import type { Visibility } from '../../core/users/visibility.js'
import { dateOrNull, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** A user in a list. */
export type UserSummary = {
  readonly userId: string
  readonly points: number
  readonly badgeCount: number
  readonly reachedAt: Date | null
  readonly visibility: Visibility
  /** The user that it is now, if it is a former id. */
  readonly mergedInto: string | null
}

type SummaryRow = {
  readonly user_id: string
  readonly points: number
  readonly badge_count: number
  readonly reached_at: number | null
  readonly visibility: Visibility
  readonly merged_into: string | null
}

/**
 * Lists users by their id in the database's own order, that of the key, after an id. With a search: users whose id or one
 * of whose attributes contains the text, in upper or lower case. An index of trigrams makes it fast, if there is one.
 */
export async function readUserPage(
  db: Session,
  { userStandings, userAttributes }: Tables,
  {
    search = '',
    after,
    limit,
  }: { readonly search?: string; readonly after: string | undefined; readonly limit: number },
): Promise<readonly UserSummary[]> {
  const next = sql`${after === undefined ? sql`` : sql`and user_id > ${after}`} order by user_id limit ${limit}::int`
  // Each half by its own index. The names of both are few, since a page is.
  const found = sql`and user_id in (
    (select user_id from ${userStandings} where ${contains(raw('user_id'), search)} ${next})
    union (select user_id from ${userAttributes} where ${contains(raw('value'), search)} ${next}))`
  const rows = await run<SummaryRow>(
    db,
    sql`select user_id, points::float8 as points, badge_count, ${msOf(sql`reached_at`)} as reached_at, visibility, merged_into
      from ${userStandings} where true ${search === '' ? sql`` : found} ${next}`,
  )
  return rows.map(({ user_id, points, badge_count, reached_at, visibility, merged_into }) => ({
    userId: user_id,
    points,
    badgeCount: badge_count,
    reachedAt: dateOrNull(reached_at),
    visibility,
    mergedInto: merged_into,
  }))
}

// The index reads all places of each trigram. A word with a digit is rare, and others may be in every name.
function contains(column: Sql, search: string): Sql {
  const words = search.split(/\s+/).filter(word => word.length >= 3 && /\d/.test(word))
  const rare = words.sort((a, b) => b.length - a.length)[0]
  if (rare === undefined || rare === search) return sql`${column} ilike ${patternOf(search)}`
  // A column with an empty text behind it is in no index.
  return sql`${column} ilike ${patternOf(rare)} and ${column} || '' ilike ${patternOf(search)}`
}

function patternOf(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
}
