import { badgeCategory } from '../../core/users/completion.js'
import { refuseMerged } from '../../core/users/user-merged.js'
import { anyOf, instant } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/**
 * Marks badges of a user as seen: those in `badgeIds`, or all. Returns those that were not marked before. Needs the
 * user's lock.
 */
export async function insertSightings(
  db: Session,
  { userProgress, badgeSightings }: Tables,
  {
    userId,
    badgeIds,
    at,
  }: { readonly userId: string; readonly badgeIds: readonly string[] | 'all'; readonly at: Date },
): Promise<ReadonlySet<string>> {
  const rows = await run<{ badge_id: string }>(
    db,
    sql`insert into ${badgeSightings} (user_id, badge_id, seen_at)
      select user_id, item_key, ${instant(at)} from ${userProgress}
      where user_id = ${userId} and category = ${badgeCategory}
        ${badgeIds === 'all' ? sql`` : sql`and item_key = ${anyOf(badgeIds)}`}
      order by item_key collate "C"
      on conflict do nothing returning badge_id`,
  )
  return new Set(rows.map(row => row.badge_id))
}

/**
 * Lists which of these badges a user holds, and all badges of some repeatable milestones, by their dates.
 * @throws USER_MERGED
 */
export async function readHeldIds(
  db: Session,
  { userProgress, userStandings }: Tables,
  { userId, badgeIds }: { readonly userId: string; readonly badgeIds: readonly string[] },
): Promise<readonly string[]> {
  const rows = await run<HeldRow>(
    db,
    sql`select item_key, null::text as merged_into from (
        select * from ${userProgress} where user_id = ${userId} and category = ${badgeCategory}
          and (item_key = ${anyOf(badgeIds)} or split_part(item_key, '@', 1) = ${anyOf(badgeIds)})
        order by completed_at, item_key collate "C"
      ) as held ${orMerged(userStandings, userId)}`,
  )
  return idsIn(rows, userId)
}

/**
 * Lists the badges of a user that are not marked as seen, or none if the user must not be notified. Badges that a
 * recount found or the host inserted have no `awardedBy`, and are only listed on request. @throws USER_MERGED
 */
export async function readUnseen(
  db: Session,
  { userProgress, badgeSightings, userStandings }: Tables,
  { userId, withFound }: { readonly userId: string; readonly withFound: boolean },
): Promise<ReadonlySet<string>> {
  const rows = await run<HeldRow>(
    db,
    sql`select item_key, null::text as merged_into from ${userProgress} as p where user_id = ${userId} and category = ${badgeCategory}
      ${withFound ? sql`` : sql`and jsonb_typeof(metadata -> 'awardedBy') = 'object'`}
      and not exists (select from ${badgeSightings} as s where s.user_id = p.user_id and s.badge_id = p.item_key)
      and not exists (select from ${userStandings} as u where u.user_id = p.user_id and u.visibility <> 'on')
      ${orMerged(userStandings, userId)}`,
  )
  return new Set(idsIn(rows, userId))
}

type HeldRow = { readonly item_key: string; readonly merged_into: string | null }

function orMerged(userStandings: Sql, userId: string): Sql {
  return sql`union all select '', merged_into from ${userStandings} where user_id = ${userId} and merged_into is not null`
}

function idsIn(rows: readonly HeldRow[], userId: string): readonly string[] {
  for (const row of rows) refuseMerged(userId, row.merged_into)
  return rows.map(row => row.item_key)
}
