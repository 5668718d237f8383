import { badgeCategory } from '../../core/users/completion.js'
import { textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { badgeSource } from './ledger.js'

/** A badge id of a user and its new id. `isMerged`: the user holds the new badge too, so the former one goes. */
export type UserRename = {
  readonly userId: string
  readonly from: string
  readonly to: string
  readonly isHeld: boolean
  readonly isMerged: boolean
}

/**
 * Renames badges, with their dates, points, decisions and sightings. Needs the users' locks. Events that were already
 * sent, and the audit log, keep the old ids.
 */
export async function renameBadges(db: Session, tables: Tables, renames: readonly UserRename[]): Promise<void> {
  if (renames.length === 0) return
  const { userProgress, pointsLedger } = tables
  const moved = renames.filter(({ isHeld, isMerged }) => isHeld && !isMerged)
  await dropMerged(
    db,
    tables,
    renames.filter(({ isMerged }) => isMerged),
  )
  if (moved.length > 0) {
    await run(
      db,
      sql`with ${given(moved)} update ${userProgress} as p set item_key = given.new_id from given
        where p.user_id = given.user_id and p.category = ${badgeCategory} and p.item_key = given.old_id`,
    )
    await run(
      db,
      sql`with ${given(moved)} update ${pointsLedger} as l set item_key = given.new_id, entry = l.entry + (
          select count(*) from ${pointsLedger} as n where n.user_id = l.user_id and n.source = l.source
            and n.period = l.period and n.category = l.category and n.item_key = given.new_id
        )::int from given
        where l.user_id = given.user_id and l.source = ${badgeSource} and l.item_key = given.old_id`,
    )
  }
  await renameReferences(db, tables, renames)
  await renameDecisions(db, tables, renames)
  await renameSightings(db, tables, renames)
}

function given(renames: readonly UserRename[]): Sql {
  return sql`given as (select * from unnest(
      ${textArray(renames.map(({ userId }) => userId))}, ${textArray(renames.map(({ from }) => from))},
      ${textArray(renames.map(({ to }) => to))}
    ) with ordinality as g (user_id, old_id, new_id, place))`
}

async function dropMerged(db: Session, { userProgress }: Tables, merged: readonly UserRename[]): Promise<void> {
  if (merged.length === 0) return
  await run(
    db,
    sql`with ${given(merged)} delete from ${userProgress} as p using given
      where p.user_id = given.user_id and p.category = ${badgeCategory} and p.item_key = given.old_id`,
  )
}

// References between badges.
async function renameReferences(db: Session, { userProgress }: Tables, renames: readonly UserRename[]): Promise<void> {
  await run(
    db,
    sql`with ${given(renames)} update ${userProgress} as p
      set metadata = jsonb_set(metadata, '{replaces}', to_jsonb(given.new_id)) from given
      where p.user_id = given.user_id and p.category = ${badgeCategory} and p.metadata ->> 'replaces' = given.old_id`,
  )
  await run(
    db,
    sql`with ${given(renames)} update ${userProgress} as p
      set metadata = jsonb_set(metadata, '{awardedBy,badgeByHand}', to_jsonb(given.new_id)) from given
      where p.user_id = given.user_id and p.category = ${badgeCategory}
        and p.metadata #>> '{awardedBy,badgeByHand}' = given.old_id`,
  )
}

// A decision on the new badge stays, and a held badge was not revoked.
async function renameDecisions(
  db: Session,
  { userProgress, badgeDecisions }: Tables,
  renames: readonly UserRename[],
): Promise<void> {
  await run(
    db,
    sql`with ${given(renames)}, gone as (
        delete from ${badgeDecisions} as d using given where d.user_id = given.user_id and d.badge_id = given.old_id
        returning d.user_id, given.new_id, d.decision, d.reason, d.decided_by, d.decided_at, given.place
      )
      insert into ${badgeDecisions} (user_id, badge_id, decision, reason, decided_by, decided_at)
      select distinct on (user_id, new_id) user_id, new_id, decision, reason, decided_by, decided_at from gone
      where decision = 'awarded' or not exists (
        select from ${userProgress} as p
        where p.user_id = gone.user_id and p.category = ${badgeCategory} and p.item_key = gone.new_id
      )
      order by user_id, new_id, place
      on conflict do nothing`,
  )
}

async function renameSightings(db: Session, { badgeSightings }: Tables, renames: readonly UserRename[]): Promise<void> {
  await run(
    db,
    sql`with ${given(renames)}, gone as (
        delete from ${badgeSightings} as s using given where s.user_id = given.user_id and s.badge_id = given.old_id
        returning s.user_id, given.new_id, s.seen_at
      )
      insert into ${badgeSightings} (user_id, badge_id, seen_at)
      select user_id, new_id, min(seen_at) from gone group by user_id, new_id order by user_id collate "C", new_id collate "C"
      on conflict do nothing`,
  )
}
