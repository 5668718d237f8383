import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import { inTransaction } from '../database/transaction.js'
import type { Tables } from '../schema/tables.js'

/** A count that some process stored. `dueInMs`: after which time it should be made anew, negative if it is overdue. */
export type KeptCount = { readonly figures: unknown; readonly ageMs: number; readonly dueInMs: number }

/** How many counts stay stored: those made last. */
const mostStored = 20

/** Reads a stored count; null if there is none. */
export async function readKeptCount(db: Session, { keptCounts }: Tables, name: string): Promise<KeptCount | null> {
  const [row] = await run<{ figures: string; age: number; due: number }>(
    db,
    sql`select figures::text as figures, date_part('epoch', clock_timestamp() - counted_at) * 1000 as age,
        date_part('epoch', due_at - clock_timestamp()) * 1000 as due
      from ${keptCounts} where name = ${name}`,
  )
  return row ? { figures: JSON.parse(row.figures) as unknown, ageMs: row.age, dueInMs: row.due } : null
}

/** Says that this process counts anew. Returns false if another one does, or did. */
export async function claimCount(db: Session, { keptCounts }: Tables, name: string): Promise<boolean> {
  const rows = await run(
    db,
    sql`update ${keptCounts} set due_at = clock_timestamp() + greatest(60000, took_ms * 3) * interval '1 millisecond'
      where name = ${name} and due_at <= clock_timestamp() returning name`,
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
