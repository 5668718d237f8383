import { type SQL, sql } from 'drizzle-orm'

/**
 * A list as one parameter, written as an array literal here: every driver takes text alike, and the drivers' own way
 * of writing arrays costs several times as much.
 */
export function textArray(values: readonly string[]): SQL {
  return sql`${`{${values.map(quoted).join(',')}}`}::text::text[]`
}

/**
 * Any of a list, as the right side of `=`. As a subselect, which is worked out once a statement: in a filter the text of a parameter
 * would be parsed again for every row that a sequential scan comes by.
 */
export function anyOf(values: readonly string[]): SQL {
  return sql`any((select ${textArray(values)})::text[])`
}

/** A list of numbers, as their texts. */
export function numericArray(values: readonly (string | number)[]): SQL {
  return sql`${`{${values.join(',')}}`}::text::numeric[]`
}

/** A list of instants as milliseconds since 1970; {@link instantOf} makes them instants again. */
export function instantArray(values: readonly (Date | null)[]): SQL {
  return sql`${`{${values.map(at => (at ? at.getTime() : 'NULL')).join(',')}}`}::text::float8[]`
}

/** The instant that a column of milliseconds stands for. */
export function instantOf(ms: SQL): SQL {
  return sql`to_timestamp(${ms} / 1000)`
}

/** An instant as milliseconds since 1970, a plain number on every driver. Hosts' microseconds are rounded. */
export function msOf(column: unknown): SQL {
  return sql`round(date_part('epoch', ${column}) * 1000)`
}

/** An instant as a parameter. */
export function instant(at: Date): SQL {
  return instantOf(sql`${at.getTime()}::float8`)
}

function quoted(text: string): string {
  return /["\\]/.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${text}"`
}

export function dateOf(ms: number): Date {
  return new Date(ms)
}

export function dateOrNull(ms: number | null): Date | null {
  return ms === null ? null : dateOf(ms)
}

/** Reads a jsonb that came as text, so that drivers' own JSON parsers do not matter. */
export function jsonOf(text: string): { readonly [key: string]: unknown } {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : {}
}

/** Checks that a write reached as many rows as it was given: the embedded database can fail in silence. */
export function checkCount(what: string, expected: number, actual: number): void {
  if (expected !== actual) throw new TypeError(`${what}: ${expected} rows were written, ${actual} came back`)
}
