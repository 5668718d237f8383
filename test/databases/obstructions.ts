import type pg from 'pg'

type Row = { readonly table: string; readonly file: string; readonly oid: string }

/** Runs a statement, and returns what it does to tables that makes those who write them wait for long. */
export type Watch = (statement: string) => Promise<readonly string[]>

/**
 * Watches the tables that are there now, in the client's transaction: reading, rewriting or changing rows of a table under
 * a lock takes long if it is large. A lock alone is brief, but whoever waits for a second one while others need the first
 * may never get it.
 */
export async function watchTables(client: pg.Client): Promise<Watch> {
  const known = await readTables(client)
  return async statement => {
    const [tables, statsBefore] = [await readTables(client), await readStats(client)]
    await client.query(statement)
    const [after, stats, locked] = [await readTables(client), await readStats(client), await readLocked(client)]
    const lockedTables = [...known.values()].filter(({ oid }) => locked.has(oid)).map(({ table }) => table)
    if (lockedTables.length > 1) return [`locks ${lockedTables.sort().join(' and ')}`]
    return [...known.values()].flatMap(({ table, oid }) => {
      const [was, is] = [statsBefore.get(oid)!, stats.get(oid)!]
      if (after.get(oid)?.file !== tables.get(oid)?.file) return [`rewrites ${table}`]
      if (is.changes > was.changes) return [`changes rows of ${table}`]
      return locked.has(oid) && is.scans > was.scans ? [`reads ${table} while it is locked`] : []
    })
  }
}

async function readTables(client: pg.Client): Promise<ReadonlyMap<string, Row>> {
  const { rows } = await client.query<Row>(
    `SELECT oid::text, relname AS table, pg_relation_filenode(oid)::text AS file FROM pg_class
      WHERE relnamespace = 'milepost'::regnamespace AND relkind IN ('r', 'p')`,
  )
  return new Map(rows.map(row => [row.oid, row]))
}

type Stats = { readonly oid: string; readonly scans: number; readonly changes: number }

async function readStats(client: pg.Client): Promise<ReadonlyMap<string, Stats>> {
  const { rows } = await client.query<Stats>(
    `SELECT relid::text AS oid, (seq_scan + coalesce(idx_scan, 0))::int AS scans, (n_tup_upd + n_tup_del)::int AS changes
      FROM pg_stat_xact_user_tables WHERE schemaname = 'milepost'`,
  )
  return new Map(rows.map(row => [row.oid, row]))
}

// These locks are in the way of those who write.
async function readLocked(client: pg.Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ oid: string }>(
    `SELECT relation::text AS oid FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'
      AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`,
  )
  return new Set(rows.map(({ oid }) => oid))
}
