import { badgeCategory } from '../../core/users/completion.js'
import { onlyUser, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { keyText, readStoredKeys } from './completions.js'
import { badgeSource } from './net-gains.js'

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
        where p.user_id = given.user_id ${onlyUser('p', moved)} and p.category = ${badgeCategory}
          and p.item_key = given.old_id`,
    )
    await run(
      db,
      sql`with ${given(moved)} update ${pointsLedger} as l set item_key = given.new_id, entry = l.entry + (
          select count(*) from ${pointsLedger} as n where n.user_id = l.user_id and n.source = l.source
            and n.period = l.period and n.category = l.category and n.item_key = given.new_id
        )::int from given
        where l.user_id = given.user_id ${onlyUser('l', moved)} and l.source = ${badgeSource} and l.item_key = given.old_id`,
    )
  }
  await renameReferences(db, tables, renames)
  await renameDecisions(db, tables, renames)
  await renameSightings(db, tables, renames)
}

function given(renames: readonly UserRename[]): Sql {
  return sql`given as (select * from unnest(
      ${textArray(renames.map(({ userId }) => userId))}, ${textArray(renames.map(({ from }) => from))},
      ${textArray(renames.map(({ to }) => to))}, ${textArray(renames.map(({ to }) => JSON.stringify(to)))}
    ) with ordinality as g (user_id, old_id, new_id, new_json, place))`
}

async function dropMerged(db: Session, { userProgress }: Tables, merged: readonly UserRename[]): Promise<void> {
  if (merged.length === 0) return
  await run(
    db,
    sql`with ${given(merged)} delete from ${userProgress} as p using given
      where p.user_id = given.user_id ${onlyUser('p', merged)} and p.category = ${badgeCategory} and p.item_key = given.old_id`,
  )
}

// References between badges.
async function renameReferences(db: Session, { userProgress }: Tables, renames: readonly UserRename[]): Promise<void> {
  await run(
    db,
    sql`with ${given(renames)} update ${userProgress} as p
      set metadata = jsonb_set(metadata, '{replaces}', given.new_json::jsonb) from given
      where p.user_id = given.user_id ${onlyUser('p', renames)} and p.category = ${badgeCategory}
        and p.metadata ->> 'replaces' = given.old_id`,
  )
  await run(
    db,
    sql`with ${given(renames)} update ${userProgress} as p
      set metadata = jsonb_set(metadata, '{awardedBy,badgeByHand}', given.new_json::jsonb) from given
      where p.user_id = given.user_id ${onlyUser('p', renames)} and p.category = ${badgeCategory}
        and p.metadata #>> '{awardedBy,badgeByHand}' = given.old_id`,
  )
}

type GoneRow = { readonly user_id: string; readonly new_id: string; readonly place: number }

// Deletes rows of the former ids, in the order of the renames, and returns them. A cluster takes no deletes inside of an
// insert.
async function takeGone<Row>(
  db: Session,
  { table, column, columns }: { readonly table: Sql; readonly column: Sql; readonly columns: Sql },
  renames: readonly UserRename[],
): Promise<readonly (GoneRow & Row)[]> {
  const rows = await run<GoneRow & Row>(
    db,
    sql`with ${given(renames)}, gone as (
        delete from ${table} as t using given
        where t.user_id = given.user_id ${onlyUser('t', renames)} and t.${column} = given.old_id
        returning t.*, given.new_id, given.place
      )
      select user_id, new_id, place::float8 as place, ${columns} from gone as t`,
  )
  return rows.toSorted((a, b) => a.place - b.place)
}

// A decision on the new badge stays, and a held badge was not revoked.
async function renameDecisions(db: Session, tables: Tables, renames: readonly UserRename[]): Promise<void> {
  const { badgeDecisions } = tables
  type Decided = {
    readonly decision: string
    readonly reason: string
    readonly decided_by: string
    readonly at: string
  }
  const gone = await takeGone<Decided>(
    db,
    {
      table: badgeDecisions,
      column: raw('badge_id'),
      columns: raw(
        `t.decision, t.reason, coalesce(to_json(t.decided_by)::text, 'null') as decided_by, t.decided_at::text as at`,
      ),
    },
    renames,
  )
  if (gone.length === 0) return
  const keys = gone.map(row => ({ userId: row.user_id, category: badgeCategory, itemKey: row.new_id }))
  const held = await readStoredKeys(db, tables, keys)
  const kept = gone.filter(({ decision }, i) => decision === 'awarded' || !held.has(keyText(keys[i]!)))
  const first = new Map<string, (typeof kept)[number]>()
  for (const row of kept) {
    const key = JSON.stringify([row.user_id, row.new_id])
    if (!first.has(key)) first.set(key, row)
  }
  const rows = [...first.values()]
  if (rows.length === 0) return
  await run(
    db,
    sql`insert into ${badgeDecisions} (user_id, badge_id, decision, reason, decided_by, decided_at)
      select user_id, badge_id, decision, reason, decided_by::json #>> '{}', at::timestamptz from unnest(
        ${textArray(rows.map(row => row.user_id))}, ${textArray(rows.map(row => row.new_id))},
        ${textArray(rows.map(row => row.decision))}, ${textArray(rows.map(row => row.reason))},
        ${textArray(rows.map(row => row.decided_by))}, ${textArray(rows.map(row => row.at))}
      ) as given (user_id, badge_id, decision, reason, decided_by, at)
      order by user_id collate "C", badge_id collate "C"
      on conflict do nothing`,
  )
}

async function renameSightings(db: Session, { badgeSightings }: Tables, renames: readonly UserRename[]): Promise<void> {
  const gone = await takeGone<{ readonly at: string }>(
    db,
    { table: badgeSightings, column: raw('badge_id'), columns: raw('t.seen_at::text as at') },
    renames,
  )
  if (gone.length === 0) return
  await run(
    db,
    sql`insert into ${badgeSightings} (user_id, badge_id, seen_at)
      select user_id, badge_id, min(at::timestamptz) from unnest(
        ${textArray(gone.map(row => row.user_id))}, ${textArray(gone.map(row => row.new_id))},
        ${textArray(gone.map(row => row.at))}
      ) as given (user_id, badge_id, at)
      group by user_id, badge_id order by user_id collate "C", badge_id collate "C"
      on conflict do nothing`,
  )
}
