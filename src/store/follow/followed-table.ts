import { invalid } from '../../core/values/invalid.js'
import { run } from '../database/database.js'
import { quotedName } from '../database/host-table.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'

/** A column of a table that is to be followed. */
export type FollowedColumn = {
  readonly name: string
  /** Its type as Postgres writes it, of a domain the type below it. */
  readonly type: string
  /** `E` for an enum. */
  readonly kind: string
}

/** The columns of a table, and its name for people. */
export type NamedColumns = Pick<FollowedTable, 'columns' | 'label'>

/** A table of the host that can be followed. */
export type FollowedTable = {
  /** Schema and name, in quotes. */
  readonly name: string
  /** As people read it. */
  readonly label: string
  readonly isPartitioned: boolean
  readonly columns: readonly FollowedColumn[]
  /** The columns of each unique key without a condition. */
  readonly uniqueKeys: readonly (readonly string[])[]
}

type TableRow = {
  readonly schema_name: string
  readonly table_name: string
  readonly kind: string
  readonly persistence: string
  readonly parent: string | null
  readonly has_children: boolean
  readonly is_guarded: boolean
}

/**
 * Looks up a table of the host and checks that a trigger on it sees every row. `schema`: Milepost's own.
 * @throws INPUT_INVALID if it is not such a table
 */
export async function findFollowedTable(
  db: Session,
  { table, schema }: { readonly table: string; readonly schema: string },
): Promise<FollowedTable> {
  const found = await readTable(db, table)
  if (!found) throw invalid('table', 'is not in this database', table)
  const problem = problemOf(found, schema)
  if (problem) throw invalid('table', problem, table)
  const name = `${quotedName(found.schema_name)}.${quotedName(found.table_name)}`
  const label = `${found.schema_name}.${found.table_name}`
  const isPartitioned = found.kind === 'p'
  return { name, label, isPartitioned, columns: await readColumns(db, name), uniqueKeys: await readKeys(db, name) }
}

/**
 * Reads the name of a table: `name` or `schema.name`, each as it is written in the database. Quotes are allowed, for
 * names with dots. @throws INPUT_INVALID
 */
export function partsOfName(table: string): readonly string[] {
  if (typeof table !== 'string') throw invalid('table', 'is missing; pass the name of a table')
  const parts = table.match(/"(?:[^"]|"")+"|[^."]+/g) ?? []
  const names = parts.map(part => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part))
  if (parts.join('.') !== table || names.length > 2 || names.length === 0)
    throw invalid('table', 'must be name or schema.name', table)
  return names
}

async function readTable(db: Session, table: string): Promise<TableRow | undefined> {
  const quoted = partsOfName(table).map(quotedName).join('.')
  const rows = await run<TableRow>(
    db,
    sql`select n.nspname as schema_name, c.relname as table_name, c.relkind::text as kind, c.relpersistence::text as persistence,
        (select i.inhparent::regclass::text from pg_inherits as i where i.inhrelid = c.oid limit 1) as parent,
        exists (select from pg_inherits as i where i.inhparent = c.oid) as has_children,
        row_security_active(c.oid) as is_guarded
      from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = to_regclass(${quoted})`,
  )
  return rows[0]
}

const kinds: Readonly<Record<string, string>> = {
  v: 'is a view, and rows do not arrive there; follow the table below it',
  m: 'is a materialized view, and rows do not arrive there; follow the tables below it',
  f: 'is a foreign table, whose rows other databases can insert; import it instead',
}

function problemOf(found: TableRow, schema: string): string | undefined {
  const { kind, parent, schema_name } = found
  if (!['r', 'p'].includes(kind)) return kinds[kind] ?? 'is not a table'
  if (schema_name === schema) return "is Milepost's own table; rows that you insert there need no following"
  if (schema_name === 'pg_catalog' || schema_name === 'information_schema') return 'belongs to Postgres'
  if (found.persistence === 't') return 'is a temporary table'
  if (parent !== null) return `is a part of ${parent}; follow that table`
  if (kind === 'r' && found.has_children)
    return 'has child tables, whose rows a trigger would not see; follow each of them'
  if (found.is_guarded) return 'hides rows from this role by row level security; run this as the owner of the table'
  return undefined
}

/** Reads the columns of a table, whose name is in quotes. */
export async function readColumns(db: Session, name: string): Promise<readonly FollowedColumn[]> {
  return run<FollowedColumn>(
    db,
    sql`select a.attname as name, t.typcategory::text as kind,
        format_type(case when t.typtype = 'd' then t.typbasetype else t.oid end, null) as type
      from pg_attribute as a join pg_type as t on t.oid = a.atttypid
      where a.attrelid = to_regclass(${name}) and a.attnum > 0 and not a.attisdropped order by a.attnum`,
  )
}

async function readKeys(db: Session, name: string): Promise<readonly (readonly string[])[]> {
  const rows = await run<{ readonly columns: string }>(
    db,
    sql`select (select json_agg(a.attname) from pg_attribute as a where a.attrelid = i.indrelid and a.attnum = any(i.indkey))::text as columns
      from pg_index as i
      where i.indrelid = to_regclass(${name}) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null`,
  )
  return rows.map(({ columns }) => JSON.parse(columns) as string[])
}
