import { raw, type Sql, sql } from './sql.js'

/**
 * Writes a list as one parameter: an array literal as text. Every driver sends text in the same way, and the drivers'
 * own array encoding costs several times as much.
 */
export function textArray(values: readonly string[]): Sql {
  return sql`${textList(values)}::text::text[]`
}

/** Writes a list of texts as an array literal. */
export function textList(values: readonly string[]): string {
  // JSON quotes texts as array literals do, but writes control characters as letters.
  const json = JSON.stringify(values)
  return `{${/\\[^"\\]/.test(json) ? values.map(quoted).join(',') : json.slice(1, -1)}}`
}

/** Writes a list of numbers as an array literal. */
export function numberList(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`
}

/** Writes a list of instants as an array literal of milliseconds since 1970. */
export function instantList(values: readonly (Date | null)[]): string {
  return `{${values.map(at => (at ? at.getTime() : 'NULL')).join(',')}}`
}

/**
 * Matches any value of a list, as the right side of `=`. Several are a subselect, which Postgres evaluates once per
 * statement. In a plain filter, Postgres would parse the parameter again for every row of a sequential scan. A single
 * one is itself, so that a cluster sends a statement about one user to the node that holds the user.
 */
export function anyOf(values: readonly string[]): Sql {
  const [only, ...others] = values
  return only !== undefined && others.length === 0
    ? sql`${only}::text`
    : sql`any((select ${textArray(values)})::text[])`
}

/**
 * Names the user if all rows of a statement are of one, as a further condition on a table. A cluster then sends the
 * statement to the node that holds the user.
 */
export function onlyUser(alias: string, rows: readonly { readonly userId: string }[]): Sql {
  const [first] = rows
  return first && rows.every(({ userId }) => userId === first.userId)
    ? sql`and ${raw(alias)}.user_id = ${first.userId}::text`
    : sql``
}

/** Sorts ids as `COLLATE "C"` does. */
export function inOrderOfBytes(ids: readonly string[]): readonly string[] {
  return ids
    .map(id => ({ id, bytes: Buffer.from(id) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ id }) => id)
}

/** Writes a list of numbers as text. */
export function numericArray(values: readonly (string | number)[]): Sql {
  return sql`${numberList(values)}::text::numeric[]`
}

/** Writes a list of instants as milliseconds since 1970. {@link instantOf} turns them back into instants. */
export function instantArray(values: readonly (Date | null)[]): Sql {
  return sql`${instantList(values)}::text::float8[]`
}

/** Turns a column of milliseconds into an instant. */
export function instantOf(ms: Sql): Sql {
  return sql`to_timestamp(${ms} / 1000)`
}

/**
 * Reads an instant as milliseconds since 1970, which is a plain number on every driver. Microseconds in rows of the
 * host are rounded.
 */
export function msOf(column: unknown): Sql {
  return sql`round(date_part('epoch', ${column}) * 1000)`
}

/** Writes an instant as a parameter. */
export function instant(at: Date): Sql {
  return instantOf(sql`${at.getTime()}::float8`)
}

function quoted(text: string): string {
  const escaped = text.includes('\\') ? text.replaceAll('\\', '\\\\') : text
  return `"${escaped.includes('"') ? escaped.replaceAll('"', '\\"') : escaped}"`
}

export function dateOf(ms: number): Date {
  return new Date(ms)
}

export function dateOrNull(ms: number | null): Date | null {
  return ms === null ? null : dateOf(ms)
}

/** Parses a jsonb that arrived as text, so that the drivers' own JSON parsers do not matter. */
export function jsonOf(text: string): { readonly [key: string]: unknown } {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : {}
}

/** Checks that a write changed as many rows as expected, because the embedded database can fail silently. */
export function checkCount(what: string, expected: number, actual: number): void {
  if (expected !== actual) throw new TypeError(`${what}: ${expected} rows were written, ${actual} came back`)
}
