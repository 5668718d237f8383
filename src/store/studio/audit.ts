import { dateOf, jsonOf, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** A manual change. */
export type AuditEntry = {
  readonly id: number
  /** Empty if it is not about a user. */
  readonly userId: string
  readonly action: string
  readonly reason: string
  readonly doneBy: string | null
  readonly doneAt: Date
  readonly details: { readonly [key: string]: unknown }
}

type AuditRow = {
  readonly id: number
  readonly user_id: string
  readonly action: string
  readonly reason: string
  readonly done_by: string | null
  readonly done_at: number
  readonly details: string
}

/** A position in the list: an id, and its user, since in a cluster entries of several users may have one id. */
export type AuditPlace = readonly [id: number, userId: string]

/** Lists manual changes, of one user or all, latest first, before a position. */
export async function readAudit(
  db: Session,
  { auditLog }: Tables,
  {
    userId,
    before,
    limit,
  }: { readonly userId: string | undefined; readonly before: AuditPlace | undefined; readonly limit: number },
): Promise<readonly AuditEntry[]> {
  const ofUser = userId === undefined ? sql`` : sql`and user_id = ${userId}`
  const earlier = before
    ? sql`and (a.id, a.user_id collate "C") < (${before[0]}::float8::bigint, ${before[1]}::text collate "C")`
    : sql``
  const rows = await run<AuditRow>(
    db,
    sql`select id::float8 as id, user_id, action, reason, done_by, ${msOf(sql`done_at`)} as done_at, details::text as details
      from ${auditLog} as a where true ${ofUser} ${earlier} order by a.id desc, a.user_id collate "C" desc limit ${limit}::int`,
  )
  return rows.map(row => ({
    id: row.id,
    userId: row.user_id,
    action: row.action,
    reason: row.reason,
    doneBy: row.done_by,
    doneAt: dateOf(row.done_at),
    details: jsonOf(row.details),
  }))
}
