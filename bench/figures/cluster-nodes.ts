import type pg from 'pg'

/** What the database of a node has done so far. */
export type NodeUse = {
  /** CPU time of all its processes, in milliseconds. */
  readonly cpuMs: number
  readonly singleShardCount: number
  readonly multiShardCount: number
}

// Fields of /proc/<pid>/stat, from the state on: time in user and in system mode, and for the postmaster, that of ended children.
const cpuOfNode = `
  with postmaster as (select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid),
  processes as (select pid, false as is_postmaster from pg_stat_activity union all select pid, true from postmaster),
  times as (
    select is_postmaster, regexp_split_to_array(
      regexp_replace(pg_read_file('/proc/' || pid || '/stat', 0, 4096, true), '^.*\\) ', ''), ' ')::text[] as field
    from processes
  )
  select 10 * sum(field[12]::float8 + field[13]::float8
    + case when is_postmaster then field[14]::float8 + field[15]::float8 else 0 end) as cpu_ms from times`

/** Reads what a node has done, as a superuser. Its processes are found in /proc of its own machine. */
export async function useOf(pool: pg.Pool): Promise<NodeUse> {
  const { rows } = await pool.query<{ cpu_ms: number }>(cpuOfNode)
  const { rows: counters } = await pool.query<{ single: number; multi: number }>(`
    select query_execution_single_shard::float8 as single, query_execution_multi_shard::float8 as multi
    from citus_stat_counters where name = current_database()`)
  const { single = 0, multi = 0 } = counters[0] ?? {}
  return { cpuMs: rows[0]!.cpu_ms, singleShardCount: single, multiShardCount: multi }
}

/** Nothing done. */
export const noUse: NodeUse = { cpuMs: 0, singleShardCount: 0, multiShardCount: 0 }

/** Adds what was done between two moments. */
export function addedUse(before: NodeUse, after: NodeUse, earlier: NodeUse): NodeUse {
  return {
    cpuMs: earlier.cpuMs + after.cpuMs - before.cpuMs,
    singleShardCount: earlier.singleShardCount + after.singleShardCount - before.singleShardCount,
    multiShardCount: earlier.multiShardCount + after.multiShardCount - before.multiShardCount,
  }
}
