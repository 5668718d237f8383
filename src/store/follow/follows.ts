import { dateOf, dateOrNull, instant, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { functionName } from './follow-sql.js'
import type { FollowedMapping } from './followed-mapping.js'
import type { FollowedTable } from './followed-table.js'

/** A follow, as it is stored and as it is in the database. */
export type StoredFollow = {
  readonly id: number
  /** The table now, or, if it is gone, its last known name. Schema and name, as people read them. */
  readonly label: string
  /** The table now, in quotes. Null if the table or the trigger is gone. */
  readonly tableName: string | null
  /** Whether all its triggers are there and turned on. */
  readonly isEnabled: boolean
  readonly mapping: FollowedMapping
  /** The body of the function. Null if there is none. */
  readonly body: string | null
  readonly importedAfter: string | null
  readonly importedAt: Date | null
  readonly followedAt: Date
  /** Changes that are not counted yet. */
  readonly waitingCount: number
}

type FollowRow = {
  readonly id: number
  readonly table_name: string
  readonly mapping: string
  readonly imported_after: string | null
  readonly imported_at: number | null
  readonly followed_at: number
}

/** Reads all follows, oldest first. */
export async function readFollows(db: Session, tables: Tables, schema: string): Promise<readonly StoredFollow[]> {
  const rows = await run<FollowRow>(
    db,
    sql`select id, table_name, mapping::text as mapping, imported_after, ${msOf(sql`imported_at`)} as imported_at,
        ${msOf(sql`followed_at`)} as followed_at
      from ${tables.follows} order by id`,
  )
  if (rows.length === 0) return []
  const counts = await run<{ follow_id: number; count: number }>(
    db,
    sql`select follow_id, count(*)::float8 as count from ${tables.followedChanges} group by follow_id`,
  )
  const waiting = new Map(counts.map(row => [row.follow_id, row.count]))
  const follows: StoredFollow[] = []
  for (const row of rows) {
    const follow = { ...followFrom(row), waitingCount: waiting.get(row.id) ?? 0 }
    const triggerCount = follow.mapping.deletes ? 2 : 1
    follows.push({ ...follow, ...(await readTrigger(db, schema, { ...row, triggerCount })) })
  }
  return follows
}

function followFrom(row: FollowRow): Omit<StoredFollow, keyof FoundTrigger | 'waitingCount'> {
  return {
    id: row.id,
    mapping: JSON.parse(row.mapping) as FollowedMapping,
    importedAfter: row.imported_after,
    importedAt: dateOrNull(row.imported_at),
    followedAt: dateOf(row.followed_at),
  }
}

type FoundTrigger = Pick<StoredFollow, 'label' | 'tableName' | 'isEnabled' | 'body'>

// Found by the function, whose name has the id: a table can be renamed, and has another oid after a restore.
async function readTrigger(
  db: Session,
  schema: string,
  { id, table_name, triggerCount }: Pick<FollowRow, 'id' | 'table_name'> & { readonly triggerCount: number },
): Promise<FoundTrigger> {
  const [found] = await run<{ label: string; table_name: string; is_enabled: boolean; body: string }>(
    db,
    sql`select n.nspname || '.' || c.relname as label, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as table_name,
        bool_and(t.tgenabled in ('O', 'A')) and count(*) = ${triggerCount}::int as is_enabled, p.prosrc as body
      from pg_proc as p join pg_trigger as t on t.tgfoid = p.oid and not t.tgisinternal and t.tgparentid = 0
        join pg_class as c on c.oid = t.tgrelid join pg_namespace as n on n.oid = c.relnamespace
      where p.oid = to_regprocedure(${`${functionName({ schema, id })}()`})
      group by n.nspname, c.relname, p.prosrc`,
  )
  if (!found) return { label: table_name, tableName: null, isEnabled: false, body: null }
  return { label: found.label, tableName: found.table_name, isEnabled: found.is_enabled, body: found.body }
}

/** Returns an id that no follow has or had, as far as anything of it is left. */
export async function nextFollowId(db: Session, tables: Tables): Promise<number> {
  const [row] = await run<{ id: number }>(
    db,
    sql`select 1 + greatest(0, (select max(id) from ${tables.follows}), (select max(follow_id) from ${tables.followedChanges}),
      (select max(follow_id) from ${tables.followRefusals}))::int as id`,
  )
  return row!.id
}

/** Stores a follow. What stood in the table is then to be imported, again if the mapping changed. */
export async function writeFollow(
  db: Session,
  { follows }: Tables,
  { id, table, mapping }: { readonly id: number; readonly table: FollowedTable; readonly mapping: FollowedMapping },
): Promise<void> {
  await run(
    db,
    sql`insert into ${follows} (id, table_name, mapping) values (${id}::int, ${table.label}, ${JSON.stringify(mapping)}::text::jsonb)
      on conflict (id) do update set table_name = excluded.table_name, mapping = excluded.mapping, imported_after = null,
        imported_at = null, followed_at = excluded.followed_at`,
  )
}

/** How far an import got. `isDone`: whether all rows that stood in the table are imported. */
export type ImportMark = { readonly after: string | null; readonly isDone: boolean }

/**
 * Stores how far the rows that stood in the table are imported. Returns false, and stores nothing, if the table is followed
 * in another way by now, or not any more: its id may be that of another table then.
 */
export async function writeImported(
  db: Session,
  { follows }: Tables,
  { id, followedAt, after, isDone }: ImportMark & Pick<StoredFollow, 'id' | 'followedAt'>,
): Promise<boolean> {
  const rows = await run(
    db,
    sql`update ${follows} set imported_after = ${after}::text, imported_at = ${isDone ? raw('now()') : raw('null')}
      where id = ${id}::int and abs(extract(epoch from followed_at - ${instant(followedAt)})) < 0.001 returning id`,
  )
  return rows.length > 0
}

/** Deletes a follow, and what it noted of rows that it did not bring. What it brought stays, and is counted. */
export async function deleteFollow(db: Session, { follows, followRefusals }: Tables, id: number): Promise<void> {
  await run(db, sql`delete from ${followRefusals} where follow_id = ${id}::int`)
  await run(db, sql`delete from ${follows} where id = ${id}::int`)
}

/** Rows of a followed table that were not brought for one reason. */
export type RefusedRows = { readonly problem: string; readonly rowCount: number; readonly lastAt: Date }

/** Lists what a follow did not bring, by problem, most rows first. */
export async function readFollowRefusals(
  db: Session,
  { followRefusals }: Tables,
  id: number,
): Promise<readonly RefusedRows[]> {
  const rows = await run<{ problem: string; row_count: number; last_at: number }>(
    db,
    sql`select problem, sum(row_count)::float8 as row_count, ${msOf(sql`max(refused_at)`)} as last_at
      from ${followRefusals} where follow_id = ${id}::int group by problem order by sum(row_count) desc, problem limit 100`,
  )
  return rows.map(row => ({ problem: row.problem, rowCount: row.row_count, lastAt: dateOf(row.last_at) }))
}

/** Counts the rows of a table, whose name is in quotes. */
export async function countRows(db: Session, name: string): Promise<number> {
  const [row] = await run<{ count: number }>(db, sql`select count(*)::float8 as count from ${raw(name)}`)
  return row!.count
}
