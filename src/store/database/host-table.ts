import type { ImportRow } from '../../core/users/import-mapping.js'
import { invalid } from '../../core/values/invalid.js'
import { run } from './database.js'
import type { Session } from './session.js'
import { identifier, join, raw, type Sql, sql } from './sql.js'

/** A table or view of the host, and the columns that define its order. */
export type HostTable = {
  readonly name: Sql
  readonly key: readonly KeyColumn[]
  /** Columns of whole numbers that may be too large for JavaScript. */
  readonly longColumns: readonly string[]
}

type KeyColumn = { readonly name: string; readonly type: string }

/** A row of a host's table, and its key as text. */
export type HostRow = { readonly row: ImportRow; readonly key: readonly string[] }

/**
 * Looks up a table of the host. `key`: columns that together differ in every row and are never null. Default: the
 * primary key.
 * @throws INPUT_INVALID if there is no such table, column or key
 */
export async function findHostTable(
  db: Session,
  { table, key }: { readonly table: string; readonly key?: readonly string[] | undefined },
): Promise<HostTable> {
  const parts = table.split('.')
  if (parts.length > 2 || parts.includes('')) throw invalid('table', 'must be name or schema.name', table)
  const quoted = parts.map(quotedName).join('.')
  const columns = await run<ColumnRow>(
    db,
    sql`select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
        array_position(i.indkey::int2[], a.attnum)::int as key_place
      from pg_attribute as a left join pg_index as i on i.indrelid = a.attrelid and i.indisprimary
      where a.attrelid = to_regclass(${quoted}) and a.attnum > 0 and not a.attisdropped order by a.attnum`,
  )
  if (columns.length === 0) throw invalid('table', 'is not in this database', table)
  return {
    name: raw(quoted),
    key: key ? key.map(name => columnNamed(columns, name)) : primaryKey(columns, table),
    longColumns: columns.filter(({ type }) => type === 'bigint').map(({ name }) => name),
  }
}

/** Writes a name of the host in quotes. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

type ColumnRow = KeyColumn & { readonly key_place: number | null }

function columnNamed(columns: readonly ColumnRow[], name: string): KeyColumn {
  const column = columns.find(each => each.name === name)
  if (!column)
    throw invalid('key', `is not a column of this table, which has: ${columns.map(each => each.name).join(', ')}`, name)
  return column
}

function primaryKey(columns: readonly ColumnRow[], table: string): readonly KeyColumn[] {
  const key = columns.filter(({ key_place }) => key_place !== null).sort((a, b) => a.key_place! - b.key_place!)
  if (key.length === 0)
    throw invalid('key', 'is missing, and this table has no primary key; name columns that differ in every row', table)
  return key
}

/**
 * Reads a page of a host's table in the order of its key, after a given key. Whole numbers too large for JavaScript are
 * returned as text.
 */
export async function readHostPage(
  db: Session,
  { name, key, longColumns }: HostTable,
  { after, limit }: { readonly after: readonly string[] | null; readonly limit: number },
): Promise<readonly HostRow[]> {
  const columns = key.map(column => sql`host_row.${identifier(column.name)}`)
  const rest = after ? sql`where (${join(columns, ', ')}) > (${join(key.map(asGiven(after)), ', ')})` : sql``
  const rows = await run<{ json: string; key: string }>(
    db,
    sql`select (${jsonOf(longColumns)})::text as json,
        jsonb_build_array(${join(
          columns.map(column => sql`${column}::text`),
          ', ',
        )})::text as key
      from ${name} as host_row ${rest} order by ${join(columns, ', ')} limit ${raw(String(limit))}`,
  )
  return rows.map(({ json, key: keyJson }) => ({ row: JSON.parse(json), key: JSON.parse(keyJson) }))
}

function asGiven(after: readonly string[]): (column: KeyColumn, place: number) => Sql {
  return ({ type }, place) => sql`${after[place]}::text::${raw(type)}`
}

function jsonOf(longColumns: readonly string[]): Sql {
  const long = longColumns.map(
    name => sql`|| case when abs(host_row.${identifier(name)}::numeric) > 9007199254740991
      then jsonb_build_object(${name}::text, host_row.${identifier(name)}::text) else '{}'::jsonb end`,
  )
  return sql`to_jsonb(host_row) ${join(long, ' ')}`
}
