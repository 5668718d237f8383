import { type SQL, sql } from 'drizzle-orm'

/** A list as one array parameter; every driver takes text, and SQL casts it on. */
export function textArray(values: readonly (string | null)[]): SQL {
  return sql`${sql.param(values)}::text[]`
}

/** An instant as milliseconds since 1970, a plain number on every driver. */
export function msOf(column: unknown): SQL {
  return sql`floor(extract(epoch from ${column}) * 1000)::float8`
}

/** An instant as a text parameter. */
export function instant(at: Date): SQL {
  return sql`${at.toISOString()}::timestamptz`
}

export function dateOf(ms: number): Date {
  return new Date(ms)
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
