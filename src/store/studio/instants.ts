import { type SQL, sql } from 'drizzle-orm'
import { badgeCategory } from '../../core/users/completion.js'

/** An instant as text of microseconds since 1970, exact, for the place where a page ends. */
export function microsOf(column: SQL): SQL {
  return sql`(extract(epoch from ${column}) * 1000000)::bigint::text`
}

/** The instant of such a text. */
export function atMicros(micros: string): SQL {
  return sql`(timestamptz 'epoch' + ${micros}::text::float8 * interval '1 microsecond')`
}

/** Badges' rows, in the words of the partial indexes: a parameter would hide them from a plan made once for all. */
export const isBadge: SQL = sql.raw(`category = '${badgeCategory}'`)
