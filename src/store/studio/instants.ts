import { type SQL, sql } from 'drizzle-orm'
import { badgeCategory } from '../../core/users/completion.js'

/** Writes an instant as text of microseconds since 1970, exactly, for the position where a page ends. */
export function microsOf(column: SQL): SQL {
  return sql`(extract(epoch from ${column}) * 1000000)::bigint::text`
}

/** Turns such a text into an instant. */
export function atMicros(micros: string): SQL {
  return sql`(timestamptz 'epoch' + ${micros}::text::float8 * interval '1 microsecond')`
}

/** Matches the rows of badges, in the words of the partial indexes. A parameter would hide them from a generic plan. */
export const isBadge: SQL = sql.raw(`category = '${badgeCategory}'`)
