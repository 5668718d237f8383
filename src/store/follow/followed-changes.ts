import type { NewCompletion } from '../../core/users/completion.js'
import { anyOf, dateOf, jsonOf, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** What a trigger did: `brought` a row, or noted that one was deleted, or inserted again after that. */
export type FollowedChange = {
  readonly userId: string
  readonly change: 'brought' | 'deleted' | 'inserted-again'
  readonly category: string
  readonly itemKey: string
  /** The completion that was brought or is to be stored again. Null if it is not there any more. */
  readonly completion: NewCompletion | null
  /** The table, as people read it. */
  readonly label: string
}

type ChangeRow = {
  readonly user_id: string
  readonly change: FollowedChange['change']
  readonly category: string
  readonly item_key: string
  readonly metadata: string | null
  readonly completed_at: number | null
  readonly label: string | null
}

// While an import is under way, a row that was deleted and is not stored may still be stored by it. Such a change waits.
function isDue({ follows, userProgress, layout }: Tables): Sql {
  if (layout.isSpread) return sql`true`
  return sql`not (c.change = 'deleted' and exists (select from ${follows} as f where f.id = c.follow_id and f.imported_after is not null)
    and not exists (select from ${userProgress} as p
      where p.user_id = c.user_id and p.category = c.category and p.item_key = c.item_key))`
}

/**
 * Takes the changes of locked users, in the order in which they happened. What is read of the users afterwards includes
 * every row that was brought.
 */
export async function takeChanges(
  db: Session,
  tables: Tables,
  userIds: readonly string[],
): Promise<readonly FollowedChange[]> {
  const { followedChanges, userProgress, follows } = tables
  const rows = await run<ChangeRow>(
    db,
    sql`with taken as (delete from ${followedChanges} as c where user_id = ${anyOf(userIds)} and ${isDue(tables)} returning *)
      select t.user_id, t.change, t.category, t.item_key, coalesce(t.metadata, p.metadata)::text as metadata,
        ${msOf(sql`coalesce(t.completed_at, p.completed_at)`)} as completed_at, f.table_name as label
      from taken as t left join ${follows} as f on f.id = t.follow_id
        left join ${userProgress} as p on p.user_id = t.user_id and p.category = t.category and p.item_key = t.item_key
          and p.recorded_at = t.changed_at
      order by t.user_id collate "C", t.id`,
  )
  return rows.map(changeFrom)
}

function changeFrom(row: ChangeRow): FollowedChange {
  const { change, category, label } = row
  const key = { userId: row.user_id, category, itemKey: row.item_key }
  return { ...key, change, completion: completionOf(row), label: label ?? 'a table that was followed' }
}

function completionOf(row: ChangeRow): NewCompletion | null {
  const { metadata: metadataJson, completed_at } = row
  if (metadataJson === null || completed_at === null) return null
  const key = { userId: row.user_id, category: row.category, itemKey: row.item_key }
  const completedAt = dateOf(completed_at)
  return {
    ...key,
    metadata: jsonOf(metadataJson),
    metadataJson,
    completedAt,
    givenAt: completedAt,
    isMetadataGiven: true,
  }
}

/** Tells whether any of these users has changes that are not counted. */
export async function hasChanges(db: Session, tables: Tables, userIds: readonly string[]): Promise<boolean> {
  const found = sql`${tables.followedChanges} as c where user_id = ${anyOf(userIds)} and ${isDue(tables)}`
  return (await run(db, sql`select from ${found} limit 1`)).length > 0
}

/** Lists users with changes that are not counted, after `after`, in the database's own order. */
export async function readChangedUsers(
  db: Session,
  tables: Tables,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await run<{ user_id: string }>(
    db,
    sql`select distinct user_id from ${tables.followedChanges} as c where user_id > ${after} and ${isDue(tables)}
      order by 1 limit ${raw(String(limit))}`,
  )
  return rows.map(row => row.user_id)
}

/** Deletes what triggers brought of users who were erased meanwhile. */
export async function deleteBrought(
  db: Session,
  { followedChanges, userProgress }: Tables,
  userIds: readonly string[],
): Promise<void> {
  const users = anyOf(userIds)
  await run(
    db,
    sql`with taken as (delete from ${followedChanges} where user_id = ${users})
      delete from ${userProgress} where user_id = ${users}`,
  )
}
