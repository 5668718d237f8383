import { badgeCategory } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import { quotedName } from '../database/host-table.js'
import type { FollowedColumn, NamedColumns } from './followed-table.js'

/** Where the values of a followed table come from: the names of its columns. */
export type FollowedMapping = {
  readonly userId: string
  readonly category: string | { readonly value: string }
  readonly itemKey: string
  readonly completedAt: string
  /** Null if the table has no metadata. */
  readonly metadata: string | null
  /** The zone in which times without one are read. */
  readonly timeZone: string
  readonly badges: boolean
  readonly deletes: boolean
}

/** The SQL expressions that make a completion of a row named `host_row`. */
export type MappedColumns = {
  readonly userId: string
  readonly category: string
  readonly itemKey: string
  readonly completedAt: string
  /** Jsonb. A JSON string if the value is not JSON. */
  readonly metadata: string
  /** The same as text, as it is stored. */
  readonly metadataText: string
}

const idTypes = new Set([
  ...['text', 'character varying', 'character', 'uuid', 'smallint', 'integer', 'bigint', 'numeric', 'citext', 'name'],
  ...['public.citext', 'extensions.citext'],
])

/** Writes how a row of the table becomes a completion. `helpers`: the quoted schema of Milepost. @throws INPUT_INVALID */
export function mappedColumns(table: NamedColumns, mapping: FollowedMapping, helpers: string): MappedColumns {
  const { userId, category, itemKey, completedAt, metadata } = mapping
  return {
    userId: idOf(table, 'userId', userId),
    category: typeof category === 'object' ? literal(category.value) : idOf(table, 'category', category),
    itemKey: idOf(table, 'itemKey', itemKey),
    completedAt: timeOf(columnAt(table, 'completedAt', completedAt), mapping.timeZone),
    ...(metadata === null ? noMetadata : metadataOf(columnAt(table, 'metadata', metadata), helpers)),
  }
}

const noMetadata = { metadata: "'{}'::jsonb", metadataText: 'NULL::text' }

/** Returns the columns that tell the completions of a table apart. */
export function keyColumnsOf({ userId, category, itemKey }: FollowedMapping): readonly string[] {
  return [userId, ...(typeof category === 'string' ? [category] : []), itemKey]
}

function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted
}

/** Finds a column. @throws INPUT_INVALID naming the columns that the table has */
export function columnAt({ columns, label }: NamedColumns, field: string, name: string): FollowedColumn {
  const column = columns.find(each => each.name === name)
  if (column) return column
  const known = columns.map(each => each.name).join(', ')
  throw invalid(`columns.${field}`, `is not a column of ${label}, which has: ${known}`, name)
}

// Only types whose text Postgres itself writes: the trigger runs with the rights of who made it.
function idOf(table: NamedColumns, field: string, name: string): string {
  const { type, kind } = columnAt(table, field, name)
  if (!idTypes.has(type) && kind !== 'E')
    throw invalid(`columns.${field}`, `is of type ${type}; use a column of text, uuid or whole numbers`, name)
  return `host_row.${quotedName(name)}::text`
}

const numberTypes = new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'])

function timeOf({ name, type }: FollowedColumn, timeZone: string): string {
  const value = `host_row.${quotedName(name)}`
  if (type === 'timestamp with time zone') return value
  if (type === 'timestamp without time zone') return `${value} AT TIME ZONE ${literal(timeZone)}`
  if (type === 'date') return `${value}::timestamp AT TIME ZONE ${literal(timeZone)}`
  // Milliseconds since 1970. Numbers that no timestamp can hold count as missing, since the conversion would fail.
  if (numberTypes.has(type))
    return `CASE WHEN ${value} BETWEEN -62135596800000 AND 253402300799999 THEN to_timestamp(${value}::float8 / 1000) END`
  throw invalid('columns.completedAt', `is of type ${type}; use a timestamp, a date or milliseconds since 1970`, name)
}

function metadataOf({ name, type }: FollowedColumn, helpers: string): Pick<MappedColumns, 'metadata' | 'metadataText'> {
  const value = `host_row.${quotedName(name)}`
  const parsed = `${helpers}."follow_metadata"(${value}::text)`
  const metadataText = `${value}::text`
  if (type === 'jsonb')
    return { metadata: `CASE WHEN jsonb_typeof(${value}) = 'object' THEN ${value} ELSE ${parsed} END`, metadataText }
  if (['json', 'text', 'character varying'].includes(type)) return { metadata: parsed, metadataText }
  throw invalid('columns.metadata', `is of type ${type}; use a column of jsonb, json or text`, name)
}

/** The literal of the category that is reserved for badges. */
export const badgeLiteral = literal(badgeCategory)
