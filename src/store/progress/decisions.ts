import type { ManualDecision } from '../../core/explain/explanation.js'
import { badgeCategory } from '../../core/users/completion.js'
import type { Metadata } from '../../core/values/metadata.js'
import { anyOf, dateOf, instant, instantArray, instantOf, msOf, onlyUser, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import { learnLayout } from '../schema/layout.js'
import type { Tables } from '../schema/tables.js'

/** A manual decision on a badge. */
export type Decision = 'awarded' | 'revoked'

/** A manual decision: who, why, when. */
export type NewDecision = {
  readonly userId: string
  readonly badgeId: string
  readonly decision: Decision
  readonly reason: string
  readonly by: string | null
  readonly at: Date
}

/** Stores a decision, replacing an earlier one on the same badge. Needs the user's lock. */
export async function writeDecision(db: Session, { badgeDecisions }: Tables, decision: NewDecision): Promise<void> {
  const { userId, badgeId, reason, by, at } = decision
  await run(
    db,
    sql`insert into ${badgeDecisions} (user_id, badge_id, decision, reason, decided_by, decided_at)
      values (${userId}, ${badgeId}, ${decision.decision}, ${reason}, ${by}, ${instant(at)})
      on conflict (user_id, badge_id) do update set decision = excluded.decision, reason = excluded.reason,
        decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
  )
}

/** Deletes the manual decision on a badge. Needs the user's lock. */
export async function deleteDecision(
  db: Session,
  { badgeDecisions }: Tables,
  { userId, badgeId }: Pick<NewDecision, 'userId' | 'badgeId'>,
): Promise<void> {
  await run(db, sql`delete from ${badgeDecisions} where user_id = ${userId} and badge_id = ${badgeId}`)
}

/** Reads the manual decision on a badge, or null if there is none. */
export async function readDecision(
  db: Session,
  { badgeDecisions }: Tables,
  { userId, badgeId }: Pick<NewDecision, 'userId' | 'badgeId'>,
): Promise<ManualDecision | null> {
  const [row] = await run<{ decision: Decision; reason: string; decided_by: string | null; decided_at: number }>(
    db,
    sql`select decision, reason, decided_by, ${msOf(sql`decided_at`)} as decided_at
      from ${badgeDecisions} where user_id = ${userId} and badge_id = ${badgeId}`,
  )
  return row ? { decision: row.decision, reason: row.reason, by: row.decided_by, at: dateOf(row.decided_at) } : null
}

/** Deletes badges of a user. */
export async function deleteBadges(
  db: Session,
  { userProgress }: Tables,
  { userId, badgeIds }: { readonly userId: string; readonly badgeIds: readonly string[] },
): Promise<void> {
  if (badgeIds.length === 0) return
  await run(
    db,
    sql`delete from ${userProgress} where user_id = ${userId} and category = ${badgeCategory}
      and item_key = ${anyOf(badgeIds)}`,
  )
}

/** What to change about a held badge: fields of its metadata, of which undefined ones stay, and its date if set. */
export type BadgeRewrite = {
  readonly userId: string
  readonly badgeId: string
  readonly changes: Metadata
  readonly earnedAt?: Date
}

/** Changes badges, where they differ. Needs the users' locks. */
export async function rewriteBadges(
  db: Session,
  { userProgress }: Tables,
  rewrites: readonly BadgeRewrite[],
): Promise<void> {
  if (rewrites.length === 0) return
  const metadata = sql`coalesce(p.metadata, '{}'::jsonb) || given.changes::jsonb`
  const at = sql`coalesce(${instantOf(sql`given.at`)}, p.completed_at)`
  await run(
    db,
    sql`update ${userProgress} as p set metadata = ${metadata}, completed_at = ${at}
      from unnest(
        ${textArray(rewrites.map(({ userId }) => userId))}, ${textArray(rewrites.map(({ badgeId }) => badgeId))},
        ${textArray(rewrites.map(({ changes }) => JSON.stringify(changes)))},
        ${instantArray(rewrites.map(({ earnedAt = null }) => earnedAt))}
      ) as given (user_id, badge_id, changes, at)
      where p.user_id = given.user_id ${onlyUser('p', rewrites)} and p.category = ${badgeCategory} and p.item_key = given.badge_id
        and (${metadata}, ${at}) is distinct from (p.metadata, p.completed_at)`,
  )
}

/** The actions of the audit log: changes to a user's record, and to keys, webhooks and the catalog. */
export type AuditAction =
  | 'award'
  | 'revoke'
  | 'undo'
  | 'erase'
  | 'allow-return'
  | 'merge'
  | 'rename'
  | 'pause-streaks'
  | 'delete-streak-pause'
  | 'grant-streak-freeze'
  | 'adjust-points'
  | 'refund'
  | 'create-key'
  | 'rotate-key'
  | 'delete-key'
  | 'apply'
  | 'set-items'
  | 'create-webhook'
  | 'change-webhook'
  | 'pause-webhook'
  | 'resume-webhook'
  | 'rotate-webhook-secret'
  | 'delete-webhook'

/** A manual change to a user's record or, with an empty user id, to the service. */
export type AuditEntry = {
  readonly userId: string
  readonly action: AuditAction
  readonly reason: string
  readonly by: string | null
  readonly at: Date
  readonly details: { readonly [key: string]: unknown }
}

/** Stores what was done, by whom and why. */
export async function writeAudit(db: Session, tables: Tables, entry: AuditEntry): Promise<void> {
  await learnLayout(db, tables)
  if (tables.layout.isSpread) return writeAuditOnAnyNode(db, tables, entry)
  await run(
    db,
    sql`insert into ${tables.auditLog} (user_id, action, reason, done_by, done_at, details) values (${auditValues(entry)})`,
  )
}

// Each node of a cluster has numbers of its own, so the time is the number there, in microseconds, or else the next one.
async function writeAuditOnAnyNode(db: Session, { auditLog }: Tables, entry: AuditEntry): Promise<void> {
  for (;;) {
    const [row] = await run<{ id: string }>(
      db,
      sql`select greatest(coalesce(max(id) + 1, 0), ${entry.at.getTime() * 1_000}::float8::bigint)::text as id
        from ${auditLog} where user_id = ${entry.userId}`,
    )
    const written = await run(
      db,
      sql`insert into ${auditLog} (id, user_id, action, reason, done_by, done_at, details) overriding system value
        values (${row!.id}::text::bigint, ${auditValues(entry)}) on conflict do nothing returning id`,
    )
    if (written.length > 0) return
  }
}

function auditValues({ userId, action, reason, by, at, details }: AuditEntry): Sql {
  return sql`${userId}, ${action}, ${reason}, ${by}, ${instant(at)}, ${JSON.stringify(details)}::text::jsonb`
}
