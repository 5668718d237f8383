import type { RetentionRule } from '../../core/catalog/retention.js'
import { instant } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** Reads the retention rules of the catalog that was applied last. None if no catalog was ever applied. */
export async function readRetention(db: Session, { catalogVersions }: Tables): Promise<readonly RetentionRule[]> {
  const [row] = await run<{ rules: string | null }>(
    db,
    sql`select (catalog -> 'retention')::text as rules from ${catalogVersions} order by version desc limit 1`,
  )
  return row?.rules ? (JSON.parse(row.rules) as RetentionRule[]) : []
}

/** Folding by one rule: what is from before a line. `categories`: sorted. */
export type RetentionRun = { readonly categories: readonly string[]; readonly until: Date }

/** How long a process has a run for itself unless it says that it is still there. */
const leaseMs = 120_000

/**
 * Takes a run, unless it is finished or another process is at it. Returns after which user to continue; null if there is
 * nothing to do.
 */
export async function takeRun(
  db: Session,
  { retentionRuns }: Tables,
  { categories, until, now }: RetentionRun & { readonly now: Date },
): Promise<string | null> {
  const [row] = await run<{ resume_after: string }>(
    db,
    sql`insert into ${retentionRuns} as r (categories, until, taken_until)
      values (${JSON.stringify(categories)}, ${instant(until)}, ${instant(endOfLease(now))})
      on conflict (categories) do update set
        resume_after = case when r.until < excluded.until then '' else r.resume_after end,
        finished_at = null, until = excluded.until, taken_until = excluded.taken_until
      where r.until < excluded.until
        or (r.until = excluded.until and r.finished_at is null and r.taken_until <= ${instant(now)})
      returning resume_after`,
  )
  return row ? row.resume_after : null
}

/** Notes how far a run got. `isLeft`: others may take it at once. `isFinished`: all users are done. */
export async function noteRun(
  db: Session,
  { retentionRuns }: Tables,
  { categories, until, now, after, isLeft, isFinished }: RetentionRun & RunProgress & { readonly now: Date },
): Promise<void> {
  const takenUntil = isLeft || isFinished ? now : endOfLease(now)
  await run(
    db,
    sql`update ${retentionRuns} set resume_after = ${isFinished ? '' : after}, taken_until = ${instant(takenUntil)},
        finished_at = case when ${isFinished}::boolean then ${instant(now)} end
      where categories = ${JSON.stringify(categories)} and until = ${instant(until)}`,
  )
}

/** How far a run got: up to and with this user. */
export type RunProgress = { readonly after: string; readonly isLeft: boolean; readonly isFinished: boolean }

function endOfLease(now: Date): Date {
  return new Date(now.getTime() + leaseMs)
}
