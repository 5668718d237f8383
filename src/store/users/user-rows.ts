import { readPages } from '../database/cursor.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** The kinds of rows in an export. */
export type UserRowKind =
  | 'standing'
  | 'completion'
  | 'badge'
  | 'metric'
  | 'time zone'
  | 'attribute'
  | 'pause'
  | 'freeze'
  | 'decision'
  | 'sighting'
  | 'gain'
  | 'period points'
  | 'fold'
  | 'folded keys'
  | 'audit'
  | 'event'
  | 'delivery'

/** A stored row of one user as JSON. Instants are milliseconds since 1970, under names that end in `At`. */
export type UserRow = { readonly kind: UserRowKind; readonly json: string }

/**
 * Reads everything stored about a user, page by page, in one statement. So all of it is from one moment, also in a
 * caller's transaction. Needs a transaction.
 */
export function readUserRows(
  tx: Session,
  { exportUserFunction }: Tables,
  userId: string,
): AsyncGenerator<readonly UserRow[]> {
  return readPages(tx, sql`select kind, content as json from ${exportUserFunction}(${userId})`)
}
