import { badgeCategory } from '../../core/users/completion.js'
import { raw, type Sql, sql } from '../database/sql.js'

/** Writes an instant as text of microseconds since 1970, exactly, for the position where a page ends. */
export function microsOf(column: Sql): Sql {
  return sql`(extract(epoch from ${column}) * 1000000)::bigint::text`
}

/** Turns such a text into an instant. */
export function atMicros(micros: string): Sql {
  return sql`(timestamptz 'epoch' + ${micros}::text::float8 * interval '1 microsecond')`
}

/** Matches the rows of badges, in the words of the partial indexes. A parameter would hide them from a generic plan. */
export const isBadge: Sql = raw(`category = '${badgeCategory}'`)
