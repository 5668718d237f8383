import { instant, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import { inTransaction } from '../database/transaction.js'
import type { Tables } from '../schema/tables.js'

/**
 * A count that some process stored. `dueInMs`: after which time it should be counted again, negative if it is too old. `readAt`:
 * when it was read, by the clock of the database.
 */
export type KeptCount = {
  readonly figures: unknown
  readonly ageMs: number
  readonly dueInMs: number
  readonly tookMs: number
  readonly readAt: Date
}

/** How many counts stay stored: those made last. */
const mostStored = 20

/** Reads a stored count; null if there is none. */
export async function readKeptCount(db: Session, { keptCounts }: Tables, name: string): Promise<KeptCount | null> {
  const [row] = await run<Record<'now' | 'counted' | 'due' | 'took_ms', number> & { figures: string }>(
    db,
    sql`select figures::text as figures, ${msOf(sql`counted_at`)} as counted, ${msOf(sql`due_at`)} as due, took_ms,
        ${msOf(sql`clock_timestamp()`)} as now
      from ${keptCounts} where name = ${name}`,
  )
  if (!row) return null
  const { figures, counted, due, now, took_ms: tookMs } = row
  return {
    figures: JSON.parse(figures) as unknown,
    ageMs: now - counted,
    dueInMs: due - now,
    tookMs,
    readAt: new Date(now),
  }
}

/** Says that this process counts again what is due. Returns false if another one does, or did. */
export async function claimCount(
  db: Session,
  { keptCounts }: Tables,
  { name, readAt, tookMs }: Pick<KeptCount, 'readAt' | 'tookMs'> & { readonly name: string },
): Promise<boolean> {
  // A cluster takes no function of the time in an update.
  const dueAt = new Date(readAt.getTime() + Math.max(60_000, tookMs * 3))
  const rows = await run(
    db,
    sql`update ${keptCounts} set due_at = ${instant(dueAt)} where name = ${name} and due_at <= ${instant(readAt)} returning name`,
  )
  return rows.length > 0
}

/** Stores a count that was just made, for `keptMs`. */
export async function storeCount(
  db: Session,
  { keptCounts }: Tables,
  { name, figures, tookMs, keptMs }: { name: string; figures: unknown; tookMs: number; keptMs: number },
): Promise<void> {
  const after = (ms: number) => sql`clock_timestamp() + ${ms}::float8 * interval '1 millisecond'`
  await run(
    db,
    sql`insert into ${keptCounts} as k (name, counted_at, took_ms, due_at, figures)
      values (${name}, ${after(-tookMs)}, ${tookMs}::float8, ${after(keptMs)}, ${JSON.stringify(figures)}::text::jsonb)
      on conflict (name) do update set counted_at = excluded.counted_at, took_ms = excluded.took_ms,
        due_at = excluded.due_at, figures = excluded.figures
      where k.counted_at < excluded.counted_at`,
  )
  await run(
    db,
    sql`delete from ${keptCounts} where name in (select name from ${keptCounts} order by counted_at desc offset ${mostStored}::int)`,
  )
}

/** Deletes a stored count: it no longer takes long. */
export async function deleteCount(db: Session, { keptCounts }: Tables, name: string): Promise<void> {
  await run(db, sql`delete from ${keptCounts} where name = ${name}`)
}

/** Counts in a snapshot, without the time that a server gives each statement: that is for those that somebody waits for. */
export function unhurried<Result>(db: Session, count: (tx: Session) => Promise<Result>): Promise<Result> {
  return inTransaction(db, 'snapshot', async tx => {
    await run(tx, sql`select set_config('statement_timeout', '0', true)`)
    return count(tx)
  })
}
